"""Runs command-line clients."""

import os
import pathlib
import shutil
import subprocess
import sys

BIN = pathlib.Path(sys.executable).parent


def find(name):
    """The client's path: beside this Python, or on PATH."""
    own = BIN / name
    path = str(own) if own.exists() else shutil.which(name)
    assert path, f"{name} is not installed: make conformance installs it"
    return path


def run(server, *command, ok=True, stdin=None, **more):
    """Runs a client in the server's environment; returns what it printed."""
    environment = server.environment(**more)
    if server.tls and command[0] == "aws":
        environment["AWS_CA_BUNDLE"] = server.ca
    done = subprocess.run([find(command[0]), *map(str, command[1:])], capture_output=True, input=stdin,
                          env=environment, timeout=600)
    out = done.stdout.decode(errors="replace")
    assert (done.returncode == 0) == ok, f"{command}: {done.returncode}\n{out}\n{done.stderr.decode()}"
    return out if ok else out + done.stderr.decode(errors="replace")


def tree(root, files, seed=1):
    """Makes a tree of small files of many sizes; returns {relative path: bytes}."""
    import random
    chance = random.Random(seed)
    made = {}
    for number in range(files):
        name = f"d{number % 17}/e{number % 5}/f {number}.bin"
        body = chance.randbytes(chance.choice([0, 1, 100, 4096, 5000, 20_000, 70_000]))
        path = pathlib.Path(root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        # Last-Modified has whole seconds: a file of this very second would look newer than its object.
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 10))
        made[name] = body
    return made


def same_tree(root, made):
    """Whether a folder holds just these files."""
    found = {os.path.relpath(os.path.join(folder, name), root)
             for folder, _, names in os.walk(root) for name in names}
    assert found == set(made)
    for name, body in made.items():
        assert (pathlib.Path(root) / name).read_bytes() == body, name
