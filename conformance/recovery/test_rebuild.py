"""Losing the metadata disk is not losing the data: `weir metadata rebuild`, `backup` and `restore`."""

import concurrent.futures
import hashlib
import itertools
import json
import os
import pathlib
import shutil
import signal
import subprocess

import pytest

from support import clients
from support.server import ACCESS_KEY, BINARY, SECRET_KEY, Server, wait_until

BUCKETS = ["alpha", "beta", "gamma"]
SMALL = 9_909  # inline; with the others 10,000
PACKED = 90    # share writes in a segment
LARGE = 8      # extents of their own
PARTED = 2     # multipart


def weir(*arguments, variables=None):
    """Runs a subcommand: its exit code, what it printed, what it complained of."""
    result = subprocess.run(
        [str(BINARY), *map(str, arguments)], capture_output=True, text=True, timeout=120,
        env={"WEIR_ROOT_ACCESS_KEY": ACCESS_KEY, "WEIR_ROOT_SECRET_KEY": SECRET_KEY, **(variables or {})})
    return result.returncode, result.stdout, result.stderr


def body(number, size):
    """Bytes that belong to one object only."""
    seed = hashlib.sha256(str(number).encode()).digest()
    return (seed * (size // len(seed) + 1))[:size]


def put(s3, bucket, number, size):
    data = body(number, size)
    s3.put_object(
        Bucket=bucket, Key=f"dir{number % 7}/obj-{number}", Body=data, ContentType=f"text/x-{number % 5}",
        Metadata={"number": str(number)})


def put_parts(s3, bucket, number):
    key = f"parts/{number}"
    upload = s3.create_multipart_upload(
        Bucket=bucket, Key=key, Metadata={"parted": str(number)})["UploadId"]
    parts = []
    for part, size in [(1, 5 << 20), (2, 5 << 20), (3, 12_345)]:
        answer = s3.upload_part(
            Bucket=bucket, Key=key, UploadId=upload, PartNumber=part, Body=body(f"{number}-{part}", size))
        parts.append({"ETag": answer["ETag"], "PartNumber": part})
    s3.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts})


def fill(server, small=SMALL, packed=PACKED, large=LARGE, parted=PARTED):
    """Puts objects of every kind into every bucket, deletes some, and leaves an upload open."""
    s3 = clients.s3(server)
    for bucket in BUCKETS:
        s3.create_bucket(Bucket=bucket)
    sizes = [100 + number % 3_000 for number in range(small)]
    sizes += [20_000 + number for number in range(packed)]
    sizes += [(1 << 20) + number for number in range(large)]
    bucket_of = itertools.cycle(BUCKETS)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        jobs = [pool.submit(put, s3, next(bucket_of), number, size) for number, size in enumerate(sizes)]
        for job in jobs:
            job.result()
    for number in range(parted):
        put_parts(s3, BUCKETS[number % len(BUCKETS)], number)
    for number in range(0, 30, 3):
        s3.delete_object(Bucket="alpha", Key=f"dir{number % 7}/obj-{number}")
    s3.copy_object(Bucket="beta", Key="copied", CopySource={"Bucket": "alpha", "Key": "parts/0"})
    upload = s3.create_multipart_upload(Bucket="gamma", Key="open")["UploadId"]
    s3.upload_part(Bucket="gamma", Key="open", UploadId=upload, PartNumber=1, Body=body("open", 50_000))
    return s3


