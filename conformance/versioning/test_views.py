"""Views: a bucket as it was, under a name that every client can read and none can write."""

import io
import uuid

import pytest

from clients.tools import minio_client, rclone_options, run, same_tree
from support import clients
from support.checks import refused
from support.command import moment, weir, weir_json
from support.oss_raw import ask

OLD = {"kept.txt": b"kept", "dir/old.bin": b"old" * 30_000, "dir/gone.txt": b"gone", "empty": b""}


def make_past(s3, bucket):
    """A bucket with versioning that has changed since the moment that is given back."""
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for key, body in OLD.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    then = moment()
    s3.put_object(Bucket=bucket, Key="dir/old.bin", Body=b"new")
    s3.put_object(Bucket=bucket, Key="dir/new.txt", Body=b"new")
    s3.delete_object(Bucket=bucket, Key="dir/gone.txt")
    return then


def view_name():
    return f"view-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def view(server, s3, own_bucket):
    """A view of all of a bucket as of then, on the plain server."""
    name = view_name()
    weir(server, "view", "create", name, "--bucket", own_bucket, "--as-of", make_past(s3, own_bucket))
    yield name
    weir(server, "view", "delete", name)


def test_boto3_reads(way, bucket):
    s3, name = way.s3, view_name()
    weir(way.server, "view", "create", name, "--bucket", bucket, "--as-of", make_past(s3, bucket))
    s3.head_bucket(Bucket=name)
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] is None
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    page = s3.list_objects_v2(Bucket=name)
    assert page["Name"] == name
    assert {c["Key"]: c["Size"] for c in page["Contents"]} == {k: len(b) for k, b in OLD.items()}
    assert [c["Key"] for c in s3.list_objects(Bucket=name)["Contents"]] == sorted(OLD)
    grouped = s3.list_objects_v2(Bucket=name, Delimiter="/")
    assert [p["Prefix"] for p in grouped["CommonPrefixes"]] == ["dir/"]
    versions = s3.list_object_versions(Bucket=name)
    assert [v["Key"] for v in versions["Versions"]] == sorted(OLD) and "DeleteMarkers" not in versions
    for key, body in OLD.items():
        assert s3.get_object(Bucket=name, Key=key)["Body"].read() == body
        assert s3.head_object(Bucket=name, Key=key)["ContentLength"] == len(body)
    old = next(v["VersionId"] for v in versions["Versions"] if v["Key"] == "dir/old.bin")
    assert s3.get_object(Bucket=name, Key="dir/old.bin", VersionId=old)["ContentLength"] == 90_000
    assert s3.get_object(Bucket=name, Key="dir/old.bin", Range="bytes=3-5")["Body"].read() == b"old"
    assert s3.get_object_attributes(Bucket=name, Key="dir/old.bin", ObjectAttributes=["ObjectSize"])[
        "ObjectSize"] == 90_000
    assert s3.get_object_tagging(Bucket=name, Key="kept.txt")["TagSet"] == []
    with refused("NoSuchKey", 404):
        s3.get_object(Bucket=name, Key="dir/new.txt")
    assert name not in [b["Name"] for b in s3.list_buckets()["Buckets"]]
    url = s3.generate_presigned_url("get_object", Params={"Bucket": name, "Key": "kept.txt"})
    assert f"{name}" in url
    # A copy through it, also back onto what it shows.
    s3.copy_object(Bucket=bucket, Key="dir/old.bin", CopySource=f"{name}/dir/old.bin")
    assert s3.get_object(Bucket=bucket, Key="dir/old.bin")["Body"].read() == OLD["dir/old.bin"]
    weir(way.server, "view", "delete", name)
    with refused("NoSuchBucket", 404):
        s3.list_objects_v2(Bucket=name)


