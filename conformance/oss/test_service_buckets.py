"""Buckets and what is told of them."""

import xml.etree.ElementTree as ElementTree

import alibabacloud_oss_v2 as v2
import oss2
import pytest

from support import oss
from support.oss import refused
from support.oss_raw import ask, md5


def test_life_of_a_bucket(client, name):
    assert client.make_bucket(name).status == 200
    assert name in client.buckets() and client.buckets(prefix=name) == [name]
    assert client.remove_bucket(name).status == 204
    assert name not in client.buckets()
    with refused("NoSuchBucket", 404) as seen:
        client.list(name)
    assert seen.elements["BucketName"] == name
    with refused("NoSuchBucket", 404):
        client.remove_bucket(name)


def test_made_twice(client, name):
    """One's own bucket is no failure, in any region."""
    client.make_bucket(name)
    client.put(name, "k", b"kept")
    assert client.make_bucket(name).status == 200
    assert client.get(name, "k").body == b"kept"


def test_not_empty(client, bucket):
    client.put(bucket, "k", b"x")
    with refused("BucketNotEmpty", 409):
        client.remove_bucket(bucket)
    client.delete(bucket, "k")
    client.remove_bucket(bucket)


def test_an_upload_keeps_its_bucket(client, bucket):
    upload = client.initiate(bucket, "k")
    with refused("BucketNotEmpty", 409):
        client.remove_bucket(bucket)
    client.abort(bucket, "k", upload)
    client.remove_bucket(bucket)


@pytest.mark.parametrize("wrong", ["a.b", "ab", "-ab", "ab-", "UPPER", "under_score", "a" * 64])
def test_names(server, wrong):
    """OSS's names have no dots."""
    reply = ask(server, "PUT", wrong)
    assert (reply.status, reply.code) == (400, "InvalidBucketName")


def test_a_bucket_with_dots_is_served(server, s3):
    """S3 makes them, and OSS refuses only to make them."""
    name = "with.dots-" + oss.crc64(server.endpoint.encode())
    s3.create_bucket(Bucket=name)
    assert ask(server, "PUT", name, "k", body=b"x").status == 200
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"x"


def test_storage_class_and_redundancy(server, name):
    client = oss.make(server, "v2-v4")
    body = v2.CreateBucketConfiguration(storage_class="Standard", data_redundancy_type="LRS")
    client.client.put_bucket(v2.PutBucketRequest(name, create_bucket_configuration=body))
    oss2_bucket = oss.oss2_bucket(server, name)
    oss2_bucket.create_bucket(oss2.BUCKET_ACL_PRIVATE,
                              oss2.models.BucketCreateConfig(oss2.BUCKET_STORAGE_CLASS_STANDARD))
    info = oss2_bucket.get_bucket_info()
    assert (info.storage_class, info.data_redundancy_type) == ("Standard", "LRS")


@pytest.mark.parametrize("acl", ["public-read", "public-read-write"])
def test_public_buckets_are_not_built(server, name, acl):
    with refused("NotImplemented", 400):
        oss.oss2_bucket(server, name).create_bucket(acl)
    with refused("NoSuchBucket", 404):
        oss.oss2_bucket(server, name).get_bucket_info()


def test_acl(server, bucket, version):
    old, new = oss.oss2_bucket(server, bucket, version), oss.v2_client(server, version)
    assert old.get_bucket_acl().acl == "private"
    got = new.get_bucket_acl(v2.GetBucketAclRequest(bucket))
    assert got.acl == "private" and got.owner.id and got.owner.display_name
    assert old.put_bucket_acl("private").status == 200
    assert new.put_bucket_acl(v2.PutBucketAclRequest(bucket, acl="private")).status_code == 200
    with refused("NotImplemented", 400):
        old.put_bucket_acl("public-read")


def test_an_unknown_acl(server, bucket):
    reply = ask(server, "PUT", bucket, query="acl", headers={"x-oss-acl": "nonsense"})
    assert (reply.status, reply.code) == (400, "InvalidArgument")


