"""Each client comes to every operation that it has a word for, on every way to the server: what the everyday
work of `test_clients.py` leaves out."""

import io
import json
import os
import uuid

import pytest
from minio import commonconfig, lifecycleconfig

from clients.tools import (CROSSED_WAYS, PATH_WAYS, WAYS, minio_client, rclone_options, reach, run, s3cmd_options,
                           s5cmd_options)
from support import clients

MIB = 1 << 20
EXPIRY_RULE = {"ID": "r", "Filter": {"Prefix": "p/"}, "Status": "Enabled", "Expiration": {"Days": 3}}
CORS_RULE = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}


@pytest.fixture(params=WAYS)
def server(request):
    return reach(request.param)


@pytest.fixture(params=PATH_WAYS)
def path_server(request):
    return reach(request.param)


@pytest.fixture
def name():
    return f"every-{uuid.uuid4().hex[:12]}"


def fill(server, name):
    """A bucket with an object of 6 MiB and an upload of one part; the boto3 client that made it."""
    s3 = clients.s3(server)
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="k", Body=os.urandom(6 * MIB))
    upload = s3.create_multipart_upload(Bucket=name, Key="later")["UploadId"]
    s3.upload_part(Bucket=name, Key="later", UploadId=upload, PartNumber=1, Body=b"part")
    return s3, upload


@pytest.mark.parametrize("server", [*WAYS, *CROSSED_WAYS], indirect=True)
def test_boto3(server, name):
    s3 = clients.s3(server, server.style)
    s3.create_bucket(Bucket=name)
    s3.head_bucket(Bucket=name)
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] is None
    assert "Status" not in s3.get_bucket_versioning(Bucket=name)
    assert name in [b["Name"] for b in s3.list_buckets()["Buckets"]]
    etag = s3.put_object(Bucket=name, Key="k", Body=b"body")["ETag"]
    assert s3.get_object_attributes(Bucket=name, Key="k", ObjectAttributes=["ObjectSize"])["ObjectSize"] == 4
    assert [c["ETag"] for c in s3.list_objects(Bucket=name)["Contents"]] == [etag]
    upload = s3.create_multipart_upload(Bucket=name, Key="later")["UploadId"]
    s3.upload_part(Bucket=name, Key="later", UploadId=upload, PartNumber=1, Body=b"part")
    assert [u["UploadId"] for u in s3.list_multipart_uploads(Bucket=name)["Uploads"]] == [upload]
    assert [p["Size"] for p in s3.list_parts(Bucket=name, Key="later", UploadId=upload)["Parts"]] == [4]
    s3.abort_multipart_upload(Bucket=name, Key="later", UploadId=upload)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=name)
    s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [CORS_RULE]})
    assert s3.get_bucket_cors(Bucket=name)["CORSRules"] == [CORS_RULE]
    s3.delete_bucket_cors(Bucket=name)
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [EXPIRY_RULE]})
    assert s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"] == [EXPIRY_RULE]
    s3.delete_bucket_lifecycle(Bucket=name)
    s3.put_object(Bucket=name, Key="k", Body=b"body", StorageClass="GLACIER")
    s3.restore_object(Bucket=name, Key="k", RestoreRequest={"Days": 1})
    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"body"
    s3.delete_object(Bucket=name, Key="k")
    s3.delete_bucket(Bucket=name)


def test_boto3_users(path_server, name):
    iam = clients.iam(path_server)
    iam.create_user(UserName=name)
    assert iam.get_user(UserName=name)["User"]["UserName"] == name
    assert name in [u["UserName"] for u in iam.list_users()["Users"]]
    key = {"UserName": name, "AccessKeyId": iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]}
    iam.update_access_key(**key, Status="Inactive")
    assert [k["Status"] for k in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]] == ["Inactive"]
    iam.delete_access_key(**key)
    iam.delete_user(UserName=name)


