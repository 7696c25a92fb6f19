"""Fixtures: one server for each way to reach it, shared by a worker's tests; a fresh bucket for each."""

import itertools
import os
import sys
import uuid

import pytest

sys.path.insert(0, os.path.dirname(__file__))

from support import clients, coverage  # noqa: E402
from support.coverage import pytest_terminal_summary, pytest_testnodedown  # noqa: E402, F401
from support.server import Server  # noqa: E402

clients.resolve_domain()
_serial = itertools.count()

# How a test reaches the server: ring back end, TLS, address style.
WAYS = {
    "uring-path": ("uring", False, "path"),
    "uring-virtual": ("uring", False, "virtual"),
    "uring-tls": ("uring", True, "path"),
    "poll-path": ("poll", False, "path"),
}
_servers = {}


def shared_server(io, tls):
    if (io, tls) not in _servers:
        _servers[io, tls] = Server(io=io, tls=tls).start()
    return _servers[io, tls]


def pytest_sessionfinish(session, exitstatus):
    for server in _servers.values():
        server.close()
    coverage.collect(session)


class Way:
    """A way to the server and a client that goes it."""

    def __init__(self, name):
        io, tls, self.style = WAYS[name]
        self.name = name
        self.server = shared_server(io, tls)
        self.s3 = clients.s3(self.server, self.style)

    def bucket_name(self):
        return f"b{next(_serial)}-{uuid.uuid4().hex[:12]}"

    def make_bucket(self):
        name = self.bucket_name()
        self.s3.create_bucket(Bucket=name)
        return name


@pytest.fixture(params=list(WAYS))
def way(request):
    """Each way in turn."""
    return Way(request.param)


@pytest.fixture
def bucket(way):
    return way.make_bucket()


@pytest.fixture
def server():
    """The plain server on io_uring, for tests that need one way only."""
    return shared_server("uring", False)


@pytest.fixture
def other_server():
    """The server of one back end, with TLS or without."""
    return shared_server


@pytest.fixture
def s3(server):
    return clients.s3(server)


@pytest.fixture
def own_bucket(s3):
    name = f"b{next(_serial)}-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    return name