def test_info(server, bucket, version):
    info = oss.oss2_bucket(server, bucket, version).get_bucket_info()
    assert (info.name, info.location, info.storage_class) == (bucket, "oss-us-east-1", "Standard")
    assert info.creation_date.endswith("Z") and info.acl.grant == "private" and info.owner.id
    assert info.extranet_endpoint == info.intranet_endpoint == server.authority
    new = oss.v2_client(server, version)
    told = new.get_bucket_info(v2.GetBucketInfoRequest(bucket)).bucket_info
    assert (told.name, told.location, told.acl) == (bucket, "oss-us-east-1", "private")
    assert told.versioning is None and told.creation_date and told.sse_rule.sse_algorithm == "None"
    new.put_bucket_versioning(v2.PutBucketVersioningRequest(
        bucket, versioning_configuration=v2.VersioningConfiguration("Suspended")))
    assert new.get_bucket_info(v2.GetBucketInfoRequest(bucket)).bucket_info.versioning == "Suspended"


def test_info_of_nothing(server, name, version):
    with refused("NoSuchBucket", 404):
        oss.oss2_bucket(server, name, version).get_bucket_info()
    assert oss.v2_client(server, version).is_bucket_exist(name) is False


def test_location(server, bucket, version):
    assert oss.oss2_bucket(server, bucket, version).get_bucket_location().location == "oss-us-east-1"
    got = oss.v2_client(server, version).get_bucket_location(v2.GetBucketLocationRequest(bucket))
    assert got.location == "oss-us-east-1"


def test_stat(server, bucket, version):
    client = oss.make(server, f"v2-{version}")
    client.put(bucket, "a", b"x" * 1000)
    client.put(bucket, "b", b"y" * 234)
    stat = client.client.get_bucket_stat(v2.GetBucketStatRequest(bucket))
    assert (stat.object_count, stat.standard_object_count, stat.archive_object_count) == (2, 2, 0)
    assert stat.storage == stat.standard_storage >= 1234
    assert stat.last_modified_time > 0
    old = oss.oss2_bucket(server, bucket, version).get_bucket_stat()
    assert (old.object_count, old.storage_size_in_bytes) == (2, stat.storage)


def test_stat_counts_uploads(server, bucket):
    client = oss.make(server, "v2-v4")
    upload = client.initiate(bucket, "c")
    client.part(bucket, "c", upload, 1, b"z" * 10)
    client.abort(bucket, "c", client.initiate(bucket, "c"))
    stat = client.client.get_bucket_stat(v2.GetBucketStatRequest(bucket))
    assert (stat.multi_part_upload_count, stat.live_channel_count) == (1, 0)
    assert oss.oss2_bucket(server, bucket).get_bucket_stat().multi_part_upload_count == 1
    # No SDK has a word for it.
    client.part(bucket, "c", upload, 2, b"z" * 10)
    client.part(bucket, "c", upload, 2, b"y" * 10)
    assert b"<MultipartPartCount>2</MultipartPartCount>" in ask(server, "GET", bucket, query="stat").body
    client.abort(bucket, "c", upload)
    assert oss.oss2_bucket(server, bucket).get_bucket_stat().multi_part_upload_count == 0


def test_stat_counts_markers(server, versioned):
    client = oss.make(server, "v2-v4")
    client.put(versioned, "a", b"x")
    markers = [client.delete(versioned, "a").version for _ in range(3)]
    stat = client.client.get_bucket_stat(v2.GetBucketStatRequest(versioned))
    assert (stat.delete_marker_count, stat.object_count) == (3, 1)
    client.delete(versioned, "a", version=markers[0])
    client.put(versioned, "a", b"y")
    stat = client.client.get_bucket_stat(v2.GetBucketStatRequest(versioned))
    assert (stat.delete_marker_count, stat.object_count) == (2, 2)


