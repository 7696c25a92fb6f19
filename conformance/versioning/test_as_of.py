"""Reads of a bucket as it was: the header `x-weir-as-of`."""

import datetime
import time

import pytest

from support import clients, raw
from support.checks import refused

UTC = datetime.timezone.utc


def moment():
    """Now to the millisecond, with room on both sides."""
    time.sleep(0.005)
    now = datetime.datetime.now(UTC)
    time.sleep(0.005)
    return now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03}Z"


class Past:
    """A bucket with a history, and what it was at each moment of it."""

    def __init__(self, s3, bucket):
        self.s3, self.bucket = s3, bucket
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        self.moments = []
        self.now = {}
        self.remember()
        self.put("a", b"1")
        self.put("dir/b", b"1")
        self.remember()
        self.put("a", b"2" * 100_000)
        self.delete("dir/b")
        self.put("dir/c", b"2")
        self.remember()
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
        self.delete("a")
        self.put("dir/b", b"3")
        self.remember()
        # A second write of a key while versioning is suspended would replace the first, and its time with it.
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        self.put("dir/b", b"4")
        self.put("a", b"4")
        self.remember()

    def put(self, key, body):
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)
        self.now[key] = body

    def delete(self, key):
        self.s3.delete_object(Bucket=self.bucket, Key=key)
        del self.now[key]

    def remember(self):
        self.moments.append((moment(), dict(self.now)))


@pytest.fixture
def past(way, bucket):
    return Past(way.s3, bucket)


@pytest.fixture
def own(s3, own_bucket):
    return Past(s3, own_bucket)


def test_every_read(past):
    s3, bucket = past.s3, past.bucket
    for then, state in past.moments:
        with clients.as_of(s3, then):
            listed = {c["Key"]: c["Size"] for c in s3.list_objects_v2(Bucket=bucket).get("Contents", [])}
            assert listed == {key: len(body) for key, body in state.items()}
            assert [c["Key"] for c in s3.list_objects(Bucket=bucket).get("Contents", [])] == sorted(state)
            grouped = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
            assert [p["Prefix"] for p in grouped.get("CommonPrefixes", [])] == ["dir/"] * any("/" in k for k in state)
            for key in ("a", "dir/b", "dir/c"):
                if key in state:
                    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == state[key]
                    assert s3.head_object(Bucket=bucket, Key=key)["ContentLength"] == len(state[key])
                    attributes = s3.get_object_attributes(Bucket=bucket, Key=key, ObjectAttributes=["ObjectSize"])
                    assert attributes["ObjectSize"] == len(state[key])
                else:
                    with refused("NoSuchKey", 404):
                        s3.get_object(Bucket=bucket, Key=key)
                    with refused("404", 404):
                        s3.head_object(Bucket=bucket, Key=key)


def test_pages(own):
    for then, state in own.moments:
        with clients.as_of(own.s3, then):
            pages = own.s3.get_paginator("list_objects_v2").paginate(
                Bucket=own.bucket, PaginationConfig={"PageSize": 1})
            assert [c["Key"] for page in pages for c in page.get("Contents", [])] == sorted(state)


def test_versions(own):
    """A listing of versions shows those that were, and the latest of them as the latest."""
    s3, bucket = own.s3, own.bucket
    for then, state in own.moments:
        with clients.as_of(s3, then):
            page = s3.list_object_versions(Bucket=bucket)
        latest = {v["Key"]: v["Size"] for v in page.get("Versions", []) if v["IsLatest"]}
        assert latest == {key: len(body) for key, body in state.items()}
    now = s3.list_object_versions(Bucket=bucket)
    with clients.as_of(s3, own.moments[-1][0]):
        assert s3.list_object_versions(Bucket=bucket)["Versions"] == now["Versions"]


def test_a_version_that_was_not_yet(own):
    s3, bucket = own.s3, own.bucket
    version = s3.list_object_versions(Bucket=bucket, Prefix="dir/c")["Versions"][0]["VersionId"]
    with clients.as_of(s3, own.moments[2][0]):
        assert s3.get_object(Bucket=bucket, Key="dir/c", VersionId=version)["Body"].read() == b"2"
    with clients.as_of(s3, own.moments[1][0]):
        with refused("NoSuchVersion", 404):
            s3.get_object(Bucket=bucket, Key="dir/c", VersionId=version)


def test_ranges_and_conditions(own):
    s3, bucket = own.s3, own.bucket
    with clients.as_of(s3, own.moments[2][0]):
        old = s3.get_object(Bucket=bucket, Key="a", Range="bytes=99990-")
        assert old["Body"].read() == b"2" * 10
        s3.head_object(Bucket=bucket, Key="a", IfMatch=old["ETag"])
    with refused("412", 412):
        s3.head_object(Bucket=bucket, Key="a", IfMatch=old["ETag"])


