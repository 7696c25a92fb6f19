"""AppendObject and SealAppendObject: positions, checksums, types, versions, the past, and what S3 clients see."""

import concurrent.futures
import hashlib
import os
import time
import uuid

import alibabacloud_oss_v2 as v2
import pytest

from support import oss
from support.command import moment, weir
from support.oss import crc64, refused
from support.oss_raw import ask, md5

CHUNKS = [b"first line\n", b"", os.urandom(5_000), b"x", os.urandom(300_001), os.urandom(4_000), os.urandom(4_000)]
WHOLE = b"".join(CHUNKS)


def fill(client, bucket, key="log", chunks=CHUNKS, headers=None):
    """Appends each; the last answer."""
    whole = b""
    for chunk in chunks:
        done = client.append(bucket, key, len(whole), chunk, headers, before=whole)
        whole += chunk
        assert done.headers["x-oss-next-append-position"] == str(len(whole)) and done.crc == crc64(whole)
    return done


def test_grows(client, bucket):
    done = fill(client, bucket)
    got = client.get(bucket, "log")
    assert (got.body, got.crc, got.etag) == (WHOLE, crc64(WHOLE), done.etag)
    assert got.headers["x-oss-object-type"] == "Appendable" and "Content-MD5" not in got.headers
    assert got.headers["x-oss-next-append-position"] == str(len(WHOLE))
    head = client.head(bucket, "log")
    assert head.headers["x-oss-object-type"] == "Appendable" and head.headers["Content-Length"] == str(len(WHOLE))
    assert head.headers["x-oss-next-append-position"] == str(len(WHOLE))
    assert client.meta(bucket, "log").crc == crc64(WHOLE)
    [entry] = client.list(bucket).entries
    assert (entry.type, entry.size, f'"{entry.etag}"') == ("Appendable", len(WHOLE), done.etag)
    assert client.list_v2(bucket).entries[0].type == client.list_versions(bucket).entries[0].type == "Appendable"
    span = client.get(bucket, "log", {"Range": "bytes=4000-6000"})
    assert (span.status, span.body) == (206, WHOLE[4000:6001])


def test_only_at_the_end(client, bucket):
    with refused("PositionNotEqualToLength", 409) as seen:
        client.append(bucket, "log", 1, b"x")
    assert seen.headers["x-oss-next-append-position"] == "0"
    client.append(bucket, "log", 0, b"abc")
    for position in (0, 2, 4):
        with refused("PositionNotEqualToLength", 409) as seen:
            client.append(bucket, "log", position, b"x")
        assert seen.headers["x-oss-next-append-position"] == "3"
    client.put(bucket, "plain", b"abc")
    for position in (0, 3):
        with refused("ObjectNotAppendable", 409):
            client.append(bucket, "plain", position, b"x")
    assert client.get(bucket, "log").body == b"abc"


def test_put_and_delete_end_it(client, bucket):
    client.append(bucket, "log", 0, b"abc")
    client.put(bucket, "log", b"abc")
    assert client.head(bucket, "log").headers["x-oss-object-type"] == "Normal"
    with refused("ObjectNotAppendable", 409):
        client.append(bucket, "log", 3, b"x")
    client.delete(bucket, "log")
    client.append(bucket, "log", 0, b"new")
    assert client.get(bucket, "log").body == b"new"


def test_headers_of_the_first(client, bucket):
    client.append(bucket, "log", 0, b"a", {"x-oss-meta-a": "1", "Content-Type": "text/x-log", "x-oss-tagging": "c=d",
                                            "x-oss-object-acl": "private", "x-oss-storage-class": "Standard"})
    client.append(bucket, "log", 1, b"b", {"x-oss-meta-a": "2", "Content-Type": "text/x-other"})
    head = client.head(bucket, "log")
    assert (head.headers["x-oss-meta-a"], head.headers["Content-Type"]) == ("1", "text/x-log")
    assert client.tags(bucket, "log") == {"c": "d"}
    client.set_tags(bucket, {"e": "f"}, "log")
    client.append(bucket, "log", 2, b"c")
    assert client.tags(bucket, "log") == {"e": "f"} and client.get(bucket, "log").body == b"abc"


