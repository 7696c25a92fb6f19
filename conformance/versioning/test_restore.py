"""`weir restore`, `undelete`, `versions` and `bucket`: what they change, byte for byte, and what they say of it."""

import hashlib
import json
import os
import pty
import shlex
import signal
import subprocess
import threading
import time

import pytest

from support.checks import refused
from support.command import moment, weir, weir_json
from support.server import ACCESS_KEY, SECRET_KEY, wait_until


def contents(s3, bucket):
    """Every key with the digest of its bytes, its ETag, type and metadata."""
    found = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", []):
            got = s3.get_object(Bucket=bucket, Key=entry["Key"])
            digest = hashlib.sha256(got["Body"].read()).hexdigest()
            found[entry["Key"]] = digest, got["ETag"], got["ContentType"], got["Metadata"]
    return found


def upload_parts(s3, bucket, key, *bodies):
    one = {"Bucket": bucket, "Key": key}
    one["UploadId"] = s3.create_multipart_upload(**one, Metadata={"made": "of parts"})["UploadId"]
    parts = [{"PartNumber": n, "ETag": s3.upload_part(**one, PartNumber=n, Body=body)["ETag"]}
             for n, body in enumerate(bodies, 1)]
    s3.complete_multipart_upload(**one, MultipartUpload={"Parts": parts})


class Past:
    """A bucket as it was, and as it is now."""

    def __init__(self, s3, bucket, versioned=True):
        self.s3, self.bucket = s3, bucket
        if versioned:
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        for size in (0, 10, 5_000, 300_000):
            for name in ("same", "replaced", "deleted"):
                s3.put_object(Bucket=bucket, Key=f"a/{name}-{size}", Body=os.urandom(size), ContentType="text/weir",
                              Metadata={"size": str(size)})
        upload_parts(s3, bucket, "a/parts", os.urandom(5 << 20), os.urandom(1 << 20))
        s3.put_object(Bucket=bucket, Key="b/other", Body=b"other")
        self.then = moment()
        self.old = contents(s3, bucket)
        for size in (0, 10, 5_000, 300_000):
            s3.put_object(Bucket=bucket, Key=f"a/replaced-{size}", Body=os.urandom(size + 1))
            s3.delete_object(Bucket=bucket, Key=f"a/deleted-{size}")
            s3.put_object(Bucket=bucket, Key=f"a/new-{size}", Body=os.urandom(size))
        s3.put_object(Bucket=bucket, Key="a/parts", Body=b"no parts")
        s3.delete_object(Bucket=bucket, Key="b/other")
        s3.put_object(Bucket=bucket, Key="a/came and went", Body=b"x")
        s3.delete_object(Bucket=bucket, Key="a/came and went")
        self.new = contents(s3, bucket)

    def __call__(self):
        return contents(self.s3, self.bucket)


@pytest.fixture
def past(s3, own_bucket):
    return Past(s3, own_bucket)


def undo_of(text):
    """The words of the command that a report has for it."""
    (line,) = [line for line in text.splitlines() if line.startswith("to undo it: ")]
    return shlex.split(line.removeprefix("to undo it: "))


