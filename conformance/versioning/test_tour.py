"""docs/versioning.md and the README can be pasted: every command of theirs about the past works, in order."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

from support.server import ACCESS_KEY, SECRET_KEY, Server

ROOT = pathlib.Path(__file__).resolve().parents[2]


def blocks(path, start, end):
    """The code blocks of a page between two of its lines, as (language, text)."""
    text = (ROOT / path).read_text()
    part = text[text.index(start):text.index(end)]
    return re.findall(r"```(\w+)\n(.*?)```", part, re.DOTALL)


@pytest.fixture
def shell(tmp_path):
    """Runs a script as the pages' reader would, on a server of its own; returns what it prints."""
    with Server(data=tmp_path / "data", is_recorded=False) as server:
        (tmp_path / "bin").mkdir()
        command = tmp_path / "bin" / "weir"
        # The pages use the default admin address.
        command.write_text(f'#!/bin/sh\nexec {server.binary} "$@" --admin {server.admin}\n')
        command.chmod(0o755)
        (tmp_path / "tour").mkdir()
        tools = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = server.environment(PATH=tools, tour=str(tmp_path / "tour"), RCLONE_CONFIG=os.devnull,
                                         WEIR_ROOT_ACCESS_KEY=ACCESS_KEY, WEIR_ROOT_SECRET_KEY=SECRET_KEY)

        def run(script):
            done = subprocess.run(["bash", "-eu", "-o", "pipefail", "-c", script], cwd=tmp_path, env=environment,
                                  capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
            assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
            return done.stdout
        yield run


def test_versioning_page(shell):
    script, expected = "", []
    for language, text in blocks("docs/versioning.md", "### What to turn on", "## What exactly"):
        if language == "sh":
            script += text
        elif language == "python":
            script += f"{sys.executable} - <<'END'\n{text}END\n"
        else:
            expected.append(text)
    assert script.count("bin/weir") > 20
    printed = shell(script)
    for text in expected:
        assert text in printed
    assert "set/1.txt b'sample 1\\n'" in printed
    # What the page says that the commands print.
    assert printed.count("sample 1\n") == 2 and printed.count("first\n") == 1


def test_readme(shell):
    (text,) = [text for _, text in blocks("README.md", "A bucket can keep its past", "How is it doing?")]
    printed = shell(text)
    assert "~ work.txt" in printed and printed.endswith("precious\n")
