"""Signature V4 in all its forms, V2, and every refusal."""

import datetime
import hashlib
import hmac
import base64
import urllib.error
import urllib.request
import zlib

import pytest

from support import clients, raw
from support.checks import refused
from support.raw import Signature
from support.server import ACCESS_KEY, SECRET_KEY

NOW = datetime.datetime.now


def utc(**ago):
    return NOW(datetime.timezone.utc) - datetime.timedelta(**ago)


def test_good(server):
    assert raw.signed(server, "GET", "/").status == 200


BENT = [
    (dict(secret_key="wrong"), 403, "SignatureDoesNotMatch"),
    (dict(access_key="AKIDNOBODY"), 403, "InvalidAccessKeyId"),
    (dict(region="eu-nowhere-9"), 400, "AuthorizationHeaderMalformed"),
    (dict(service="ec2"), 400, "AuthorizationHeaderMalformed"),
    (dict(terminator="aws5_request"), 400, "AuthorizationHeaderMalformed"),
    (dict(when=utc(minutes=16)), 403, "RequestTimeTooSkewed"),
    (dict(when=utc(hours=-1)), 403, "RequestTimeTooSkewed"),
    (dict(headers={"x-amz-extra": "1"}, unsigned=("x-amz-extra",)), 403, "AccessDenied"),
    (dict(unsigned=("host",)), 403, None),
    (dict(payload="garbage"), 400, "InvalidArgument"),
]


@pytest.mark.parametrize("bend, status, code", BENT)
def test_bent(server, bend, status, code):
    reply = raw.signed(server, "GET", "/", **bend)
    assert reply.status in (status, 400 if code is None else status)
    if code:
        assert reply.code == code


def test_details_of_a_mismatch(server):
    reply = raw.signed(server, "GET", "/", secret_key="wrong")
    for element in (b"<AWSAccessKeyId>", b"<StringToSign>", b"<SignatureProvided>", b"<StringToSignBytes>",
                    b"<CanonicalRequest>", b"<CanonicalRequestBytes>", b"<RequestId>", b"<HostId>"):
        assert element in reply.body


AUTHORIZATIONS = [
    ("Bearer token", 400, "InvalidArgument"),
    ("AWS4-HMAC-SHA256", 400, None),
    ("AWS4-HMAC-SHA256 Credential=x", 400, "AuthorizationHeaderMalformed"),
    ("AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=host", 400,
     "AuthorizationHeaderMalformed"),
    ("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=" + "0" * 64, 400,
     "AuthorizationHeaderMalformed"),
    ("AWS nonsense", 400, None),
    ("AWS unknown:c2ln", 403, None),
]


