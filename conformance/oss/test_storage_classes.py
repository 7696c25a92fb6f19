"""Storage classes in OSS's words, and what S3's clients see of them."""

import alibabacloud_oss_v2 as v2
import oss2
import pytest

from support import forms, oss
from support.oss import refused
from support.oss_raw import ask

# OSS's name, S3's
READ_AT_ONCE = [("Standard", "STANDARD"), ("IA", "STANDARD_IA")]


def named(name):
    return {"x-oss-storage-class": name}


def make_bucket(client, name, storage_class):
    """With a class for what names none."""
    if client.sdk == "oss2":
        config = oss2.models.BucketCreateConfig(storage_class)
        return client.bucket(name).create_bucket(oss2.BUCKET_ACL_PRIVATE, config)
    return client.client.put_bucket(v2.PutBucketRequest(
        name, create_bucket_configuration=v2.CreateBucketConfiguration(storage_class=storage_class)))


def stat(server, bucket):
    """Bytes and objects by class."""
    told = oss.oss2_bucket(server, bucket).get_bucket_stat()
    return {
        "Standard": (told.standard_storage, told.standard_object_count),
        "IA": (told.infrequent_access_real_storage, told.infrequent_access_object_count),
        "Archive": (told.archive_real_storage, told.archive_object_count),
        "ColdArchive": (told.cold_archive_real_storage, told.cold_archive_object_count),
        "DeepColdArchive": (told.deep_cold_archive_real_storage, told.deep_cold_archive_object_count)}


@pytest.mark.parametrize("name, s3_name", READ_AT_ONCE)
def test_every_write_and_every_place_where_it_is_shown(client, server, s3, bucket, name, s3_name):
    client.put(bucket, "put", b"x" * 5000, named(name))
    client.copy((bucket, "put"), (bucket, "copy"), named(name))
    client.append(bucket, "append", 0, b"y", named(name))
    client.append(bucket, "append", 1, b"z")
    client.link(bucket, "link", "put", named(name))
    upload = client.initiate(bucket, "upload", named(name))
    part = client.part(bucket, "upload", upload, 1, b"y")
    listed = ask(server, "GET", bucket, "upload", f"uploadId={upload}").body
    assert f"<StorageClass>{name}</StorageClass>".encode() in listed
    assert f"<StorageClass>{name}</StorageClass>".encode() in ask(server, "GET", bucket, query="uploads").body
    client.complete(bucket, "upload", upload, [(1, part.etag.strip("\""))])
    keys = ["append", "copy", "link", "put", "upload"]
    for key in keys:
        assert client.head(bucket, key).headers["x-oss-storage-class"] == name
        assert client.get(bucket, key).headers["x-oss-storage-class"] == name
        assert s3.head_object(Bucket=bucket, Key=key).get("StorageClass", "STANDARD") == s3_name
    expected = [(key, name) for key in keys]
    for page in (client.list(bucket), client.list_v2(bucket), client.list_versions(bucket)):
        assert [(one.key, one.storage_class) for one in page.entries] == expected
    assert stat(server, bucket)[name] == (10_003, 5)


def test_stat_by_class(server, s3, bucket):
    client = oss.make(server, "v2-v4")
    for number, name in enumerate(["STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA",
                                   "INTELLIGENT_TIERING", "GLACIER_IR"]):
        s3.put_object(Bucket=bucket, Key=name, Body=b"x" * 10 ** number, StorageClass=name)
    expected = {"Standard": (11, 2), "IA": (11_100, 3), "Archive": (100_000, 1), "ColdArchive": (0, 0),
                "DeepColdArchive": (0, 0)}
    assert stat(server, bucket) == expected
    told = client.client.get_bucket_stat(v2.GetBucketStatRequest(bucket))
    assert (told.storage, told.infrequent_access_storage, told.infrequent_access_real_storage) == (
        111_111, 11_100, 11_100), "no smallest size is applied"
    shown = {one.key: one.storage_class for one in client.list(bucket).entries}
    assert shown == {"STANDARD": "Standard", "REDUCED_REDUNDANCY": "Standard", "STANDARD_IA": "IA",
                     "ONEZONE_IA": "IA", "INTELLIGENT_TIERING": "IA", "GLACIER_IR": "Archive"}
    s3.delete_object(Bucket=bucket, Key="ONEZONE_IA")
    assert stat(server, bucket)["IA"] == (10_100, 2)


def test_other_names(client, bucket):
    for name in ["STANDARD", "GLACIER", "ia", "nonsense"]:
        for write in (lambda: client.put(bucket, "k", b"x", named(name)),
                      lambda: client.initiate(bucket, "k", named(name)),
                      lambda: client.append(bucket, "k", 0, b"x", named(name)),
                      lambda: client.link(bucket, "k", "x", named(name))):
            with refused("InvalidArgument", 400):
                write()


def test_the_class_of_a_bucket(client, server, s3, name):
    make_bucket(client, name, "IA")
    make_bucket(client, name, "IA")
    client.make_bucket(name)
    with refused("BucketAlreadyExists", 409):
        make_bucket(client, name, "Standard")
    with refused("InvalidArgument", 400):
        make_bucket(client, name + "-other", "Cool")
    assert oss.oss2_bucket(server, name).get_bucket_info().storage_class == "IA"
    assert oss.oss2_service(server).list_buckets(prefix=name).buckets[0].storage_class == "IA"
    client.put(name, "a", b"x")
    client.put(name, "b", b"x", named("Standard"))
    client.copy((name, "b"), (name, "c"))
    s3.put_object(Bucket=name, Key="d", Body=b"x")
    s3.put_object(Bucket=name, Key="e", Body=b"x", StorageClass="STANDARD")
    upload = client.initiate(name, "f")
    client.complete(name, "f", upload, [(1, client.part(name, "f", upload, 1, b"x").etag.strip("\""))])
    shown = {one.key: one.storage_class for one in client.list(name).entries}
    assert shown == {"a": "IA", "b": "Standard", "c": "IA", "d": "IA", "e": "Standard", "f": "IA"}


def test_a_change_of_class(client, server, bucket):
    client.put(bucket, "k", b"x" * 100_000, {"x-oss-meta-a": "b"})
    for name in ["IA", "Standard", "IA"]:
        client.copy((bucket, "k"), (bucket, "k"), named(name))
        head = client.head(bucket, "k")
        assert (head.headers["x-oss-storage-class"], head.headers["x-oss-meta-a"]) == (name, "b")
    assert client.get(bucket, "k").body == b"x" * 100_000
    assert stat(server, bucket) == {"Standard": (0, 0), "IA": (100_000, 1), "Archive": (0, 0), "ColdArchive": (0, 0),
                                    "DeepColdArchive": (0, 0)}


def test_a_form(server, bucket):
    fields = forms.oss_fields({"key": "k", "x-oss-storage-class": "IA"})
    reply = forms.post(server, bucket, fields)
    assert reply.status_code in (200, 204), reply.content
    assert oss.make(server, "oss2-v4").head(bucket, "k").headers["x-oss-storage-class"] == "IA"
