"""What the harness makes of a server that has lost, kept or made up something: the clients' knowledge is bent
behind the back of an honest one, and each time the verification must say so."""

import time

import pytest

from crash.client import Client
from crash.content import md5
from crash.history import OK, History
from crash.verify import Verification
from crash.world import MIB, Part, Upload, World
from support.server import Server

BUCKET = "bent"
PATH = f"/{BUCKET}/inline/0"
LARGE = f"/{BUCKET}/large/0"


@pytest.fixture(scope="module")
def server():
    with Server() as started:
        yield started


class Bench:
    """A bucket, a client, and what it knows."""

    def __init__(self, server):
        self.server, self.client = server, Client(server)
        self.world = World(1, (BUCKET,), {"inline": 2, "packed": 1, "large": 1, "parts": 1})
        self.history, self.uploads = History(), []
        self.client.call("PUT", f"/{BUCKET}")

    def write(self, path, mark, size=1000, send=True, told=True):
        version, body = self.world.plain(path, mark, size)
        operation = self.history.begin(path, "write", version.value) if told else None
        if send:
            assert self.client.put(path, body, version.headers).ok
        if told:
            operation.end(OK)
        return version

    def upload(self, part=True):
        upload = Upload(f"/{BUCKET}/parts/0", "u", "u")
        upload.id = self.client.create_upload(upload.path, upload.headers).text("UploadId")
        self.uploads.append(upload)
        if part:
            body = self.world.contents.body("p", MIB)
            upload.parts[1] = [Part(md5(body), "p", MIB, acknowledged=True)]
            assert self.client.put_part(upload.path, upload.id, 1, body).ok
        return upload

    def kinds(self):
        now = time.monotonic_ns()
        found = Verification(self.server, self.world, self.history, self.uploads, [], now).run()
        return {violation.kind for violation in found}

    def clean(self):
        for name in self.client.list(BUCKET):
            self.client.delete(f"/{BUCKET}/{name}")
        for name, upload_id in self.client.list_uploads(BUCKET):
            self.client.abort(f"/{BUCKET}/{name}", upload_id)
        self.client.close()


@pytest.fixture
def bench(server):
    made = Bench(server)
    yield made
    made.clean()


def test_an_honest_server(bench):
    bench.write(PATH, "a")
    bench.write(PATH, "b")
    bench.write(LARGE, "c", MIB)
    bench.upload()
    assert bench.kinds() == set()
    assert bench.world.state[PATH].mark == "b"


def test_a_lost_write(bench):
    bench.write(PATH, "a")
    bench.write(PATH, "b", send=False)
    assert bench.kinds() == {"lost"}


def test_a_deleted_key_that_is_back(bench):
    bench.write(PATH, "a")
    bench.history.begin(PATH, "delete").end(OK)
    assert bench.kinds() == {"lost"}


def test_a_write_that_nobody_sent(bench):
    bench.write(PATH, "a", told=False)
    bench.world.versions.clear()
    assert "never written" in bench.kinds()


def test_a_key_that_nobody_uses(bench):
    bench.client.put(f"/{BUCKET}/other", b"x", {})
    assert bench.kinds() == {"listing"}


@pytest.mark.parametrize("field, kind", [("md5", "torn"), ("etag", "wrong ETag"), ("size", "wrong size"),
                                         ("note", "wrong metadata")])
def test_an_object_that_is_not_what_was_written(bench, field, kind):
    version = bench.write(PATH, "a")
    setattr(version, field, 1 if field == "size" else "0" * 32)
    assert kind in bench.kinds()


def test_a_lost_upload(bench):
    upload = bench.upload()
    bench.client.abort(upload.path, upload.id)
    assert bench.kinds() == {"upload lost"}


def test_an_upload_that_is_back(bench):
    upload = bench.upload(part=False)
    upload.ending, upload.ended = "abort", True
    assert bench.kinds() == {"upload came back"}


def test_an_upload_that_nobody_began(bench):
    bench.upload(part=False)
    bench.uploads.clear()
    assert bench.kinds() == {"unknown upload"}


def test_lost_and_wrong_and_unknown_parts(bench):
    upload = bench.upload()
    part = upload.parts[1][0]
    upload.parts = {1: [Part("0" * 32, "p", MIB)], 2: [part]}
    assert bench.kinds() >= {"wrong part", "part lost"}
    upload.parts.clear()
    assert "unknown part" in bench.kinds()


def test_space_that_leaks(bench):
    version = bench.write(LARGE, "a", MIB)
    version.blobs = ()
    assert bench.kinds() == {"space"}


def test_a_reference_dropped_too_early(bench):
    version = bench.write(PATH, "a")
    version.blobs = (("elsewhere", MIB),)
    assert bench.kinds() == {"space"}


def test_versions_that_are_lost_or_torn(server, bench, monkeypatch):
    """An acknowledged version that is gone, or holds other bytes than were written under its id."""
    bucket = "bent-versions"
    monkeypatch.setattr("crash.verify.VERSIONED", (bucket,))
    world = World(2, (bucket,), {"inline": 1, "packed": 0, "large": 0, "parts": 0})
    assert bench.client.call("PUT", f"/{bucket}").ok and bench.client.enable_versioning(bucket).ok
    path = f"/{bucket}/inline/0"
    ids = []
    for mark in ("v1", "v2"):
        version, body = world.plain(path, mark, 100)
        operation = (history := History()).begin(path, "write", version.value)
        answer = bench.client.put(path, body, version.headers)
        operation.end(OK)
        ids.append(answer.headers["x-amz-version-id"])
        world.keep(path, ids[-1], version)

    def kinds():
        found = Verification(server, world, history, [], [], time.monotonic_ns()).run()
        return {violation.kind for violation in found} - {"space"}

    assert kinds() == set()
    torn, _ = world.plain(path, "never sent", 100)
    world.keep(path, ids[0], torn)
    assert kinds() == {"version torn"}
    assert bench.client.delete_version(path, ids[0]).ok
    assert kinds() == {"version lost"}
    assert bench.client.delete_version(path, ids[1]).ok
