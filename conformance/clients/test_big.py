"""Ten thousand files and two gigabytes through the AWS CLI, within the memory promised."""

import hashlib
import random
import socket
import time

import pytest

from clients.tools import run, same_tree, tree
from support import raw
from support.server import Server

MB = 1_000_000


@pytest.fixture
def server(tmp_path):
    with Server(data=tmp_path / "data", log=tmp_path / "log") as server:
        yield server


def peak(server):
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def test_ten_thousand_files(server, tmp_path):
    made = tree(tmp_path / "up", 10_000)
    run(server, "aws", "s3", "mb", "s3://many")
    run(server, "aws", "s3", "sync", "--only-show-errors", tmp_path / "up", "s3://many/tree")
    run(server, "aws", "s3", "sync", "--only-show-errors", "s3://many/tree", tmp_path / "down")
    same_tree(tmp_path / "down", made)
    assert peak(server) < 300 * MB


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_two_gigabytes(server, tmp_path):
    chance = random.Random(7)
    with open(tmp_path / "big", "wb") as file:
        for _ in range(32):
            file.write(chance.randbytes(64 << 20))
    run(server, "aws", "s3", "mb", "s3://big")
    run(server, "aws", "s3", "cp", "--only-show-errors", tmp_path / "big", "s3://big/big")
    run(server, "aws", "s3", "cp", "--only-show-errors", "s3://big/big", tmp_path / "back")
    assert digest(tmp_path / "big") == digest(tmp_path / "back")
    assert peak(server) < 300 * MB


def test_idle_memory(server):
    raw.signed(server, "GET", "/")
    time.sleep(1)
    before = server.rss()
    assert before < 100 * MB
    connections = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(2_000)]
    try:
        signature = raw.Signature("GET", "/")
        request = raw.request_bytes("GET", "/", signature.build(f"127.0.0.1:{server.port}"))
        for connection in connections:
            connection.sendall(request)
            assert raw.read_reply(connection).status == 200
        time.sleep(1)
        assert server.rss() - before < 20 * MB
        assert server.metrics()["weir_http_connections"] >= 2_000
    finally:
        for connection in connections:
            connection.close()
