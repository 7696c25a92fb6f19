"""AWS CLI, rclone, s3cmd, s5cmd and minio-py do their everyday work."""

import io
import os
import uuid

import pytest

from clients.tools import (PATH_WAYS, WAYS, minio_client, rclone_options, reach, run, s3cmd_options,
                           s5cmd_options, same_tree, tree)
from support.server import ACCESS_KEY, SECRET_KEY


@pytest.fixture(params=WAYS)
def server(request):
    return reach(request.param)


@pytest.fixture(params=PATH_WAYS)
def path_server(request):
    """For clients without virtual-host style."""
    return reach(request.param)


@pytest.fixture
def name():
    return f"cli-{uuid.uuid4().hex[:12]}"


def test_awscli(server, name, tmp_path):
    def aws(*command, **more):
        return run(server, "aws", *command, **more)

    aws("s3", "mb", f"s3://{name}")
    assert name in aws("s3", "ls")
    body = os.urandom(20 << 20)
    (tmp_path / "big").write_bytes(body)
    aws("s3", "cp", tmp_path / "big", f"s3://{name}/big")
    aws("s3", "cp", f"s3://{name}/big", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == body
    assert "big" in aws("s3", "ls", f"s3://{name}/")
    aws("s3", "cp", "-", f"s3://{name}/stream", stdin=b"from a pipe")
    assert aws("s3", "cp", f"s3://{name}/stream", "-") == "from a pipe"
    made = tree(tmp_path / "up", 60)
    aws("s3", "sync", tmp_path / "up", f"s3://{name}/tree")
    assert aws("s3", "sync", tmp_path / "up", f"s3://{name}/tree") == ""
    aws("s3", "sync", f"s3://{name}/tree", tmp_path / "down")
    same_tree(tmp_path / "down", made)
    aws("s3", "mv", f"s3://{name}/big", f"s3://{name}/moved")
    link = aws("s3", "presign", f"s3://{name}/moved").strip()
    more = ["--cacert", server.ca] if server.tls else []
    run(server, "curl", "-sf", *more, "-o", tmp_path / "linked", link)
    assert (tmp_path / "linked").read_bytes() == body
    assert "BucketNotEmpty" in aws("s3", "rb", f"s3://{name}", ok=False)
    aws("s3", "rm", "--recursive", f"s3://{name}")
    aws("s3", "rb", f"s3://{name}")
    assert "NoSuchBucket" in aws("s3", "ls", f"s3://{name}", ok=False)


def test_rclone(server, name, tmp_path):
    options = rclone_options(server)

    def rclone(*command, **more):
        return run(server, "rclone", *command, *options, **more)

    made = tree(tmp_path / "up", 40)
    big = os.urandom(12 << 20)
    (tmp_path / "up" / "big").write_bytes(big)
    made["big"] = big
    rclone("mkdir", f":s3:{name}")
    rclone("copy", tmp_path / "up", f":s3:{name}/tree", "--s3-upload-cutoff=8M", "--s3-chunk-size=5M")
    rclone("check", tmp_path / "up", f":s3:{name}/tree")
    assert len(rclone("lsf", "-R", "--files-only", f":s3:{name}/tree").splitlines()) == len(made)
    rclone("copy", f":s3:{name}/tree", tmp_path / "down")
    same_tree(tmp_path / "down", made)
    rclone("moveto", f":s3:{name}/tree/big", f":s3:{name}/moved")
    assert "moved" in rclone("lsf", f":s3:{name}")
    rclone("purge", f":s3:{name}")


def test_s3cmd(server, name, tmp_path):
    options = s3cmd_options(server)

    def s3cmd(*command, **more):
        return run(server, "s3cmd", *options, *command, **more)

    s3cmd("mb", f"s3://{name}")
    body = os.urandom(16 << 20)
    (tmp_path / "big").write_bytes(body)
    s3cmd("put", tmp_path / "big", f"s3://{name}/big", "--multipart-chunk-size-mb=5")
    s3cmd("put", tmp_path / "big", f"s3://{name}/single file", "--disable-multipart")
    for key in ("big", "single file"):
        s3cmd("get", "--force", f"s3://{name}/{key}", tmp_path / "back")
        assert (tmp_path / "back").read_bytes() == body
    assert "single file" in s3cmd("ls", f"s3://{name}")
    s3cmd("cp", f"s3://{name}/big", f"s3://{name}/copy")
    assert "MD5" in s3cmd("info", f"s3://{name}/copy")
    made = tree(tmp_path / "up", 20)
    s3cmd("sync", f"{tmp_path}/up/", f"s3://{name}/tree/")
    (tmp_path / "down").mkdir()
    s3cmd("sync", f"s3://{name}/tree/", f"{tmp_path}/down/")
    same_tree(tmp_path / "down", made)
    s3cmd("del", "--recursive", "--force", f"s3://{name}")
    s3cmd("rb", f"s3://{name}")


def test_s5cmd(path_server, name, tmp_path):
    def s5cmd(*command):
        return run(path_server, "s5cmd", *s5cmd_options(path_server), *command)

    s5cmd("mb", f"s3://{name}")
    made = tree(tmp_path / "up", 50)
    body = os.urandom(30 << 20)
    (tmp_path / "up" / "big").write_bytes(body)
    made["big"] = body
    s5cmd("cp", "--part-size=6", f"{tmp_path}/up/*", f"s3://{name}/tree/")
    assert len(s5cmd("ls", f"s3://{name}/tree/*").splitlines()) == len(made)
    s5cmd("cp", f"s3://{name}/tree/*", f"{tmp_path}/down/")
    same_tree(tmp_path / "down", made)
    s5cmd("cp", f"s3://{name}/tree/big", f"s3://{name}/copy")
    s5cmd("mv", f"s3://{name}/copy", f"s3://{name}/moved")
    assert "Size" not in s5cmd("ls", f"s3://{name}/moved")
    s5cmd("rm", f"s3://{name}/*")
    s5cmd("rb", f"s3://{name}")


def test_minio_py(server, name, tmp_path):
    from minio.commonconfig import ComposeSource, CopySource
    from minio.deleteobjects import DeleteObject
    from minio.error import S3Error
    client = minio_client(server, region="us-east-1")
    client.make_bucket(name)
    assert client.bucket_exists(name) and name in [b.name for b in client.list_buckets()]
    body = os.urandom(11 << 20)
    client.put_object(name, "big", io.BytesIO(body), -1, part_size=5 << 20, metadata={"who": "minio"})
    client.put_object(name, "small", io.BytesIO(b"small"), 5)
    assert client.get_object(name, "big").read() == body
    assert client.get_object(name, "big", offset=100, length=50).read() == body[100:150]
    status = client.stat_object(name, "big")
    assert status.size == len(body) and status.metadata["x-amz-meta-who"] == "minio"
    client.copy_object(name, "copy", CopySource(name, "big"))
    client.compose_object(name, "composed", [ComposeSource(name, "big"), ComposeSource(name, "small")])
    assert client.get_object(name, "composed").read() == body + b"small"
    client.fput_object(name, "file", __file__)
    client.fget_object(name, "file", str(tmp_path / "file"))
    assert (tmp_path / "file").read_bytes() == open(__file__, "rb").read()
    names = sorted(o.object_name for o in client.list_objects(name, recursive=True))
    assert names == ["big", "composed", "copy", "file", "small"]
    with pytest.raises(S3Error) as seen:
        client.stat_object(name, "absent")
    assert seen.value.code == "NoSuchKey"
    assert list(client.remove_objects(name, [DeleteObject(n) for n in names])) == []
    client.remove_bucket(name)


def test_curl_sigv4(path_server, name, tmp_path):
    server = path_server
    more = ["--cacert", server.ca] if server.tls else []

    def curl(*command):
        return run(server, "curl", "-sS", "--fail-with-body", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user",
                   f"{ACCESS_KEY}:{SECRET_KEY}", "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD", *more,
                   *command)

    curl("-X", "PUT", f"{server.endpoint}/{name}")
    curl("-X", "PUT", "--data-binary", "by curl", f"{server.endpoint}/{name}/k")
    assert curl(f"{server.endpoint}/{name}/k") == "by curl"
    curl("-X", "DELETE", f"{server.endpoint}/{name}/k")
    curl("-X", "DELETE", f"{server.endpoint}/{name}")