def seen(server):
    """Everything that a client can see: of each object its bytes, ETag, type, user metadata and time."""
    s3 = clients.s3(server)
    objects = {}

    def look(bucket, key):
        answer = s3.get_object(Bucket=bucket, Key=key)
        return (bucket, key), (
            hashlib.sha256(answer["Body"].read()).hexdigest(), answer["ETag"], answer["ContentLength"],
            answer["ContentType"], answer["Metadata"], answer["LastModified"])

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        jobs = []
        for bucket in s3.list_buckets()["Buckets"]:
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"]):
                jobs += [pool.submit(look, bucket["Name"], entry["Key"]) for entry in page.get("Contents", [])]
        for job in jobs:
            name, value = job.result()
            objects[name] = value
    uploads = {}
    for bucket in BUCKETS:
        for upload in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
            parts = s3.list_parts(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
            uploads[bucket, upload["Key"]] = [(p["PartNumber"], p["ETag"], p["Size"]) for p in parts["Parts"]]
    users = [user["UserName"] for user in clients.iam(server).list_users()["Users"]]
    return objects, uploads, users


def settled(server):
    """Waits until the journal is as far as the store."""
    assert wait_until(lambda: server.metrics()["weir_journal_lag_writes"] == 0, 20)


def refused(server):
    """Starts the server, which must not come up; what it says."""
    with pytest.raises(RuntimeError) as failure:
        server.start()
    server.process.wait(20)
    server.process.stdout.close()
    server.log.close()
    server.process = None
    return str(failure.value)


@pytest.fixture
def store(tmp_path):
    server = Server(data=tmp_path / "data", log=tmp_path / "log", settings={"volumes.segment_size": "16MiB"})
    yield server.start()
    if server.process:
        server.stop(signal.SIGKILL)
    shutil.rmtree(server.home, ignore_errors=True)


@pytest.mark.parametrize("how, small", [(signal.SIGTERM, 900), (signal.SIGKILL, SMALL)])
def test_rebuild_brings_back_every_object(store, how, small):
    fill(store, small)
    user = clients.iam(store).create_user(UserName="somebody")["User"]["UserName"]
    key = clients.iam(store).create_access_key(UserName=user)["AccessKey"]
    before = seen(store)
    assert len(before[0]) == small + PACKED + LARGE + PARTED - 10 + 1
    settled(store)
    store.stop(how)
    shutil.rmtree(store.data / "metadata")

    assert "weir metadata rebuild" in refused(store)
    assert not (store.data / "metadata").exists()

    code, _, problem = weir("fsck", "--data", store.data)
    assert code != 0 and "weir metadata rebuild" in problem
    assert not (store.data / "metadata").exists()

    code, text, problem = weir("metadata", "rebuild", "--data", store.data, "--dry-run", "--json")
    assert code == 0, problem
    planned = json.loads(text)
    assert planned["complete"] and planned["dry_run"]
    assert not (store.data / "metadata").exists()

    code, text, problem = weir("metadata", "rebuild", "--data", store.data, "--json")
    assert code == 0, problem
    report = json.loads(text)
    assert report["complete"] and report["missing"] == 0 and report["writes"] == planned["writes"]
    store.start()
    assert seen(store) == before
    # The key under which secrets are sealed is the same: the user's own key still works.
    theirs = clients.s3(store, access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    assert theirs.list_buckets()["Buckets"] == []
    # And it is a store like any other: it can be written, and rebuilt again.
    clients.s3(store).put_object(Bucket="alpha", Key="after", Body=b"later")
    settled(store)
    store.stop()
    code, text, problem = weir("metadata", "rebuild", "--data", store.data, "--json")
    assert code != 0 and "--force" in problem
    code, text, problem = weir("metadata", "rebuild", "--data", store.data, "--force", "--json")
    assert code == 0, problem
    assert pathlib.Path(json.loads(text)["moved_aside"]).is_dir()
    store.start()
    assert clients.s3(store).get_object(Bucket="alpha", Key="after")["Body"].read() == b"later"


def test_killed_between_commit_and_journal(store):
    """Without a pause between the last answer and the kill, the journal ends a group or two before the store."""
    s3 = clients.s3(store)
    s3.create_bucket(Bucket="alpha")
    for number in range(300):
        s3.put_object(Bucket="alpha", Key=f"{number:04}", Body=body(number, 700))
    store.stop(signal.SIGKILL)
    shutil.rmtree(store.data / "metadata")
    code, text, problem = weir("metadata", "rebuild", "--data", store.data, "--json")
    assert code == 0, problem
    store.start()
    s3 = clients.s3(store)
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket="alpha")["Contents"]]
    assert keys == [f"{number:04}" for number in range(len(keys))], "a beginning of what was written"
    assert len(keys) >= 290
    assert s3.get_object(Bucket="alpha", Key=keys[-1])["Body"].read() == body(len(keys) - 1, 700)


def test_rebuild_after_reclaim(tmp_path):
    """Data that was moved or deleted since the base is where the journal says, or gone: nothing dangles."""
    server = Server(
        data=tmp_path / "data", log=tmp_path / "log",
        settings={"volumes.segment_size": "16MiB", "reclaim.interval": "200ms"})
    server.start()
    try:
        fill(server, small=50, packed=200, large=40, parted=1)
        s3 = clients.s3(server)
        for number in (number for number in range(60, 290) if number % 4):
            for bucket in BUCKETS:
                s3.delete_object(Bucket=bucket, Key=f"dir{number % 7}/obj-{number}")
        assert wait_until(lambda: server.metrics()["weir_reclaim_segments_removed_total"] > 0, 60), server.metrics()
        before = seen(server)
        settled(server)
        server.stop(signal.SIGKILL)
        shutil.rmtree(server.data / "metadata")
        code, text, problem = weir("metadata", "rebuild", "--data", server.data, "--json")
        assert code == 0 and json.loads(text)["complete"], (text, problem)
        server.start()
        assert seen(server) == before
    finally:
        server.stop(signal.SIGKILL)


def test_rebuild_of_volumes_alone(store):
    """Of the whole data directory only the volumes are left, on their own disk."""
    fill(store, small=300, packed=20, large=2, parted=1)
    before = seen(store)
    settled(store)
    store.stop(signal.SIGKILL)
    for name in store.data.iterdir():
        if name.name != "volumes":
            shutil.rmtree(name) if name.is_dir() else name.unlink()
    assert "weir metadata rebuild" in refused(store)
    code, _, problem = weir("metadata", "rebuild", "--data", store.data)
    assert code == 0, problem
    store.start()
    assert seen(store) == before


