"""The errors that operations have in common, for each operation: `weir operations --json` says which families it is in.

Each request is bent in one way, and answered before the operation runs or while its body comes.
"""

import base64
import datetime
import hashlib
import hmac
import json
import socket
import subprocess

import pytest

from support import clients, coverage, raw
from support.server import BINARY, Server

TABLE = json.loads(subprocess.run([BINARY, "operations", "--json"], capture_output=True, check=True).stdout)
ROWS = {row["operation"]: row for row in TABLE["operations"] if row["service"] == "s3" and row["built"]
        and row["operation"] != coverage.FORM}
# What an operation needs to be recognised, where the table does not give its value.
VALUES = {"x-amz-copy-source": "/families/kept"}
# What it needs to come as far as its body: a parameter, a bucket with Object Lock.
MORE = {"UploadPart": ["partNumber=1"]}
BUCKETS = {"PutObjectLegalHold": "locked", "PutObjectRetention": "locked"}
BODY = b"no document, nor the object that was announced"
OTHER = hashlib.sha256(b"another").hexdigest()
HOUR = datetime.timedelta(hours=1)


def digest(body):
    return base64.b64encode(hashlib.md5(body).digest()).decode()


def chunked(*trailer):
    """Headers of an aws-chunked body of a byte, its framing, and the hash that it is announced with."""
    body = b"1\r\nx\r\n0\r\n" + b"".join(line + b"\r\n" for line in trailer) + b"\r\n"
    return {"x-amz-decoded-content-length": "1", "content-encoding": "aws-chunked",
            "x-amz-trailer": "x-amz-checksum-crc32"}, body, "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


class Bent:
    """A request for an operation that will be refused."""

    def __init__(self, row, upload, bucket=None, key="later"):
        self.row = row
        bucket = bucket or BUCKETS.get(row["operation"], "families")
        pairs = [part.partition("=")[::2] for part in row["query"] + MORE.get(row["operation"], [])]
        values = {**VALUES, "uploadId": upload}
        self.query = "&".join(f"{name}={value or values.get(name, '')}" for name, value in pairs)
        self.path = {"service": "/", "bucket": f"/{bucket}", "object": f"/{bucket}/{key}"}[row["scope"]]
        self.headers = {name: values[name] for name in row["headers"]}

    def send(self, server, headers=None, body=b"", length=None, cut=False, query="", without=(), **bend):
        """Sends it, signed but for what is bent; returns the reply."""
        query = "&".join(part for part in (self.query, query) if part)
        signature = raw.Signature(self.row["method"], self.path, query, {**self.headers, **(headers or {})},
                                  **{"payload": hashlib.sha256(body).hexdigest(), **bend})
        fields = signature.build(f"127.0.0.1:{server.port}")
        if self.row["method"] in ("PUT", "POST") and "transfer-encoding" not in fields:
            fields["content-length"] = str(len(body) if length is None else length)
        fields = {name: value for name, value in fields.items() if name not in without}
        target = self.path + ("?" + query if query else "")
        with raw.connect(server) as connection:
            connection.sendall(raw.request_bytes(self.row["method"], target, fields, body))
            if cut:
                connection.shutdown(socket.SHUT_WR)
            return raw.read_reply(connection, head=self.row["method"] == "HEAD")


ANY = {
    "AccessDenied": {"without": {"authorization"}},
    "AuthorizationHeaderMalformed": {"region": "nowhere"},
    "AuthorizationQueryParametersError": {"query": "X-Amz-Algorithm=AWS4-HMAC-SHA256", "without": {"authorization"}},
    "InvalidAccessKeyId": {"access_key": "nobody"},
    "InvalidArgument": {"payload": "no-hash"},
    "InvalidRequest": {"without": {"x-amz-content-sha256"}, "unsigned": ("x-amz-content-sha256",)},
    "InvalidToken": {"headers": {"x-amz-security-token": "nobody-gave-this"}},
    "RequestTimeTooSkewed": {"when": datetime.datetime.now(datetime.timezone.utc) - HOUR},
    "SignatureDoesNotMatch": {"secret_key": "another"},
}
BODIES = {
    "BadDigest": {"headers": {"content-md5": digest(b"another")}, "body": BODY},
    "XAmzContentSHA256Mismatch": {"payload": OTHER, "body": BODY},
    "IncompleteBody": {"body": BODY, "length": len(BODY) + 1, "cut": True},
    "InvalidDigest": {"headers": {"content-md5": "no digest"}, "body": BODY},
    "MalformedTrailerError": dict(zip(("headers", "body", "payload"), chunked(b"no trailer"))),
}
BENT = {
    "signed": ANY,
    "bucket": {"NoSuchBucket": {"bucket": "no-such-bucket"}, "InvalidBucketName": {"bucket": "b" * 300}},
    "document": {
        **BODIES,
        "MaxMessageLengthExceeded": {"length": 64 << 20},
        "MissingContentLength": {"payload": "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},  # of what is in the chunks
    },
    "upload": {
        **BODIES,
        "MissingContentLength": {"without": {"content-length"}},
        "NotImplemented": {"headers": {"transfer-encoding": "chunked"}, "body": b"0\r\n\r\n",
                           "unsigned": ("transfer-encoding",), "payload": "UNSIGNED-PAYLOAD"},
    },
}
CASES = [(name, family, code) for name, row in ROWS.items() for family in row["families"] for code in BENT[family]]


@pytest.fixture(scope="module")
def place():
    """A server that waits for a body no longer than a second, with a bucket, an object and an upload."""
    with Server(settings={"timeouts.body": "1s"}) as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="families")
        s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
        s3.put_object(Bucket="families", Key="kept", Body=b"kept")
        upload = s3.create_multipart_upload(Bucket="families", Key="later")["UploadId"]
        yield server, s3, upload


