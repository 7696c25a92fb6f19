"""Crashes at each named step of the write order, in a debug build (`WEIR_CRASH_AT`, Sources/Ring/Core/CrashPoint.swift).

The random kills of the harness meet the long steps; these meet the short ones too, every time.
"""

import os
import pathlib
import random
import re
import signal
import threading
import time

import pytest

from crash.client import Client, Unanswered, Unsent
from crash.harness import Run, report
from crash.history import History
from crash.verify import Violation
from support import clients
from support.server import ROOT, Server, wait_until

DEBUG = pathlib.Path(os.environ.get("WEIR_DEBUG", ROOT / ".build" / "debug" / "weir"))
SOURCE = ROOT / "Sources" / "Ring" / "Core" / "CrashPoint.swift"
POINTS = re.findall(r'^  case \w+ = "([a-z.]+)"', SOURCE.read_text(), re.MULTILINE)
# Seconds; a debug build beside another one on a slow machine takes its time.
REACHED_WITHIN = 60
CLEANUPS = [point for point in POINTS if point.startswith("cleanup.")]
pytestmark = pytest.mark.skipif(not DEBUG.exists(), reason=f"there is no debug build ({DEBUG})")


class PointRun(Run):
    """The harness, with a server that crashes by itself."""
    is_armed = False

    def make_buckets(self):
        if not self.is_armed:
            super().make_buckets()

    def crash_at(self, point, occurrence):
        """One cycle. Whether the server got to the point and what it left is in order."""
        if self.server.process is not None:
            self.server.stop()
        self.server.variables["WEIR_CRASH_AT"] = f"{point}:{occurrence}"
        self.is_armed = True
        started = self.start()
        self.is_armed = False
        del self.server.variables["WEIR_CRASH_AT"]
        if not started:
            return False
        number, history, stop = self.cycles, History(), threading.Event()
        workers = self.workers(number, history, stop)
        for worker in workers:
            worker.start()
        reached = wait_until(lambda: self.server.process.poll() is not None, REACHED_WITHIN)
        died = time.monotonic_ns()
        stop.set()
        for worker in workers:
            worker.join()
        if not reached:
            self.blame(number, [Violation("not reached", "", f"{point} within {REACHED_WITHIN} s")])
        elif self.server.process.returncode != -signal.SIGKILL:
            self.blame(number, [Violation("another end", "", f"{self.server.process.returncode}")])
        self.crashes += 1
        self.end_process()
        history.close(died)
        self.count(history)
        for worker in workers:
            if worker.failure:
                raise worker.failure
        return self.restart_and_verify(number, history, workers, died)


def test_all_points_are_known():
    assert len(POINTS) >= 13


@pytest.mark.parametrize("point", [point for point in POINTS if point not in CLEANUPS])
def test_a_crash_at(point):
    seed = random.SystemRandom().getrandbits(32)
    with PointRun(seed, binary=DEBUG) as run:
        assert run.start()
        # The first time, and some time in the middle of things; a segment is rarely made, or ends within a blob.
        later = run.random.randint(2, 3 if point.startswith(("segment.", "extent.")) else 20)
        good = run.crash_at(point, 1) and run.crash_at(point, later)
        assert good, report(run, f"seed {seed} at {point}, 1st and {later}th")


@pytest.mark.parametrize("io", ["uring", "poll"])
@pytest.mark.parametrize("point", CLEANUPS)
@pytest.mark.parametrize("occurrence", [1, 2])
def test_a_crash_in_a_clean_up(io, point, occurrence):
    """More parts than go with the commit that aborts the upload: they go in steps, and the next start goes on."""
    parts = 300
    with Server(io=io, binary=DEBUG, is_recorded=False) as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="kept", Body=os.urandom(20_000))
        live = server.metrics()["weir_volume_live_bytes"]
        uploads = [s3.create_multipart_upload(Bucket="bucket", Key="parts")["UploadId"] for _ in range(2)]
        for upload in uploads:
            for number in range(1, parts + 1):
                s3.upload_part(Bucket="bucket", Key="parts", UploadId=upload, PartNumber=number, Body=bytes(5_000))
        assert server.metrics()["weir_volume_live_bytes"] > live + 2 * parts * 5_000
        server.stop()
        server.variables["WEIR_CRASH_AT"] = f"{point}:{occurrence}"
        server.start()
        del server.variables["WEIR_CRASH_AT"]
        client = Client(server)
        with pytest.raises((Unanswered, Unsent)):
            for upload in uploads:
                client.abort("/bucket/parts", upload)
        assert wait_until(lambda: server.process.poll() == -signal.SIGKILL)
        server.stop(signal.SIGKILL)
        server.start()
        s3 = clients.s3(server)
        for upload in s3.list_multipart_uploads(Bucket="bucket").get("Uploads", []):
            s3.abort_multipart_upload(Bucket="bucket", Key="parts", UploadId=upload["UploadId"])
        # What reclaim was moving just then is accounted for a moment.
        assert wait_until(lambda: server.metrics()["weir_volume_live_bytes"] == live)
        server.restart()
        assert wait_until(lambda: server.metrics()["weir_volume_live_bytes"] == live)