def pasted(words, with_credentials=True):
    """Runs a command as it was printed: only the credentials may come from elsewhere."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WEIR_")}
    if with_credentials:
        environment |= {"WEIR_ROOT_ACCESS_KEY": ACCESS_KEY, "WEIR_ROOT_SECRET_KEY": SECRET_KEY}
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, env=environment, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def counts(job):
    return tuple(job[name]["keys"] for name in ("created", "replaced", "deleted", "unchanged", "skipped"))


def test_restore_and_undo(way, bucket):
    past = Past(way.s3, bucket)
    dry = weir_json(way.server, "restore", "--bucket", bucket, "--as-of", past.then, "--dry-run")
    assert (dry["state"], dry["dry_run"], counts(dry)) == ("done", True, (5, 5, 4, 1, 0))
    assert past() == past.new
    job = weir_json(way.server, "restore", "--bucket", bucket, "--as-of", past.then)
    assert (job["state"], job["dry_run"], counts(job)) == ("done", False, (5, 5, 4, 1, 0))
    assert job["failed"] == {"keys": 0, "bytes": 0}
    assert job["created"]["bytes"] == 10 + 5_000 + 300_000 + 5
    assert job["replaced"]["bytes"] == 10 + 5_000 + 300_000 + (6 << 20)
    assert past() == past.old
    undo = weir_json(way.server, "restore", "--bucket", bucket, "--as-of", job["id"])
    assert counts(undo)[:3] == (4, 5, 5)
    assert past() == past.new
    again = weir_json(way.server, "restore", "--bucket", bucket, "--as-of", undo["id"])
    assert again["state"] == "done" and past() == past.old


def test_what_it_prints(server, past):
    text = weir(server, "restore", "--bucket", past.bucket, "--as-of", past.then, "--dry-run", "--diff")
    lines = text.splitlines()
    marks = [f"+ a/deleted-{n}" for n in (0, 10, 300_000, 5_000)] + [f"- a/new-{n}" for n in (0, 10, 300_000, 5_000)]
    marks += ["~ a/parts"] + [f"~ a/replaced-{n}" for n in (0, 10, 300_000, 5_000)] + ["+ b/other"]
    assert lines[:14] == marks
    assert "dry run" in lines[14] and "would be created" in text and "to undo it" not in text
    text = weir(server, "restore", "--bucket", past.bucket, "--as-of", past.then, "--yes")
    assert past() == past.old
    undo = undo_of(text)
    assert undo[0] == str(server.binary) and undo[-2:] == ["--admin", server.admin]
    pasted(undo)
    assert past() == past.new


def test_what_it_prints_of_a_directory(server, past, tmp_path):
    """Credentials that came from a data directory come from there again; a word that a shell would cut stays whole."""
    directory = tmp_path / "my data"
    directory.mkdir()
    (directory / "root-credentials").write_text(f"access_key={ACCESS_KEY}\nsecret_key={SECRET_KEY}\n")
    (directory / "root-credentials").chmod(0o600)
    words = [str(server.binary), "restore", "--bucket", past.bucket, "--as-of", past.then, "--prefix", "b/", "--yes",
             "--data", str(directory), "--admin", server.admin]
    for key in ("old", "new"):
        words = undo_of(pasted(words, with_credentials=False))
        assert words[-4:] == ["--admin", server.admin, "--data", str(directory)]
        assert past() == past.new | ({"b/other": past.old["b/other"]} if key == "old" else {})


def test_diff_in_json(server, past):
    job = weir_json(server, "restore", "--bucket", past.bucket, "--as-of", past.then, "--dry-run", "--diff")
    actions = {change["key"]: change["action"] for change in job["changes"]}
    assert actions["a/new-10"] == "delete" and actions["a/came and went"] == "unchanged" and len(actions) == 15
    created = next(c for c in job["changes"] if c["key"] == "a/deleted-5000")
    assert created["size"] == 5_000 and created["from"] != created["now"]


def test_only_a_prefix(server, past):
    job = weir_json(server, "restore", "--bucket", past.bucket, "--as-of", past.then, "--prefix", "b/")
    assert counts(job) == (1, 0, 0, 0, 0)
    assert past() == past.new | {"b/other": past.old["b/other"]}


def test_into_another_bucket(server, s3, past):
    other = past.bucket + "-other"
    s3.create_bucket(Bucket=other)
    job = weir_json(server, "restore", "--bucket", past.bucket, "--as-of", past.then, "--to", other)
    assert counts(job) == (len(past.old), 0, 0, 0, 0)
    assert contents(s3, other) == past.old and past() == past.new


def test_no_data_is_copied(server, past):
    def written():
        return server.metrics()["weir_volume_written_bytes_total"]

    before = written()
    weir(server, "restore", "--bucket", past.bucket, "--as-of", past.then)
    assert written() - before < 1_000_000


def test_list_show_cancel_forget(server, s3, own_bucket):
    s3.put_bucket_versioning(Bucket=own_bucket, VersioningConfiguration={"Status": "Enabled"})
    then = moment()
    for number in range(200):
        s3.put_object(Bucket=own_bucket, Key=f"k{number}", Body=b"x")
    command = [str(server.binary), "restore", "--bucket", own_bucket, "--as-of", then, "--rate", "1", "--admin",
               server.admin]
    environment = {**os.environ, "WEIR_ROOT_ACCESS_KEY": ACCESS_KEY, "WEIR_ROOT_SECRET_KEY": SECRET_KEY}
    watcher = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
                               stdin=subprocess.DEVNULL)

    def mine():
        return [job for job in weir_json(server, "restore", "list")["restores"] if job["bucket"] == own_bucket]

    assert wait_until(lambda: mine() and mine()[0]["state"] == "running")
    # Ctrl-C leaves it running, and says how to go on.
    watcher.send_signal(signal.SIGINT)
    _, said = watcher.communicate(timeout=20)
    (job,) = mine()
    assert watcher.returncode == 130 and f"restore show {job['id']} --follow --admin {server.admin}\n" in said
    assert f"restore cancel {job['id']} --admin {server.admin}\n" in said
    assert job["state"] == "running" and job["rate"] == 1
    assert job["id"] in weir(server, "restore", "list")
    assert "weir restore cancel" in weir(server, "restore", "forget", job["id"], status=1)
    ended = weir_json(server, "restore", "cancel", job["id"], status=1)
    assert ended["state"] == "cancelled" and ended["deleted"]["keys"] < 200
    assert "cancelled" in weir(server, "restore", "show", job["id"], status=1)
    weir(server, "restore", "forget", job["id"])
    assert mine() == [] and "weir restore list" in weir(server, "restore", "show", job["id"], status=1)


def test_two_of_the_same_keys(server, s3, own_bucket):
    """The second is refused, and says which runs; once that is cancelled it is free."""
    s3.put_bucket_versioning(Bucket=own_bucket, VersioningConfiguration={"Status": "Enabled"})
    then = moment()
    for number in range(50):
        s3.put_object(Bucket=own_bucket, Key=f"a/{number}", Body=b"x")
    restore = ["restore", "--bucket", own_bucket, "--as-of", then]
    slow = threading.Thread(target=lambda: weir(server, *restore, "--prefix", "a/", "--rate", "1", "--yes", status=1))
    slow.start()

    def running():
        jobs = weir_json(server, "restore", "list")["restores"]
        return [job["id"] for job in jobs if job["bucket"] == own_bucket and job["state"] == "running"]

    assert wait_until(running)
    (first,) = running()
    for arguments in (restore, [*restore, "--prefix", "a/1"], ["undelete", f"s3://{own_bucket}", "--since", then]):
        said = weir(server, *arguments, "--yes", status=1)
        assert f"weir restore show {first} --follow" in said and f"weir restore cancel {first}" in said
    weir(server, "restore", "cancel", first, status=1)
    slow.join()
    weir(server, *restore, "--yes")
    assert "Contents" not in s3.list_objects_v2(Bucket=own_bucket)


def on_a_terminal(server, answer, *arguments, typed_ahead=b""):
    """Runs a subcommand as a person would, and answers its question; returns its status and what was shown."""
    person, command = pty.openpty()
    environment = {**os.environ, "WEIR_ROOT_ACCESS_KEY": ACCESS_KEY, "WEIR_ROOT_SECRET_KEY": SECRET_KEY}
    running = subprocess.Popen([str(server.binary), *map(str, arguments), "--admin", server.admin], stdin=command,
                               stdout=command, stderr=command, env=environment)
    os.close(command)
    os.write(person, typed_ahead)
    shown = b""
    try:
        while piece := os.read(person, 65536):
            shown += piece
            if answer and b"[y/N]" in shown:
                os.write(person, answer)
                answer = b""
    except OSError:
        pass  # the other side is closed
    os.close(person)
    return running.wait(20), shown.decode()


def test_on_a_terminal_it_asks(server, past):
    restore = ["restore", "--bucket", past.bucket, "--as-of", past.then]
    # What was typed, or pasted, before it asks is no answer.
    status, shown = on_a_terminal(server, b"n\n", *restore, "--diff", typed_ahead=b"y\n")
    assert status == 1 and "change 14 keys" in shown and "+ b/other" in shown and "nothing was changed" in shown
    assert "would be created" in shown and past() == past.new
    status, shown = on_a_terminal(server, b"", *restore, "--dry-run")
    assert status == 0 and "[y/N]" not in shown and past() == past.new
    status, shown = on_a_terminal(server, b"y\n", *restore)
    assert status == 0 and "to undo it" in shown and past() == past.old
    status, shown = on_a_terminal(server, b"", *restore)
    assert status == 0 and "[y/N]" not in shown  # there is nothing to be changed
    jobs = [job for job in weir_json(server, "restore", "list")["restores"] if job["bucket"] == past.bucket]
    assert [job["dry_run"] for job in jobs] == [False, True]  # no plan that a person was only shown


def test_what_is_written_meanwhile_stays(server, s3, own_bucket):
    """A concurrent writer loses nothing that it wrote after the restore began, and the report says so."""
    s3.put_bucket_versioning(Bucket=own_bucket, VersioningConfiguration={"Status": "Enabled"})
    for number in range(300):
        s3.put_object(Bucket=own_bucket, Key=f"k{number:03}", Body=b"old")
    then = moment()
    for number in range(300):
        s3.put_object(Bucket=own_bucket, Key=f"k{number:03}", Body=b"changed")
    result = {}
    restore = threading.Thread(target=lambda: result.update(weir_json(
        server, "restore", "--bucket", own_bucket, "--as-of", then, "--rate", "100")))
    restore.start()
    assert wait_until(lambda: any(job["bucket"] == own_bucket and job["examined"] > 0
                                  for job in weir_json(server, "restore", "list")["restores"]))
    written = [f"k{number:03}" for number in range(299, 0, -37)]
    for key in written:
        s3.put_object(Bucket=own_bucket, Key=key, Body=b"mine")
    restore.join()
    for number in range(300):
        key = f"k{number:03}"
        body = s3.get_object(Bucket=own_bucket, Key=key)["Body"].read()
        assert body == (b"mine" if key in written else b"old"), key
    # Those that the restore had come to before they were written count as replaced.
    assert result["replaced"]["keys"] + result["skipped"]["keys"] == 300 and result["skipped"]["keys"] > 0


@pytest.mark.parametrize("kind", ["window", "suspended", "viewed"])
def test_what_is_deleted_meanwhile_stays_deleted(server, s3, own_bucket, kind):
    """Also where a deletion leaves nothing in the place of the object."""
    if kind == "window":
        weir(server, "bucket", "set-recovery-window", own_bucket, "1h")
    if kind == "suspended":
        for state in ("enabled", "suspended"):
            weir(server, "bucket", "set-versioning", own_bucket, state)
    keys = [f"k{number:03}" for number in range(120)]
    for key in keys:
        s3.put_object(Bucket=own_bucket, Key=key, Body=b"old")
    weir(server, "view", "create", own_bucket + "-then", "--bucket", own_bucket)
    for key in keys:
        s3.put_object(Bucket=own_bucket, Key=key, Body=b"changed")
    result = {}
    restore = threading.Thread(target=lambda: result.update(weir_json(
        server, "restore", "--bucket", own_bucket, "--as-of", f"view:{own_bucket}-then", "--rate", "20")))
    restore.start()
    assert wait_until(lambda: any(job["bucket"] == own_bucket and job["examined"] > 0
                                  for job in weir_json(server, "restore", "list")["restores"]))
    for key in ("k117", "k118", "k119"):
        s3.delete_object(Bucket=own_bucket, Key=key)
    s3.put_object(Bucket=own_bucket, Key="k116", Body=b"mine")
    s3.delete_object(Bucket=own_bucket, Key="k116")
    restore.join()
    assert counts(result) == (0, 116, 0, 0, 4)
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=own_bucket)["Contents"]] == keys[:116]
    # Undone, it is what it was when the restore began: those that were deleted since are back.
    assert result["can_undo"] and ("kept_until" in result) == (kind != "window")
    weir(server, "restore", "--bucket", own_bucket, "--as-of", result["id"])
    assert {s3.get_object(Bucket=own_bucket, Key=key)["Body"].read() for key in keys} == {b"changed"}
    weir(server, "view", "delete", own_bucket + "-then")


def test_what_is_replaced_in_another_bucket_can_be_had_back(server, s3, past):
    """Even if that bucket keeps nothing by itself."""
    other = past.bucket + "-other"
    s3.create_bucket(Bucket=other)
    s3.put_object(Bucket=other, Key="b/other", Body=b"precious", ContentType="text/precious")
    s3.put_object(Bucket=other, Key="it's own", Body=b"own")
    before = contents(s3, other)
    text = weir(server, "restore", "--bucket", past.bucket, "--as-of", past.then, "--to", other, "--prefix", "b/")
    now = contents(s3, other)
    assert now["b/other"] == past.old["b/other"] and now["it's own"] == before["it's own"]
    assert "is kept until" in text
    weir(server, *undo_of(text)[1:])
    assert contents(s3, other) == before
    assert "another bucket" in weir(server, "restore", "--bucket", other, "--as-of", "1s ago", "--to", other, status=1)
    # What was kept for it does not keep the bucket.
    for key in before:
        s3.delete_object(Bucket=other, Key=key)
    s3.delete_bucket(Bucket=other)


def test_the_undo_is_quoted(server, s3, own_bucket):
    weir(server, "bucket", "set-versioning", own_bucket, "enabled")
    then = moment()
    s3.put_object(Bucket=own_bucket, Key="it's/1", Body=b"x")
    text = weir(server, "restore", "--bucket", own_bucket, "--prefix", "it's/", "--as-of", then, "--yes")
    assert "KeyCount" in s3.list_objects_v2(Bucket=own_bucket)
    weir(server, *undo_of(text)[1:])
    assert s3.get_object(Bucket=own_bucket, Key="it's/1")["Body"].read() == b"x"


def test_a_slow_restore_holds_up_nobody(server, s3, own_bucket):
    """A dry run of another bucket, and a restore, while one is under way that takes minutes."""
    weir(server, "bucket", "set-versioning", own_bucket, "enabled")
    then = moment()
    for number in range(200):
        s3.put_object(Bucket=own_bucket, Key=f"k{number}", Body=b"x")
    slow = threading.Thread(target=lambda: weir(
        server, "restore", "--bucket", own_bucket, "--as-of", then, "--rate", "1", "--yes", status=1))
    slow.start()
    assert wait_until(lambda: any(job["bucket"] == own_bucket and job["examined"] > 0
                                  for job in weir_json(server, "restore", "list")["restores"]))
    quick = own_bucket + "-quick"
    s3.create_bucket(Bucket=quick)
    weir(server, "bucket", "set-versioning", quick, "enabled")
    then = moment()
    s3.put_object(Bucket=quick, Key="k", Body=b"x")
    start = time.monotonic()
    for flags in (["--dry-run"], []):
        assert counts(weir_json(server, "restore", "--bucket", quick, "--as-of", then, *flags)) == (0, 0, 1, 0, 0)
    assert time.monotonic() - start < 5
    (mine,) = [job for job in weir_json(server, "restore", "list")["restores"] if job["bucket"] == own_bucket]
    assert mine["state"] == "running"
    weir(server, "restore", "cancel", mine["id"], status=1)
    slow.join()


def test_what_the_window_keeps_is_shown(server, s3, own_bucket):
    """Of a key without versioning; and it comes back by its id."""
    weir(server, "bucket", "set-recovery-window", own_bucket, "1h")
    address = f"s3://{own_bucket}/k"
    for body in (b"one", b"two", b"three"):
        s3.put_object(Bucket=own_bucket, Key="k", Body=body)
    shown = weir_json(server, "versions", address)
    assert [v["size"] for v in shown["versions"]] == [5] and [v["size"] for v in shown["kept"]] == [3, 3]
    s3.delete_object(Bucket=own_bucket, Key="k")
    shown = weir_json(server, "versions", address)
    assert shown["versions"] == [] and [v["size"] for v in shown["kept"]] == [5, 3, 3]
    assert all(v["removed"] >= v["time"] for v in shown["kept"])
    rows = weir(server, "versions", address).splitlines()
    assert len(rows) == 4 and rows[1].split()[0] == shown["kept"][0]["version_id"]
    weir(server, "restore", address, "--version-id", shown["kept"][1]["version_id"])
    assert s3.get_object(Bucket=own_bucket, Key="k")["Body"].read() == b"two"


def test_a_view_that_is_over_is_in_nobodys_way(server, s3, own_bucket):
    name = own_bucket + "-view"
    weir(server, "view", "create", name, "--bucket", own_bucket, "--expires", "2s")
    with refused("BucketNotEmpty", 409) as said:
        s3.delete_bucket(Bucket=own_bucket)
    assert "view" in said.error["Message"]
    assert wait_until(lambda: name not in weir(server, "view", "list"))
    s3.create_bucket(Bucket=name)
    s3.delete_bucket(Bucket=name)
    s3.delete_bucket(Bucket=own_bucket)


def test_one_version_comes_back(server, s3, own_bucket):
    s3.put_bucket_versioning(Bucket=own_bucket, VersioningConfiguration={"Status": "Enabled"})
    address = f"s3://{own_bucket}/dir/a key"
    one = s3.put_object(Bucket=own_bucket, Key="dir/a key", Body=b"one" * 30_000, ContentType="text/weir")["VersionId"]
    two = s3.put_object(Bucket=own_bucket, Key="dir/a key", Body=b"two")["VersionId"]
    s3.put_object(Bucket=own_bucket, Key="dir/a key too", Body=b"other")
    marker = s3.delete_object(Bucket=own_bucket, Key="dir/a key")["VersionId"]
    shown = weir_json(server, "versions", address)
    assert [(v["version_id"], v["kind"], v["latest"]) for v in shown["versions"]] == [
        (marker, "delete-marker", True), (two, "object", False), (one, "object", False)]
    assert [v.get("size") for v in shown["versions"]] == [None, 3, 90_000]
    times = [v["time"] for v in shown["versions"]]
    assert times == sorted(times, reverse=True)
    table = weir(server, "versions", address).splitlines()
    assert table[0].split() == ["VERSION", "TIME", "SIZE", "ETAG", "KIND", "LATEST", "REMOVED"] and len(table) == 4
    made = weir_json(server, "restore", address, "--version-id", one)
    assert made["unchanged"] is False and made["version_id"] not in (one, two, marker)
    got = s3.get_object(Bucket=own_bucket, Key="dir/a key")
    assert got["Body"].read() == b"one" * 30_000 and got["ContentType"] == "text/weir"
    assert "already" in weir(server, "restore", address, "--version-id", made["version_id"])
    assert "again" in weir(server, "restore", address, "--as-of", two)
    assert s3.get_object(Bucket=own_bucket, Key="dir/a key")["Body"].read() == b"two"
    assert "was deleted then" in weir(server, "restore", address, "--as-of", marker, status=1)
    assert "delete marker" in weir(server, "restore", address, "--version-id", marker, status=1)
    assert "weir versions" in weir(server, "restore", address, "--version-id", "0123456789abcdef", status=1)
    assert "no object" in weir(server, "versions", f"s3://{own_bucket}/none", status=1)


def test_one_object_of_parts_comes_back_as_it_was(server, s3, own_bucket):
    """With its ETag and metadata, and without its bytes being read."""
    weir(server, "bucket", "set-recovery-window", own_bucket, "1h")
    upload_parts(s3, own_bucket, "k", os.urandom(5 << 20), os.urandom(100))
    before = contents(s3, own_bucket)
    then = moment()
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"other")
    weir(server, "restore", f"s3://{own_bucket}/k", "--as-of", then)
    assert contents(s3, own_bucket) == before
    s3.delete_object(Bucket=own_bucket, Key="k")
    weir(server, "restore", f"s3://{own_bucket}/k", "--as-of", then)
    assert contents(s3, own_bucket) == before


def test_undelete(server, s3, own_bucket):
    s3.put_bucket_versioning(Bucket=own_bucket, VersioningConfiguration={"Status": "Enabled"})
    for key in ("a/1", "a/2", "a/3", "b/1"):
        s3.put_object(Bucket=own_bucket, Key=key, Body=key.encode())
    s3.delete_object(Bucket=own_bucket, Key="a/3")
    since = moment()
    for key in ("a/1", "a/2", "b/1"):
        s3.delete_object(Bucket=own_bucket, Key=key)
    until = moment()
    s3.put_object(Bucket=own_bucket, Key="a/2", Body=b"written again")
    place = [f"s3://{own_bucket}/a/", "--since", since, "--until", until]
    dry = weir_json(server, "undelete", *place, "--dry-run", "--diff")
    assert counts(dry)[0] == 1 and [c["key"] for c in dry["changes"] if c["action"] == "create"] == ["a/1"]
    assert "+ a/1" in weir(server, "undelete", *place, "--diff", "--yes")
    assert {k: s3.get_object(Bucket=own_bucket, Key=k)["Body"].read() for k in ("a/1", "a/2")} == {
        "a/1": b"a/1", "a/2": b"written again"}
    assert [c["Key"] for c in s3.list_objects_v2(Bucket=own_bucket)["Contents"]] == ["a/1", "a/2"]
    # Nothing keeps the markers here: that ends the past, and it says so.
    earliest = weir_json(server, "bucket", "show", own_bucket)["earliest_restorable"]
    assert earliest > until
    assert "earliest moment" in weir(server, "restore", "--bucket", own_bucket, "--as-of", since, status=1)
    weir(server, "undelete", f"s3://{own_bucket}", "--since", since)
    assert [c["Key"] for c in s3.list_objects_v2(Bucket=own_bucket)["Contents"]] == ["a/1", "a/2", "b/1"]


def test_what_was_deleted_twice_is_undeleted(server, s3, own_bucket):
    s3.put_bucket_versioning(Bucket=own_bucket, VersioningConfiguration={"Status": "Enabled"})
    for key in ("all", "some"):
        s3.put_object(Bucket=own_bucket, Key=key, Body=key.encode())
    s3.delete_object(Bucket=own_bucket, Key="some")
    since = moment()
    for key in ("all", "all", "all", "some"):
        s3.delete_object(Bucket=own_bucket, Key=key)
    assert counts(weir_json(server, "undelete", f"s3://{own_bucket}", "--since", since)) == (1, 0, 0, 1, 0)
    assert s3.get_object(Bucket=own_bucket, Key="all")["Body"].read() == b"all"
    assert [m["Key"] for m in s3.list_object_versions(Bucket=own_bucket)["DeleteMarkers"]] == ["some", "some"]


def test_undelete_with_a_window_keeps_the_past(server, s3, own_bucket):
    s3.put_bucket_versioning(Bucket=own_bucket, VersioningConfiguration={"Status": "Enabled"})
    weir(server, "bucket", "set-recovery-window", own_bucket, "1d")
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"x")
    there = moment()
    s3.delete_object(Bucket=own_bucket, Key="k")
    gone = moment()
    weir(server, "undelete", f"s3://{own_bucket}", "--since", there)
    assert s3.get_object(Bucket=own_bucket, Key="k")["Body"].read() == b"x"
    assert counts(weir_json(server, "restore", "--bucket", own_bucket, "--as-of", gone)) == (0, 0, 1, 0, 0)
    assert counts(weir_json(server, "restore", "--bucket", own_bucket, "--as-of", there)) == (1, 0, 0, 0, 0)


def test_a_recovery_window_without_versioning(server, s3, own_bucket):
    shown = weir_json(server, "bucket", "set-recovery-window", own_bucket, "7d")
    assert shown["recovery_window_seconds"] == 604_800 and "earliest_restorable" in shown
    past = Past(s3, own_bucket, versioned=False)
    shown = weir_json(server, "bucket", "show", own_bucket)
    # 4 replaced, 4 deleted, the parts, `b/other`, and what came and went.
    assert (shown["kept_versions"], shown["objects"]) == (11, len(past.new))
    assert "7d" in weir(server, "bucket", "show", own_bucket)
    job = weir_json(server, "restore", "--bucket", own_bucket, "--as-of", past.then)
    assert job["state"] == "done" and past() == past.old
    weir(server, "restore", "--bucket", own_bucket, "--as-of", job["id"])
    assert past() == past.new
    assert "no versioning" in weir(server, "undelete", f"s3://{own_bucket}", "--since", past.then, status=1)


def test_a_window_that_is_closed(server, s3, own_bucket):
    weir(server, "bucket", "set-recovery-window", own_bucket, "1h")
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"old")
    then = moment()
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"new")
    weir(server, "bucket", "set-recovery-window", own_bucket, "0")
    said = weir(server, "restore", "--bucket", own_bucket, "--as-of", then, status=1)
    assert "weir bucket set-recovery-window" in said
    shown = weir_json(server, "bucket", "show", own_bucket)
    assert "earliest_restorable" not in shown and shown["recovery_window_seconds"] == 0


def test_a_deleted_bucket_comes_back(server, s3, own_bucket):
    weir(server, "bucket", "set-recovery-window", own_bucket, "2d")
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"data" * 30_000)
    then = moment()
    s3.delete_object(Bucket=own_bucket, Key="k")
    s3.delete_bucket(Bucket=own_bucket)
    with refused("NoSuchBucket", 404):
        s3.list_objects_v2(Bucket=own_bucket)
    deleted = weir_json(server, "bucket", "list")["deleted"]
    (mine,) = [bucket for bucket in deleted if bucket["name"] == own_bucket]
    assert mine["restorable_until"] > mine["deleted"] and mine["id"] in weir(server, "bucket", "list")
    back = weir_json(server, "bucket", "undelete", own_bucket, "--id", mine["id"])
    assert back["name"] == own_bucket and back["recovery_window_seconds"] == 172_800
    assert s3.list_objects_v2(Bucket=own_bucket)["KeyCount"] == 0
    weir(server, "restore", "--bucket", own_bucket, "--as-of", then)
    assert s3.get_object(Bucket=own_bucket, Key="k")["Body"].read() == b"data" * 30_000
    assert "weir bucket list" in weir(server, "bucket", "undelete", own_bucket, status=1)


def test_bucket_commands(server, s3, own_bucket):
    shown = weir_json(server, "bucket", "set-versioning", own_bucket, "enabled")
    assert shown["versioning"] == "enabled"
    assert s3.get_bucket_versioning(Bucket=own_bucket)["Status"] == "Enabled"
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"one")
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"three")
    shown = weir_json(server, "bucket", "show", own_bucket)
    assert (shown["objects"], shown["bytes"], shown["noncurrent_versions"], shown["noncurrent_bytes"]) == (1, 5, 1, 3)
    assert shown["earliest_restorable"] < shown["latest_restorable"]
    assert shown["name"] in [b["name"] for b in weir_json(server, "bucket", "list")["buckets"]]
    assert own_bucket in weir(server, "bucket", "list")
    assert "suspended" in weir(server, "bucket", "set-versioning", own_bucket, "suspended")
    assert "weir bucket list" in weir(server, "bucket", "show", "none", status=1)
    assert "7d" in weir(server, "bucket", "set-recovery-window", own_bucket, "a week", status=64)
    weir(server, "bucket", "set-versioning", own_bucket, "off", status=64)


@pytest.mark.parametrize("arguments, part", [
    (["restore"], "--bucket NAME --as-of TIME"),
    (["restore", "--bucket", "b"], "--as-of TIME"),
    (["restore", "--bucket", "b", "--as-of", "yesterday"], "1h ago"),
    (["restore", "--bucket", "b", "--as-of", "1h ago", "--rate", "0"], "at least 1"),
    (["restore", "s3://b/k"], "weir versions s3://b/k"),
    (["restore", "s3://b", "--version-id", "null"], "name an object too"),
    (["restore", "s3://b/k", "--version-id", "null", "--dry-run"], "--as-of only"),
    (["restore", "s3://b/k", "--version-id", "null", "--as-of", "1h ago"], "--version-id ID"),
    (["versions", "b/k"], "s3://BUCKET/KEY"),
    (["versions", "s3://b"], "name an object too"),
    (["undelete", "s3://b", "--since", "soon"], "1h ago"),
])
def test_what_is_written_wrongly_is_said(server, arguments, part):
    assert part in weir(server, *arguments, status=64)


def test_times_that_cannot_be(server, past):
    assert "earliest moment" in weir(server, "restore", "--bucket", past.bucket, "--as-of", "-9000d", status=1)
    assert "has not come" in weir(server, "restore", "--bucket", past.bucket, "--as-of", "2999-01-01T00:00:00Z",
                                  status=1)


def test_a_restore_goes_on_after_a_crash(tmp_path):
    from support.server import Server
    from support import clients
    with Server(data=tmp_path / "data", is_recorded=False) as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="data")
        s3.put_bucket_versioning(Bucket="data", VersioningConfiguration={"Status": "Enabled"})
        for number in range(400):
            s3.put_object(Bucket="data", Key=f"k{number}", Body=b"old%d" % number)
        then = moment()
        old = contents(s3, "data")
        for number in range(400):
            s3.delete_object(Bucket="data", Key=f"k{number}")
        begun = threading.Thread(target=lambda: subprocess.run(
            [str(server.binary), "restore", "--bucket", "data", "--as-of", then, "--rate", "100", "--json",
             "--admin", server.admin], capture_output=True, env={
                 **os.environ, "WEIR_ROOT_ACCESS_KEY": ACCESS_KEY, "WEIR_ROOT_SECRET_KEY": SECRET_KEY}))
        begun.start()
        assert wait_until(lambda: weir_json(server, "restore", "list")["restores"][:1]
                          and weir_json(server, "restore", "list")["restores"][0]["examined"] > 64)
        server.stop(signal.SIGKILL)
        begun.join()
        server.start()
        s3 = clients.s3(server)
        (job,) = weir_json(server, "restore", "list")["restores"]
        assert job["state"] == "running" or job["state"] == "done"
        job = json.loads(weir(server, "restore", "show", job["id"], "--follow", "--json"))
        assert job["state"] == "done" and counts(job) == (400, 0, 0, 0, 0)
        assert contents(s3, "data") == old
        time.sleep(0.1)
        assert weir_json(server, "fsck")["report"]["problem_count"] == 0