def test_awscli(server, name):
    _, upload = fill(server, name)

    def s3api(command, *arguments):
        out = run(server, "aws", "s3api", command, "--bucket", name, *arguments)
        return json.loads(out) if out else {}

    s3api("head-bucket")
    assert s3api("get-bucket-location") == {"LocationConstraint": None}
    assert s3api("get-bucket-versioning") == {}
    s3api("copy-object", "--key", "copy", "--copy-source", f"{name}/k")
    size = s3api("get-object-attributes", "--key", "copy", "--object-attributes", "ObjectSize")["ObjectSize"]
    assert size == 6 * MIB
    assert [c["Key"] for c in s3api("list-objects")["Contents"]] == ["copy", "k"]
    assert [u["UploadId"] for u in s3api("list-multipart-uploads")["Uploads"]] == [upload]
    mine = ["--key", "later", "--upload-id", upload]
    assert [p["Size"] for p in s3api("list-parts", *mine)["Parts"]] == [4]
    s3api("abort-multipart-upload", *mine)
    gone = s3api("delete-objects", "--delete", '{"Objects": [{"Key": "k"}, {"Key": "copy"}]}')["Deleted"]
    assert sorted(d["Key"] for d in gone) == ["copy", "k"]
    s3api("put-bucket-cors", "--cors-configuration", json.dumps({"CORSRules": [CORS_RULE]}))
    assert s3api("get-bucket-cors")["CORSRules"] == [CORS_RULE]
    s3api("delete-bucket-cors")
    s3api("put-bucket-lifecycle-configuration", "--lifecycle-configuration", json.dumps({"Rules": [EXPIRY_RULE]}))
    assert s3api("get-bucket-lifecycle-configuration")["Rules"] == [EXPIRY_RULE]
    s3api("delete-bucket-lifecycle")
    s3api("put-object", "--key", "cold", "--storage-class", "GLACIER")
    s3api("restore-object", "--key", "cold", "--restore-request", "Days=1")
    assert "false" in s3api("head-object", "--key", "cold")["Restore"]
    s3api("delete-object", "--key", "cold")
    s3api("delete-bucket")


def test_awscli_users(path_server, name):
    def iam(command, *arguments):
        out = run(path_server, "aws", "iam", command, *arguments)
        return json.loads(out) if out else {}

    user = ["--user-name", name]
    iam("create-user", *user)
    assert iam("get-user", *user)["User"]["UserName"] == name
    assert name in [u["UserName"] for u in iam("list-users")["Users"]]
    key = ["--access-key-id", iam("create-access-key", *user)["AccessKey"]["AccessKeyId"]]
    iam("update-access-key", *user, *key, "--status", "Inactive")
    assert [k["Status"] for k in iam("list-access-keys", *user)["AccessKeyMetadata"]] == ["Inactive"]
    iam("delete-access-key", *user, *key)
    iam("delete-user", *user)


def test_s3cmd(server, name, tmp_path):
    s3, upload = fill(server, name)

    def s3cmd(*command):
        return run(server, "s3cmd", *s3cmd_options(server), *command)

    assert f"s3://{name}" in s3cmd("ls")
    assert "us-east-1" in s3cmd("info", f"s3://{name}")
    rules = tmp_path / "cors.xml"
    rules.write_text("<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>"
                     "</CORSRule></CORSConfiguration>")
    s3cmd("setcors", str(rules), f"s3://{name}")
    assert "<AllowedMethod>GET<" in s3cmd("info", f"s3://{name}")
    s3cmd("delcors", f"s3://{name}")
    rules.write_text("<LifecycleConfiguration><Rule><ID>r</ID><Filter><Prefix>p/</Prefix></Filter><Status>Enabled</Status>"
                     "<Expiration><Days>3</Days></Expiration></Rule></LifecycleConfiguration>")
    s3cmd("setlifecycle", str(rules), f"s3://{name}")
    assert "<Days>3</Days>" in s3cmd("getlifecycle", f"s3://{name}").replace(" ", "")
    s3cmd("dellifecycle", f"s3://{name}")
    assert upload in s3cmd("multipart", f"s3://{name}")
    assert "4" in s3cmd("listmp", f"s3://{name}/later", upload)
    s3cmd("abortmp", f"s3://{name}/later", upload)
    assert upload not in s3cmd("multipart", f"s3://{name}")
    s3cmd("cp", f"s3://{name}/k", f"s3://{name}/copy")
    assert s3.head_object(Bucket=name, Key="copy")["ETag"].endswith('-2"')  # in parts, by the chunk size
    s3.put_object(Bucket=name, Key="small", Body=b"small")
    s3cmd("cp", f"s3://{name}/small", f"s3://{name}/copy")
    assert s3.get_object(Bucket=name, Key="copy")["Body"].read() == b"small"
    s3.put_object(Bucket=name, Key="small", Body=b"small", StorageClass="GLACIER")
    s3cmd("restore", "--restore-days=1", f"s3://{name}/small")
    assert s3.get_object(Bucket=name, Key="small")["Body"].read() == b"small"
    for key in ("copy", "small", "k"):
        s3cmd("del", f"s3://{name}/{key}")
    s3cmd("rb", f"s3://{name}")


