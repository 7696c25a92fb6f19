"""Full disks, on a file system of 300 MiB: what is stored is refused with 507, reads and deletes go on, and room
that comes back is used without a restart."""

import concurrent.futures
import contextlib
import itertools
import json
import os
import shutil
import signal
import time
import urllib.error
import urllib.request

import botocore.exceptions
import pytest

from crash import disk
from support import clients
from support.checks import refused
from support.server import Server, wait_until

reason = disk.why_not()
pytestmark = pytest.mark.skipif(reason is not None, reason=str(reason))
MIB = 1 << 20
SETTINGS = {"disk.reserve": "40MiB", "disk.delete_reserve": "16MiB", "volumes.segment_size": "16MiB",
            "metadata.write_buffer": "1MiB", "log.format": "json"}
FULL = "InsufficientStorage", 507


class Full:
    """A server on a small disk, and a ballast beside its data that decides how much is free."""

    def __init__(self, small, server):
        self.disk, self.server = small, server
        self.ballast = small.path / "ballast"
        self.bodies = {}
        self.connect()
        self.s3.create_bucket(Bucket="bucket")

    def connect(self):
        self.s3 = clients.s3(self.server)

    def put(self, key, body):
        self.s3.put_object(Bucket="bucket", Key=key, Body=body)
        self.bodies[key] = body

    def get(self, key):
        return self.s3.get_object(Bucket="bucket", Key=key)["Body"].read()

    def free(self):
        return shutil.disk_usage(self.disk.path).free

    def leave(self, free):
        """Makes the ballast so large that about so many bytes are free, as the server's user sees it."""
        self.make_room()
        with open(self.ballast, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, self.free() - free))
        time.sleep(0.3)  # the server looks at the disk five times a second

    def make_room(self):
        self.ballast.unlink(missing_ok=True)

    def fill(self):
        """Stores 1 MiB at a time until that is refused; how many were stored."""
        for number in itertools.count():
            body = os.urandom(MIB)
            try:
                self.put(f"fill-{number:04}", body)
            except botocore.exceptions.ClientError as error:
                seen = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
                assert seen == FULL, error.response
                return number

    def stores(self, size=10):
        try:
            self.put("again", os.urandom(size))
        except botocore.exceptions.ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] in (500, 503, 507), error.response
            return False
        return True

    def expect_all(self):
        for key, body in self.bodies.items():
            assert self.get(key) == body, key

    def ready(self):
        try:
            with urllib.request.urlopen(self.server.admin + "/readyz", timeout=10) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def warnings(self):
        lines = (json.loads(line) for line in self.server.log_path.read_text().splitlines() if line[:1] == "{")
        return [line for line in lines if line.get("failure") == "full"]


@contextlib.contextmanager
def small_server(io):
    with disk.Disk(300 * MIB) as small:
        with Server(io=io, data=small.path / "data", settings=SETTINGS, is_recorded=False) as server:
            yield Full(small, server)


@pytest.fixture(params=["uring", "poll"])
def full(request):
    with small_server(request.param) as made:
        yield made


def test_a_full_disk_refuses_what_it_would_have_to_keep(full):
    assert full.fill() > 100
    assert full.free() >= 40 * MIB, "the reserve is touched"
    full.put("small", b"metadata has room left")
    upload = full.s3.create_multipart_upload(Bucket="bucket", Key="parts")["UploadId"]
    full.leave(30 * MIB)
    for size in (0, 10, 20_000, 300_000, 3 * MIB):
        with refused(*FULL) as seen:
            full.s3.put_object(Bucket="bucket", Key="more", Body=bytes(size))
        assert "no room" in seen.error["Message"] and "read and deleted" in seen.error["Message"]
    with refused(*FULL):
        full.s3.upload_part(Bucket="bucket", Key="parts", UploadId=upload, PartNumber=1, Body=bytes(5 * MIB))
    with refused(*FULL):
        full.s3.copy_object(Bucket="bucket", Key="copy", CopySource="bucket/fill-0000")
    with refused(*FULL):
        full.s3.create_multipart_upload(Bucket="bucket", Key="parts")
    with refused(*FULL):
        full.s3.create_bucket(Bucket="another")
    with refused(*FULL):
        clients.iam(full.server).create_user(UserName="another")
    # Reads, deletes, and what gives up.
    full.expect_all()
    assert full.s3.list_objects_v2(Bucket="bucket")["KeyCount"] == len(full.bodies)
    full.s3.abort_multipart_upload(Bucket="bucket", Key="parts", UploadId=upload)
    full.s3.delete_object(Bucket="bucket", Key="fill-0000")
    reply = full.s3.delete_objects(
        Bucket="bucket", Delete={"Objects": [{"Key": f"fill-{number:04}"} for number in range(1, 50)]})
    assert len(reply["Deleted"]) == 49 and "Errors" not in reply
    for number in range(50):
        del full.bodies[f"fill-{number:04}"]
    with refused("NoSuchKey", 404):
        full.get("fill-0000")
    # What the operator sees.
    metrics = full.server.metrics()
    assert metrics["weir_metadata_full"] == 1
    assert metrics['weir_storage_failures_total{kind="full"}'] >= 10
    assert metrics["weir_volume_read_only"] == 0 and metrics["weir_metadata_stopped"] == 0
    status, text = full.ready()
    assert status == 200 and "only reads and deletes" in text
    assert wait_until(full.warnings)
    assert len(full.warnings()) == 1 and full.warnings()[0]["level"] == "warning"
    # Room that comes back is used at once.
    full.make_room()
    assert wait_until(full.stores, 5)
    assert full.ready() == (200, "ready\n")
    full.expect_all()
    assert full.server.restart()
    full.connect()
    full.expect_all()