def test_regions(server, version):
    told = oss.oss2_service(server, version).describe_regions().regions
    assert [one.region for one in told] == ["oss-us-east-1"]
    assert told[0].internet_endpoint == server.authority
    got = oss.v2_client(server, version).describe_regions(v2.DescribeRegionsRequest(regions="oss-us-east-1"))
    assert [one.region for one in got.region_info] == ["oss-us-east-1"]


def test_listed_buckets(server, version):
    """What oss2 needs of each bucket is there, or it raises."""
    client, prefix = oss.make(server, f"oss2-{version}"), f"list-{version}-{server.port}-"
    names = [f"{prefix}{number}" for number in range(5)]
    for name in names:
        client.make_bucket(name)
    service = client.service()
    first = service.list_buckets(prefix=prefix, max_keys=2)
    assert [one.name for one in first.buckets] == names[:2] and first.is_truncated and first.next_marker == names[1]
    rest = service.list_buckets(prefix=prefix, marker=first.next_marker, max_keys=1000)
    assert [one.name for one in rest.buckets] == names[2:] and not rest.is_truncated
    one = first.buckets[0]
    assert (one.location, one.storage_class) == ("oss-us-east-1", "Standard")
    assert one.extranet_endpoint == one.intranet_endpoint == server.authority
    whole = oss.v2_client(server, version).list_buckets(v2.ListBucketsRequest(prefix=prefix))
    assert [one.name for one in whole.buckets] == names and not whole.is_truncated
    assert whole.owner.id and whole.owner.display_name
    assert {one.region for one in whole.buckets} == {"us-east-1"}


@pytest.mark.parametrize("count", ["0", "1001", "-1", "many"])
def test_wrong_pages_of_buckets(server, count):
    reply = ask(server, "GET", query=f"max-keys={count}")
    assert (reply.status, reply.code) == (400, "InvalidArgument")


def test_bucket_tags(client, bucket):
    assert client.tags(bucket) == {}
    client.set_tags(bucket, {"team": "data lake", "ä": "ö+/"})
    assert client.tags(bucket) == {"team": "data lake", "ä": "ö+/"}
    assert client.delete_tags(bucket).status == 204
    assert client.tags(bucket) == {}
    assert client.delete_tags(bucket).status == 204


def test_tags_are_put_with_200(server, bucket):
    assert oss.make(server, "v2-v4").set_tags(bucket, {"a": "b"}).status == 200


def test_some_bucket_tags_are_deleted(server, bucket):
    """`DELETE ?tagging=k1,k2` takes some away."""
    client = oss.make(server, "v2-v4")
    client.set_tags(bucket, {"a": "1", "b": "2", "c": "3"})
    assert ask(server, "DELETE", bucket, query="tagging=a,c").status == 204
    assert client.tags(bucket) == {"b": "2"}


@pytest.mark.parametrize("query", ["bucketInfo", "stat", "acl", "location", "versioning", "tagging", "versions",
                                   "uploads", "", "list-type=2"])
def test_documents_have_no_namespace(server, bucket, query):
    """The SDKs take a document with one for an empty one, or raise."""
    reply = ask(server, "GET", bucket, query=query)
    assert reply.status == 200 and b"xmlns" not in reply.body
    assert not ElementTree.fromstring(reply.body).tag.startswith("{")


def test_service_documents_have_no_namespace(server):
    for query in ("", "regions"):
        reply = ask(server, "GET", query=query)
        assert reply.status == 200 and b"xmlns" not in reply.body


def test_versioning_without_status(server, bucket):
    reply = ask(server, "PUT", bucket, query="versioning", body=b"<VersioningConfiguration/>")
    assert (reply.status, reply.code) == (400, "InvalidArgument")


def test_malformed_documents(server, bucket):
    for query in ("versioning", "tagging"):
        reply = ask(server, "PUT", bucket, query=query, body=b"<Broken", headers={"content-md5": md5(b"<Broken")})
        assert (reply.status, reply.code) == (400, "MalformedXML")
