"""The errors that operations of OSS have in common, where no other file has come to them."""

import socket

import pytest

from support import oss, raw
from support.oss_raw import Request, ask
from support.server import Server

TAGS = b"<Tagging><TagSet/></Tagging>"


@pytest.fixture(scope="module")
def place():
    """A server that waits for a body no longer than a second, with a bucket."""
    with Server(settings={"timeouts.body": "1s"}) as server:
        oss.make(server, "v2-v4").make_bucket("families")
        yield server


@pytest.mark.parametrize("method, bucket, query, status, code", [
    ("GET", "families", "acl&cors", 400, "InvalidArgument"),
    ("DELETE", "families", "location", 405, "MethodNotAllowed"),
    ("GET", "b" * 300, "", 400, "InvalidBucketName"),
])
def test_refusal(place, method, bucket, query, status, code):
    reply = ask(place, method, bucket, query=query)
    assert (reply.status, reply.code) == (status, code), reply.body


@pytest.mark.parametrize("key, query", [("", "tagging"), ("k", "")], ids=["document", "upload"])
@pytest.mark.parametrize("is_cut, code", [(True, "IncompleteBody"), (False, "RequestTimeout")])
def test_a_body_that_does_not_come(place, key, query, is_cut, code):
    request = Request("PUT", "families", key, query, headers={"content-length": str(len(TAGS) + 1)}, body=TAGS)
    target = request.path + ("?" + query if query else "")
    with raw.connect(place) as connection:
        connection.sendall(raw.request_bytes("PUT", target, request.v4_headers(place), TAGS))
        if is_cut:
            connection.shutdown(socket.SHUT_WR)
        reply = raw.read_reply(connection)
    assert (reply.status, reply.code) == (400, code), reply.body
