"""A test that is held against the clock is run again where the host of the machine took of its processors, and only there."""

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
CONFTEST = """
import itertools
from support import stolen

ticks = itertools.count()
stolen.PATIENCE = 0
stolen.look = lambda: ({taken} * next(ticks), next(ticks))


def pytest_runtest_protocol(item, nextitem):
    return stolen.run(item, nextitem) if item.get_closest_marker("clocked") else None
"""
TESTS = """
import pytest

seen = []


@pytest.fixture
def fresh():
    seen.append(1)


@pytest.mark.clocked
def test_third_time(fresh):
    assert len(seen) >= 3


@pytest.mark.clocked
def test_never():
    assert False


def test_unmarked():
    assert False
"""


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "worker"])
@pytest.mark.parametrize("taken, failed", [(1, 2), (0, 3)])
def test_session(tmp_path, taken, failed, workers):
    (tmp_path / "conftest.py").write_text(CONFTEST.format(taken=taken))
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT}\nmarkers = clocked\n")
    (tmp_path / "test_one.py").write_text(TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", tmp_path, "-q", "-p", "no:cacheprovider", *workers],
        capture_output=True, text=True, timeout=120, cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")})
    counts = f"{failed} failed" + (f", {3 - failed} passed" if failed < 3 else "")
    assert f"{counts} in " in done.stdout, done.stdout + done.stderr