def test_copies_look_back_at_their_source(past):
    s3, bucket = past.s3, past.bucket
    then, state = past.moments[2]
    with clients.as_of(s3, then):
        s3.copy_object(Bucket=bucket, Key="restored", CopySource=f"{bucket}/a")
        s3.copy_object(Bucket=bucket, Key="a", CopySource=f"{bucket}/a")
        upload = {"Bucket": bucket, "Key": "part"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    with clients.as_of(s3, then):
        part = s3.upload_part_copy(**upload, PartNumber=1, CopySource=f"{bucket}/a", CopySourceRange="bytes=0-9")
        with refused("NoSuchKey", 404):
            s3.copy_object(Bucket=bucket, Key="none", CopySource=f"{bucket}/dir/b")
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [
        {"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]})
    for key, body in (("restored", state["a"]), ("a", state["a"]), ("part", b"2" * 10)):
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == body


def test_whole_seconds_and_offsets(own):
    last = datetime.datetime.fromisoformat(own.moments[1][0].replace("Z", "+00:00"))
    east = last.astimezone(datetime.timezone(datetime.timedelta(hours=2)))
    with clients.as_of(own.s3, east.isoformat(timespec="milliseconds")):
        assert own.s3.get_object(Bucket=own.bucket, Key="a")["Body"].read() == b"1"
    time.sleep(1.1)
    now = datetime.datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with clients.as_of(own.s3, now):
        assert own.s3.get_object(Bucket=own.bucket, Key="a")["Body"].read() == b"4"


READS = [
    lambda s3, b: s3.get_object(Bucket=b, Key="a"),
    lambda s3, b: s3.get_object_attributes(Bucket=b, Key="a", ObjectAttributes=["ETag"]),
    lambda s3, b: s3.get_object_tagging(Bucket=b, Key="a"),
    lambda s3, b: s3.list_objects(Bucket=b), lambda s3, b: s3.list_objects_v2(Bucket=b),
    lambda s3, b: s3.list_object_versions(Bucket=b),
    lambda s3, b: s3.copy_object(Bucket=b, Key="copy", CopySource=f"{b}/a"),
]


@pytest.mark.parametrize("read", READS)
def test_moments_that_cannot_be(own, read):
    with clients.as_of(own.s3, "yesterday"), refused("InvalidArgument", 400) as seen:
        read(own.s3, own.bucket)
    assert seen.error["ArgumentName"] == "x-weir-as-of"
    with clients.as_of(own.s3, "2999-01-01T00:00:00Z"), refused("InvalidArgument", 400):
        read(own.s3, own.bucket)
    with clients.as_of(own.s3, "2001-01-01T00:00:00Z"), refused("InvalidRequest", 400) as seen:
        read(own.s3, own.bucket)
    # The message names the first moment that can be, and that one can.
    earliest = seen.error["Message"].rsplit(" ", 1)[1].rstrip(".")
    assert earliest <= own.moments[0][0]
    with clients.as_of(own.s3, earliest):
        try:
            read(own.s3, own.bucket)
        except own.s3.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] == "NoSuchKey"


def test_heads_that_cannot_be(own):
    for then in ("yesterday", "2999-01-01T00:00:00Z", "2001-01-01T00:00:00Z"):
        with clients.as_of(own.s3, then), refused("400", 400):
            own.s3.head_object(Bucket=own.bucket, Key="a")


def test_what_a_suspended_write_replaced_is_gone(own):
    s3, bucket = own.s3, own.bucket
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    own.put("a", b"5")
    then = moment()
    with clients.as_of(s3, own.moments[3][0]), refused("InvalidRequest", 400):
        s3.list_objects_v2(Bucket=bucket)
    with clients.as_of(s3, own.moments[4][0]):
        assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"4"
    with clients.as_of(s3, then):
        assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"5"
    own.put("a", b"6")
    with clients.as_of(s3, then), refused("InvalidRequest", 400):
        s3.list_objects_v2(Bucket=bucket)


def test_a_bucket_without_versions_has_no_past(s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"x")
    with clients.as_of(s3, moment()), refused("InvalidRequest", 400):
        s3.get_object(Bucket=own_bucket, Key="k")


def test_writes_do_not_look_back(own):
    s3, bucket = own.s3, own.bucket
    one = {"Bucket": bucket, "Key": "a"}
    calls = [
        lambda: s3.put_object(**one, Body=b"x"), lambda: s3.delete_object(**one),
        lambda: s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}]}),
        lambda: s3.create_multipart_upload(**one), lambda: s3.put_object_tagging(**one, Tagging={"TagSet": []}),
        lambda: s3.get_bucket_versioning(Bucket=bucket),
        lambda: s3.delete_bucket(Bucket=bucket),
        lambda: s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}),
    ]
    before = s3.list_object_versions(Bucket=bucket)
    for call in calls:
        with clients.as_of(s3, own.moments[1][0]), refused("InvalidRequest", 400):
            call()
    after = s3.list_object_versions(Bucket=bucket)
    assert (before["Versions"], before["DeleteMarkers"]) == (after["Versions"], after["DeleteMarkers"])


def test_the_header_is_signed(server, own):
    """Who holds a presigned URL, or sees a request pass, cannot look further back with it."""
    then = own.moments[1][0]
    reply = raw.signed(server, "GET", f"/{own.bucket}/a", headers={"x-weir-as-of": then})
    assert (reply.status, reply.body) == (200, b"1")
    reply = raw.signed(server, "GET", f"/{own.bucket}/a", headers={"x-weir-as-of": then}, unsigned=("x-weir-as-of",))
    assert (reply.status, reply.code) == (403, "AccessDenied")
    old = clients.s3(server, signature="s3")
    with clients.as_of(old, then), refused("InvalidRequest", 400):
        old.get_object(Bucket=own.bucket, Key="a")
