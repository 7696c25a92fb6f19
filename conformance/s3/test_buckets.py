"""ListBuckets, CreateBucket, HeadBucket, DeleteBucket, GetBucketLocation."""

import pytest

from support import raw
from support.checks import refused
from support.clients import iam as iam_client, s3 as s3_client


def test_create_head_location_delete(way):
    name = way.bucket_name()
    made = way.s3.create_bucket(Bucket=name)
    assert made["Location"].endswith(name)
    head = way.s3.head_bucket(Bucket=name)
    assert head["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == "us-east-1"
    assert way.s3.get_bucket_location(Bucket=name)["LocationConstraint"] is None
    assert name in [b["Name"] for b in way.s3.list_buckets()["Buckets"]]
    assert way.s3.delete_bucket(Bucket=name)["ResponseMetadata"]["HTTPStatusCode"] == 204
    with refused("404", 404):
        way.s3.head_bucket(Bucket=name)
    with refused("NoSuchBucket", 404) as seen:
        way.s3.delete_bucket(Bucket=name)
    assert seen.error["BucketName"] == name


def test_recreate_own_bucket(s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="stays", Body=b"x")
    s3.create_bucket(Bucket=own_bucket)  # us-east-1 without a constraint: 200
    assert s3.get_object(Bucket=own_bucket, Key="stays")["Body"].read() == b"x"


def test_bucket_of_someone_else(server, s3, own_bucket):
    iam = iam_client(server)
    name = own_bucket.replace("-", "_")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    other = s3_client(server, access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    with refused("BucketAlreadyExists", 409):
        other.create_bucket(Bucket=own_bucket)
    with refused("AccessDenied", 403):
        other.list_objects_v2(Bucket=own_bucket)
    with refused("403", 403):
        other.head_bucket(Bucket=own_bucket)
    assert own_bucket not in [b["Name"] for b in other.list_buckets()["Buckets"]]


@pytest.mark.parametrize("constraint, code", [
    ("us-east-1", "InvalidLocationConstraint"), ("nowhere-at-all", "InvalidLocationConstraint")])
def test_location_constraint(server, constraint, code):
    s3 = s3_client(server)
    with refused(code, 400):
        s3.create_bucket(Bucket="constraint-test",
                         CreateBucketConfiguration={"LocationConstraint": constraint})


@pytest.mark.parametrize("name", ["ab", "Upper-case", "under_score", "192.168.1.1", "a..b", "-lead",
                                  "trail-", "xn--puny", "x-s3alias", "a" * 64])
def test_bad_names(server, name):
    from botocore.handlers import validate_bucket_name
    s3 = s3_client(server)
    s3.meta.events.unregister("before-parameter-build.s3", validate_bucket_name)
    with refused("InvalidBucketName", 400):
        s3.create_bucket(Bucket=name)


def test_not_empty(s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"")
    with refused("BucketNotEmpty", 409):
        s3.delete_bucket(Bucket=own_bucket)
    s3.delete_object(Bucket=own_bucket, Key="k")
    s3.delete_bucket(Bucket=own_bucket)


def test_uploads_do_not_block_deletion(s3, own_bucket):
    s3.create_multipart_upload(Bucket=own_bucket, Key="k")
    s3.delete_bucket(Bucket=own_bucket)


def test_recreated_bucket_is_empty(s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="old", Body=b"old")
    s3.delete_object(Bucket=own_bucket, Key="old")
    s3.delete_bucket(Bucket=own_bucket)
    s3.create_bucket(Bucket=own_bucket)
    assert "Contents" not in s3.list_objects_v2(Bucket=own_bucket)


def test_list_buckets_pages(server):
    s3 = s3_client(server)
    import uuid
    prefix = f"page-{uuid.uuid4().hex[:8]}-"
    names = sorted(prefix + str(i) for i in range(5))
    for name in names:
        s3.create_bucket(Bucket=name)
    seen, token = [], None
    while True:
        page = s3.list_buckets(Prefix=prefix, MaxBuckets=2, **({"ContinuationToken": token} if token else {}))
        assert page["Prefix"] == prefix
        assert len(page["Buckets"]) <= 2
        assert all(b["BucketRegion"] == "us-east-1" for b in page["Buckets"])
        seen += [b["Name"] for b in page["Buckets"]]
        token = page.get("ContinuationToken")
        if not token:
            break
    assert seen == names
    for name in names:
        s3.delete_bucket(Bucket=name)


@pytest.mark.parametrize("value", ["0", "-1", "10001", "many"])
def test_list_buckets_bad_paging(server, value):
    reply = raw.signed(server, "GET", "/", query=f"max-buckets={value}")
    assert (reply.status, reply.code) == (400, "InvalidArgument")


def test_list_buckets_bad_token(s3):
    with refused("InvalidArgument", 400) as seen:
        s3.list_buckets(ContinuationToken="!not-a-token!", MaxBuckets=10)
    assert seen.error["ArgumentName"] == "continuation-token"


def test_missing_bucket_everywhere(s3):
    calls = [
        lambda: s3.list_objects_v2(Bucket="no-such-bucket-here"),
        lambda: s3.list_objects(Bucket="no-such-bucket-here"),
        lambda: s3.get_object(Bucket="no-such-bucket-here", Key="k"),
        lambda: s3.put_object(Bucket="no-such-bucket-here", Key="k", Body=b"x"),
        lambda: s3.delete_object(Bucket="no-such-bucket-here", Key="k"),
        lambda: s3.create_multipart_upload(Bucket="no-such-bucket-here", Key="k"),
        lambda: s3.list_multipart_uploads(Bucket="no-such-bucket-here"),
        lambda: s3.get_bucket_location(Bucket="no-such-bucket-here"),
        lambda: s3.delete_objects(Bucket="no-such-bucket-here", Delete={"Objects": [{"Key": "k"}]}),
    ]
    for call in calls:
        with refused("NoSuchBucket", 404):
            call()


def test_what_is_not_built_says_so(s3, own_bucket):
    calls = [
        lambda: s3.put_bucket_policy(Bucket=own_bucket, Policy="{}"),
        lambda: s3.put_object_acl(Bucket=own_bucket, Key="k", ACL="private"),
        lambda: s3.get_bucket_replication(Bucket=own_bucket),
        lambda: s3.get_bucket_website(Bucket=own_bucket),
    ]
    for call in calls:
        with refused("NotImplemented", 501):
            call()