def test_a_damaged_journal_is_reported(store):
    s3 = clients.s3(store)
    s3.create_bucket(Bucket="alpha")
    for number in range(200):
        put(s3, "alpha", number, 500)
    settled(store)
    store.stop()
    [journal] = (store.data / "volumes/metadata/journal").glob("*.journal")
    data = bytearray(journal.read_bytes())
    data[len(data) // 2] ^= 0x10
    journal.write_bytes(data)
    shutil.rmtree(store.data / "metadata")
    code, text, problem = weir("metadata", "rebuild", "--data", store.data, "--json")
    assert code == 0, problem
    report = json.loads(text)
    assert any("damaged" in note for note in report["notes"]), report
    store.start()
    count = clients.s3(store).list_objects_v2(Bucket="alpha")["KeyCount"]
    assert 50 < count < 200


def test_backup_while_serving_and_restore(store, tmp_path):
    fill(store, small=500, packed=20, large=2, parted=1)
    before = seen(store)
    backups = tmp_path / "backups"
    code, text, problem = weir("metadata", "backup", "--to", backups, "--admin", store.admin, "--json")
    assert code == 0, problem
    first = json.loads(text)["backup"]
    clients.s3(store).put_object(Bucket="alpha", Key="too late", Body=b"not in the first backup")
    code, text, problem = weir("metadata", "backup", "--to", backups, "--admin", store.admin, "--json")
    assert code == 0, problem
    assert store.metrics()["weir_metadata_backups_total"] == 2
    store.stop()
    # At rest the directory is backed up without a server.
    code, text, problem = weir("metadata", "backup", "--to", backups, "--data", store.data, "--json")
    assert code == 0, problem
    code, text, _ = weir("metadata", "backups", "--from", backups, "--json")
    assert [entry["backup"] for entry in json.loads(text)["backups"]] == [first, first + 1, first + 2]

    code, _, problem = weir("metadata", "restore", "--from", backups, "--data", store.data)
    assert code != 0 and "--force" in problem
    shutil.rmtree(store.data / "metadata")
    (store.data / "secrets.key").unlink()
    code, text, problem = weir(
        "metadata", "restore", "--from", backups, "--data", store.data, "--backup", first, "--json")
    assert code == 0, problem
    store.start()
    assert seen(store) == before
    # The journal knows that this is another history: what came after the backup stays gone.
    clients.s3(store).put_object(Bucket="alpha", Key="new", Body=b"new")
    assert wait_until(lambda: store.metrics()["weir_journal_whole"] == 1, 20)
    settled(store)
    store.stop()
    shutil.rmtree(store.data / "metadata")
    code, text, problem = weir("metadata", "rebuild", "--data", store.data, "--json")
    assert code == 0 and json.loads(text)["complete"], (text, problem)
    store.start()
    keys = {key for bucket, key in seen(store)[0]}
    assert "new" in keys and "too late" not in keys


def test_backups_on_a_schedule(tmp_path):
    backups = tmp_path / "backups"
    server = Server(
        data=tmp_path / "data", log=tmp_path / "log", settings={"metadata.backup_directory": backups})
    server.start()
    try:
        assert wait_until(lambda: server.metrics()["weir_metadata_backup_timestamp_seconds"] > 0, 20)
        assert json.loads(weir("metadata", "backups", "--from", backups, "--json")[1])["backups"]
    finally:
        server.stop()


def test_refusals(store, tmp_path):
    code, _, problem = weir("metadata", "rebuild", "--data", store.data)
    assert code != 0 and "in use" in problem
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("mine")
    code, _, problem = weir("metadata", "backup", "--to", elsewhere, "--admin", store.admin)
    assert code != 0 and "neither empty" in problem
    assert [name.name for name in elsewhere.iterdir()] == ["precious"]
    code, _, problem = weir("metadata", "backups", "--from", elsewhere)
    assert code != 0 and "no metadata backups" in problem
    code, _, problem = weir("metadata", "restore", "--from", elsewhere, "--data", tmp_path / "nowhere")
    assert code != 0 and "no data directory" in problem
    if os.geteuid() == 0:  # what root makes in it the server's user could not read
        os.chown(elsewhere, 65534, -1)
        code, _, problem = weir("metadata", "rebuild", "--data", elsewhere)
        assert code != 0 and "sudo -u '#65534'" in problem


def test_half_a_copy_is_refused(store):
    s3 = clients.s3(store)
    s3.create_bucket(Bucket="alpha")
    s3.put_object(Bucket="alpha", Key="large", Body=body("large", 100_000))
    store.stop()
    shutil.rmtree(store.data / "volumes")
    assert "half a copy" in refused(store)
    assert not (store.data / "volumes").exists()
