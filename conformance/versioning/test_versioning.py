"""Versions of keys: the states of a bucket, ids, delete markers, and reads, writes and deletions by version."""

import os

import pytest

from support.checks import refused

UNKNOWN = "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY"


def enable(s3, bucket, status="Enabled"):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})


@pytest.fixture
def versioned(way, bucket):
    enable(way.s3, bucket)
    return bucket


@pytest.fixture
def own_versioned(s3, own_bucket):
    enable(s3, own_bucket)
    return own_bucket


def put(s3, bucket, body, key="k"):
    return s3.put_object(Bucket=bucket, Key=key, Body=body).get("VersionId")


def get(s3, bucket, version=None, key="k"):
    named = {"VersionId": version} if version else {}
    return s3.get_object(Bucket=bucket, Key=key, **named)["Body"].read()


def headers(reply):
    return reply["ResponseMetadata"]["HTTPHeaders"]


def versions(s3, bucket, **arguments):
    """Every version and marker of a bucket as (key, id, is it a marker, is it the latest)."""
    page = s3.list_object_versions(Bucket=bucket, **arguments)
    assert not page["IsTruncated"]
    return {(v["Key"], v["VersionId"], kind, v["IsLatest"])
            for name, kind in (("Versions", False), ("DeleteMarkers", True)) for v in page.get(name, [])}


def test_states(way, bucket):
    assert "Status" not in way.s3.get_bucket_versioning(Bucket=bucket)
    for status in ("Suspended", "Enabled", "Enabled", "Suspended", "Enabled"):
        enable(way.s3, bucket, status)
        assert way.s3.get_bucket_versioning(Bucket=bucket)["Status"] == status


def test_without_versioning_there_are_no_ids(s3, own_bucket):
    for reply in (s3.put_object(Bucket=own_bucket, Key="k", Body=b"x"), s3.get_object(Bucket=own_bucket, Key="k"),
                  s3.head_object(Bucket=own_bucket, Key="k", VersionId="null"),
                  s3.copy_object(Bucket=own_bucket, Key="copy", CopySource=f"{own_bucket}/k"),
                  s3.delete_object(Bucket=own_bucket, Key="copy")):
        assert not {"x-amz-version-id", "x-amz-delete-marker", "x-amz-copy-source-version-id"} & set(headers(reply))
    assert versions(s3, own_bucket) == {("k", "null", False, True)}
    with refused("NoSuchVersion", 404):
        s3.get_object(Bucket=own_bucket, Key="k", VersionId=UNKNOWN)
    s3.delete_object(Bucket=own_bucket, Key="k", VersionId=UNKNOWN)
    assert get(s3, own_bucket) == b"x"
    s3.delete_object(Bucket=own_bucket, Key="k", VersionId="null")
    assert versions(s3, own_bucket) == set()


@pytest.mark.parametrize("size", [0, 100, 100_000, 3 << 20])
def test_every_put_is_kept(way, versioned, size):
    bodies = {}
    for _ in range(4):
        body = os.urandom(size)
        bodies[put(way.s3, versioned, body)] = body
    assert len(bodies) == 4
    for version, body in bodies.items():
        got = way.s3.get_object(Bucket=versioned, Key="k", VersionId=version)
        assert (got["Body"].read(), got["VersionId"]) == (body, version)
        assert way.s3.head_object(Bucket=versioned, Key="k", VersionId=version)["ContentLength"] == size
    newest = list(bodies)[-1]
    assert way.s3.head_object(Bucket=versioned, Key="k")["VersionId"] == newest
    listed = way.s3.list_object_versions(Bucket=versioned)["Versions"]
    assert [v["VersionId"] for v in listed] == list(reversed(bodies))
    assert [v["IsLatest"] for v in listed] == [True, False, False, False]


def test_each_version_has_its_own_headers(s3, own_versioned):
    first = s3.put_object(Bucket=own_versioned, Key="k", Body=b"x" * 9, Metadata={"n": "1"}, ContentType="a/a")
    put(s3, own_versioned, b"y")
    old = s3.get_object(Bucket=own_versioned, Key="k", VersionId=first["VersionId"], Range="bytes=2-4")
    assert (old["Metadata"], old["ContentType"], old["ETag"]) == ({"n": "1"}, "a/a", first["ETag"])
    assert (old["ContentRange"], old["Body"].read()) == ("bytes 2-4/9", b"xxx")
    attributes = s3.get_object_attributes(Bucket=own_versioned, Key="k", VersionId=first["VersionId"],
                                          ObjectAttributes=["ObjectSize"])
    assert (attributes["ObjectSize"], attributes["VersionId"]) == (9, first["VersionId"])
    with refused("304", 304) as seen:
        s3.get_object(Bucket=own_versioned, Key="k", VersionId=first["VersionId"], IfNoneMatch=first["ETag"])
    assert headers(seen.response)["x-amz-version-id"] == first["VersionId"]
    with refused("PreconditionFailed", 412):
        s3.get_object(Bucket=own_versioned, Key="k", IfMatch=first["ETag"])


