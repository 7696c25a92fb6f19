"""Multipart uploads and copies of parts."""

import hashlib
import os

import pytest

from support.checks import refused

MIB = 1 << 20


def upload(s3, bucket, key, bodies, **create):
    made = s3.create_multipart_upload(Bucket=bucket, Key=key, **create)
    parts = []
    for number, body in enumerate(bodies, 1):
        put = s3.upload_part(Bucket=bucket, Key=key, UploadId=made["UploadId"], PartNumber=number, Body=body)
        parts.append({"PartNumber": number, "ETag": put["ETag"]})
    return made["UploadId"], parts


def complete(s3, bucket, key, upload_id, parts, **more):
    return s3.complete_multipart_upload(
        Bucket=bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}, **more)


def test_round_trip(way, bucket):
    bodies = [os.urandom(5 * MIB), os.urandom(5 * MIB + 3), os.urandom(17)]
    upload_id, parts = upload(way.s3, bucket, "k", bodies, Metadata={"a": "b"}, ContentType="text/x")
    assert "Contents" not in way.s3.list_objects_v2(Bucket=bucket)
    done = complete(way.s3, bucket, "k", upload_id, parts)
    digests = b"".join(hashlib.md5(b).digest() for b in bodies)
    assert done["ETag"] == f'"{hashlib.md5(digests).hexdigest()}-3"'
    got = way.s3.get_object(Bucket=bucket, Key="k")
    assert got["Body"].read() == b"".join(bodies)
    assert (got["Metadata"], got["ContentType"]) == ({"a": "b"}, "text/x")
    whole = b"".join(bodies)
    start = 5 * MIB - 10
    got = way.s3.get_object(Bucket=bucket, Key="k", Range=f"bytes={start}-{start + 99}")
    assert got["Body"].read() == whole[start:start + 100]
    for number, body in enumerate(bodies, 1):
        part = way.s3.get_object(Bucket=bucket, Key="k", PartNumber=number)
        assert part["Body"].read() == body
        assert part["PartsCount"] == 3
    with refused("InvalidPartNumber", 416):
        way.s3.get_object(Bucket=bucket, Key="k", PartNumber=4)


def test_small_last_part_only(s3, own_bucket):
    upload_id, parts = upload(s3, own_bucket, "k", [b"tiny", b"tiny"])
    with refused("EntityTooSmall", 400) as seen:
        complete(s3, own_bucket, "k", upload_id, parts)
    assert seen.error["PartNumber"] == "1"
    complete(s3, own_bucket, "k", upload_id, parts[:1])
    assert s3.get_object(Bucket=own_bucket, Key="k")["Body"].read() == b"tiny"
    assert s3.head_object(Bucket=own_bucket, Key="k")["ETag"].endswith('-1"')


def test_repeat_of_complete(s3, own_bucket):
    upload_id, parts = upload(s3, own_bucket, "k", [b"body"])
    first = complete(s3, own_bucket, "k", upload_id, parts)
    assert complete(s3, own_bucket, "k", upload_id, parts)["ETag"] == first["ETag"]


def test_replaced_part(s3, own_bucket):
    upload_id, _ = upload(s3, own_bucket, "k", [b"first"])
    second = s3.upload_part(Bucket=own_bucket, Key="k", UploadId=upload_id, PartNumber=1, Body=b"second")
    complete(s3, own_bucket, "k", upload_id, [{"PartNumber": 1, "ETag": second["ETag"]}])
    assert s3.get_object(Bucket=own_bucket, Key="k")["Body"].read() == b"second"


def test_complete_errors(s3, own_bucket):
    upload_id, parts = upload(s3, own_bucket, "k", [os.urandom(5 * MIB), b"x"])
    with refused("InvalidPartOrder", 400):
        complete(s3, own_bucket, "k", upload_id, parts[::-1])
    with refused("InvalidPartOrder", 400):
        complete(s3, own_bucket, "k", upload_id, [parts[0], parts[0]])
    with refused("InvalidPart", 400) as seen:
        complete(s3, own_bucket, "k", upload_id, [{"PartNumber": 9, "ETag": parts[0]["ETag"]}])
    assert seen.error["PartNumber"] == "9"
    with refused("InvalidPart", 400):
        complete(s3, own_bucket, "k", upload_id, [{"PartNumber": 1, "ETag": parts[1]["ETag"]}])
    with refused("MalformedXML", 400):
        complete(s3, own_bucket, "k", upload_id, [])
    with refused("NoSuchUpload", 404):
        complete(s3, own_bucket, "other-key", upload_id, parts)
    with refused("InvalidRequest", 400):
        complete(s3, own_bucket, "k", upload_id, parts, MpuObjectSize=7)
    complete(s3, own_bucket, "k", upload_id, parts)