@pytest.mark.parametrize("value, status, code", AUTHORIZATIONS)
def test_malformed_authorization(server, value, status, code):
    headers = {"host": "127.0.0.1", "authorization": value, "x-amz-date": utc().strftime("%Y%m%dT%H%M%SZ"),
               "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
    reply = raw.send(server, raw.request_bytes("GET", "/", headers))
    assert reply.status == status
    if code:
        assert reply.code == code


def test_anonymous_is_refused(server, own_bucket):
    for target in ("/", f"/{own_bucket}", f"/{own_bucket}/k"):
        reply = raw.send(server, raw.request_bytes("GET", target, {"host": "127.0.0.1"}))
        assert (reply.status, reply.code) == (403, "AccessDenied")


def test_missing_payload_hash(server):
    signature = Signature("GET", "/")
    headers = signature.build(f"127.0.0.1:{server.port}")
    del headers["x-amz-content-sha256"]
    reply = raw.send(server, raw.request_bytes("GET", "/", headers))
    assert reply.status in (400, 403)


def test_payload_hash_is_verified(server, s3, own_bucket):
    reply = raw.signed(server, "PUT", f"/{own_bucket}/k", body=b"sent",
                       payload=hashlib.sha256(b"signed").hexdigest())
    assert (reply.status, reply.code) == (400, "XAmzContentSHA256Mismatch")
    with refused("404", 404):
        s3.head_object(Bucket=own_bucket, Key="k")


def test_unsigned_payload(server, s3, own_bucket):
    reply = raw.signed(server, "PUT", f"/{own_bucket}/k", body=b"anything", payload="UNSIGNED-PAYLOAD")
    assert reply.status == 200
    assert s3.get_object(Bucket=own_bucket, Key="k")["Body"].read() == b"anything"


# Presigned

def fetch(url, method="GET", data=None):
    try:
        reply = urllib.request.urlopen(urllib.request.Request(url, method=method, data=data))
        return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.fixture
def link(s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"linked")
    return s3.generate_presigned_url("get_object", Params={"Bucket": own_bucket, "Key": "k"}, ExpiresIn=60)


def test_presigned(link):
    assert fetch(link) == (200, b"linked")


@pytest.mark.parametrize("old, new, status, code", [
    ("X-Amz-Expires=60", "X-Amz-Expires=604801", 400, "AuthorizationQueryParametersError"),
    ("X-Amz-Expires=60", "X-Amz-Expires=-1", 400, "AuthorizationQueryParametersError"),
    ("X-Amz-Expires=60", "X-Amz-Expires=soon", 400, "AuthorizationQueryParametersError"),
    ("X-Amz-Expires=60", "X-Amz-Expires=61", 403, "SignatureDoesNotMatch"),
    ("X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=AWS4", 400, "AuthorizationQueryParametersError"),
    ("us-east-1", "eu-west-1", 400, "AuthorizationQueryParametersError"),
    ("X-Amz-Date=20", "X-Amz-Date=x0", 400, "AuthorizationQueryParametersError"),
    ("X-Amz-SignedHeaders=host", "X-Amz-Ignored=host", 400, "AuthorizationQueryParametersError"),
    ("/k?", "/other?", 403, "SignatureDoesNotMatch"),
])
def test_bent_links(link, old, new, status, code):
    assert old in link
    got, body = fetch(link.replace(old, new))
    assert (got, f"<Code>{code}</Code>".encode() in body) == (status, True), body


def test_expired_link(server, s3, own_bucket):
    from botocore.auth import S3SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    from unittest import mock
    import botocore.auth
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"x")
    request = AWSRequest("GET", f"{server.endpoint}/{own_bucket}/k")
    past = utc(seconds=100)
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda *a, **k: past.replace(tzinfo=None),
                           create=True):
        S3SigV4QueryAuth(Credentials(ACCESS_KEY, SECRET_KEY), "s3", "us-east-1", expires=10).add_auth(request)
    if past.strftime("%Y%m%dT%H%M") not in request.url:
        pytest.skip("this botocore takes its time from elsewhere")
    status, body = fetch(request.url)
    assert status == 403 and b"Request has expired" in body and b"<ServerTime>" in body


def test_both_kinds_at_once(server, link):
    signature = Signature("GET", "/")
    headers = signature.build(f"127.0.0.1:{server.port}")
    target = link.split(str(server.port), 1)[1]
    reply = raw.send(server, raw.request_bytes("GET", target, headers))
    assert (reply.status, reply.code) == (400, "InvalidArgument")


# Signature V2

def test_v2_header_and_query(server, own_bucket):
    old = clients.s3(server, signature="s3", request_checksum_calculation="when_required",
                     response_checksum_validation="when_required")
    old.put_object(Bucket=own_bucket, Key="k \u00e9", Body=b"v2", Metadata={"a": "b"})
    assert old.get_object(Bucket=own_bucket, Key="k \u00e9")["Body"].read() == b"v2"
    url = clients.s3(server, signature="s3-query").generate_presigned_url(
        "get_object", Params={"Bucket": own_bucket, "Key": "k \u00e9"}, ExpiresIn=60)
    assert "AWSAccessKeyId" in url
    assert fetch(url) == (200, b"v2")
    assert fetch(url.replace("Signature=", "Signature=x"))[0] == 403
    bad = clients.s3(server, signature="s3", secret_key="wrong")
    with refused("SignatureDoesNotMatch", 403):
        bad.list_buckets()


def test_v2_expired(server, own_bucket):
    text = f"GET\n\n\n1000000000\n/{own_bucket}/k"
    signature = base64.b64encode(hmac.new(SECRET_KEY.encode(), text.encode(), hashlib.sha1).digest())
    target = (f"/{own_bucket}/k?AWSAccessKeyId={ACCESS_KEY}&Expires=1000000000&Signature="
              + raw.quote(signature.decode()))
    reply = raw.send(server, raw.request_bytes("GET", target, {"host": "127.0.0.1"}))
    assert reply.status == 403 and b"Request has expired" in reply.body