def test_what_was_there_before_is_null(way, bucket):
    put(way.s3, bucket, b"before")
    enable(way.s3, bucket)
    assert way.s3.get_object(Bucket=bucket, Key="k")["VersionId"] == "null"
    new = put(way.s3, bucket, b"after")
    assert get(way.s3, bucket, "null") == b"before"
    assert versions(way.s3, bucket) == {("k", "null", False, False), ("k", new, False, True)}


def test_suspension_replaces_null_and_nothing_else(way, versioned):
    s3 = way.s3
    kept = put(s3, versioned, b"kept")
    enable(s3, versioned, "Suspended")
    assert put(s3, versioned, b"one") == "null"
    assert put(s3, versioned, b"two") == "null"
    assert (get(s3, versioned, "null"), get(s3, versioned, kept)) == (b"two", b"kept")
    enable(s3, versioned)
    newest = put(s3, versioned, b"newest")
    enable(s3, versioned, "Suspended")
    # `null` was not current, and becomes it.
    assert put(s3, versioned, b"three") == "null"
    assert get(s3, versioned) == b"three"
    assert versions(s3, versioned) == {
        ("k", "null", False, True), ("k", newest, False, False), ("k", kept, False, False)}
    gone = s3.delete_object(Bucket=versioned, Key="k")
    assert (gone["VersionId"], gone["DeleteMarker"]) == ("null", True)
    assert versions(s3, versioned) == {
        ("k", "null", True, True), ("k", newest, False, False), ("k", kept, False, False)}
    assert s3.delete_object(Bucket=versioned, Key="k")["VersionId"] == "null"
    assert len(versions(s3, versioned)) == 3
    assert put(s3, versioned, b"four") == "null"
    assert len(versions(s3, versioned)) == 3


