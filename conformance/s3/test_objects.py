"""PutObject, GetObject, HeadObject, DeleteObject: bodies, headers, ranges, conditions."""

import datetime
import hashlib
import os
import ssl
import urllib.parse
import urllib.request

import pytest

from support.checks import refused

SIZES = [0, 1, 4095, 4096, 4097, 65_535, 65_536, 65_537, 131_072, 131_073, 262_143, 262_144, 262_145,
         1 << 20, (5 << 20) + 7]


@pytest.mark.parametrize("size", SIZES)
def test_sizes(way, bucket, size):
    body = os.urandom(size)
    put = way.s3.put_object(Bucket=bucket, Key="k", Body=body)
    assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    got = way.s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == body
    assert got["ContentLength"] == size
    head = way.s3.head_object(Bucket=bucket, Key="k")
    assert (head["ContentLength"], head["ETag"]) == (size, put["ETag"])


KEYS = ["a", "a/b/c", "a//b", "//", "/lead", "trail/", ".", "..", "a/./b", "a/../b", " lead", "trail ",
        "plus+plus", "per%cent", "per%2Fcent", "q?uery", "h#ash", "am&p", "quo\"te", "apo'stroph",
        "back\\slash", "semi;colon", "eq=ual", "co,mma", "at@", "dollar$", "star*", "paren(s)", "br[ack]et",
        "tilde~", "pipe|", "caret^", "grave`", "<less>", "emoji-\U0001F600", "e\u0301", "\u00e9",
        "\u65e5\u672c\u8a9e", "tab\there", "x" * 1024, "\u00e9" * 512]