def test_gaps_are_fine(s3, own_bucket):
    made = s3.create_multipart_upload(Bucket=own_bucket, Key="k")
    parts = []
    for number, body in ((3, b"a" * 5 * MIB), (7, b"b")):
        put = s3.upload_part(Bucket=own_bucket, Key="k", UploadId=made["UploadId"], PartNumber=number,
                             Body=body)
        parts.append({"PartNumber": number, "ETag": put["ETag"]})
    complete(s3, own_bucket, "k", made["UploadId"], parts)
    assert s3.head_object(Bucket=own_bucket, Key="k")["ContentLength"] == 5 * MIB + 1


def test_conditions_on_complete(s3, own_bucket):
    upload_id, parts = upload(s3, own_bucket, "k", [b"one"])
    complete(s3, own_bucket, "k", upload_id, parts, IfNoneMatch="*")
    upload_id, parts = upload(s3, own_bucket, "k", [b"two"])
    with refused("PreconditionFailed", 412):
        complete(s3, own_bucket, "k", upload_id, parts, IfNoneMatch="*")
    etag = s3.head_object(Bucket=own_bucket, Key="k")["ETag"]
    complete(s3, own_bucket, "k", upload_id, parts, IfMatch=etag)
    assert s3.get_object(Bucket=own_bucket, Key="k")["Body"].read() == b"two"


def test_abort(s3, own_bucket):
    upload_id, parts = upload(s3, own_bucket, "k", [b"x"])
    s3.abort_multipart_upload(Bucket=own_bucket, Key="k", UploadId=upload_id)
    for call in (lambda: complete(s3, own_bucket, "k", upload_id, parts),
                 lambda: s3.list_parts(Bucket=own_bucket, Key="k", UploadId=upload_id),
                 lambda: s3.upload_part(Bucket=own_bucket, Key="k", UploadId=upload_id, PartNumber=1,
                                        Body=b"x")):
        with refused("NoSuchUpload", 404):
            call()


@pytest.mark.parametrize("number", [0, 10_001])
def test_bad_part_numbers(s3, own_bucket, number):
    made = s3.create_multipart_upload(Bucket=own_bucket, Key="k")
    with refused("InvalidArgument", 400) as seen:
        s3.upload_part(Bucket=own_bucket, Key="k", UploadId=made["UploadId"], PartNumber=number, Body=b"")
    assert seen.error["ArgumentName"] == "partNumber"


def test_list_parts(s3, own_bucket):
    upload_id, parts = upload(s3, own_bucket, "k", [bytes([i]) * (i + 1) for i in range(5)])
    page = s3.list_parts(Bucket=own_bucket, Key="k", UploadId=upload_id, MaxParts=2)
    assert [p["PartNumber"] for p in page["Parts"]] == [1, 2]
    assert (page["IsTruncated"], page["NextPartNumberMarker"]) == (True, 2)
    page = s3.list_parts(Bucket=own_bucket, Key="k", UploadId=upload_id, PartNumberMarker=2)
    assert [(p["PartNumber"], p["Size"], p["ETag"]) for p in page["Parts"]] == [
        (i, i, parts[i - 1]["ETag"]) for i in (3, 4, 5)]
    assert not page["IsTruncated"]
    assert page["StorageClass"] == "STANDARD" and page["Owner"]["ID"] == page["Initiator"]["ID"]