def test_delete_markers(way, versioned):
    s3 = way.s3
    version = put(s3, versioned, b"x")
    deleted = s3.delete_object(Bucket=versioned, Key="k")
    marker = deleted["VersionId"]
    assert deleted["DeleteMarker"] is True and deleted["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert marker not in (version, "null")
    with refused("NoSuchKey", 404) as seen:
        s3.get_object(Bucket=versioned, Key="k")
    assert headers(seen.response)["x-amz-delete-marker"] == "true"
    assert headers(seen.response)["x-amz-version-id"] == marker
    with refused("404", 404) as seen:
        s3.head_object(Bucket=versioned, Key="k")
    assert headers(seen.response)["x-amz-version-id"] == marker
    with refused("MethodNotAllowed", 405) as seen:
        s3.get_object(Bucket=versioned, Key="k", VersionId=marker)
    assert headers(seen.response)["x-amz-delete-marker"] == "true"
    assert headers(seen.response)["allow"] == "DELETE" and "last-modified" in headers(seen.response)
    with refused("405", 405) as seen:
        s3.head_object(Bucket=versioned, Key="k", VersionId=marker)
    assert headers(seen.response)["x-amz-delete-marker"] == "true"
    assert "Contents" not in s3.list_objects_v2(Bucket=versioned)
    assert "Contents" not in s3.list_objects(Bucket=versioned)
    assert get(s3, versioned, version) == b"x"
    again = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
    assert versions(s3, versioned) == {("k", again, True, True), ("k", marker, True, False), ("k", version, False, False)}
    for one in (again, marker):
        removed = s3.delete_object(Bucket=versioned, Key="k", VersionId=one)
        assert (removed["DeleteMarker"], removed["VersionId"]) == (True, one)
    assert get(s3, versioned) == b"x"


def test_a_key_that_never_was_gets_a_marker(s3, own_versioned):
    marker = s3.delete_object(Bucket=own_versioned, Key="never")["VersionId"]
    assert versions(s3, own_versioned) == {("never", marker, True, True)}
    with refused("BucketNotEmpty", 409):
        s3.delete_bucket(Bucket=own_versioned)
    s3.delete_object(Bucket=own_versioned, Key="never", VersionId=marker)
    s3.delete_bucket(Bucket=own_versioned)


def test_deleting_for_good(way, versioned):
    s3 = way.s3
    ids = [put(s3, versioned, body) for body in (b"1", b"2", b"3")]
    removed = s3.delete_object(Bucket=versioned, Key="k", VersionId=ids[2])
    assert removed["VersionId"] == ids[2] and "DeleteMarker" not in removed
    assert get(s3, versioned) == b"2"
    with refused("NoSuchVersion", 404) as seen:
        s3.get_object(Bucket=versioned, Key="k", VersionId=ids[2])
    assert (seen.error["Key"], seen.error["VersionId"]) == ("k", ids[2])
    s3.delete_object(Bucket=versioned, Key="k", VersionId=ids[2])
    s3.delete_object(Bucket=versioned, Key="k", VersionId=ids[0])
    assert versions(s3, versioned) == {("k", ids[1], False, True)}
    s3.delete_object(Bucket=versioned, Key="k", VersionId=ids[1])
    with refused("NoSuchKey", 404) as seen:
        s3.get_object(Bucket=versioned, Key="k")
    assert "x-amz-delete-marker" not in headers(seen.response)
    s3.delete_bucket(Bucket=versioned)


def test_many_at_once(way, versioned):
    s3 = way.s3
    version = put(s3, versioned, b"1", "a")
    put(s3, versioned, b"2", "b")
    gone = s3.delete_object(Bucket=versioned, Key="b")["VersionId"]
    answer = s3.delete_objects(Bucket=versioned, Delete={"Objects": [
        {"Key": "a", "VersionId": version}, {"Key": "b", "VersionId": gone}, {"Key": "c"},
        {"Key": "a", "VersionId": UNKNOWN}, {"Key": "a", "VersionId": "not/an id"}]})
    deleted = {(d["Key"], d.get("VersionId")): d for d in answer["Deleted"]}
    assert deleted["a", version] == {"Key": "a", "VersionId": version}
    assert deleted["b", gone] == {"Key": "b", "VersionId": gone, "DeleteMarker": True, "DeleteMarkerVersionId": gone}
    made = deleted["c", None]
    assert made["DeleteMarker"] is True and made["DeleteMarkerVersionId"]
    assert deleted["a", UNKNOWN] == {"Key": "a", "VersionId": UNKNOWN}
    assert [(e["Key"], e["VersionId"], e["Code"]) for e in answer["Errors"]] == [("a", "not/an id", "NoSuchVersion")]
    assert get(s3, versioned, key="b") == b"2"
    quiet = s3.delete_objects(Bucket=versioned, Delete={"Quiet": True, "Objects": [{"Key": "b"}]})
    assert "Deleted" not in quiet and "Errors" not in quiet


def test_one_key_many_times_is_done_in_order(s3, own_versioned):
    version = put(s3, own_versioned, b"x")
    answer = s3.delete_objects(Bucket=own_versioned, Delete={"Objects": [
        {"Key": "k"}, {"Key": "k", "VersionId": version}, {"Key": "k"}]})
    assert len(answer["Deleted"]) == 3
    kinds = [marker for _, _, marker, _ in versions(s3, own_versioned)]
    assert kinds == [True, True]


def test_multipart(way, versioned):
    s3 = way.s3
    old = put(s3, versioned, b"old")
    made = s3.create_multipart_upload(Bucket=versioned, Key="k")
    part = s3.upload_part(Bucket=versioned, Key="k", UploadId=made["UploadId"], PartNumber=1, Body=b"new")
    assert "x-amz-version-id" not in headers(made) and "x-amz-version-id" not in headers(part)
    between = put(s3, versioned, b"between")
    done = s3.complete_multipart_upload(
        Bucket=versioned, Key="k", UploadId=made["UploadId"],
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert done["VersionId"] not in (old, between)
    # The newest is what was completed last, whenever it was begun.
    assert get(s3, versioned) == b"new"
    assert (get(s3, versioned, old), get(s3, versioned, between)) == (b"old", b"between")


def test_copies(way, versioned):
    s3 = way.s3
    first = put(s3, versioned, b"first")
    second = put(s3, versioned, b"second")
    copy = s3.copy_object(Bucket=versioned, Key="copy", CopySource=f"{versioned}/k")
    assert copy["CopySourceVersionId"] == second and copy["VersionId"]
    copy = s3.copy_object(Bucket=versioned, Key="copy",
                          CopySource={"Bucket": versioned, "Key": "k", "VersionId": first})
    assert copy["CopySourceVersionId"] == first
    assert get(s3, versioned, copy["VersionId"], "copy") == b"first"
    # An old version is restored by a copy onto itself.
    restored = s3.copy_object(Bucket=versioned, Key="k",
                              CopySource={"Bucket": versioned, "Key": "k", "VersionId": first})
    assert get(s3, versioned) == b"first" and restored["VersionId"] not in (first, second)
    with refused("InvalidRequest", 400):
        s3.copy_object(Bucket=versioned, Key="k", CopySource=f"{versioned}/k")
    plain = way.make_bucket()
    out = s3.copy_object(Bucket=plain, Key="k", CopySource={"Bucket": versioned, "Key": "k", "VersionId": second})
    assert out["CopySourceVersionId"] == second and "VersionId" not in out
    back = s3.copy_object(Bucket=versioned, Key="back", CopySource=f"{plain}/k")
    assert "CopySourceVersionId" not in back and back["VersionId"]


def test_copies_of_parts(s3, own_versioned):
    first = put(s3, own_versioned, b"first")
    second = put(s3, own_versioned, b"second")
    upload = {"Bucket": own_versioned, "Key": "joined"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    source = {"Bucket": own_versioned, "Key": "k"}
    part = s3.upload_part_copy(**upload, PartNumber=1, CopySource={**source, "VersionId": first})
    assert part["CopySourceVersionId"] == first
    assert s3.upload_part_copy(**upload, PartNumber=2, CopySource=source)["CopySourceVersionId"] == second
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [
        {"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]})
    assert get(s3, own_versioned, key="joined") == b"first"


def test_markers_are_no_sources(s3, own_versioned):
    put(s3, own_versioned, b"x")
    marker = s3.delete_object(Bucket=own_versioned, Key="k")["VersionId"]
    with refused("NoSuchKey", 404):
        s3.copy_object(Bucket=own_versioned, Key="copy", CopySource=f"{own_versioned}/k")
    with refused("InvalidRequest", 400):
        s3.copy_object(Bucket=own_versioned, Key="copy",
                       CopySource={"Bucket": own_versioned, "Key": "k", "VersionId": marker})


def test_conditional_writes(way, versioned):
    s3 = way.s3
    etag = s3.put_object(Bucket=versioned, Key="k", Body=b"x", IfNoneMatch="*")["ETag"]
    with refused("PreconditionFailed", 412):
        s3.put_object(Bucket=versioned, Key="k", Body=b"y", IfNoneMatch="*")
    s3.put_object(Bucket=versioned, Key="k", Body=b"y", IfMatch=etag)
    with refused("PreconditionFailed", 412):
        s3.put_object(Bucket=versioned, Key="k", Body=b"z", IfMatch=etag)
    with refused("PreconditionFailed", 412):
        s3.copy_object(Bucket=versioned, Key="k", CopySource=f"{versioned}/k", MetadataDirective="REPLACE",
                       IfMatch=etag)
    with refused("PreconditionFailed", 412):
        s3.delete_object(Bucket=versioned, Key="k", IfMatch=etag)
    now = s3.head_object(Bucket=versioned, Key="k")["ETag"]
    s3.delete_object(Bucket=versioned, Key="k", IfMatch=now)
    # Under a delete marker there is no object, whatever lies beneath.
    for condition in (now, "*"):
        with refused("NoSuchKey", 404):
            s3.delete_object(Bucket=versioned, Key="k", IfMatch=condition)
    with refused("NoSuchKey", 404):
        s3.put_object(Bucket=versioned, Key="k", Body=b"z", IfMatch=now)
    upload = {"Bucket": versioned, "Key": "k"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    part = s3.upload_part(**upload, PartNumber=1, Body=b"parts")
    done = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    with refused("NoSuchKey", 404):
        s3.complete_multipart_upload(**upload, MultipartUpload=done, IfMatch=now)
    s3.complete_multipart_upload(**upload, MultipartUpload=done, IfNoneMatch="*")
    assert get(s3, versioned) == b"parts"
    with refused("PreconditionFailed", 412):
        s3.copy_object(Bucket=versioned, Key="k", CopySource=f"{versioned}/k", MetadataDirective="REPLACE",
                       IfNoneMatch="*")


def test_versions_outlive_a_restart(tmp_path):
    from support import clients
    from support.server import Server
    with Server(data=tmp_path / "data") as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="kept")
        enable(s3, "kept")
        ids = [put(s3, "kept", os.urandom(50_000)) for _ in range(3)]
        ids.append(s3.delete_object(Bucket="kept", Key="k")["VersionId"])
        before = versions(s3, "kept")
        server.restart()
        s3 = clients.s3(server)
        assert s3.get_bucket_versioning(Bucket="kept")["Status"] == "Enabled"
        assert versions(s3, "kept") == before and {v[1] for v in before} == set(ids)
