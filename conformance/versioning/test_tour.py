"""The README and docs/versioning.md can be pasted: every command, in order, on a machine that has only what the pages
have installed before."""

import json
import os
import pathlib
import re
import signal

import pytest

from support.machine import Machine
from support.server import BINARY

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Of whoever reads: the pages' server has its usual addresses, and its figures come of more than a second.
S3, ADMIN, DURATION = "127.0.0.1:9000", "127.0.0.1:9001", "--duration 10s"
SERVING = {"TOUR_MAKE": "--old-file=build LISTEN=127.0.0.1:0 ADMIN_LISTEN=127.0.0.1:0"}


def blocks(path, start, end):
    """The code blocks of a page between two of its lines, as (language, text)."""
    text = (ROOT / path).read_text()
    part = text[text.index(start):text.index(end)]
    return re.findall(r"```(\w+)\n(.*?)```", part, re.DOTALL)


def shell(path, start, end):
    """What a reader types between two lines: Python goes to the Python that is on PATH then. And what the page says
    that the commands print."""
    script, printed = "", []
    for language, text in blocks(path, start, end):
        if language == "sh":
            script += text
        elif language == "python":
            script += f"python - <<'END'\n{text}END\n"
        else:
            printed.append(text)
    return script, printed


PREPARATION, _ = shell("README.md", "# Weir", "`make help`")
(FIRST_TERMINAL, _), (SETUP, _) = (shell("README.md", *places) for places in [
    ("Choose the root credentials", "In a second terminal"), ("In a second terminal", "What a client does")])


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path, BINARY)


@pytest.fixture
def terminal(machine):
    """The second terminal, when the first has started a server as the README says; runs a script."""
    machine.run(PREPARATION)
    first = machine.start(FIRST_TERMINAL, **SERVING)
    try:
        ready = json.loads(first.stdout.readline() or "{}")
        assert ready, first.stderr.read()
        machine.admin.write_text(ready["admin"] if ready["admin"].startswith("http") else "http://" + ready["admin"])

        def run(script, status=0):
            assert S3 in script
            return machine.run(script.replace(S3, ready["s3"]).replace(ADMIN, ready["admin"])
                               .replace(DURATION, "--duration 1s"), status)
        yield run
    finally:
        os.killpg(first.pid, signal.SIGINT)  # Ctrl-C: make, and the server below it
        first.communicate(timeout=60)


def test_readme(machine, terminal):
    script, _ = shell("README.md", "In a second terminal", "## Where to read on")
    assert script.startswith(SETUP)
    printed = terminal(script)
    assert printed.count("hello, weir\n") == 2 and "~ work.txt" in printed and "precious\n" in printed
    assert re.search(r"weir_requests_total\S* [1-9]", printed) and "alice" in printed
    # The scrub had something to read: what is larger than 4 KiB lies in extents.
    assert int(re.search(r"(\d+) extents", printed)[1]) > 10, printed
    assert not list((machine.root.parent / "tmp").iterdir()), "the tour leaves something behind"


def test_versioning_page(terminal):
    script, expected = shell("docs/versioning.md", "### What to turn on", "## What exactly")
    assert script.count("bin/weir") > 20
    printed = terminal(SETUP + script)
    for text in expected:
        assert text in printed
    assert "set/1.txt b'sample 1\\n'" in printed
    # What the page says that the commands print.
    assert printed.count("sample 1\n") == 2 and printed.count("first\n") == 1


USES = {
    "aws": ("aws --version", "./deploy/install-packages python3-venv && python3 -m venv $tour/venv && "
                             "$tour/venv/bin/pip install --quiet 'awscli>=1.29' && export PATH=$tour/venv/bin:$PATH"),
    "rclone": ("rclone --version", "./deploy/install-packages rclone"),
    "python3": ("python3 --version", "./deploy/install-packages python3-venv"),
    "curl": ("curl --version", "./deploy/install-packages curl"),
}


@pytest.mark.parametrize("name", USES)
def test_only_what_was_installed_is_there(machine, name):
    """The machine has none of the suite's tools: a page that uses one which it has not installed fails."""
    command, installation = USES[name]
    assert f"{name}: command not found" in machine.run(command, status=127)
    machine.run(f"tour=$(mktemp -d)\n{installation}\n{command}")


def test_a_module_is_not_there_either(machine):
    use = "$tour/bin/python -c 'import boto3'"
    printed = machine.run(f"""
        tour=$(mktemp -d); ./deploy/install-packages python3-venv; python3 -m venv $tour
        {use} 2>&1 || echo none yet
        $tour/bin/pip install 'awscli>=1.29'; {use} 2>&1 || echo none from another
        $tour/bin/pip install 'boto3>=99' 2>&1 || echo none so new
        $tour/bin/pip install boto3; {use}; echo there""")
    assert printed.count("No module named 'boto3'") == 2 and "the page wants boto3>=99" in printed
    assert re.findall("none.*|there", printed) == ["none yet", "none from another", "none so new", "there"], printed