def test_list_uploads(s3, own_bucket):
    made = []
    for key in ("a/1", "a/1", "a/2", "b", "c/x"):
        made.append((key, s3.create_multipart_upload(Bucket=own_bucket, Key=key)["UploadId"]))
    everything = s3.list_multipart_uploads(Bucket=own_bucket)["Uploads"]
    assert [(u["Key"], u["UploadId"]) for u in everything] == made
    page = s3.list_multipart_uploads(Bucket=own_bucket, Delimiter="/")
    assert [p["Prefix"] for p in page["CommonPrefixes"]] == ["a/", "c/"]
    assert [u["Key"] for u in page["Uploads"]] == ["b"]
    page = s3.list_multipart_uploads(Bucket=own_bucket, Prefix="a/")
    assert [u["Key"] for u in page["Uploads"]] == ["a/1", "a/1", "a/2"]
    seen, marks = [], {}
    while True:
        page = s3.list_multipart_uploads(Bucket=own_bucket, MaxUploads=1, **marks)
        seen += [(u["Key"], u["UploadId"]) for u in page.get("Uploads", [])]
        if not page["IsTruncated"]:
            break
        marks = {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]}
    assert seen == made
    after = s3.list_multipart_uploads(Bucket=own_bucket, KeyMarker="a/1")
    assert [u["Key"] for u in after["Uploads"]] == ["a/2", "b", "c/x"]


def test_part_copies(way, bucket):
    source = os.urandom(12 * MIB)
    way.s3.put_object(Bucket=bucket, Key="source", Body=source)
    made = way.s3.create_multipart_upload(Bucket=bucket, Key="k")
    ranges = [(0, 6 * MIB + 123), (1, 6 * MIB), (12 * MIB - 70_000, 12 * MIB - 1)]
    parts = []
    for number, (first, last) in enumerate(ranges, 1):
        done = way.s3.upload_part_copy(
            Bucket=bucket, Key="k", UploadId=made["UploadId"], PartNumber=number,
            CopySource={"Bucket": bucket, "Key": "source"}, CopySourceRange=f"bytes={first}-{last}")
        want = hashlib.md5(source[first:last + 1]).hexdigest()
        assert done["CopyPartResult"]["ETag"] == f'"{want}"'
        parts.append({"PartNumber": number, "ETag": done["CopyPartResult"]["ETag"]})
    complete(way.s3, bucket, "k", made["UploadId"], parts)
    way.s3.delete_object(Bucket=bucket, Key="source")
    want = b"".join(source[a:b + 1] for a, b in ranges)
    assert way.s3.get_object(Bucket=bucket, Key="k")["Body"].read() == want


@pytest.mark.parametrize("text", ["bytes=0-", "bytes=-5", "0-5", "bytes=0-1,3-4", "bytes=5-3",
                                  "bytes=0-999999"])
def test_bad_copy_ranges(s3, own_bucket, text):
    s3.put_object(Bucket=own_bucket, Key="source", Body=b"0123456789")
    made = s3.create_multipart_upload(Bucket=own_bucket, Key="k")
    with refused("InvalidArgument", 400):
        s3.upload_part_copy(Bucket=own_bucket, Key="k", UploadId=made["UploadId"], PartNumber=1,
                            CopySource={"Bucket": own_bucket, "Key": "source"}, CopySourceRange=text)


def test_thousand_parts(s3, own_bucket):
    """More parts than a page, through the small-part exception: all but the last are copies of 5 MiB."""
    source = os.urandom(5 * MIB)
    s3.put_object(Bucket=own_bucket, Key="source", Body=source)
    made = s3.create_multipart_upload(Bucket=own_bucket, Key="k")
    parts = []
    for number in range(1, 1102):
        done = s3.upload_part_copy(Bucket=own_bucket, Key="k", UploadId=made["UploadId"], PartNumber=number,
                                   CopySource={"Bucket": own_bucket, "Key": "source"})
        parts.append({"PartNumber": number, "ETag": done["CopyPartResult"]["ETag"]})
    done = complete(s3, own_bucket, "k", made["UploadId"], parts)
    assert done["ETag"].endswith('-1101"')
    size = 1101 * 5 * MIB
    assert s3.head_object(Bucket=own_bucket, Key="k")["ContentLength"] == size
    got = s3.get_object(Bucket=own_bucket, Key="k", Range=f"bytes={size - 7 * MIB}-{size - 1}")
    assert got["Body"].read() == (source + source)[-7 * MIB:]
    part = s3.get_object(Bucket=own_bucket, Key="k", PartNumber=1101)
    assert part["Body"].read() == source and part["PartsCount"] == 1101
    copy = {"Bucket": own_bucket, "Key": "copy", "CopySource": f"{own_bucket}/k"}
    with refused("InvalidRequest", 400):
        s3.copy_object(**copy)  # more than 5 GiB go by parts only
    made = s3.create_multipart_upload(Bucket=own_bucket, Key="copy")
    with refused("InvalidRequest", 400):
        s3.upload_part_copy(**copy, UploadId=made["UploadId"], PartNumber=1)