WRITES = [
    lambda s3, v: s3.put_object(Bucket=v, Key="k", Body=b"x"),
    lambda s3, v: s3.delete_object(Bucket=v, Key="kept.txt"),
    lambda s3, v: s3.delete_objects(Bucket=v, Delete={"Objects": [{"Key": "kept.txt"}]}),
    lambda s3, v: s3.copy_object(Bucket=v, Key="k", CopySource=f"{v}/kept.txt"),
    lambda s3, v: s3.create_multipart_upload(Bucket=v, Key="k"),
    lambda s3, v: s3.upload_part(Bucket=v, Key="k", UploadId="x", PartNumber=1, Body=b"x"),
    lambda s3, v: s3.upload_part_copy(Bucket=v, Key="k", UploadId="x", PartNumber=1, CopySource=f"{v}/kept.txt"),
    lambda s3, v: s3.complete_multipart_upload(Bucket=v, Key="k", UploadId="x", MultipartUpload={
        "Parts": [{"PartNumber": 1, "ETag": "x"}]}),
    lambda s3, v: s3.abort_multipart_upload(Bucket=v, Key="k", UploadId="x"),
    lambda s3, v: s3.list_multipart_uploads(Bucket=v),
    lambda s3, v: s3.list_parts(Bucket=v, Key="k", UploadId="x"),
    lambda s3, v: s3.put_object_tagging(Bucket=v, Key="kept.txt", Tagging={"TagSet": []}),
    lambda s3, v: s3.delete_object_tagging(Bucket=v, Key="kept.txt"),
    lambda s3, v: s3.put_object_legal_hold(Bucket=v, Key="kept.txt", LegalHold={"Status": "ON"}),
    lambda s3, v: s3.put_bucket_versioning(Bucket=v, VersioningConfiguration={"Status": "Suspended"}),
    lambda s3, v: s3.put_bucket_tagging(Bucket=v, Tagging={"TagSet": []}),
    lambda s3, v: s3.delete_bucket_tagging(Bucket=v),
    lambda s3, v: s3.delete_bucket(Bucket=v),
]


@pytest.mark.parametrize("write", WRITES)
def test_nothing_writes(s3, view, write):
    with refused("AccessDenied", 403) as seen:
        write(s3, view)
    assert f"{view} is a read-only view of the bucket" in seen.error["Message"]
    assert s3.get_object(Bucket=view, Key="kept.txt")["Body"].read() == b"kept"


@pytest.mark.parametrize("query", [
    "stat", "uploads", "qosInfo", "requesterQosInfo", "requesterQosInfo&qosRequester=somebody"])
def test_what_is_not_the_pasts_to_tell(server, view, query):
    reply = ask(server, "GET", view, query=query)
    assert (reply.status, reply.code) == (403, "AccessDenied")
    assert f"{view} is a read-only view of the bucket".encode() in reply.body


def test_a_view_is_no_bucket_to_be_made(s3, view):
    with refused("BucketAlreadyExists", 409):
        s3.create_bucket(Bucket=view)


def test_a_view_has_its_own_moment(s3, view):
    with clients.as_of(s3, moment()), refused("InvalidRequest", 400):
        s3.list_objects_v2(Bucket=view)


def test_only_the_prefix(server, s3, own_bucket):
    name = view_name()
    weir(server, "view", "create", name, "--bucket", own_bucket, "--as-of", make_past(s3, own_bucket), "--prefix",
         "dir/")
    assert [c["Key"] for c in s3.list_objects_v2(Bucket=name)["Contents"]] == ["dir/gone.txt", "dir/old.bin"]
    assert s3.list_objects_v2(Bucket=name, Prefix="kept")["KeyCount"] == 0
    assert s3.get_object(Bucket=name, Key="dir/gone.txt")["Body"].read() == b"gone"
    with refused("NoSuchKey", 404):
        s3.get_object(Bucket=name, Key="kept.txt")
    with refused("NoSuchKey", 404):
        s3.copy_object(Bucket=own_bucket, Key="copy", CopySource=f"{name}/kept.txt")
    weir(server, "view", "delete", name)


def test_what_it_shows_is_kept(server, s3, own_bucket):
    """Also in a bucket without versioning, where every overwritten object would be gone."""
    name = view_name()
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"old" * 40_000)
    weir(server, "view", "create", name, "--bucket", own_bucket)
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"new")
    s3.delete_object(Bucket=own_bucket, Key="k")
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"old" * 40_000
    with refused("BucketNotEmpty", 409):
        s3.delete_bucket(Bucket=own_bucket)
    weir(server, "view", "delete", name)
    s3.delete_bucket(Bucket=own_bucket)


