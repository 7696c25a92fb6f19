"""The corpus of malformed requests: each gets its outcome. `test_traces` has what becomes of the server."""

import socket

import pytest

from support import clients, raw
from support.corpus import BUCKET, CASES, CLOSED, KEPT, KEY, Outcome, aws_chunks, chunks
from support.corpus.case import INCOMPLETE, OK, Case, put, signed
from support.corpus.sending import send

SMUGGLED = "smuggled"
BROKEN_BODIES = "weir_http_malformed_bodies_total"


def test_the_corpus_is_large():
    assert len(CASES) > 400


class Played:
    """Bytes that have been received, for `raw.read_reply`."""

    def __init__(self, data):
        self.data = data

    def recv(self, _):
        data, self.data = self.data, b""
        return data


def read_to_end(connection):
    whole = b""
    try:
        while piece := connection.recv(65536):
            whole += piece
    except ConnectionResetError:
        pass
    return whole


def status_of(server, key):
    return raw.signed(server, "HEAD", f"/{BUCKET}/{key}").status


def judge(server, case):
    """Sends a case, and asserts all that it promises."""
    broken = server.metrics()[BROKEN_BODIES]
    with raw.connect(server, timeout=10) as connection:
        data = case.make(server)
        if case.ends:
            send(connection, case, data + signed("PUT", f"/{BUCKET}/{SMUGGLED}", "Content-Length: 1", body=b"x")(server))
            whole = read_to_end(connection)
            assert whole.count(b"HTTP/1.1 ") == 1, whole
            reply = raw.read_reply(Played(whole))
        else:
            send(connection, case, data)
            reply = raw.read_reply(connection)
    outcome = Outcome.of(reply)
    assert outcome in case.outcomes, (outcome, reply and reply.body[:300])
    if outcome.reason:
        assert reply.headers["connection"] == "close"
    assert server.metrics()[BROKEN_BODIES] - broken == case.in_chunks
    assert [status_of(server, key) for key in (KEY, SMUGGLED, KEPT)] == [404, 404, 200]


def restore(server):
    """Undoes what a case may have done that was not refused."""
    s3 = clients.s3(server)
    for key in (KEY, SMUGGLED, "other"):
        s3.delete_object(Bucket=BUCKET, Key=key)
    s3.put_object(Bucket=BUCKET, Key=KEPT, Body=b"kept")
    s3.close()


@pytest.mark.parametrize("name", list(CASES))
def test_case(server, name):
    try:
        judge(server, CASES[name])
    except AssertionError:
        restore(server)
        raise


def test_several_outcomes_are_rare():
    assert [name for name, case in CASES.items() if len(case.outcomes) > 1] == ["request line of 4 MiB"]


BENT = {
    "a good body for a broken one": (chunks.put_object("other", chunks.GOOD["one chunk"]), INCOMPLETE, {}),
    "a good object where none may be": (chunks.put_object(KEY, chunks.GOOD["one chunk"]), OK, {}),
    "a refusal that came before the chunks":
        (lambda server: put("Transfer-Encoding: chunked", body="x\r\n").replace("{host}", server.authority).encode(),
         INCOMPLETE, {"in_chunks": True}),
    "a body that is broken elsewhere": (aws_chunks.upload(aws_chunks.UNSIGNED, aws_chunks.unsigned(line=b"x\r\n")),
                                        INCOMPLETE, {"in_chunks": True}),
    "a body whose chunks are broken": (chunks.put_object(KEY, chunks.BAD["bad size"]), INCOMPLETE, {}),
    "a connection that goes on": (signed("GET", "/"), OK, {"ends": True}),
    "an answer instead of a closed connection": (signed("GET", "/"), CLOSED, {}),
    "another code": (signed("GET", "/bucket/absent"), Outcome(404, "NoSuchBucket"), {}),
    "a deletion": (chunks.delete_objects(chunks.GOOD["one chunk"]), OK, {}),
}


@pytest.mark.parametrize("name", BENT)
def test_the_judge_finds(server, name):
    data, outcome, bend = BENT[name]
    with pytest.raises(AssertionError):
        judge(server, Case(data, (outcome,), **{"ends": False, "half_close": False, "in_chunks": False, **bend}))
    restore(server)


# What the cases spoil is accepted as it was.

def answers(server, data):
    """The replies to a request and to one that follows it at once."""
    with raw.connect(server) as connection:
        connection.sendall(data + signed("GET", "/")(server))
        connection.shutdown(socket.SHUT_WR)
        whole = read_to_end(connection)
    return whole.count(b"HTTP/1.1 200 OK\r\n"), whole


@pytest.mark.parametrize("coding", ["chunked", "CHUNKED"])
@pytest.mark.parametrize("name", chunks.GOOD)
@pytest.mark.parametrize("put", [chunks.put_object, chunks.put_oss_object])
def test_good_chunks_are_stored(server, put, name, coding):
    s3 = clients.s3(server)
    count, whole = answers(server, put("good", chunks.GOOD[name], coding)(server))
    assert count == 2, whole
    assert s3.get_object(Bucket=BUCKET, Key="good")["Body"].read() == chunks.DATA
    s3.delete_object(Bucket=BUCKET, Key="good")
    s3.close()


@pytest.mark.parametrize("name", chunks.GOOD)
def test_good_chunks_are_a_document(server, name):
    s3 = clients.s3(server)
    s3.put_object(Bucket=BUCKET, Key=KEPT, Body=b"kept")
    count, whole = answers(server, chunks.delete_objects(chunks.GOOD[name])(server))
    assert count == 2, whole
    assert status_of(server, KEPT) == 404
    s3.put_object(Bucket=BUCKET, Key=KEPT, Body=b"kept")
    s3.close()


@pytest.mark.parametrize("name", aws_chunks.GOOD)
def test_good_aws_chunks_are_stored(server, name):
    s3 = clients.s3(server)
    count, whole = answers(server, aws_chunks.upload(*aws_chunks.GOOD[name], key="good")(server))
    assert count == 2, whole
    assert s3.get_object(Bucket=BUCKET, Key="good")["Body"].read() == chunks.DATA
    s3.delete_object(Bucket=BUCKET, Key="good")
    s3.close()


def test_good_length_zero_is_stored(server):
    s3 = clients.s3(server)
    count, whole = answers(server, signed("PUT", f"/{BUCKET}/good", "Content-Length: 0")(server))
    assert count == 2, whole
    assert s3.get_object(Bucket=BUCKET, Key="good")["Body"].read() == b""
    s3.delete_object(Bucket=BUCKET, Key="good")
    s3.close()
