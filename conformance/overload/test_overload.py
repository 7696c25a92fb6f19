"""More clients than a server can serve, slow ones above all: it stays within its memory, leaks nothing, and those who
behave notice little.

WEIR_OVERLOAD_CONNECTIONS and WEIR_OVERLOAD_ABORTED choose the numbers (10,000 and 5,000); the limit of open
files may lower the first.
"""

import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys

import pytest

from overload.steady import Steady
from support import clients
from support.server import Server, wait_until

pytestmark = pytest.mark.clocked

HERE = pathlib.Path(__file__).resolve().parents[1]
OPEN_FILES = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
CONNECTIONS = max(50, min(int(os.environ.get("WEIR_OVERLOAD_CONNECTIONS", 10_000)), OPEN_FILES - 1_000))
ABORTED = int(os.environ.get("WEIR_OVERLOAD_ABORTED", 5_000))
MEMORY = 256 << 20
# Beyond the budget: caches of buffers, RocksDB, what the allocator keeps.
OVERHEAD = 160 << 20
# What two processes on a core do to each other, in seconds: no slower than this is as good as idle.
NOISE = 0.001
# Reclaim would move what the accounts are compared by.
SETTINGS = {"limits.memory": "256MiB", "volumes.segment_size": "64MiB", "timeouts.body": "60s",
            "reclaim.interval": "1h"}


def start_server(io):
    """Without an access log: it is a measurement."""
    return Server(io=io, settings=SETTINGS, is_recorded=False)


def start(module, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)], cwd=HERE, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def prepare(server):
    """A bucket, a large object in it and an upload; returns the upload's id."""
    s3 = clients.s3(server)
    s3.create_bucket(Bucket="crowded")
    s3.put_object(Bucket="crowded", Key="large", Body=os.urandom(4 << 20))
    s3.put_object(Bucket="crowded", Key="steady", Body=b"x" * 200_000)
    upload = s3.create_multipart_upload(Bucket="crowded", Key="parts")["UploadId"]
    s3.close()
    return upload


def is_quiet(server, files, live):
    """Nothing of any client is left but the metrics' own connection."""
    metrics = server.metrics()
    return (metrics["weir_buffers_outstanding"] <= 1 and metrics["weir_volume_writers"] == 0
            and metrics["weir_http_connections"] == 0 and metrics["weir_memory_claimed_bytes"] == 0
            and metrics["weir_volume_live_bytes"] == live and server.open_files() <= files + 4)


@pytest.mark.parametrize("io", ["uring", "poll"])
def test_a_crowd_of_slow_clients(io):
    with start_server(io) as server, start_server(io) as quiet:
        upload = prepare(server)
        prepare(quiet)
        busy, idle = Steady(server, "crowded"), Steady(quiet, "crowded")
        before = {method: busy.window(method, 0.5) for method in ("GET", "PUT")}
        busy.close()
        assert wait_until(lambda: server.metrics()["weir_http_connections"] == 0)
        live = server.metrics()["weir_volume_live_bytes"]
        files, memory = server.open_files(), server.rss()
        crowd = start("overload.crowd", server.port, CONNECTIONS, "crowded", upload)
        try:
            entered = json.loads(crowd.stdout.readline())
            assert entered["failures"] == {}
            busy = Steady(server, "crowded")
            slow = {"GET": [], "PUT": []}
            # Turn and turn about, so that both servers see the same machine.
            for _ in range(10):
                for method, seen in slow.items():
                    seen.append((busy.window(method, 0.3), idle.window(method, 0.3)))
            metrics, grown = server.metrics(), server.rss() - memory
            answers = json.loads(crowd.communicate("go\n", timeout=60)[0].splitlines()[-1])["seen"]
        finally:
            crowd.kill()
            crowd.wait()
        print(f"\n{io}: {CONNECTIONS} connections, {grown >> 20} MiB more; p99 before {before}; "
              f"p99 crowded and idle {slow}; {answers}")
        assert busy.failures == [] and idle.failures == []
        busy.close()
        idle.close()
        # Memory: never beyond the budget, and the budget tells the truth.
        assert metrics["weir_memory_limit_bytes"] == MEMORY
        assert metrics["weir_memory_peak_bytes"] <= MEMORY
        assert metrics["weir_buffer_bytes"] <= MEMORY + (80 << 20)
        assert grown <= MEMORY + OVERHEAD
        # Those for whom there was no room were told in S3's words, the others are still being served.
        refused = sum(answers[kind].get("503 SlowDown", 0) for kind in ("upload", "part", "reader"))
        assert refused > 0 or CONNECTIONS < 2_000
        counted = sum(metrics[f'weir_memory_refusals_total{{for="{name}"}}'] for name in ("upload", "download"))
        assert counted == refused
        assert answers["idle"] == {"nothing": answers["idle"]["nothing"]}
        assert set(answers["head"]) <= {"nothing", "408"}
        assert set(answers["upload"]) | set(answers["part"]) <= {"nothing", "503 SlowDown", "400"}
        assert set(answers["reader"]) <= {"200", "503 SlowDown"}
        # Those who behave.
        for method, seen in slow.items():
            loaded, unloaded = (statistics.median(p99 for p99 in column) for column in zip(*seen))
            assert loaded <= 3 * max(unloaded, NOISE), (method, seen)
        # Nothing is left of the crowd.
        assert wait_until(lambda: is_quiet(server, files, live), 20), server.metrics()
        s3 = clients.s3(server)
        assert s3.list_parts(Bucket="crowded", Key="parts", UploadId=upload).get("Parts", []) == []
        assert [found["Key"] for found in s3.list_objects_v2(Bucket="crowded")["Contents"]] == ["large", "steady"]


def unaccounted(server):
    """Bytes by which the segments' files and what the server says of them differ."""
    held = sum(path.stat().st_size for path in server.data.glob("volumes/segments/*.seg"))
    metrics = server.metrics()
    return abs(held - sum(metrics[f"weir_volume_{kind}_bytes"] for kind in ("live", "dead", "unreserved")))


def test_uploads_that_are_cut():
    with start_server("uring") as server:
        upload = prepare(server)
        before = server.metrics()
        files = server.open_files()
        cutters = [start("overload.aborted", server.port, ABORTED // 2, "crowded", upload, seed) for seed in (1, 2)]
        seen = [json.loads(cutter.communicate(timeout=120)[0]) for cutter in cutters]
        assert sum(counts.get("cut", 0) for counts in seen) >= ABORTED * 0.99, seen
        live = before["weir_volume_live_bytes"]
        assert wait_until(lambda: is_quiet(server, files + 20, live), 30), server.metrics()
        # What the cut uploads had reserved is dead, not lost: every byte of the segments is accounted for, once the
        # segments that are being made or cut are done.
        assert wait_until(lambda: unaccounted(server) == 0, 30), unaccounted(server)
        after = server.metrics()
        assert after["weir_volume_dead_bytes"] > before["weir_volume_dead_bytes"]
        s3 = clients.s3(server)
        assert s3.get_object(Bucket="crowded", Key="steady")["Body"].read() == b"x" * 200_000
        assert s3.list_parts(Bucket="crowded", Key="parts", UploadId=upload).get("Parts", []) == []
        assert {found["Key"] for found in s3.list_objects_v2(Bucket="crowded")["Contents"]} == {"large", "steady"}
