"""CopyObject."""

import os

import pytest

from support.checks import refused


@pytest.mark.parametrize("size", [0, 100, 100_000, (6 << 20) + 5])
def test_copies_and_outlives_its_source(way, bucket, size):
    body = os.urandom(size)
    put = way.s3.put_object(Bucket=bucket, Key="source \u00e9+", Body=body, Metadata={"m": "1"},
                            ContentType="text/x")
    done = way.s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "source \u00e9+"})
    assert done["CopyObjectResult"]["ETag"] == put["ETag"]
    way.s3.delete_object(Bucket=bucket, Key="source \u00e9+")
    got = way.s3.get_object(Bucket=bucket, Key="copy")
    assert got["Body"].read() == body
    assert (got["Metadata"], got["ContentType"]) == ({"m": "1"}, "text/x")
    way.s3.copy_object(Bucket=bucket, Key="copy2", CopySource={"Bucket": bucket, "Key": "copy"})
    way.s3.delete_object(Bucket=bucket, Key="copy")
    assert way.s3.get_object(Bucket=bucket, Key="copy2")["Body"].read() == body


def test_moves_no_bytes(server, s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="source", Body=os.urandom(8 << 20))
    before = server.metrics()
    for number in range(20):
        s3.copy_object(Bucket=own_bucket, Key=f"copy{number}",
                       CopySource={"Bucket": own_bucket, "Key": "source"})
    after = server.metrics()
    written = after["weir_volume_written_bytes_total"] - before["weir_volume_written_bytes_total"]
    assert written < 1 << 20


def test_replace_directive(s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="source", Body=b"x", Metadata={"old": "1"}, ContentType="text/x",
                  CacheControl="no-store")
    s3.copy_object(Bucket=own_bucket, Key="copy", CopySource=f"{own_bucket}/source",
                   MetadataDirective="REPLACE", Metadata={"new": "2"})
    head = s3.head_object(Bucket=own_bucket, Key="copy")
    assert head["Metadata"] == {"new": "2"}
    assert head["ContentType"] == "binary/octet-stream" and "CacheControl" not in head


def test_onto_itself(s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"x", Metadata={"old": "1"})
    with refused("InvalidRequest", 400):
        s3.copy_object(Bucket=own_bucket, Key="k", CopySource=f"{own_bucket}/k")
    s3.copy_object(Bucket=own_bucket, Key="k", CopySource=f"{own_bucket}/k", MetadataDirective="REPLACE",
                   Metadata={"new": "2"})
    got = s3.get_object(Bucket=own_bucket, Key="k")
    assert (got["Metadata"], got["Body"].read()) == ({"new": "2"}, b"x")


def test_conditions(s3, own_bucket):
    import datetime
    etag = s3.put_object(Bucket=own_bucket, Key="source", Body=b"x")["ETag"]
    modified = s3.head_object(Bucket=own_bucket, Key="source")["LastModified"]
    other = '"00000000000000000000000000000000"'
    day = datetime.timedelta(days=1)

    def copy(**conditions):
        return s3.copy_object(Bucket=own_bucket, Key="copy", CopySource=f"{own_bucket}/source", **conditions)

    copy(CopySourceIfMatch=etag)
    copy(CopySourceIfNoneMatch=other)
    copy(CopySourceIfModifiedSince=modified - day)
    copy(CopySourceIfUnmodifiedSince=modified + day)
    copy(CopySourceIfMatch=etag, CopySourceIfUnmodifiedSince=modified - day)
    for conditions in ({"CopySourceIfMatch": other}, {"CopySourceIfNoneMatch": etag},
                       {"CopySourceIfModifiedSince": modified},
                       {"CopySourceIfUnmodifiedSince": modified - day},
                       {"CopySourceIfNoneMatch": etag, "CopySourceIfModifiedSince": modified - day}):
        with refused("PreconditionFailed", 412):
            copy(**conditions)
    with refused("PreconditionFailed", 412):
        copy(IfNoneMatch="*")
    copy(IfMatch=etag)


def test_missing_sources(s3, own_bucket):
    with refused("NoSuchKey", 404):
        s3.copy_object(Bucket=own_bucket, Key="copy", CopySource=f"{own_bucket}/absent")
    with refused("NoSuchBucket", 404):
        s3.copy_object(Bucket=own_bucket, Key="copy", CopySource="no-such-bucket-here/k")
    with refused("InvalidArgument", 400):
        s3.copy_object(Bucket=own_bucket, Key="copy", CopySource=own_bucket)


def test_bad_directive(s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="source", Body=b"x")
    with refused("InvalidArgument", 400):
        s3.copy_object(Bucket=own_bucket, Key="copy", CopySource=f"{own_bucket}/source",
                       MetadataDirective="MERGE")


def test_multipart_source_becomes_single(s3, own_bucket):
    made = s3.create_multipart_upload(Bucket=own_bucket, Key="source")
    put = s3.upload_part(Bucket=own_bucket, Key="source", UploadId=made["UploadId"], PartNumber=1, Body=b"xyz")
    s3.complete_multipart_upload(Bucket=own_bucket, Key="source", UploadId=made["UploadId"],
                                 MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": put["ETag"]}]})
    s3.copy_object(Bucket=own_bucket, Key="copy", CopySource=f"{own_bucket}/source")
    assert s3.get_object(Bucket=own_bucket, Key="copy")["Body"].read() == b"xyz"
