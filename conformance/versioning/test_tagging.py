"""Tags of objects, one set for each version, and of buckets."""

import pytest

from support import raw
from support.checks import refused


def tag_set(**tags):
    return {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}


def tags(s3, bucket, key="k", **version):
    found = s3.get_object_tagging(Bucket=bucket, Key=key, **version)["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in found}


def test_put_get_delete(way, bucket):
    s3 = way.s3
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert tags(s3, bucket) == {}
    before = s3.head_object(Bucket=bucket, Key="k")
    assert "TagCount" not in before
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging=tag_set(a="1", b=""))
    assert tags(s3, bucket) == {"a": "1", "b": ""}
    after = s3.head_object(Bucket=bucket, Key="k")
    assert after["ResponseMetadata"]["HTTPHeaders"]["x-amz-tagging-count"] == "2"
    assert (after["ETag"], after["LastModified"]) == (put["ETag"], before["LastModified"])
    assert s3.get_object(Bucket=bucket, Key="k")["TagCount"] == 2
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging=tag_set(c="3"))
    assert tags(s3, bucket) == {"c": "3"}
    assert s3.delete_object_tagging(Bucket=bucket, Key="k")["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert tags(s3, bucket) == {}
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging=tag_set(c="3"))
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging=tag_set())
    assert tags(s3, bucket) == {}


def test_any_script(s3, own_bucket):
    mine = {"k\u00e9y": "v\u00e4lue", "\u30ad\u30fc": "\u5024 1", "+-=._:/@ ": "+-=._:/@ ", "A": "", "a": "",
            "x" * 128: "\u5024" * 256}
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"x")
    s3.put_object_tagging(Bucket=own_bucket, Key="k", Tagging=tag_set(**mine))
    assert tags(s3, own_bucket) == mine


def test_by_header(way, bucket):
    s3 = way.s3
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="a=1&b&c%20d=e+f%40")
    assert tags(s3, bucket) == {"a": "1", "b": "", "c d": "e f@"}


def test_uploads_in_parts(s3, own_bucket):
    upload = {"Bucket": own_bucket, "Key": "k"}
    upload["UploadId"] = s3.create_multipart_upload(**upload, Tagging="a=1")["UploadId"]
    part = s3.upload_part(**upload, PartNumber=1, Body=b"x")
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert tags(s3, own_bucket) == {"a": "1"}


def test_copies(way, bucket):
    s3 = way.s3
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="a=1")

    def copy(**more):
        s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k", **more)
        return tags(s3, bucket, "copy")

    assert copy() == {"a": "1"}
    assert copy(Tagging="b=2") == {"a": "1"}
    assert copy(TaggingDirective="COPY", Tagging="b=2") == {"a": "1"}
    assert copy(TaggingDirective="REPLACE", Tagging="b=2") == {"b": "2"}
    assert copy(TaggingDirective="REPLACE") == {}
    assert copy(MetadataDirective="REPLACE") == {"a": "1"}
    s3.copy_object(Bucket=bucket, Key="k", CopySource=f"{bucket}/k", TaggingDirective="REPLACE", Tagging="c=3")
    assert tags(s3, bucket) == {"c": "3"}
    with refused("InvalidArgument", 400):
        copy(TaggingDirective="MERGE")
    with refused("InvalidTag", 400):
        copy(TaggingDirective="REPLACE", Tagging="a=1&a=2")


def test_an_overwrite_has_its_own(s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"x", Tagging="a=1")
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"y")
    assert tags(s3, own_bucket) == {}


def test_each_version_has_its_own(way, bucket):
    s3 = way.s3
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1", Tagging="n=1")["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="k", Body=b"2", Tagging="n=2")["VersionId"]
    assert s3.put_object_tagging(Bucket=bucket, Key="k", VersionId=first, Tagging=tag_set(n="one"))["VersionId"] == first
    assert (tags(s3, bucket, VersionId=first), tags(s3, bucket)) == ({"n": "one"}, {"n": "2"})
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["VersionId"] == second
    assert s3.delete_object_tagging(Bucket=bucket, Key="k")["VersionId"] == second
    assert (tags(s3, bucket, VersionId=first), tags(s3, bucket)) == ({"n": "one"}, {})
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 2
    marker = s3.delete_object(Bucket=bucket, Key="k")["VersionId"]
    with refused("NoSuchKey", 404) as seen:
        s3.get_object_tagging(Bucket=bucket, Key="k")
    assert seen.response["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"] == "true"
    for call in (lambda: s3.get_object_tagging(Bucket=bucket, Key="k", VersionId=marker),
                 lambda: s3.put_object_tagging(Bucket=bucket, Key="k", VersionId=marker, Tagging=tag_set()),
                 lambda: s3.put_object_tagging(Bucket=bucket, Key="k", Tagging=tag_set()),
                 lambda: s3.delete_object_tagging(Bucket=bucket, Key="k", VersionId=marker)):
        with refused("MethodNotAllowed", 405):
            call()


