"""Slow clients, lost connections, requests one after another, and too many at once: each gets its answer, and everyone
else is served on."""

import os
import socket
import time

import pytest

from support import clients, raw
from support.checks import refused
from support.raw import signed_put
from support.server import Server, wait_until


@pytest.mark.parametrize("size, sent", [(1000, 0), (1000, 999), (5 << 20, 1), (5 << 20, 3 << 20)])
def test_disconnect_in_the_body(server, size, sent):
    s3 = clients.s3(server)
    before = server.metrics()["weir_buffers_outstanding"]
    connection = raw.connect(server)
    connection.sendall(signed_put(server, size) + os.urandom(sent))
    time.sleep(0.1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()
    with refused("404", 404):
        s3.head_object(Bucket="bucket", Key="cut")
    s3.close()
    assert wait_until(lambda: server.metrics()["weir_buffers_outstanding"] <= before + 1, 10)


def test_half_close_in_the_body(server):
    with raw.connect(server) as connection:
        connection.sendall(signed_put(server, 1000) + b"x" * 10)
        connection.shutdown(socket.SHUT_WR)
        reply = raw.read_reply(connection)
        assert reply is None or reply.code in ("IncompleteBody", "RequestTimeout")


def test_slow_header(server):
    start = time.monotonic()
    with raw.connect(server, timeout=20) as connection:
        try:
            for byte in b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"a" * 100:
                connection.sendall(bytes([byte]))
                time.sleep(0.1)
                if time.monotonic() - start > 8:
                    break
        except OSError:
            pass
        reply = raw.read_reply(connection)
        assert reply is None or reply.status == 408
    assert time.monotonic() - start < 9


def test_slow_body(server):
    with raw.connect(server, timeout=20) as connection:
        connection.sendall(signed_put(server, 1_000_000) + b"x")
        start = time.monotonic()
        reply = raw.read_reply(connection)
        assert reply is None or (reply.status, reply.code) == (400, "RequestTimeout")
        assert time.monotonic() - start < 8


def test_idle_connection_is_closed(server):
    with raw.connect(server, timeout=20) as connection:
        start = time.monotonic()
        assert connection.recv(1) == b""
        assert time.monotonic() - start < 8


def test_slow_reader_does_not_hold_others(server):
    s3 = clients.s3(server)
    s3.put_object(Bucket="bucket", Key="big", Body=os.urandom(20 << 20))
    link = s3.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "big"})
    target = link.split(str(server.port), 1)[1]
    slow = raw.connect(server)
    slow.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
    start = time.monotonic()
    for _ in range(50):
        s3.head_object(Bucket="bucket", Key="big")
    assert time.monotonic() - start < 3
    slow.close()


def test_pipelining_in_order(server):
    s3 = clients.s3(server)
    data = b""
    for number in range(20):
        s3.put_object(Bucket="bucket", Key=f"p{number}", Body=str(number).encode())
        link = s3.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": f"p{number}"})
        target = link.split(str(server.port), 1)[1]
        data += f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()
    with raw.connect(server) as connection:
        connection.sendall(data + b"BAD\r\n\r\n")
        stream = connection.makefile("rb")
        for number in range(20):
            assert b" 200 " in stream.readline()
            length = 0
            while (line := stream.readline()) != b"\r\n":
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            assert stream.read(length) == str(number).encode()
        assert b" 400 " in stream.readline()


def test_expect_continue(server):
    head = signed_put(server, 5, key="expected", **{})
    head = head[:-2] + b"expect: 100-continue\r\n\r\n"
    with raw.connect(server) as connection:
        connection.sendall(head)
        assert connection.recv(100).startswith(b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.sendall(b"hello")
        assert raw.read_reply(connection).status == 200
    bad = head.replace(b"Signature=", b"Signature=0")
    with raw.connect(server) as connection:
        connection.sendall(bad)
        assert b" 40" in connection.recv(100).split(b"\r\n")[0]  # no 100 for a body that is not wanted


def test_expect_continue_for_no_bytes(server):
    """botocore waits for it even then, and misreads the connection's next answer without it."""
    head = signed_put(server, 0, key="empty")[:-2] + b"expect: 100-continue\r\n\r\n"
    with raw.connect(server) as connection:
        for _ in range(2):
            connection.sendall(head)
            assert connection.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
            assert raw.read_reply(connection).status == 200


def test_answer_instead_of_continue_closes(server):
    head = signed_put(server, 0, key="empty")[:-2] + b"expect: 100-continue\r\n\r\n"
    with raw.connect(server) as connection:
        connection.sendall(head.replace(b"Signature=", b"Signature=0"))
        reply = raw.read_reply(connection)
        assert reply.status in (400, 403) and reply.headers["connection"] == "close"


def test_head_has_no_body(server):
    s3 = clients.s3(server)
    s3.put_object(Bucket="bucket", Key="h", Body=b"12345")

    def head(key):
        return raw.request_bytes("HEAD", f"/bucket/{key}", raw.Signature("HEAD", f"/bucket/{key}").build(
            server.authority))
    with raw.connect(server) as connection:
        connection.sendall(head("h") + head("absent") + head("h"))
        connection.shutdown(socket.SHUT_WR)
        stream = connection.makefile("rb")
        for status, length in ((200, "5"), (404, None), (200, "5")):
            # A body would stand where the next status line is expected.
            assert stream.readline().startswith(b"HTTP/1.1 %d " % status)
            headers = {}
            while (line := stream.readline()) != b"\r\n":
                name, _, value = line.decode().partition(":")
                headers[name.lower()] = value.strip()
            assert length is None or headers["content-length"] == length
        assert stream.read() == b""


def test_connection_limit():
    with Server(settings={"limits.connections": 20, "rings": 1}) as small:
        held = [raw.connect(small) for _ in range(20)]
        time.sleep(0.3)
        with raw.connect(small) as extra:
            try:
                extra.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            except OSError:
                pass
            reply = raw.read_reply(extra)
            assert reply is None or reply.status == 503
        for connection in held:
            connection.close()
        assert wait_until(lambda: raw.send(small, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") is not None, 10)
