"""What a start refuses: damaged, foreign, newer and mixed-up directories. Each says what to do, and changes nothing."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import struct
import subprocess

import pytest

from support import clients
from support.server import ACCESS_KEY, BINARY, SECRET_KEY, Server

PAGE = 4096


def crc32c(data):
    remainder = 0xFFFFFFFF
    for byte in data:
        remainder ^= byte
        for _ in range(8):
            remainder = remainder >> 1 ^ (0x82F63B78 if remainder & 1 else 0)
    return remainder ^ 0xFFFFFFFF


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """Two data directories that a server has left in good order."""
    homes = []
    for name in ("one", "other"):
        home = tmp_path_factory.mktemp("refusals") / name
        with Server(data=home, is_recorded=False) as server:
            s3 = clients.s3(server)
            s3.create_bucket(Bucket="bucket")
            s3.put_object(Bucket="bucket", Key="packed", Body=os.urandom(20_000))
        homes.append(home)
    return homes


@pytest.fixture
def data(stores, tmp_path):
    """A copy of the first, to be spoilt."""
    return shutil.copytree(stores[0], tmp_path / "data")


def tree(data, without=()):
    """Everything there is to a directory: names, modes, times, contents."""
    found = {}
    for path in sorted(data.rglob("*")):
        if any(data / name in [path, *path.parents] for name in without):
            continue
        status = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path.relative_to(data))] = (status.st_mode, content, path.is_file() and status.st_mtime_ns)
    return found


def refusal(data, *arguments):
    """Starts a server that must refuse; what it says."""
    environment = dict(os.environ, WEIR_ROOT_ACCESS_KEY=ACCESS_KEY, WEIR_ROOT_SECRET_KEY=SECRET_KEY)
    done = subprocess.run(
        [BINARY, "serve", "--data", data, "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", *arguments],
        capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 1 and done.stdout == "", done
    assert "cannot start: " in done.stderr
    return done.stderr


def patch(path, offset, data):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(data)


def flip(path, offset):
    patch(path, offset, bytes([path.read_bytes()[offset] ^ 1]))


def newest(data):
    return max((data / "volumes" / "segments").glob("*.seg"))


def change_header(data, offset, value):
    """Changes a sound header of the newest segment into another sound one."""
    path = newest(data)
    page = bytearray(path.read_bytes()[:PAGE])
    page[offset:offset + len(value)] = value
    page[PAGE - 4:] = struct.pack("<I", crc32c(page[:PAGE - 4]))
    patch(path, 0, page)


def clear(data):
    shutil.rmtree(data)
    data.mkdir()
    (data / "precious").write_text("nothing of weir's")


# What is done to the directory, and what the refusal must say.
CASES = {
    "FORMAT is damaged": (lambda data: (data / "FORMAT").write_text("rubbish\n"), ["FORMAT is damaged", "write that line"]),
    "FORMAT is newer": (
        lambda data: (data / "FORMAT").write_text("weir data directory, format 2\n"), ["newer", "upgrade weir"]),
    "foreign": (clear, ["not empty and not a data directory", "give an empty or new directory"]),
    "key missing": (lambda data: (data / "secrets.key").unlink(), ["secrets.key is missing", "restore it from a backup"]),
    "key damaged": (lambda data: (data / "secrets.key").write_text("x"), ["not a key file", "restore it"]),
    "key readable": (lambda data: (data / "secrets.key").chmod(0o644), ["can be read by others", "chmod 600"]),
    "metadata without CURRENT": (
        lambda data: (data / "metadata" / "CURRENT").unlink(), ["holds no store", "weir metadata rebuild"]),
    "volume newer": (
        lambda data: patch(data / "volumes" / "volume", 8, b"\2"), ["volume format 2", "Upgrade weir"]),
    "volume damaged": (
        lambda data: flip(data / "volumes" / "volume", 20), ["identity file of the volume is damaged", "Restore"]),
    "volume foreign": (lambda data: flip(data / "volumes" / "volume", 0), ["not that of a volume"]),
    "volume identity gone": (lambda data: (data / "volumes" / "volume").unlink(), ["identity file is gone", "Restore"]),
    "segment newer": (lambda data: change_header(data, 8, b"\2\0"), ["segment format 2", "Upgrade weir"]),
    "segment of another volume": (lambda data: change_header(data, 16, b"12345678"), ["belongs to the volume"]),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_spoilt_is_refused(data, case):
    spoil, words = CASES[case]
    spoil(data)
    before = tree(data)
    said = refusal(data)
    assert all(word in said for word in words), said
    assert tree(data) == before


@pytest.mark.parametrize("part", ["volumes", "metadata"])
def test_parts_of_two_stores_are_refused(data, stores, part):
    """RocksDB's own files change whenever it opens them, so the metadata is left out of the comparison."""
    shutil.rmtree(data / part)
    shutil.copytree(stores[1] / part, data / part)
    shutil.copy(stores[1] / "secrets.key", data / "secrets.key")
    before = tree(data, without=["metadata"])
    said = refusal(data)
    assert "belongs with" in said and "Put back" in said
    assert tree(data, without=["metadata"]) == before


def test_the_right_parts_are_taken_back(data, stores):
    """A refusal is no harm: with the right volume the store starts again."""
    kept = shutil.move(data / "volumes", data.parent / "kept")
    shutil.copytree(stores[1] / "volumes", data / "volumes")
    refusal(data)
    shutil.rmtree(data / "volumes")
    shutil.move(kept, data / "volumes")
    with Server(data=data, is_recorded=False) as server:
        reply = clients.s3(server).get_object(Bucket="bucket", Key="packed")
        assert len(reply["Body"].read()) == 20_000


def test_a_directory_in_use_is_refused(data):
    """What the running server does with its own files is left out of the comparison."""
    own = ["metadata", "volumes/metadata"]
    with Server(data=data, is_recorded=False):
        before = tree(data, own)
        said = refusal(data)
        assert "in use by another process" in said and "stop that server" in said
        assert tree(data, own) == before


@contextlib.contextmanager
def held(path, lock):
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        lock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("path, lock, words", [
    ("volumes", fcntl.flock, ["another process uses the volume", "Stop that server"]),
    ("metadata/LOCK", fcntl.lockf, ["metadata cannot be opened", "Stop the program that has it open"]),
])
def test_parts_in_use_are_refused(data, path, lock, words):
    with held(data / path, lock):
        before = tree(data, without=["metadata"])
        said = refusal(data)
        assert all(word.replace("metadata cannot", f"metadata in {data}/metadata cannot") in said for word in words), said
        assert tree(data, without=["metadata"]) == before