@pytest.mark.parametrize("name, family, code", CASES, ids=["-".join(case) for case in CASES])
def test_refusal(place, name, family, code):
    server, _, upload = place
    bend = dict(BENT[family][code])
    reply = Bent(ROWS[name], upload, bend.pop("bucket", None)).send(server, **bend)
    word = next(error for error in TABLE["errors"] if error["service"] == "s3" and error["code"] == code)
    assert reply.status == word["status"], reply
    assert reply.code == (None if ROWS[name]["method"] == "HEAD" else code), reply.body


@pytest.mark.parametrize("name", [name for name, row in ROWS.items()
                                  if "document" in row["families"] and name != "CreateBucket"])  # needs none
def test_an_empty_document(place, name):
    server, _, upload = place
    reply = Bent(ROWS[name], upload).send(server, {"content-md5": digest(b"")})
    code = "MalformedXML" if name == "CompleteMultipartUpload" else "MissingRequestBodyError"
    assert (reply.status, reply.code) == (400, code), reply.body
    assert code in ROWS[name]["errors"]


@pytest.mark.parametrize("name", ["GetObject", "HeadObject"])
def test_keys_of_clients(place, name):
    server, _, upload = place
    reply = Bent(ROWS[name], upload, key="kept").send(
        server, {"x-amz-server-side-encryption-customer-algorithm": "AES256"})
    assert reply.status == 501 and "NotImplemented" in ROWS[name]["errors"]


def test_nothing_came_of_it(place):
    """After the refusals above: none has stored or removed anything."""
    _, s3, upload = place
    assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == ["families", "locked"]
    assert "Contents" not in s3.list_objects_v2(Bucket="locked")
    assert [one["Key"] for one in s3.list_objects_v2(Bucket="families")["Contents"]] == ["kept"]
    assert [one["UploadId"] for one in s3.list_multipart_uploads(Bucket="families")["Uploads"]] == [upload]
    assert "Parts" not in s3.list_parts(Bucket="families", Key="later", UploadId=upload)


@pytest.mark.parametrize("name", ["PutBucketTagging", "UploadPart"])
def test_a_body_that_does_not_come(place, name):
    """Once for each family of bodies."""
    server, _, upload = place
    reply = Bent(ROWS[name], upload).send(server, body=BODY, length=len(BODY) + 1)
    assert (reply.status, reply.code) == (400, "RequestTimeout"), reply.body


@pytest.mark.parametrize("name", ["PutBucketTagging", "UploadPart"])
def test_a_small_chunk(place, name):
    """Of a signed body, before its last one."""
    server, _, upload = place
    bent = Bent(ROWS[name], upload)
    signature = raw.Signature(bent.row["method"], bent.path, bent.query, {"x-amz-decoded-content-length": "2"},
                              payload="STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
    headers = signature.build(f"127.0.0.1:{server.port}")
    body, last = b"", signature.seed
    for chunk in (b"x", b"y", b""):
        text = "\n".join(["AWS4-HMAC-SHA256-PAYLOAD", signature.date, signature.scope, last,
                          hashlib.sha256(b"").hexdigest(), hashlib.sha256(chunk).hexdigest()])
        last = hmac.new(signature.key, text.encode(), hashlib.sha256).hexdigest()
        body += f"{len(chunk):x};chunk-signature={last}\r\n".encode() + chunk + b"\r\n"
    headers["content-length"] = str(len(body))
    target = f"{bent.path}?{bent.query}"
    reply = raw.send(server, raw.request_bytes(bent.row["method"], target, headers, body))
    assert (reply.status, reply.code) == (403, "InvalidChunkSizeError"), reply.body


def test_each_code_of_a_family_is_here():
    """But for those that the gate does not ask of each operation."""
    for (service, family), codes in coverage.family_codes(TABLE).items():
        if service == "s3" and family in BENT:
            assert set(BENT[family]) == codes - coverage.ONCE
