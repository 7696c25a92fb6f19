"""One store: what one dialect writes the other reads; views, the past and restores of what OSS clients wrote."""

import hashlib
import os
import uuid

import alibabacloud_oss_v2 as v2
import oss2
import pytest

from support import clients, oss
from support.checks import refused as s3_refused
from support.command import moment, weir
from support.oss import crc64, refused
from support.oss_raw import ask

BODY = os.urandom(300_001)
ETAG = hashlib.md5(BODY).hexdigest()
KEY = "dir/ä +&<"


def test_written_by_oss_read_by_s3(client, bucket, s3):
    client.put(bucket, KEY, BODY, {"x-oss-meta-a": "b", "Content-Type": "text/x-weir", "x-oss-tagging": "c=d"})
    got = s3.get_object(Bucket=bucket, Key=KEY, ChecksumMode="ENABLED")
    assert got["Body"].read() == BODY
    assert (got["ETag"], got["Metadata"], got["ContentType"]) == (f'"{ETAG}"', {"a": "b"}, "text/x-weir")
    assert not [name for name in got["ResponseMetadata"]["HTTPHeaders"] if name.startswith("x-oss-")]
    assert s3.get_object_tagging(Bucket=bucket, Key=KEY)["TagSet"] == [{"Key": "c", "Value": "d"}]
    [entry] = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert (entry["Key"], entry["ETag"], entry["Size"], entry["StorageClass"]) == (
        KEY, f'"{ETAG}"', len(BODY), "STANDARD")
    assert s3.list_objects(Bucket=bucket)["Contents"][0]["Key"] == KEY


def test_written_by_s3_read_by_oss(client, s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key=KEY, Body=BODY, Metadata={"a": "b"}, ContentType="text/x-weir",
                  Tagging="c=d")
    got = client.get(own_bucket, KEY)
    assert (got.body, got.etag) == (BODY, f'"{ETAG.upper()}"')
    assert (got.headers["x-oss-meta-a"], got.headers["Content-Type"]) == ("b", "text/x-weir")
    assert got.crc in (None, crc64(BODY)), "told it must be right"
    assert not [name for name in got.headers if name.lower().startswith("x-amz-")]
    assert client.tags(own_bucket, KEY) == {"c": "d"}
    [entry] = client.list(own_bucket).entries
    assert (entry.key, entry.etag, entry.type, entry.storage_class) == (KEY, ETAG.upper(), "Normal", "Standard")
    assert client.exists(own_bucket, KEY) and own_bucket in client.buckets()


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_checksums_of_s3(client, s3, own_bucket, algorithm):
    s3.put_object(Bucket=own_bucket, Key="k", Body=BODY, ChecksumAlgorithm=algorithm)
    got = client.get(own_bucket, "k")
    assert got.body == BODY and got.crc in (None, crc64(BODY))
    assert s3.get_object(Bucket=own_bucket, Key="k", ChecksumMode="ENABLED")["Body"].read() == BODY


def test_uploads_of_s3(client, s3, own_bucket):
    bodies = [os.urandom(5 << 20), b"end"]
    upload = s3.create_multipart_upload(Bucket=own_bucket, Key="k")["UploadId"]
    parts = [{"PartNumber": n, "ETag": s3.upload_part(
        Bucket=own_bucket, Key="k", UploadId=upload, PartNumber=n, Body=body)["ETag"]}
        for n, body in enumerate(bodies, 1)]
    assert client.parts(own_bucket, "k", upload)[0][0][:3] == (1, hashlib.md5(bodies[0]).hexdigest().upper(), 5 << 20)
    s3.complete_multipart_upload(Bucket=own_bucket, Key="k", UploadId=upload, MultipartUpload={"Parts": parts})
    got = client.get(own_bucket, "k")
    assert got.body == b"".join(bodies) and got.headers["x-oss-object-type"] == "Multipart"
    assert got.crc in (None, crc64(got.body))


def test_uploads_of_oss(client, s3, bucket):
    bodies = [os.urandom(100 << 10), b"end"]
    upload = client.initiate(bucket, "k")
    parts = [(n, client.part(bucket, "k", upload, n, body).etag.strip('"')) for n, body in enumerate(bodies, 1)]
    assert [one["UploadId"] for one in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == [upload]
    client.complete(bucket, "k", upload, parts)
    got = s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert got["Body"].read() == b"".join(bodies) and got["ETag"].endswith('-2"')
    attributes = s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=["ObjectSize", "ObjectParts"])
    assert attributes["ObjectSize"] == len(bodies[0]) + 3


