"""PutSymlink and GetSymlink, and what readers of both dialects get for a link."""

import hashlib
import os

import pytest
from botocore.exceptions import ClientError

from support import oss
from support.command import moment, weir
from support.oss import crc64, refused
from support.oss_raw import ask

BODY = os.urandom(70_000)
ETAG = f'"{hashlib.md5(BODY).hexdigest().upper()}"'
TARGET = "dir/ä +&<%41"


@pytest.fixture
def linked(client, bucket):
    client.put(bucket, TARGET, BODY, {"Content-Type": "text/x-target", "x-oss-meta-a": "target"})
    client.link(bucket, "link", TARGET, {"x-oss-meta-a": "link", "Content-Type": "text/x-link"})
    return bucket


def test_target(client, linked):
    target, answer = client.link_target(linked, "link")
    assert target == TARGET and answer.headers["ETag"] and answer.headers["Last-Modified"]
    assert answer.headers["x-oss-meta-a"] == "link"
    with refused("NotSymlink", 400):
        client.link_target(linked, TARGET)
    with refused("NoSuchKey", 404):
        client.link_target(linked, "none")


def test_reads_follow(client, linked):
    got = client.get(linked, "link")
    assert (got.body, got.etag, got.crc) == (BODY, ETAG, crc64(BODY))
    assert got.headers["x-oss-object-type"] == "Symlink" and got.headers["x-oss-meta-a"] == "link"
    head = client.head(linked, "link")
    assert (head.etag, head.headers["Content-Length"]) == (ETAG, str(len(BODY)))
    assert head.headers["x-oss-object-type"] == "Symlink" and head.headers["Content-Type"] == "text/x-link"
    span = client.get(linked, "link", {"Range": "bytes=100-199"})
    assert (span.status, span.body) == (206, BODY[100:200])
    assert client.get(linked, "link", {"If-Match": ETAG}).body == BODY
    client.put(linked, TARGET, b"changed")
    assert client.get(linked, "link").body == b"changed"


def test_what_shows_the_link_itself(client, linked):
    assert client.meta(linked, "link").headers["Content-Length"] == "0"
    types = {entry.key: (entry.type, entry.size) for entry in client.list(linked).entries}
    assert types == {TARGET: ("Normal", len(BODY)), "link": ("Symlink", 0)}
    client.set_tags(linked, {"a": "b"}, "link")
    assert client.tags(linked, "link") == {"a": "b"} and client.tags(linked, TARGET) == {}
    client.delete(linked, "link")
    assert client.get(linked, TARGET).body == BODY and client.exists(linked, "link") is False


def test_what_cannot_be_followed(client, s3, bucket):
    client.link(bucket, "dangling", "none")
    client.link(bucket, "twice", "dangling")
    for call in (client.get, client.head):
        with refused("SymlinkTargetNotExist", 404):
            call(bucket, "dangling")
        with refused("InvalidTargetType", 400):
            call(bucket, "twice")
    assert client.link_target(bucket, "twice")[0] == "dangling"
    for key, code in (("dangling", "NoSuchKey"), ("twice", "InvalidRequest")):
        with pytest.raises(ClientError) as seen:
            s3.get_object(Bucket=bucket, Key=key)
        assert seen.value.response["Error"]["Code"] == code
    with refused("ObjectNotAppendable", 409):
        client.append(bucket, "dangling", 0, b"x")


def test_copies(client, s3, linked):
    client.copy((linked, "link"), (linked, "copied"))
    assert client.link_target(linked, "copied")[0] == TARGET
    s3.copy_object(Bucket=linked, Key="content", CopySource={"Bucket": linked, "Key": "link"})
    with refused("NotSymlink", 400):
        client.link_target(linked, "content")
    upload = client.initiate(linked, "parts")
    etag = client.part_copy((linked, "link"), (linked, "parts"), upload, 1)
    client.complete(linked, "parts", upload, [(1, etag.strip('"'))])
    client.delete(linked, TARGET)
    assert client.get(linked, "content").body == client.get(linked, "parts").body == BODY


def test_forbid_overwrite(client, linked):
    with refused("FileAlreadyExists", 409):
        client.link(linked, TARGET, "elsewhere", {"x-oss-forbid-overwrite": "true"})
    assert client.get(linked, TARGET).body == BODY


def test_versions(client, versioned):
    client.put(versioned, "a", b"a")
    client.put(versioned, "b", b"b")
    first = client.link(versioned, "link", "a").version
    second = client.link(versioned, "link", "b").version
    assert client.link_target(versioned, "link", first)[0] == "a" and first != second
    assert client.get(versioned, "link", version=first).body == b"a"
    assert client.get(versioned, "link").body == b"b"
    client.delete(versioned, "link")
    with refused("NoSuchKey", 404) as seen:
        client.link_target(versioned, "link")
    assert seen.headers["x-oss-delete-marker"] == "true"


@pytest.mark.parametrize("target", ["", "%zz", "x" * 1025, "%FF"])
def test_wrong_targets(server, bucket, target):
    reply = ask(server, "PUT", bucket, "k", "symlink", headers={"x-oss-symlink-target": target})
    assert (reply.status, reply.code) == (400, "InvalidArgument")


def test_s3(client, s3, linked):
    got = s3.get_object(Bucket=linked, Key="link", ChecksumMode="ENABLED")
    assert (got["Body"].read(), got["ETag"], got["Metadata"]) == (BODY, ETAG.lower(), {"a": "link"})
    assert s3.head_object(Bucket=linked, Key="link")["ContentLength"] == len(BODY)
    attributes = s3.get_object_attributes(Bucket=linked, Key="link", ObjectAttributes=["ObjectSize"])
    assert attributes["ObjectSize"] == len(BODY)
    s3.put_object(Bucket=linked, Key="link", Body=b"over")
    assert client.get(linked, TARGET).body == BODY and client.get(linked, "link").body == b"over"


def test_the_past(server, s3, versioned):
    client = oss.make(server, "v2-v4")
    client.put(versioned, "a", b"old")
    client.link(versioned, "link", "a")
    then = moment()
    client.put(versioned, "a", b"new")
    client.put(versioned, "link", b"no link")
    old = oss.make(server, "v2-v4", default_request_headers={"x-weir-as-of": then},
                   additional_headers=["x-weir-as-of"])
    assert old.get(versioned, "link").body == b"old" and old.link_target(versioned, "link")[0] == "a"
    weir(server, "restore", "--bucket", versioned, "--as-of", then, "--yes")
    assert client.link_target(versioned, "link")[0] == "a"
    assert s3.get_object(Bucket=versioned, Key="link")["Body"].read() == b"old"