# Streaming

class Stream:
    """Builds aws-chunked bodies; tests bend them."""

    def __init__(self, server, bucket, mode, chunks, trailer=None, declared=None, length=None, headers=None):
        total = sum(len(c) for c in chunks)
        more = {"x-amz-decoded-content-length": str(total if length is None else length),
                "content-encoding": "aws-chunked", **(headers or {})}
        if declared:
            more["x-amz-trailer"] = declared
        self.server = server
        self.signature = Signature("PUT", f"/{bucket}/k", headers=more, payload=mode)
        self.headers = self.signature.build(f"127.0.0.1:{server.port}")
        self.signed = "AWS4-HMAC" in mode
        self.chunks, self.trailer = chunks, trailer
        self.previous = self.signature.seed

    def sign(self, kind, *rest):
        text = "\n".join([kind, self.signature.date, self.signature.scope, self.previous, *rest])
        self.previous = hmac.new(self.signature.key, text.encode(), hashlib.sha256).hexdigest()
        return self.previous

    def body(self, spoil_chunk=None, spoil_trailer=False):
        out = b""
        empty = hashlib.sha256(b"").hexdigest()
        for index, chunk in enumerate([*self.chunks, b""]):
            if self.signed:
                signature = self.sign("AWS4-HMAC-SHA256-PAYLOAD", empty, hashlib.sha256(chunk).hexdigest())
                if index == spoil_chunk:
                    signature = "0" * 64
                out += f"{len(chunk):x};chunk-signature={signature}\r\n".encode()
            else:
                out += f"{len(chunk):x}\r\n".encode()
            if chunk:
                out += chunk + b"\r\n"
        if self.trailer is not None:
            out += self.trailer.encode() + b"\r\n"
            if self.signed:
                block = self.trailer.lower().encode() if False else self.trailer.encode()
                signature = self.sign("AWS4-HMAC-SHA256-TRAILER", hashlib.sha256(block + b"\n").hexdigest())
                if spoil_trailer:
                    signature = "0" * 64
                out += f"x-amz-trailer-signature:{signature}\r\n".encode()
        return out + b"\r\n"

    def send(self, body=None, chunked=False):
        body = self.body() if body is None else body
        headers = dict(self.headers)
        if chunked:
            headers["transfer-encoding"] = "chunked"
            body = b"".join(b"%x\r\n%s\r\n" % (len(body[i:i + 1000]), body[i:i + 1000])
                            for i in range(0, len(body), 1000)) + b"0\r\n\r\n"
        else:
            headers["content-length"] = str(len(body))
        return raw.send(self.server, raw.request_bytes("PUT", self.signature.path, headers, body))


SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
CHUNKS = [b"a" * 65536, b"b" * 8192, b"c" * 100]
WHOLE = b"".join(CHUNKS)
CRC = "x-amz-checksum-crc32:" + base64.b64encode(zlib.crc32(WHOLE).to_bytes(4, "big")).decode()
WRONG = "x-amz-checksum-crc32:AAAAAA=="