@pytest.mark.parametrize("key", KEYS)
def test_keys(way, bucket, key):
    body = key.encode()
    way.s3.put_object(Bucket=bucket, Key=key, Body=body)
    assert way.s3.get_object(Bucket=bucket, Key=key)["Body"].read() == body
    listed = [c["Key"] for c in way.s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert listed == [key]
    way.s3.delete_object(Bucket=bucket, Key=key)
    with refused("NoSuchKey", 404):
        way.s3.get_object(Bucket=bucket, Key=key)


def test_composed_and_decomposed_are_two_keys(way, bucket):
    way.s3.put_object(Bucket=bucket, Key="\u00e9", Body=b"one")
    way.s3.put_object(Bucket=bucket, Key="e\u0301", Body=b"two")
    assert way.s3.get_object(Bucket=bucket, Key="\u00e9")["Body"].read() == b"one"
    assert way.s3.get_object(Bucket=bucket, Key="e\u0301")["Body"].read() == b"two"
    assert way.s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 2


def test_key_too_long(way, bucket):
    with refused("KeyTooLongError", 400) as seen:
        way.s3.put_object(Bucket=bucket, Key="x" * 1025, Body=b"")
    assert (seen.error["Size"], seen.error["MaxSizeAllowed"]) == ("1025", "1024")


def test_headers_are_kept(way, bucket):
    kept = {"ContentType": "text/x-weir", "CacheControl": "max-age=7", "ContentDisposition": "attachment",
            "ContentEncoding": "gzip", "ContentLanguage": "de", "WebsiteRedirectLocation": "/there"}
    expires = datetime.datetime(2030, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    way.s3.put_object(Bucket=bucket, Key="k", Body=b"x", Metadata={"Mixed-Case": "v", "empty": ""},
                      Expires=expires, **kept)
    for reply in (way.s3.get_object(Bucket=bucket, Key="k"), way.s3.head_object(Bucket=bucket, Key="k")):
        for name, value in kept.items():
            assert reply[name] == value
        assert reply["Metadata"] == {"mixed-case": "v", "empty": ""}
        assert reply["ExpiresString"] == "Wed, 02 Jan 2030 03:04:05 GMT"
        assert reply["AcceptRanges"] == "bytes"


def test_default_content_type(way, bucket):
    way.s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert way.s3.head_object(Bucket=bucket, Key="k")["ContentType"] == "binary/octet-stream"


def test_metadata_too_large(way, bucket):
    way.s3.put_object(Bucket=bucket, Key="fits", Body=b"", Metadata={"k": "v" * 2047})
    with refused("MetadataTooLarge", 400) as seen:
        way.s3.put_object(Bucket=bucket, Key="k", Body=b"", Metadata={"k": "v" * 2048})
    assert seen.error["MaxSizeAllowed"] == "2048"


def test_overwrite(way, bucket):
    for size in (10, 100_000, 5, 1 << 20, 0):
        body = os.urandom(size)
        way.s3.put_object(Bucket=bucket, Key="k", Body=body)
        assert way.s3.get_object(Bucket=bucket, Key="k")["Body"].read() == body


RANGES = [("bytes=0-0", 0, 1), ("bytes=0-", 0, None), ("bytes=10-19", 10, 20), ("bytes=-5", -5, None),
          ("bytes=65530-65540", 65530, 65541), ("bytes=262140-262150", 262140, 262151),
          ("bytes=5-99999999", 5, None), ("bytes=-99999999", 0, None)]


@pytest.mark.parametrize("size", [100, 300_000])
@pytest.mark.parametrize("text, start, end", RANGES)
def test_ranges(way, bucket, size, text, start, end):
    body = os.urandom(size)
    way.s3.put_object(Bucket=bucket, Key="k", Body=body)
    if start >= size:
        with refused("InvalidRange", 416) as seen:
            way.s3.get_object(Bucket=bucket, Key="k", Range=text)
        assert seen.error["ActualObjectSize"] == str(size)
        return
    want = body[start:end]
    first = start if start >= 0 else size + start
    got = way.s3.get_object(Bucket=bucket, Key="k", Range=text)
    assert got["Body"].read() == want
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert got["ContentRange"] == f"bytes {first}-{first + len(want) - 1}/{size}"
    head = way.s3.head_object(Bucket=bucket, Key="k", Range=text)
    assert head["ContentLength"] == len(want)


@pytest.mark.parametrize("text", ["bytes=5-3", "bytes=0-1,5-6", "lines=1-2", "bytes=x-y", "bytes="])
def test_ranges_that_are_ignored(way, bucket, text):
    way.s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    got = way.s3.get_object(Bucket=bucket, Key="k", Range=text)
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert got["Body"].read() == b"0123456789"


def test_a_range_of_just_this_version(way, bucket):
    """If-Range, which boto3 does not know: curl sends it when it takes a download up again."""
    tag = way.s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")["ETag"]
    url = way.s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    context = ssl.create_default_context(cafile=way.server.ca) if way.server.tls else None
    got = []
    for validator in (tag, '"other"'):
        headers = {"Range": "bytes=2-4", "If-Range": validator}
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(request, context=context) as reply:
            got.append((reply.status, reply.read()))
    assert got == [(206, b"234"), (200, b"0123456789")]


def test_range_and_part_number(s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"0123")
    with refused("InvalidRequest", 400):
        s3.get_object(Bucket=own_bucket, Key="k", Range="bytes=0-1", PartNumber=1)


def test_part_number_of_a_single_object(s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"0123")
    got = s3.get_object(Bucket=own_bucket, Key="k", PartNumber=1)
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert got["Body"].read() == b"0123"
    assert "PartsCount" not in got
    with refused("InvalidPartNumber", 416):
        s3.get_object(Bucket=own_bucket, Key="k", PartNumber=2)
    with refused("InvalidArgument", 400):
        s3.get_object(Bucket=own_bucket, Key="k", PartNumber=0)


def test_read_conditions(way, bucket):
    put = way.s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    etag, other = put["ETag"], '"00000000000000000000000000000000"'
    modified = way.s3.head_object(Bucket=bucket, Key="k")["LastModified"]
    before, after = modified - datetime.timedelta(days=1), modified + datetime.timedelta(days=1)
    get = way.s3.get_object

    def ok(**conditions):
        assert get(Bucket=bucket, Key="k", **conditions)["Body"].read() == b"x"

    ok(IfMatch=etag)
    ok(IfMatch="*")
    ok(IfMatch=etag.strip('"'))
    ok(IfNoneMatch=other)
    ok(IfModifiedSince=before)
    ok(IfUnmodifiedSince=after)
    ok(IfMatch=etag, IfUnmodifiedSince=before)
    ok(IfNoneMatch=other, IfModifiedSince=modified)
    for conditions in ({"IfMatch": other}, {"IfUnmodifiedSince": before},
                       {"IfMatch": other, "IfNoneMatch": other}):
        with refused("PreconditionFailed", 412):
            get(Bucket=bucket, Key="k", **conditions)
        with refused("412", 412):
            way.s3.head_object(Bucket=bucket, Key="k", **conditions)
    for conditions in ({"IfNoneMatch": etag}, {"IfNoneMatch": "*"}, {"IfModifiedSince": modified},
                       {"IfNoneMatch": etag, "IfModifiedSince": before},
                       {"IfMatch": etag, "IfNoneMatch": etag}):
        with refused("304", 304) as seen:
            get(Bucket=bucket, Key="k", **conditions)
        assert seen.response["ResponseMetadata"]["HTTPHeaders"]["etag"] == etag
    with refused("NoSuchKey", 404):
        get(Bucket=bucket, Key="absent", IfMatch=etag)


def test_response_overrides(way, bucket):
    way.s3.put_object(Bucket=bucket, Key="k", Body=b"x", ContentType="text/plain")
    got = way.s3.get_object(
        Bucket=bucket, Key="k", ResponseContentType="image/x", ResponseCacheControl="no-store",
        ResponseContentDisposition="inline", ResponseContentEncoding="br", ResponseContentLanguage="fr")
    assert (got["ContentType"], got["CacheControl"], got["ContentDisposition"], got["ContentEncoding"],
            got["ContentLanguage"]) == ("image/x", "no-store", "inline", "br", "fr")


def test_missing_key(way, bucket):
    with refused("NoSuchKey", 404) as seen:
        way.s3.get_object(Bucket=bucket, Key="ab sent/\u00e9")
    assert seen.error["Key"] == "ab sent/\u00e9"
    with refused("404", 404):
        way.s3.head_object(Bucket=bucket, Key="absent")
    way.s3.delete_object(Bucket=bucket, Key="absent")  # 204 all the same


def test_conditional_writes(way, bucket):
    put = way.s3.put_object
    with refused("NoSuchKey", 404):
        put(Bucket=bucket, Key="k", Body=b"0", IfMatch='"x"')
    etag = put(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    with refused("PreconditionFailed", 412) as seen:
        put(Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*")
    assert seen.error["Condition"] == "If-None-Match"
    with refused("PreconditionFailed", 412) as seen:
        put(Bucket=bucket, Key="k", Body=b"2", IfMatch='"00000000000000000000000000000000"')
    assert seen.error["Condition"] == "If-Match"
    put(Bucket=bucket, Key="k", Body=b"3", IfMatch=etag)
    assert way.s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"3"
    with refused("NotImplemented", 501):
        put(Bucket=bucket, Key="k", Body=b"4", IfNoneMatch=etag)


def test_conditional_delete(s3, own_bucket):
    with refused("NoSuchKey", 404):
        s3.delete_object(Bucket=own_bucket, Key="k", IfMatch="*")
    etag = s3.put_object(Bucket=own_bucket, Key="k", Body=b"x")["ETag"]
    with refused("PreconditionFailed", 412):
        s3.delete_object(Bucket=own_bucket, Key="k", IfMatch='"00000000000000000000000000000000"')
    s3.delete_object(Bucket=own_bucket, Key="k", IfMatch=etag)
    with refused("404", 404):
        s3.head_object(Bucket=own_bucket, Key="k")


def test_delete_objects(way, bucket):
    names = [f"d/{i} \u00e9&<>" for i in range(50)]
    for name in names:
        way.s3.put_object(Bucket=bucket, Key=name, Body=b"x")
    reply = way.s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": n} for n in names + ["absent"]]})
    assert sorted(d["Key"] for d in reply["Deleted"]) == sorted(names + ["absent"])
    assert way.s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    quiet = way.s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "x"}], "Quiet": True})
    assert "Deleted" not in quiet


