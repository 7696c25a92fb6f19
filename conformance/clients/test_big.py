"""Ten thousand files and two gigabytes through the AWS CLI, within the memory promised."""

import hashlib
import os
import random
import socket
import subprocess
import time

import pytest

from clients.tools import run, same_tree, tree
from support import clients, raw
from support.server import ACCESS_KEY, SECRET_KEY, Server, wait_until

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


def put_for(server, size, duration):
    """Loads the bucket `busy` with objects of a size."""
    subprocess.run([server.binary, "bench", "put", "--endpoint", server.endpoint, "--bucket", "busy",
                    "--size", size, "--duration", duration], check=True, capture_output=True,
                   env={**os.environ, "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY})


def releases(server):
    """How often memory was given back."""
    return server.metrics()["weir_process_memory_releases_total"]


def released(server):
    """Whether memory is given back within a while, from now on."""
    before = releases(server)
    return wait_until(lambda: releases(server) > before, 15)


def test_memory_is_given_back_at_rest(tmp_path):
    with Server(data=tmp_path / "data", log=tmp_path / "log", settings={"metadata.release_after": "2s"}) as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="busy")
        s3.put_object(Bucket="busy", Key="witness", Body=b"w" * 1000)
        put_for(server, "4KiB", "8s")
        busy = server.rss()
        assert released(server)
        rest = server.rss()
        assert rest < 100 * MB and busy - rest > 20 * MB, (busy, rest)
        assert s3.get_object(Bucket="busy", Key="witness")["Body"].read() == b"w" * 1000
        s3.close()


def test_memory_is_given_back_after_background_work(tmp_path):
    """Clients, then a scrub, an audit and a backup that read everything while no client asks."""
    with Server(data=tmp_path / "data", log=tmp_path / "log", settings={"metadata.release_after": "2s"}) as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="busy")
        put_for(server, "4KiB", "8s")
        put_for(server, "1MiB", "4s")
        root = server.environment(WEIR_ROOT_ACCESS_KEY=ACCESS_KEY, WEIR_ROOT_SECRET_KEY=SECRET_KEY)
        assert released(server)
        rest, count, grown = server.rss(), releases(server), 0
        for command in ["scrub"], ["fsck"], ["metadata", "backup", "--to", tmp_path / "backup"]:
            subprocess.run([server.binary, *command, "--admin", server.admin], check=True, capture_output=True, env=root)
            grown = max(grown, server.rss())
        # What it has grown by less than 16 MiB it may keep.
        assert wait_until(lambda: server.rss() < max(100 * MB, rest + (17 << 20)), 15), (rest, grown, server.rss())
        if grown > rest + (24 << 20):
            assert releases(server) > count, (rest, grown, server.rss())
        s3.close()


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