def test_rclone(server, name):
    s3, upload = fill(server, name)

    def rclone(*command):
        return run(server, "rclone", *command, *rclone_options(server))

    assert name in rclone("lsd", ":s3:")
    assert rclone("lsf", "--s3-list-version=2", f":s3:{name}") == "k\n"
    rclone("copyto", "--s3-copy-cutoff=5M", "--s3-chunk-size=5M", f":s3:{name}/k", f":s3:{name}/copy")
    assert s3.head_object(Bucket=name, Key="copy")["ContentLength"] == 6 * MIB
    assert upload in rclone("backend", "list-multipart-uploads", f":s3:{name}")
    rclone("backend", "cleanup", f":s3:{name}", "-o", "max-age=1ns")
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=name)
    s3.put_object(Bucket=name, Key="cold/k", Body=b"cold", StorageClass="GLACIER")
    rclone("backend", "restore", f":s3:{name}/cold", "-o", "priority=Standard", "-o", "lifetime=1")
    assert s3.get_object(Bucket=name, Key="cold/k")["Body"].read() == b"cold"
    rclone("purge", f":s3:{name}")


def test_s5cmd(path_server, name):
    fill(path_server, name)

    def s5cmd(*command):
        return run(path_server, "s5cmd", *s5cmd_options(path_server), *command)

    assert f"s3://{name}" in s5cmd("ls")
    assert "k" in s5cmd("--use-list-objects-v1", "ls", f"s3://{name}")
    s5cmd("head", f"s3://{name}")
    s5cmd("bucket-version", f"s3://{name}")
    s5cmd("rm", f"s3://{name}/k")
    s5cmd("rb", f"s3://{name}")


class Breaks(io.RawIOBase):
    """A file whose disk fails after 6 MiB."""
    left = 6 * MIB

    def read(self, size=-1):
        if self.left == 0:
            raise OSError("the disk broke")
        size = min(size, self.left)
        self.left -= size
        return b"x" * size


def test_minio_py(server, name):
    s3, _ = fill(server, name)
    client = minio_client(server)  # without a region it asks for the bucket's
    assert client.get_bucket_versioning(name).status in (None, "", "Off")
    assert [o.object_name for o in client.list_objects(name, use_api_v1=True)] == ["k"]
    with pytest.raises(OSError):
        client.put_object(name, "broken", Breaks(), -1, part_size=5 * MIB)
    assert [u["Key"] for u in s3.list_multipart_uploads(Bucket=name)["Uploads"]] == ["later"]
    expires = lifecycleconfig.Rule(
        status="Enabled", rule_filter=commonconfig.Filter(prefix="p/"), rule_id="r",
        expiration=lifecycleconfig.Expiration(days=3))
    client.set_bucket_lifecycle(name, lifecycleconfig.LifecycleConfig([expires]))
    assert [(rule.rule_id, rule.expiration.days) for rule in client.get_bucket_lifecycle(name).rules] == [("r", 3)]
    client.delete_bucket_lifecycle(name)
    client.remove_object(name, "k")
    client.remove_bucket(name)