def test_delete_objects_conditions_and_limits(s3, own_bucket):
    etag = s3.put_object(Bucket=own_bucket, Key="k", Body=b"x")["ETag"]
    reply = s3.delete_objects(Bucket=own_bucket, Delete={"Objects": [
        {"Key": "k", "ETag": '"00000000000000000000000000000000"'}, {"Key": "absent", "ETag": etag}]})
    assert {e["Key"]: e["Code"] for e in reply["Errors"]} == {"k": "PreconditionFailed",
                                                             "absent": "NoSuchKey"}
    with refused("MalformedXML", 400):
        s3.delete_objects(Bucket=own_bucket, Delete={"Objects": [{"Key": str(i)} for i in range(1001)]})
    assert s3.head_object(Bucket=own_bucket, Key="k")


def test_storage_class(s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"x", StorageClass="STANDARD")
    assert "StorageClass" not in s3.head_object(Bucket=own_bucket, Key="k")
    with refused("InvalidStorageClass", 400):
        s3.put_object(Bucket=own_bucket, Key="k", Body=b"x", StorageClass="NONSENSE")


def test_attributes(s3, own_bucket):
    put = s3.put_object(Bucket=own_bucket, Key="k", Body=b"hello", ChecksumAlgorithm="SHA256")
    reply = s3.get_object_attributes(
        Bucket=own_bucket, Key="k",
        ObjectAttributes=["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"])
    assert reply["ETag"] == put["ETag"].strip('"')
    assert reply["ObjectSize"] == 5
    assert reply["StorageClass"] == "STANDARD"
    assert reply["Checksum"]["ChecksumSHA256"] == put["ChecksumSHA256"]
    assert "ObjectParts" not in reply
    with refused("NoSuchKey", 404):
        s3.get_object_attributes(Bucket=own_bucket, Key="absent", ObjectAttributes=["ETag"])


def test_presigned(way, bucket):
    context = ssl.create_default_context(cafile=way.server.ca) if way.server.tls else None
    key = "pre signed/\u00e9+&"
    url = way.s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": key})
    request = urllib.request.Request(url, data=b"by link", method="PUT")
    assert urllib.request.urlopen(request, context=context).status == 200
    url = way.s3.generate_presigned_url("get_object", Params={
        "Bucket": bucket, "Key": key, "ResponseContentType": "text/plain; charset=x"})
    reply = urllib.request.urlopen(url, context=context)
    assert reply.read() == b"by link"
    assert reply.headers["Content-Type"] == "text/plain; charset=x"
    assert urllib.parse.quote("text/plain; charset=x", safe="") in url
