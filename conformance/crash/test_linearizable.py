"""Many clients on few keys of a server that does not crash: every key's history must be linearizable."""

import random
import threading
import time

import pytest

from crash.history import OK, REFUSED, History
from crash.linearizability import check
from crash.workload import Worker
from crash.world import World
from support.clients import s3
from support.server import Server

SECONDS = 5
KEYS = {"inline": 2, "packed": 1, "large": 1, "parts": 1}
ROLES = ["small"] * 6 + ["large"]


@pytest.fixture(params=["uring", "poll"])
def server(request):
    with Server(io=request.param) as started:
        yield started


def test_concurrent_clients_on_few_keys(server):
    seed = random.SystemRandom().getrandbits(32)
    s3(server).create_bucket(Bucket="few-keys")
    world, history, stop = World(seed, ("few-keys",), KEYS), History(), threading.Event()
    workers = [Worker(server, world, history, role, str(number), stop) for number, role in enumerate(ROLES)]
    for worker in workers:
        worker.start()
    time.sleep(SECONDS)
    stop.set()
    for worker in workers:
        worker.join()
        assert worker.failure is None and worker.lost_at is None, f"seed {seed}: {worker.failure}"
        assert not worker.problems, f"seed {seed}: {worker.problems[:3]}"
    judge(history, seed)


def judge(history, seed):
    counts = {}
    for path, operations in history.by_key().items():
        verdict = check(operations)
        assert verdict, f"seed {seed}, {path}: {verdict.explain()}"
        for operation in operations:
            counts[operation.kind, operation.outcome] = counts.get((operation.kind, operation.outcome), 0) + 1
    # It proves something only when there was something to go wrong.
    for seldom in (("write", OK), ("write", REFUSED), ("delete", OK), ("read", OK)):
        assert counts.get(seldom, 0) > 20, f"seed {seed}: {counts}"