def test_awscli(server, view, tmp_path):
    listed = run(server, "aws", "s3", "ls", "--recursive", f"s3://{view}")
    assert sorted(line.split()[3] for line in listed.splitlines()) == sorted(OLD)
    run(server, "aws", "s3", "sync", f"s3://{view}", tmp_path / "then")
    same_tree(tmp_path / "then", OLD)
    assert "AccessDenied" in run(server, "aws", "s3", "cp", tmp_path / "then/kept.txt", f"s3://{view}/k", ok=False)


def test_rclone(server, view, tmp_path):
    run(server, "rclone", "copy", f":s3:{view}", tmp_path / "then", *rclone_options(server))
    same_tree(tmp_path / "then", OLD)
    out = run(server, "rclone", "copy", tmp_path / "then/kept.txt", f":s3:{view}/k", *rclone_options(server),
              ok=False)
    assert "AccessDenied" in out


def test_minio_py(server, view):
    from minio.error import S3Error
    client = minio_client(server, region="us-east-1")
    assert client.bucket_exists(view)
    assert {o.object_name for o in client.list_objects(view, recursive=True)} == set(OLD)
    assert client.get_object(view, "dir/old.bin").read() == OLD["dir/old.bin"]
    with pytest.raises(S3Error) as seen:
        client.put_object(view, "k", io.BytesIO(b"x"), 1)
    assert seen.value.code == "AccessDenied"


def test_create_show_list_delete(server, s3, own_bucket):
    name = view_name()
    then = make_past(s3, own_bucket)
    made = weir_json(server, "view", "create", name, "--bucket", own_bucket, "--as-of", then, "--expires", "90d")
    assert (made["name"], made["bucket"], made["as_of"], made["prefix"]) == (name, own_bucket, then, "")
    assert made["expires"] > then
    assert weir_json(server, "view", "show", name) == made
    assert made in weir_json(server, "view", "list")["views"]
    assert made in weir_json(server, "bucket", "show", own_bucket)["views"]
    assert then in weir(server, "view", "show", name) and name in weir(server, "view", "list")
    assert "would delete" in weir(server, "view", "delete", name, "--dry-run")
    assert s3.head_bucket(Bucket=name)
    assert weir_json(server, "view", "delete", name) == made
    assert "weir view list" in weir(server, "view", "show", name, status=1)


def test_relative_times_and_versions(server, s3, own_bucket):
    make_past(s3, own_bucket)
    version = s3.list_object_versions(Bucket=own_bucket, Prefix="kept.txt")["Versions"][0]["VersionId"]
    for text in ("0s ago", "-0s", "now", version):
        name = view_name()
        weir(server, "view", "create", name, "--bucket", own_bucket, "--as-of", text)
        keys = {c["Key"] for c in s3.list_objects_v2(Bucket=name)["Contents"]}
        assert keys == ({"kept.txt"} if text == version else {"kept.txt", "dir/old.bin", "dir/new.txt", "empty"})
        weir(server, "view", "delete", name)


def test_refusals(server, s3, own_bucket, view):
    def create(*arguments):
        return weir(server, "view", "create", *arguments, status=64 if arguments[-1] == "yesterday" else 1)

    assert "choose another name" in create(view, "--bucket", own_bucket)
    assert "a bucket has the name" in create(own_bucket, "--bucket", own_bucket)
    assert "no bucket none" in create(view_name(), "--bucket", "none")
    assert "1h ago" in create(view_name(), "--bucket", own_bucket, "--as-of", "yesterday")
    assert "earliest moment" in create(view_name(), "--bucket", own_bucket, "--as-of", "9000d ago")
    assert "has not come" in create(view_name(), "--bucket", own_bucket, "--as-of", "2999-01-01T00:00:00Z")
    assert "named like a bucket" in create("UPPER", "--bucket", own_bucket)