@pytest.mark.parametrize("size", [0, 10, 300_001])
def test_copies_across(client, s3, bucket, own_bucket, size):
    """A checksum goes with a copy only as far as it is right for who reads it."""
    body = BODY[:size]
    s3.put_object(Bucket=own_bucket, Key="s3", Body=body, ChecksumAlgorithm="SHA256")
    client.copy((own_bucket, "s3"), (bucket, "by-oss"))
    client.put(bucket, "oss", body)
    s3.copy_object(Bucket=own_bucket, Key="by-s3", CopySource={"Bucket": bucket, "Key": "oss"})
    for where in ((bucket, "by-oss"), (own_bucket, "by-s3"), (bucket, "oss"), (own_bucket, "s3")):
        got = client.get(*where)
        assert got.body == body and got.crc in (None, crc64(body))
        assert s3.get_object(Bucket=where[0], Key=where[1], ChecksumMode="ENABLED")["Body"].read() == body


def test_versions_across(client, s3, versioned):
    first = client.put(versioned, "k", b"1").version
    second = s3.put_object(Bucket=versioned, Key="k", Body=b"2")["VersionId"]
    marker = client.delete(versioned, "k").version
    assert client.get(versioned, "k", version=second).body == b"2"
    assert s3.get_object(Bucket=versioned, Key="k", VersionId=first)["Body"].read() == b"1"
    listed = s3.list_object_versions(Bucket=versioned)
    assert [one["VersionId"] for one in listed["Versions"]] == [second, first]
    assert [one["VersionId"] for one in listed["DeleteMarkers"]] == [marker]
    assert [one.version for one in client.list_versions(versioned).entries] == [second, first, marker]


def test_conditions_across(client, s3, bucket):
    client.put(bucket, "k", BODY)
    assert s3.get_object(Bucket=bucket, Key="k", IfMatch=client.head(bucket, "k").etag)["Body"].read() == BODY
    etag = s3.head_object(Bucket=bucket, Key="k")["ETag"]
    assert client.get(bucket, "k", {"If-Match": etag}).body == BODY
    with s3_refused("PreconditionFailed", 412):
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", IfNoneMatch="*")


def test_lock_of_s3_holds_for_oss(client, s3):
    name = f"lock-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    version = s3.put_object(Bucket=name, Key="k", Body=b"x", ObjectLockLegalHoldStatus="ON")["VersionId"]
    with pytest.raises(Exception) as seen:
        client.delete(name, "k", version=version)
    assert oss.read_failure(seen.value).status in (403, 409)
    assert client.get(name, "k").body == b"x"


def test_a_key_of_a_user(client, server, bucket, name):
    """Who may do what is one thing for both dialects."""
    iam, user = clients.iam(server), f"user-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    keys = {"access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"]}
    own = oss.make(server, f"{client.sdk}-{client.version}", **keys)
    own.make_bucket(name)
    own.put(name, "k", b"x")
    assert own.buckets() == [name]
    assert clients.s3(server, **keys).get_object(Bucket=name, Key="k")["Body"].read() == b"x"
    for call in (lambda: own.list(bucket), lambda: own.put(bucket, "k", b"x"), lambda: own.head(bucket, "k"),
                 lambda: own.remove_bucket(bucket)):
        with refused("AccessDenied", 403):
            call()
    with refused("BucketAlreadyExists", 409):
        own.make_bucket(bucket)
    iam.update_access_key(UserName=user, AccessKeyId=key["AccessKeyId"], Status="Inactive")
    with pytest.raises(Exception) as seen:
        own.get(name, "k")
    assert oss.read_failure(seen.value).status == 403


# The past

@pytest.fixture
def past(client, versioned):
    """A bucket that has changed since the moment that is given back."""
    client.put(versioned, "kept", b"kept", {"x-oss-meta-a": "b"})
    client.put(versioned, "dir/replaced", BODY)
    client.put(versioned, "dir/deleted", b"deleted")
    upload = client.initiate(versioned, "parts")
    parts = [(n, client.part(versioned, "parts", upload, n, body).etag.strip('"'))
             for n, body in enumerate((BODY, b"end"), 1)]
    client.complete(versioned, "parts", upload, parts)
    then = moment()
    client.put(versioned, "dir/replaced", b"new")
    client.put(versioned, "dir/new", b"new")
    client.put(versioned, "parts", b"none")
    client.delete(versioned, "dir/deleted")
    return then


OLD = {"dir/deleted": b"deleted", "dir/replaced": BODY, "kept": b"kept", "parts": BODY + b"end"}