def stored(s3, bucket):
    try:
        return s3.get_object(Bucket=bucket, Key="k")["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None


@pytest.mark.parametrize("chunked", [False, True])
def test_signed_stream(server, s3, own_bucket, chunked):
    reply = Stream(server, own_bucket, SIGNED, CHUNKS).send(chunked=chunked)
    assert reply.status == 200, reply.body
    assert stored(s3, own_bucket) == WHOLE
    assert "ContentEncoding" not in s3.head_object(Bucket=own_bucket, Key="k")


def test_empty_signed_stream(server, s3, own_bucket):
    assert Stream(server, own_bucket, SIGNED, []).send().status == 200
    assert stored(s3, own_bucket) == b""


@pytest.mark.parametrize("index", [0, 1, 2, 3])
def test_bad_chunk_signature(server, s3, own_bucket, index):
    stream = Stream(server, own_bucket, SIGNED, CHUNKS)
    reply = stream.send(stream.body(spoil_chunk=index))
    assert (reply.status, reply.code) == (403, "SignatureDoesNotMatch")
    assert stored(s3, own_bucket) is None


@pytest.mark.parametrize("mode", [SIGNED_TRAILER, UNSIGNED_TRAILER])
@pytest.mark.parametrize("chunked", [False, True])
def test_trailing_checksum(server, s3, own_bucket, mode, chunked):
    stream = Stream(server, own_bucket, mode, CHUNKS, trailer=CRC, declared="x-amz-checksum-crc32")
    reply = stream.send(chunked=chunked)
    assert reply.status == 200, reply.body
    assert reply.headers["x-amz-checksum-crc32"] == CRC.split(":")[1]
    assert stored(s3, own_bucket) == WHOLE


@pytest.mark.parametrize("mode", [SIGNED_TRAILER, UNSIGNED_TRAILER])
def test_wrong_trailing_checksum(server, s3, own_bucket, mode):
    stream = Stream(server, own_bucket, mode, CHUNKS, trailer=WRONG, declared="x-amz-checksum-crc32")
    reply = stream.send()
    assert (reply.status, reply.code) == (400, "BadDigest")
    assert stored(s3, own_bucket) is None


def test_bad_trailer_signature(server, s3, own_bucket):
    stream = Stream(server, own_bucket, SIGNED_TRAILER, CHUNKS, trailer=CRC, declared="x-amz-checksum-crc32")
    reply = stream.send(stream.body(spoil_trailer=True))
    assert (reply.status, reply.code) == (403, "SignatureDoesNotMatch")
    assert stored(s3, own_bucket) is None


@pytest.mark.parametrize("trailer, declared", [
    (None, "x-amz-checksum-crc32"), (CRC, None), (CRC, "x-amz-checksum-sha1"),
    ("no colon", "x-amz-checksum-crc32")])
def test_malformed_trailers(server, s3, own_bucket, trailer, declared):
    reply = Stream(server, own_bucket, UNSIGNED_TRAILER, CHUNKS, trailer=trailer, declared=declared).send()
    assert (reply.status, reply.code) == (400, "MalformedTrailerError")
    assert stored(s3, own_bucket) is None


@pytest.mark.parametrize("length", [0, 10, len(WHOLE) - 1, len(WHOLE) + 1])
def test_wrong_decoded_length(server, s3, own_bucket, length):
    reply = Stream(server, own_bucket, SIGNED, CHUNKS, length=length).send()
    assert (reply.status, reply.code) == (400, "IncompleteBody")
    assert stored(s3, own_bucket) is None


@pytest.mark.parametrize("mode", [SIGNED, UNSIGNED_TRAILER])
def test_short_chunks(server, s3, own_bucket, mode):
    reply = Stream(server, own_bucket, mode, [b"x" * 100, b"y" * 9000]).send()
    assert (reply.status, reply.code) == (403, "InvalidChunkSizeError")
    assert stored(s3, own_bucket) is None


@pytest.mark.parametrize("cut", [1, 2, 70, 8_000, 66_000])
def test_truncated_streams(server, s3, own_bucket, cut):
    stream = Stream(server, own_bucket, SIGNED, CHUNKS)
    reply = stream.send(stream.body()[:-cut])
    assert reply.status == 400, reply.body
    assert stored(s3, own_bucket) is None


def test_content_encoding_keeps_the_rest(server, s3, own_bucket):
    reply = Stream(server, own_bucket, SIGNED, CHUNKS, headers={"content-encoding": "aws-chunked,gzip"}).send()
    assert reply.status == 200
    head = raw.signed(server, "HEAD", f"/{own_bucket}/k")
    assert head.headers["content-encoding"] == "gzip"


def test_missing_decoded_length(server, own_bucket):
    signature = Signature("PUT", f"/{own_bucket}/k", headers={"content-encoding": "aws-chunked"},
                          payload=SIGNED)
    headers = signature.build(f"127.0.0.1:{server.port}")
    headers["content-length"] = "0"
    reply = raw.send(server, raw.request_bytes("PUT", f"/{own_bucket}/k", headers))
    assert (reply.status, reply.code) == (411, "MissingContentLength")