def test_room_makes_large_writes_go_on(full):
    full.leave(70 * MIB)
    stored = full.fill()
    assert stored < 40
    full.make_room()
    assert wait_until(lambda: full.stores(MIB), 5)
    assert full.fill() > 60
    full.expect_all()


def test_deletes_make_room(full):
    """No restart, and nothing else that makes room: segments are emptied and removed behind the deletes. Every second
    object goes, so no segment is empty by itself."""
    full.leave(110 * MIB)
    stored = full.fill()
    assert stored > 30
    for number in range(0, stored, 2):
        key = f"fill-{number:04}"
        full.s3.delete_object(Bucket="bucket", Key=key)
        del full.bodies[key]
    assert wait_until(lambda: full.stores(MIB), 60, 0.5), full.server.log_path.read_text()[-3000:]
    full.expect_all()
    assert full.server.metrics()["weir_volume_read_only"] == 0


def test_the_second_reserve_keeps_the_metadata_alive(full):
    full.put("inline", b"i" * 1000)
    full.put("packed", os.urandom(20_000))
    full.leave(8 * MIB)
    with refused(*FULL):
        full.s3.delete_object(Bucket="bucket", Key="inline")
    with refused(*FULL):
        full.s3.put_object(Bucket="bucket", Key="inline", Body=b"")
    full.expect_all()
    assert full.server.metrics()["weir_metadata_full"] == 2
    assert full.ready() == (200, full.ready()[1]) and "only reads go on" in full.ready()[1]
    full.leave(24 * MIB)
    full.s3.delete_object(Bucket="bucket", Key="inline")
    del full.bodies["inline"]
    full.make_room()
    assert wait_until(full.stores, 5)
    full.expect_all()


def test_a_start_on_a_full_disk_serves_reads(full):
    full.put("inline", b"i" * 1000)
    full.put("packed", os.urandom(20_000))
    full.put("large", os.urandom(MIB))
    full.server.stop()
    full.leave(8 * MIB)
    full.server.start()
    full.connect()
    full.expect_all()
    with refused(*FULL):
        full.s3.put_object(Bucket="bucket", Key="more", Body=b"")
    full.make_room()
    assert wait_until(full.stores, 5)


def test_a_disk_that_fills_up_under_writes(full):
    """Somebody else takes the last byte at once while clients write: RocksDB meets ENOSPC itself. Nothing that was
    acknowledged is lost, and when there is room again writes go on without a restart."""
    stop = time.monotonic() + 4
    acknowledged, codes = {}, set()

    def write(worker):
        s3 = clients.s3(full.server)
        for number in itertools.count():
            if time.monotonic() > stop:
                return
            key, body = f"{worker}-{number}", os.urandom((200, 3000, 30_000)[number % 3])
            try:
                s3.put_object(Bucket="bucket", Key=key, Body=body)
                acknowledged[key] = body
            except botocore.exceptions.ClientError as error:
                codes.add((error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]))

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, worker) for worker in range(4)]
        time.sleep(1)
        with open(full.ballast, "wb") as file:
            # To the last byte that root may have.
            for size in (16 * MIB, MIB, 4096):
                with contextlib.suppress(OSError):
                    while True:
                        os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, size)
        for writer in writers:
            writer.result()
    assert codes <= {FULL, ("InternalError", 500), ("ServiceUnavailable", 503)}, codes
    assert FULL in codes
    full.bodies.update(acknowledged)
    full.expect_all()
    full.make_room()
    assert wait_until(full.stores, 60, 0.5), full.server.log_path.read_text()[-3000:]
    full.expect_all()
    full.server.stop(signal.SIGKILL)
    full.server.start()
    full.connect()
    full.expect_all()
    assert full.stores()
