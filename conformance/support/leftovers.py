"""A session fails when a server that it started is still alive at its end: nobody would end it, and what it logged would
count for nothing.

What the session starts, by whatever way, has its mark in the environment, which the kernel shows in /proc.
"""

import os
import pathlib
import signal
import uuid

import pytest

from support.server import wait_until

VARIABLE = "CONFORMANCE_SESSION"
_leftovers = []


def mark(config):
    """When a session begins. Workers have the mark of their controller, which looks when all of them have ended; a
    session that a test starts has one below that of its own."""
    if not hasattr(config, "workerinput"):
        outer = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = (outer + "/" if outer else "") + uuid.uuid4().hex


def servers(session_mark):
    """The command lines, by process id, of the servers alive that were started under a mark."""
    found = {}
    for process in pathlib.Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            environment = (process / "environ").read_bytes().split(b"\0")
            command = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue  # it has ended, or is another user's
        marks = [entry.partition(b"=")[2].decode() for entry in environment
                 if entry.startswith(VARIABLE.encode() + b"=")]
        if "serve" in command and any((one + "/").startswith(session_mark + "/") for one in marks):
            found[int(process.name)] = " ".join(command)
    return found


def collect(session):
    """At the end of a session, when its fixtures are gone and its servers closed. Ends what it finds."""
    if hasattr(session.config, "workerinput"):
        return
    mine = os.environ[VARIABLE]
    if wait_until(lambda: not servers(mine), 3, 0.2):
        return
    for process, command in servers(mine).items():
        _leftovers.append(f"process {process}: {command}")
        os.kill(process, signal.SIGTERM)
    if session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def summarize(terminalreporter):
    if _leftovers:
        terminalreporter.section("servers left alive", red=True)
        for leftover in _leftovers:
            terminalreporter.write_line(leftover)
