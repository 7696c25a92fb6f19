"""Storage classes in S3's words."""

import os

import pytest

from support import forms
from support.checks import refused

READ_AT_ONCE = ["STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "REDUCED_REDUNDANCY"]


def shown(s3, bucket, key, **arguments):
    """As HEAD and GET tell it: nothing of STANDARD."""
    head = s3.head_object(Bucket=bucket, Key=key, **arguments).get("StorageClass")
    assert s3.get_object(Bucket=bucket, Key=key, **arguments).get("StorageClass") == head
    return head


@pytest.mark.parametrize("name", READ_AT_ONCE)
def test_every_write_and_every_place_where_it_is_shown(server, s3, own_bucket, name):
    told = None if name == "STANDARD" else name
    s3.put_object(Bucket=own_bucket, Key="put", Body=b"x" * 5000, StorageClass=name)
    s3.copy_object(Bucket=own_bucket, Key="copy", CopySource=f"{own_bucket}/put", StorageClass=name)
    upload = s3.create_multipart_upload(Bucket=own_bucket, Key="upload", StorageClass=name)["UploadId"]
    part = s3.upload_part(Bucket=own_bucket, Key="upload", UploadId=upload, PartNumber=1, Body=b"y")
    assert s3.list_parts(Bucket=own_bucket, Key="upload", UploadId=upload)["StorageClass"] == name
    assert s3.list_multipart_uploads(Bucket=own_bucket)["Uploads"][0]["StorageClass"] == name
    s3.complete_multipart_upload(Bucket=own_bucket, Key="upload", UploadId=upload,
                                 MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    reply = forms.post(server, own_bucket, forms.s3_fields({"key": "form", "x-amz-storage-class": name}))
    assert reply.status_code == 204, reply.content
    keys = ["copy", "form", "put", "upload"]
    for key in keys:
        assert shown(s3, own_bucket, key) == told
        attributes = s3.get_object_attributes(Bucket=own_bucket, Key=key, ObjectAttributes=["StorageClass"])
        assert attributes["StorageClass"] == name
    for listed in (s3.list_objects(Bucket=own_bucket)["Contents"], s3.list_objects_v2(Bucket=own_bucket)["Contents"],
                   s3.list_object_versions(Bucket=own_bucket)["Versions"]):
        assert [(one["Key"], one["StorageClass"]) for one in listed] == [(key, name) for key in keys]


@pytest.mark.parametrize("name", ["OUTPOSTS", "SNOW", "EXPRESS_ONEZONE", "FSX_OPENZFS", "IA", "standard", "NONSENSE"])
def test_other_names(s3, own_bucket, name):
    for write in (s3.put_object, s3.create_multipart_upload):
        with refused("InvalidStorageClass", 400) as seen:
            write(Bucket=own_bucket, Key="k", StorageClass=name)
        assert seen.error["StorageClassRequested"] == name


def test_a_copy_takes_no_class_from_its_source(s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"x", StorageClass="STANDARD_IA")
    s3.copy_object(Bucket=own_bucket, Key="copy", CopySource=f"{own_bucket}/k")
    assert shown(s3, own_bucket, "copy") is None


def test_a_copy_onto_itself_changes_the_class_and_moves_no_bytes(server, s3, own_bucket):
    body = os.urandom(8 << 20)
    etag = s3.put_object(Bucket=own_bucket, Key="k", Body=body, Metadata={"a": "b"})["ETag"]
    before = server.metrics()["weir_volume_written_bytes_total"]
    for name in ["STANDARD_IA", "GLACIER_IR", "STANDARD", "ONEZONE_IA"]:
        s3.copy_object(Bucket=own_bucket, Key="k", CopySource=f"{own_bucket}/k", StorageClass=name)
        head = s3.head_object(Bucket=own_bucket, Key="k")
        assert (head.get("StorageClass", "STANDARD"), head["ETag"], head["Metadata"]) == (name, etag, {"a": "b"})
    assert server.metrics()["weir_volume_written_bytes_total"] - before < 1 << 20
    assert s3.get_object(Bucket=own_bucket, Key="k")["Body"].read() == body
    with refused("InvalidRequest", 400):
        s3.copy_object(Bucket=own_bucket, Key="k", CopySource=f"{own_bucket}/k")


def test_versions_have_their_own(s3, own_bucket):
    s3.put_bucket_versioning(Bucket=own_bucket, VersioningConfiguration={"Status": "Enabled"})
    names = ["STANDARD_IA", "STANDARD", "GLACIER_IR"]
    versions = [s3.put_object(Bucket=own_bucket, Key="k", Body=name.encode(), StorageClass=name)["VersionId"]
                for name in names]
    for name, version in zip(names, versions):
        assert (shown(s3, own_bucket, "k", VersionId=version) or "STANDARD") == name
    listed = s3.list_object_versions(Bucket=own_bucket)["Versions"]
    assert [one["StorageClass"] for one in listed] == names[::-1]
    s3.copy_object(Bucket=own_bucket, Key="k", CopySource={"Bucket": own_bucket, "Key": "k", "VersionId": versions[0]})
    assert shown(s3, own_bucket, "k") is None


def test_a_form_that_names_a_class_of_nobody(server, own_bucket):
    fields = forms.s3_fields({"key": "k", "x-amz-storage-class": "SNOW"})
    reply = forms.post(server, own_bucket, fields)
    assert (reply.status_code, forms.code(reply)) == (400, "InvalidStorageClass")