def test_content_md5(client, bucket):
    client.append(bucket, "log", 0, b"abc", {"Content-MD5": md5(b"abc")})
    with refused("InvalidDigest", 400):
        client.append(bucket, "log", 3, b"def", {"Content-MD5": md5(b"abc")})
    assert client.head(bucket, "log").headers["Content-Length"] == "3"


@pytest.mark.parametrize("query", ["append", "append&position=", "append&position=-1", "append&position=x",
                                   "append&position=18446744073709551616"])
def test_wrong_positions(server, bucket, query):
    reply = ask(server, "POST", bucket, "k", query, body=b"x")
    assert (reply.status, reply.code) == (400, "InvalidArgument")


def test_copies(client, bucket):
    """A copy is an ordinary object, whose tag is the MD5 of its bytes."""
    fill(client, bucket)
    client.copy((bucket, "log"), (bucket, "copy"))
    got = client.get(bucket, "copy")
    assert (got.body, got.etag) == (WHOLE, f'"{hashlib.md5(WHOLE).hexdigest().upper()}"')
    assert got.headers["x-oss-object-type"] == "Normal" and "x-oss-next-append-position" not in got.headers
    upload = client.initiate(bucket, "parts")
    etag = client.part_copy((bucket, "log"), (bucket, "parts"), upload, 1, (0, 199_999))
    client.complete(bucket, "parts", upload, [(1, etag.strip('"'))])
    assert client.get(bucket, "parts").body == WHOLE[:200_000]


def test_races(client, bucket):
    """Of those who append at one position one succeeds; nothing of the others is seen."""
    def attempt(letter):
        try:
            client.append(bucket, "log", 0, letter * 20_000)
            return letter
        except Exception as error:
            assert oss.read_failure(error).code == "PositionNotEqualToLength"
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        winners = [letter for letter in pool.map(attempt, [b"a", b"b", b"c", b"d"]) if letter]
    assert len(winners) == 1 and client.get(bucket, "log").body == winners[0] * 20_000


def test_many_short_ones(server, bucket, version):
    client = oss.make(server, f"oss2-{version}")
    target = client.bucket(bucket)
    lines = [f"line {number:05}\n".encode() * 20 for number in range(120)]
    position, crc = 0, 0
    for line in lines:
        done = target.append_object("log", position, line, init_crc=crc)
        position, crc = done.next_position, done.crc
    assert client.get(bucket, "log").body == b"".join(lines)


def test_no_faster_than_asked(server, bucket, version):
    limit = {"x-oss-traffic-limit": str(4 << 20)}  # 512 KiB/s
    start = time.monotonic()
    for position in (0, 512 << 10):
        reply = ask(server, "POST", bucket, "log", f"append&position={position}", headers=limit, body=bytes(512 << 10),
                    version=version)
        assert reply.status == 200 and int(reply.headers["x-oss-qos-delay-time"]) >= 700, reply.headers
    assert 1.7 <= time.monotonic() - start <= 4
    refused_limit = ask(server, "POST", bucket, "log", "append&position=1048576", body=b"x", version=version,
                        headers={"x-oss-traffic-limit": "819199"})
    assert (refused_limit.status, refused_limit.code) == (400, "InvalidArgument")
    assert oss.make(server, "v2-v4").head(bucket, "log").headers["x-oss-next-append-position"] == "1048576"


def test_seal(server, bucket, version):
    client = oss.make(server, f"v2-{version}")
    client.append(bucket, "log", 0, b"abc")
    request = v2.SealAppendObjectRequest(bucket, "log", 2)
    with refused("PositionNotEqualToLength", 409) as seen:
        client.client.seal_append_object(request)
    assert seen.headers["x-oss-next-append-position"] == "3"
    assert "x-oss-sealed-time" not in client.head(bucket, "log").headers
    request.position = 3
    sealed = client.client.seal_append_object(request).sealed_time
    assert sealed.endswith("GMT") and client.client.seal_append_object(request).sealed_time == sealed
    for got in (client.head(bucket, "log"), client.get(bucket, "log")):
        assert got.headers["x-oss-sealed-time"] == sealed and got.headers["x-oss-object-type"] == "Appendable"
    with refused("ObjectNotAppendable", 409):
        client.append(bucket, "log", 3, b"x")
    client.put(bucket, "plain", b"abc")
    with refused("ObjectNotAppendable", 409):
        client.client.seal_append_object(v2.SealAppendObjectRequest(bucket, "plain", 3))
    with refused("NoSuchKey", 404):
        client.client.seal_append_object(v2.SealAppendObjectRequest(bucket, "none", 0))


