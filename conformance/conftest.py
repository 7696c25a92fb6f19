"""Fixtures: one server for each way to reach it, shared by a worker's tests; a fresh bucket for each.

Nothing is imported from here: that would be a second copy, whose servers nobody ends. What tests share is in `support`.
"""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))

from support import awake, clients, coverage, leftovers, stolen, ways  # noqa: E402
from support.coverage import pytest_testnodedown  # noqa: E402, F401

clients.resolve_domain()


def pytest_configure(config):
    leftovers.mark(config)
    config.addinivalue_line("markers", "clocked: held against the clock; see support/stolen.py")
    if not hasattr(config, "workerinput"):
        awake.start()


def pytest_runtest_protocol(item, nextitem):
    return stolen.run(item, nextitem) if item.get_closest_marker("clocked") else None


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        awake.stop()


def pytest_sessionfinish(session, exitstatus):
    try:
        ways.close_shared_servers()
    finally:
        leftovers.collect(session)
        coverage.collect(session)


def pytest_terminal_summary(terminalreporter):
    leftovers.summarize(terminalreporter)
    coverage.summarize(terminalreporter)


@pytest.fixture(params=list(ways.WAYS))
def way(request):
    """Each way in turn."""
    return ways.Way(request.param)


@pytest.fixture
def bucket(way):
    return way.make_bucket()


@pytest.fixture
def server():
    """The plain server on io_uring, for tests that need one way only."""
    return ways.shared_server("uring", False)


@pytest.fixture
def other_server():
    """The server of one back end, with TLS or without."""
    return ways.shared_server


@pytest.fixture
def s3(server):
    return clients.s3(server)


@pytest.fixture
def own_bucket(s3):
    name = ways.bucket_name()
    s3.create_bucket(Bucket=name)
    return name
