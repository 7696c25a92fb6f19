"""A session whose tests leave a server alive fails, with workers and without; one that ends them does not."""

import os
import pathlib
import subprocess
import sys

import pytest

from support import leftovers

ROOT = pathlib.Path(__file__).resolve().parents[1]

TESTS = {
    "left alive": "kept = Server().start()\n    print('pid', kept.process.pid)",
    "left alive under a second copy of the module":
        "import importlib.util\n    import support.ways as first\n"
        "    spec = importlib.util.spec_from_file_location('second', first.__file__)\n"
        "    second = importlib.util.module_from_spec(spec)\n    spec.loader.exec_module(second)\n"
        "    second.shared_server('uring', False)",
    "left alive by a subprocess":
        "import subprocess\n    subprocess.Popen([BINARY, 'serve', '--data', DATA, '--listen', '127.0.0.1:0',\n"
        "                      '--admin-listen', '127.0.0.1:0'])",
    "ended": "with Server():\n        pass",
    "ended with the session": "from support.ways import shared_server\n    shared_server('uring', False)",
}


def session(tmp_path, body, *options):
    """Runs a session of one test under the suite's own conftest; returns its exit code and what it said."""
    (tmp_path / "conftest.py").write_text((ROOT / "conftest.py").read_text())
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT}\naddopts = --import-mode=importlib\n")
    (tmp_path / "test_one.py").write_text(
        f"from support.server import BINARY, Server\nDATA = {str(tmp_path / 'data')!r}\n\n\ndef test_one():\n    {body}\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", tmp_path, "-q", "-p", "no:cacheprovider", *options],
        capture_output=True, text=True, timeout=120, cwd=tmp_path,
        env={**{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
             "TMPDIR": str(tmp_path)})
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "worker"])
@pytest.mark.parametrize("name", TESTS)
def test_session(tmp_path, name, workers):
    code, said = session(tmp_path, TESTS[name], *workers)
    assert "1 passed" in said, said
    is_left = name.startswith("left")
    assert (code, "servers left alive" in said) == (int(is_left), is_left), said
    # What it found it has ended; else it would be this session's.
    assert leftovers.wait_until(lambda: not [
        line for line in leftovers.servers(os.environ[leftovers.VARIABLE]).values() if str(tmp_path) in line], 10)
