"""The corpus again, one by one and at once: nothing is left of it, and who behaves is served as if it were not there."""

import os
import socket
import threading

import pytest

from support import beside, clients, raw, traces
from support.corpus import BUCKET, CASES
from support.corpus.sending import replay
from support.server import wait_until

# Seconds in which each request of the client beside the corpus has its answer, and in which 99 of 100 have.
LONGEST, USUAL = 1.0, 0.25


def rest(server, key, body):
    """The server's state at rest, when it has an object, which has been read: a segment is opened when it is first."""
    s3 = clients.s3(server)
    s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    assert s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == body
    s3.close()
    assert wait_until(lambda: traces.is_idle(server), 10), traces.state(server)
    return traces.state(server)


@pytest.fixture
def before(server):
    """The server at rest, with an object that is large enough to lie in a volume."""
    state = rest(server, "witness", b"w" * 100_000)
    assert state["live"] >= 100_000 and state["files"]
    return state


def test_nothing_is_left(server, before):
    written = server.metrics()["weir_volume_written_bytes_total"]
    assert sum(1 for case in CASES.values() if replay(server, case)) > 0.9 * len(CASES)
    # The same without waiting for an answer, and bodies that begin to be stored and never end.
    cut = [raw.signed_put(server, size, key=f"leak{size}") + os.urandom(size // 2) for size in (3000, 100_000, 6 << 20)]
    for data in [case.make(server) for case in CASES.values()] + cut * 3:
        with raw.connect(server) as connection:
            try:
                connection.sendall(data)
            except OSError:
                pass
    assert traces.differences(server, before, 15) == {}
    assert server.metrics()["weir_volume_written_bytes_total"] >= written + (1 << 20)
    s3 = clients.s3(server)
    assert s3.get_object(Bucket=BUCKET, Key="witness")["Body"].read() == b"w" * 100_000
    s3.close()


def silent(server):
    return raw.connect(server)


def slow_upload(server):
    connection = raw.connect(server)
    connection.sendall(raw.signed_put(server, 6 << 20, key="held") + os.urandom(3 << 20))
    return connection


def reader_that_stops(server):
    """Asks for more than fits on the way to it, and reads none of it."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", server.port))
    signature = raw.Signature("GET", f"/{BUCKET}/large")
    connection.sendall(raw.request_bytes("GET", f"/{BUCKET}/large", signature.build(server.authority)))
    return connection


HELD = {
    silent: {"connections", "descriptors"},
    slow_upload: {"connections", "descriptors", "writers", "memory"},
    reader_that_stops: {"connections", "descriptors", "buffers", "memory"},
}


@pytest.mark.parametrize("hold", HELD, ids=lambda hold: hold.__name__)
def test_what_is_held_is_seen(server, hold):
    """The judge of leaks can fail: it sees a single thing that is held, and that it has been let go."""
    before = rest(server, "large", bytes(8 << 20))
    with hold(server):
        seen = set()

        def is_seen():
            seen.update(traces.differences(server, before, 0))
            return HELD[hold] <= seen
        assert wait_until(is_seen, 1.5), seen
    assert traces.differences(server, before, 15) == {}


def test_what_is_kept_is_seen(server, before):
    s3 = clients.s3(server)
    s3.put_object(Bucket=BUCKET, Key="kept more", Body=b"m" * 100_000)
    s3.close()
    assert {"live", "rows"} <= set(traces.differences(server, before, 1))
    left = server.data / "volumes" / "segments" / "left"
    left.write_bytes(b"left")
    assert "files" in traces.differences(server, before, 0)
    left.unlink()
    s3.delete_object(Bucket=BUCKET, Key="kept more")
    s3.close()


def test_many_at_once(server):
    """The whole corpus, ten times and by four at once, beside a client that behaves."""
    todo = [case.make(server) for case in CASES.values()] * 10
    count, answered, lock = len(CASES), set(), threading.Lock()

    def pester():
        while True:
            with lock:
                if not todo:
                    return
                data = todo.pop()
            try:
                with raw.connect(server) as connection:
                    connection.sendall(data)
                    connection.shutdown(socket.SHUT_WR)
                    if connection.recv(100):
                        answered.add(data)
            except OSError:
                pass
    with beside.client(server, BUCKET) as seen:
        pests = [threading.Thread(target=pester) for _ in range(4)]
        for pest in pests:
            pest.start()
        for pest in pests:
            pest.join()
    print(f"\n{server.io}: {vars(seen)}")
    assert len(answered) > count // 2
    assert seen.failures == [] and seen.requests >= 200
    assert seen.longest < LONGEST and seen.p99 < USUAL, vars(seen)


def test_the_client_beside_it_tells(server):
    """It can fail: what it is not given it says."""
    with beside.client(server, BUCKET) as seen:
        for _ in range(20):
            raw.signed(server, "DELETE", f"/{BUCKET}/steady")
    assert [failure for failure in seen.failures if failure[1] == [404, "NoSuchKey"]], vars(seen)