# Versions and the past

def test_no_new_version(client, versioned):
    first = client.append(versioned, "log", 0, b"abc").version
    assert client.append(versioned, "log", 3, b"def").version == first
    [entry] = client.list_versions(versioned).entries
    assert (entry.version, entry.size, entry.is_latest) == (first, 6, True)
    second = client.put(versioned, "log", b"new").version
    with refused("ObjectNotAppendable", 409):
        client.append(versioned, "log", 3, b"x")
    assert client.get(versioned, "log", version=first).body == b"abcdef"
    client.delete(versioned, "log")
    third = client.append(versioned, "log", 0, b"again").version
    assert len({first, second, third}) == 3


@pytest.mark.parametrize("keeps", ["versions", "window"])
def test_the_past(server, s3, bucket, keeps):
    client = oss.make(server, "v2-v4")
    if keeps == "versions":
        client.set_versioning(bucket, "Enabled")
    else:
        weir(server, "bucket", "set-recovery-window", bucket, "1h")
    fill(client, bucket, chunks=[b"abc", os.urandom(6_000)])
    then, body = moment(), client.get(bucket, "log").body
    client.append(bucket, "log", len(body), os.urandom(50_000))
    client.append(bucket, "log", len(body) + 50_000, b"tail")
    old = oss.make(server, "v2-v4", default_request_headers={"x-weir-as-of": then},
                   additional_headers=["x-weir-as-of"])
    assert old.get(bucket, "log").body == body and old.get(bucket, "log").crc == crc64(body)
    assert [entry.size for entry in old.list(bucket).entries] == [len(body)]
    name = f"view-{uuid.uuid4().hex[:12]}"
    weir(server, "view", "create", name, "--bucket", bucket, "--as-of", then)
    try:
        assert client.get(name, "log").body == s3.get_object(Bucket=name, Key="log")["Body"].read() == body
    finally:
        weir(server, "view", "delete", name)
    weir(server, "restore", "--bucket", bucket, "--as-of", then, "--yes")
    assert client.get(bucket, "log").body == body
    client.append(bucket, "log", len(body), b"on it goes", before=body)
    assert s3.get_object(Bucket=bucket, Key="log")["Body"].read() == body + b"on it goes"


def test_locked(client, s3):
    name = f"lock-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    client.append(name, "log", 0, b"abc")
    s3.put_object_legal_hold(Bucket=name, Key="log", LegalHold={"Status": "ON"})
    with pytest.raises(Exception) as seen:
        client.append(name, "log", 3, b"x")
    assert oss.read_failure(seen.value).status in (403, 409)
    s3.put_object_legal_hold(Bucket=name, Key="log", LegalHold={"Status": "OFF"})
    client.append(name, "log", 3, b"def")
    assert client.get(name, "log").body == b"abcdef"


# S3 clients

def test_s3(client, s3, bucket):
    done = fill(client, bucket)
    got = s3.get_object(Bucket=bucket, Key="log", ChecksumMode="ENABLED")
    assert got["Body"].read() == WHOLE and got["ETag"] == done.etag.lower()
    assert not [name for name in got["ResponseMetadata"]["HTTPHeaders"] if name.startswith("x-oss-")]
    [entry] = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert (entry["Size"], entry["ETag"]) == (len(WHOLE), done.etag.lower())
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "log"})
    assert s3.head_object(Bucket=bucket, Key="copy")["ETag"] == f'"{hashlib.md5(WHOLE).hexdigest()}"'
    assert s3.get_object(Bucket=bucket, Key="log", Range="bytes=4000-6000")["Body"].read() == WHOLE[4000:6001]
    client.append(bucket, "log", len(WHOLE), b"more")
    s3.put_object(Bucket=bucket, Key="log", Body=b"over")
    with refused("ObjectNotAppendable", 409):
        client.append(bucket, "log", 4, b"x")
