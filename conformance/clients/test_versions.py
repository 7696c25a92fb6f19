"""Versions, tags and locks with every client that has a word for them, on every way to the server."""

import datetime
import io
import json
import time
import uuid

import pytest

from clients.tools import (CROSSED_WAYS, PATH_WAYS, WAYS, minio_client, rclone_options, reach, run, s5cmd_options)
from support import clients

LATER = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(days=1)
TAGS = {"TagSet": [{"Key": "team", "Value": "blue"}]}


@pytest.fixture(params=WAYS)
def server(request):
    return reach(request.param)


@pytest.fixture(params=PATH_WAYS)
def path_server(request):
    return reach(request.param)


@pytest.fixture
def name():
    return f"ver-{uuid.uuid4().hex[:12]}"


@pytest.mark.parametrize("server", [*WAYS, *CROSSED_WAYS], indirect=True)
def test_boto3(server, name):
    s3 = clients.s3(server, server.style)
    of, one = {"Bucket": name}, {"Bucket": name, "Key": "k"}
    s3.create_bucket(**of)
    s3.put_bucket_versioning(**of, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(**of, Tagging=TAGS)
    assert s3.get_bucket_tagging(**of)["TagSet"] == TAGS["TagSet"]
    s3.delete_bucket_tagging(**of)
    s3.put_object_lock_configuration(**of, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    assert "Rule" not in s3.get_object_lock_configuration(**of)["ObjectLockConfiguration"]
    version = s3.put_object(**one, Body=b"x")["VersionId"]
    s3.put_object_tagging(**one, Tagging=TAGS)
    assert s3.get_object_tagging(**one)["TagSet"] == TAGS["TagSet"]
    s3.delete_object_tagging(**one)
    s3.put_object_retention(**one, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": LATER})
    assert s3.get_object_retention(**one)["Retention"]["RetainUntilDate"] == LATER
    s3.put_object_legal_hold(**one, LegalHold={"Status": "ON"})
    assert s3.get_object_legal_hold(**one)["LegalHold"] == {"Status": "ON"}
    s3.put_object_legal_hold(**one, LegalHold={"Status": "OFF"})
    assert [v["VersionId"] for v in s3.list_object_versions(**of)["Versions"]] == [version]
    s3.delete_object(**one, VersionId=version, BypassGovernanceRetention=True)
    s3.delete_bucket(**of)


def test_awscli(server, name, tmp_path):
    def s3api(command, *arguments):
        out = run(server, "aws", "s3api", command, "--bucket", name, *arguments)
        return json.loads(out) if out else {}

    key = ["--key", "k"]
    tagging = ["--tagging", json.dumps(TAGS)]
    s3api("create-bucket", "--object-lock-enabled-for-bucket")
    assert s3api("get-object-lock-configuration")["ObjectLockConfiguration"] == {"ObjectLockEnabled": "Enabled"}
    s3api("put-bucket-versioning", "--versioning-configuration", "Status=Enabled")
    assert s3api("get-bucket-versioning") == {"Status": "Enabled"}
    s3api("put-object-lock-configuration", "--object-lock-configuration", json.dumps(
        {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}))
    s3api("put-bucket-tagging", *tagging)
    assert s3api("get-bucket-tagging") == TAGS
    s3api("delete-bucket-tagging")
    (tmp_path / "one").write_bytes(b"one")
    (tmp_path / "two").write_bytes(b"two")
    one = s3api("put-object", *key, "--body", tmp_path / "one", "--tagging", "a=1")["VersionId"]
    two = s3api("put-object", *key, "--body", tmp_path / "two")["VersionId"]
    named = [*key, "--version-id", one]
    assert s3api("head-object", *named)["ObjectLockMode"] == "GOVERNANCE"
    assert s3api("get-object-tagging", *named)["TagSet"] == [{"Key": "a", "Value": "1"}]
    s3api("put-object-tagging", *named, *tagging)
    s3api("delete-object-tagging", *named)
    s3api("put-object-retention", *named, "--retention",
          json.dumps({"Mode": "GOVERNANCE", "RetainUntilDate": LATER.isoformat()}), "--bypass-governance-retention")
    assert s3api("get-object-retention", *named)["Retention"]["Mode"] == "GOVERNANCE"
    s3api("put-object-legal-hold", *named, "--legal-hold", "Status=ON")
    assert s3api("get-object-legal-hold", *named)["LegalHold"] == {"Status": "ON"}
    out = run(server, "aws", "s3api", "delete-object", "--bucket", name, *named, "--bypass-governance-retention",
              ok=False)
    assert "AccessDenied" in out
    s3api("put-object-legal-hold", *named, "--legal-hold", "Status=OFF")
    marker = s3api("delete-object", *key)["VersionId"]
    assert "404" in run(server, "aws", "s3", "cp", f"s3://{name}/k", "-", ok=False)
    listed = s3api("list-object-versions")
    assert [v["VersionId"] for v in listed["Versions"]] == [two, one]
    assert [m["VersionId"] for m in listed["DeleteMarkers"]] == [marker]
    s3api("delete-object", *key, "--version-id", marker)
    s3api("get-object", *named, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"one"
    s3api("copy-object", *key, "--copy-source", f"{name}/k?versionId={one}")
    assert run(server, "aws", "s3", "cp", f"s3://{name}/k", "-") == "one"
    doomed = [{"Key": "k", "VersionId": v["VersionId"]} for v in s3api("list-object-versions")["Versions"]]
    s3api("delete-objects", "--bypass-governance-retention", "--delete", json.dumps({"Objects": doomed}))
    s3api("delete-bucket")


def test_awscli_suspends(server, name, tmp_path):
    """The null version, delete markers by id, conditional puts, attributes of a version, and listings page by page."""
    def s3api(command, *arguments, ok=True):
        out = run(server, "aws", "s3api", command, "--bucket", name, *arguments, ok=ok)
        return out if not ok else json.loads(out) if out else {}

    def put(body, *more, ok=True):
        (tmp_path / "body").write_bytes(body)
        return s3api("put-object", "--key", "k", "--body", tmp_path / "body", *more, ok=ok)

    def versions(*more):
        listed = s3api("list-object-versions", *more)
        return [(one["VersionId"], one["IsLatest"]) for part in ("Versions", "DeleteMarkers")
                for one in listed.get(part, [])], \
            listed.get("IsTruncated") and (listed["NextKeyMarker"], listed["NextVersionIdMarker"])

    s3api("create-bucket")
    put(b"before", "--if-none-match", "*")
    assert "PreconditionFailed" in put(b"again", "--if-none-match", "*", ok=False)
    s3api("put-bucket-versioning", "--versioning-configuration", "Status=Enabled")
    made = put(b"one")
    assert "PreconditionFailed" in put(b"not this", "--if-match", '"0123456789abcdef0123456789abcdef"', ok=False)
    two = put(b"two!", "--if-match", made["ETag"])["VersionId"]
    one = made["VersionId"]
    assert [s3api("head-object", "--key", "k", "--version-id", version)["ContentLength"]
            for version in ("null", one, two)] == [6, 3, 4]
    # While it is suspended a put takes the place of the null version, and so does a delete's marker.
    s3api("put-bucket-versioning", "--versioning-configuration", "Status=Suspended")
    assert s3api("get-bucket-versioning") == {"Status": "Suspended"}
    assert put(b"null again").get("VersionId") == "null"
    assert versions()[0] == [("null", True), (two, False), (one, False)]
    got = s3api("get-object-attributes", "--key", "k", "--version-id", two, "--object-attributes", "ETag", "ObjectSize")
    assert (got["ObjectSize"], got["VersionId"]) == (4, two)
    assert s3api("delete-object", "--key", "k") == {"DeleteMarker": True, "VersionId": "null"}
    for command in (["head-object"], ["get-object", tmp_path / "back"], ["get-object-attributes", "--object-attributes",
                                                                         "ETag"]):
        said = s3api(command[0], "--key", "k", "--version-id", "null", *command[1:], ok=False)
        assert "(405)" in said or "MethodNotAllowed" in said, said
    # In pages of one, by the markers that each page ends with; a delete marker is of the listing as well.
    seen, markers = [], []
    while True:
        page, following = versions("--no-paginate", "--max-keys", "1", *markers)
        seen += page
        if not following:
            break
        markers = ["--key-marker", following[0], "--version-id-marker", following[1]]
        assert len(page) == 1
    assert seen == [("null", True), (two, False), (one, False)]
    # The same, put together by the client.
    assert sorted(versions("--page-size", "1")[0]) == sorted(seen)
    s3api("delete-object", "--key", "k", "--version-id", "null")
    assert versions()[0] == [(two, True), (one, False)]
    for version in (one, two):
        s3api("delete-object", "--key", "k", "--version-id", version)
    s3api("delete-bucket")


def test_rclone(server, name):
    """Old versions with a time in their names, and a bucket as it was."""
    s3 = clients.s3(server)
    s3.create_bucket(Bucket=name)

    def rclone(*command, **more):
        return run(server, "rclone", *command, *rclone_options(server), **more)

    rclone("backend", "versioning", f":s3:{name}", "Enabled")
    assert "Enabled" in rclone("backend", "versioning", f":s3:{name}")
    s3.put_object(Bucket=name, Key="k.txt", Body=b"old")
    s3.put_object(Bucket=name, Key="gone.txt", Body=b"gone")
    time.sleep(2.1)  # rclone tells versions apart by whole seconds
    then = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    time.sleep(1.1)
    s3.put_object(Bucket=name, Key="k.txt", Body=b"newer")
    s3.delete_object(Bucket=name, Key="gone.txt")
    assert rclone("lsf", f":s3:{name}").split() == ["k.txt"]
    shown = rclone("lsf", "--s3-versions", f":s3:{name}").split()
    assert len(shown) == 3 and "k.txt" in shown and any(s.startswith("gone-v") for s in shown)
    old = next(s for s in shown if s.startswith("k-v"))
    assert rclone("cat", "--s3-versions", f":s3:{name}/{old}") == "old"
    assert sorted(rclone("lsf", f"--s3-version-at={then}", f":s3:{name}").split()) == ["gone.txt", "k.txt"]
    assert rclone("cat", f"--s3-version-at={then}", f":s3:{name}/k.txt") == "old"
    rclone("backend", "cleanup-hidden", f":s3:{name}")
    assert [v["Size"] for v in s3.list_object_versions(Bucket=name)["Versions"]] == [5]
    rclone("backend", "versioning", f":s3:{name}", "Suspended")
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Suspended"


def test_s5cmd(path_server, name):
    s3 = clients.s3(path_server)
    s3.create_bucket(Bucket=name)

    def s5cmd(*command):
        return run(path_server, "s5cmd", *s5cmd_options(path_server), *command)

    s5cmd("bucket-version", "--set", "Enabled", f"s3://{name}")
    first = s3.put_object(Bucket=name, Key="k", Body=b"first")["VersionId"]
    s3.put_object(Bucket=name, Key="k", Body=b"second")
    s3.delete_object(Bucket=name, Key="k")
    assert s5cmd("cat", "--version-id", first, f"s3://{name}/k") == "first"
    assert first in s5cmd("ls", "--all-versions", f"s3://{name}/k")
    s5cmd("rm", "--all-versions", f"s3://{name}/*")
    s5cmd("rb", f"s3://{name}")


def test_minio_py(server, name):
    from minio.commonconfig import ENABLED, GOVERNANCE, CopySource, Tags
    from minio.deleteobjects import DeleteObject
    from minio.error import S3Error
    from minio.objectlockconfig import DAYS, ObjectLockConfig
    from minio.retention import Retention
    from minio.versioningconfig import VersioningConfig
    client = minio_client(server, region="us-east-1")
    client.make_bucket(name, object_lock=True)
    client.set_bucket_versioning(name, VersioningConfig(ENABLED))
    assert client.get_bucket_versioning(name).status == ENABLED
    tags = Tags()
    tags["team"] = "blue"
    assert client.get_bucket_tags(name) is None
    client.set_bucket_tags(name, tags)
    assert client.get_bucket_tags(name) == tags
    client.delete_bucket_tags(name)
    client.set_object_lock_config(name, ObjectLockConfig(GOVERNANCE, 1, DAYS))
    assert client.get_object_lock_config(name).mode == GOVERNANCE
    client.delete_object_lock_config(name)
    one = client.put_object(name, "k", io.BytesIO(b"one"), 3, tags=_object_tags(a="1"), legal_hold=True,
                            retention=Retention(GOVERNANCE, LATER)).version_id
    two = client.put_object(name, "k", io.BytesIO(b"two"), 3).version_id
    assert client.get_object(name, "k", version_id=one).read() == b"one"
    assert client.stat_object(name, "k").version_id == two
    assert client.get_object_tags(name, "k", version_id=one) == _object_tags(a="1")
    client.set_object_tags(name, "k", _object_tags(b="2"), version_id=one)
    client.delete_object_tags(name, "k", version_id=one)
    assert client.get_object_tags(name, "k", version_id=one) is None
    assert client.is_object_legal_hold_enabled(name, "k", version_id=one)
    assert not client.is_object_legal_hold_enabled(name, "k")
    client.disable_object_legal_hold(name, "k", version_id=one)
    assert client.get_object_retention(name, "k", version_id=one).mode == GOVERNANCE
    assert client.get_object_retention(name, "k") is None
    with pytest.raises(S3Error) as seen:
        client.remove_object(name, "k", version_id=one)
    assert seen.value.code == "AccessDenied"
    client.set_object_retention(name, "k", Retention(GOVERNANCE, LATER), version_id=two)
    client.enable_object_legal_hold(name, "k", version_id=two)
    client.disable_object_legal_hold(name, "k", version_id=two)
    client.remove_object(name, "k")
    listed = list(client.list_objects(name, include_version=True))
    assert sorted((o.version_id == one, o.version_id == two, o.is_delete_marker) for o in listed) == [
        (False, False, True), (False, True, False), (True, False, False)]
    restored = client.copy_object(name, "k", CopySource(name, "k", version_id=one))
    assert restored.version_id not in (one, two)
    entries = [DeleteObject("k", o.version_id) for o in client.list_objects(name, include_version=True)]
    assert list(client.remove_objects(name, entries, bypass_governance_mode=True)) == []
    client.remove_bucket(name)


def _object_tags(**pairs):
    from minio.commonconfig import Tags
    tags = Tags.new_object_tags()
    tags.update(pairs)
    return tags