BAD = [
    (tag_set(**{"k" * 129: "v"}), "InvalidTag"),
    (tag_set(k="v" * 257), "InvalidTag"), (tag_set(**{"k*": "v"}), "InvalidTag"), (tag_set(k="v;"), "InvalidTag"),
    (tag_set(**{"aws:k": "v"}), "InvalidTag"),
    ({"TagSet": [{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}]}, "InvalidTag"),
    (tag_set(**{f"k{number}": "v" for number in range(51)}), "BadRequest"),
]


@pytest.mark.parametrize("bad, code", BAD)
def test_bad_tags(s3, own_bucket, bad, code):
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"x")
    with refused(code, 400):
        s3.put_object_tagging(Bucket=own_bucket, Key="k", Tagging=bad)
    with refused(code, 400):
        s3.put_bucket_tagging(Bucket=own_bucket, Tagging=bad)
    assert tags(s3, own_bucket) == {}
    name = own_bucket + "-more"
    if code == "BadRequest":
        with refused("BadRequest", 400):
            s3.put_object_tagging(Bucket=own_bucket, Key="k", Tagging={"TagSet": bad["TagSet"][:11]})
    with refused(code, 400):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"Tags": bad["TagSet"]})


@pytest.mark.parametrize("header, code", [
    ("a=1&a=2", "InvalidTag"), ("=1", "InvalidTag"), ("a=%zz", "InvalidArgument"), ("a=%ff", "InvalidArgument"),
    ("&".join(f"k{number}=v" for number in range(11)), "BadRequest")])
def test_bad_headers(server, s3, own_bucket, header, code):
    for method, query, more in (("PUT", "", {}), ("POST", "uploads=", {}),
                                ("PUT", "", {"x-amz-copy-source": f"/{own_bucket}/k",
                                             "x-amz-tagging-directive": "REPLACE"})):
        reply = raw.signed(server, method, f"/{own_bucket}/new", query=query, headers={"x-amz-tagging": header, **more})
        assert (reply.status, reply.code) == (400, code), (method, query, reply.body)
    assert "Contents" not in s3.list_objects_v2(Bucket=own_bucket)


def test_buckets(way, bucket):
    s3 = way.s3
    with refused("NoSuchTagSet", 404):
        s3.get_bucket_tagging(Bucket=bucket)
    done = s3.put_bucket_tagging(Bucket=bucket, Tagging=tag_set(**{f"k{number}": "v" for number in range(50)}))
    assert done["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert len(s3.get_bucket_tagging(Bucket=bucket)["TagSet"]) == 50
    s3.put_bucket_tagging(Bucket=bucket, Tagging=tag_set(b="2", a="1"))
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}]
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    assert len(s3.get_bucket_tagging(Bucket=bucket)["TagSet"]) == 2
    assert s3.delete_bucket_tagging(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 204
    with refused("NoSuchTagSet", 404):
        s3.get_bucket_tagging(Bucket=bucket)


def test_a_new_bucket_has_them(way):
    name = way.bucket_name()
    tagged = {"Tags": [{"Key": "team", "Value": "blue"}]}
    way.s3.create_bucket(Bucket=name, CreateBucketConfiguration=tagged)
    assert way.s3.get_bucket_tagging(Bucket=name)["TagSet"] == tagged["Tags"]
    way.s3.create_bucket(Bucket=name, CreateBucketConfiguration=tagged)
    # The bucket is there, but not as the request wants it.
    with refused("BucketAlreadyOwnedByYou", 409):
        way.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"Tags": [{"Key": "team", "Value": "red"}]})