def contents(client, bucket):
    found = {}
    for entry in client.list_v2(bucket).entries:
        got = client.get(bucket, entry.key)
        assert got.crc == crc64(got.body) and got.etag.strip('"') == entry.etag
        found[entry.key] = got.body
    return found


def test_restore(client, server, versioned, past):
    before = client.head(versioned, "kept").headers["x-oss-meta-a"]
    weir(server, "restore", "--bucket", versioned, "--as-of", past, "--yes")
    assert contents(client, versioned) == OLD
    assert client.head(versioned, "parts").headers["x-oss-object-type"] == "Multipart"
    assert client.head(versioned, "kept").headers["x-oss-meta-a"] == before == "b"


def test_views(client, server, versioned, past):
    name = f"view-{uuid.uuid4().hex[:12]}"
    weir(server, "view", "create", name, "--bucket", versioned, "--as-of", past)
    try:
        assert contents(client, name) == OLD
        assert client.list(name, prefix="dir/", delimiter="/").keys == ["dir/deleted", "dir/replaced"]
        assert client.exists(name, "dir/new") is False and client.exists(name, "kept") is True
        assert client.versioning(name) == "Enabled" and name not in client.buckets()
        for call in (lambda: client.put(name, "k", b"x"), lambda: client.initiate(name, "k"),
                     lambda: client.copy((name, "kept"), (name, "k"))):
            with refused("AccessDenied", 403):
                call()
        client.copy((name, "dir/deleted"), (versioned, "back"))
        assert client.get(versioned, "back").body == b"deleted"
        info = oss.oss2_bucket(server, name).get_bucket_info()
        assert info.name == name
    finally:
        weir(server, "view", "delete", name)


class LooksBack(oss2.AuthV4):
    """oss2 has no setting for additional headers of a request: its signer has."""

    def __init__(self, when):
        super().__init__("conformance-root", "conformance-secret-key-0123456789")
        self.when = when

    def _sign_request(self, request, bucket, key, in_additional_headers=None):
        request.headers["x-weir-as-of"] = self.when
        super()._sign_request(request, bucket, key, ["x-weir-as-of"])


def test_as_of(server, versioned):
    writer = oss.make(server, "v2-v4")
    writer.put(versioned, "k", b"old")
    writer.put(versioned, "gone", b"gone")
    then = moment()
    writer.put(versioned, "k", b"new")
    writer.delete(versioned, "gone")
    new = oss.make(server, "v2-v4", default_request_headers={"x-weir-as-of": then},
                   additional_headers=["x-weir-as-of"])
    old = oss2.Bucket(LooksBack(then), server.endpoint, versioned, region="us-east-1")
    assert new.get(versioned, "k").body == old.get_object("k").read() == b"old"
    assert new.list(versioned).keys == [one.key for one in oss2.ObjectIteratorV2(old)] == ["gone", "k"]
    assert new.head(versioned, "gone").headers["Content-Length"] == "4"
    assert new.list_versions(versioned).keys == ["gone", "k"]
    new.copy((versioned, "gone"), (versioned, "back"))
    assert writer.get(versioned, "back").body == b"gone"
    with pytest.raises(Exception) as seen:
        new.put(versioned, "k", b"x")
    assert oss.read_failure(seen.value).status == 400
    url = oss.oss2_bucket(server, versioned).sign_url("GET", "gone", 60, headers={"x-weir-as-of": then},
                                                      additional_headers=["x-weir-as-of"])
    reader = oss2.Bucket(oss2.AnonymousAuth(), server.endpoint, versioned)
    assert reader.get_object_with_url(url, headers={"x-weir-as-of": then}).read() == b"gone"


def test_as_of_is_not_for_version_1(server, versioned):
    client = oss.make(server, "v2-v1", default_request_headers={"x-weir-as-of": moment()})
    with refused("AccessDenied", 403):
        client.list(versioned)


def test_dialects_are_told_apart(server, s3, bucket):
    """By the request alone: on one connection, on one bucket."""
    assert "x-oss-request-id" in ask(server, "GET", bucket).headers
    headers = s3.list_objects_v2(Bucket=bucket)["ResponseMetadata"]["HTTPHeaders"]
    assert "x-amz-request-id" in headers and "x-oss-request-id" not in headers
    v2_sdk = oss.v2_client(server).list_objects_v2(v2.ListObjectsV2Request(bucket))
    assert v2_sdk.headers["x-oss-request-id"]


def test_what_oss_wrote_has_no_checksum_for_s3(s3, bucket, server):
    oss.make(server, "v2-v4").put(bucket, "k", BODY)
    got = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert not [name for name in got if name.startswith("Checksum") and name != "ChecksumType"]
