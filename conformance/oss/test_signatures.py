"""Signatures V1 and V4 in a header, and every refusal."""

import base64
import hashlib
import re

import alibabacloud_oss_v2 as v2
import oss2
import pytest

from support import oss, raw
from support.oss import refused
from support.oss_raw import Request, ask, utc
from support.server import ACCESS_KEY


def code_of(reply):
    return reply.status, reply.code


def test_good(server, bucket, version):
    for query in ("", "prefix=a%20b%2Bc&delimiter=%2F", "prefix=a+b", "acl", "acl=", "versions&prefix=%C3%A4"):
        assert ask(server, "GET", bucket, query=query, version=version).status == 200, query
    assert ask(server, "GET", query="", version=version).status == 200


def test_everything_in_the_head(server, bucket, version):
    headers = {"Content-Type": "text/x-weir", "x-oss-meta-b": " trimmed ", "x-oss-meta-a": "ä".encode().decode(),
               "x-oss-tagging": "a=b"}
    assert ask(server, "PUT", bucket, "ä b+/c", version=version, headers=headers, body=b"x").status == 200


def test_repeated_headers_are_joined(server, bucket, version):
    request = Request("PUT", bucket, "k", headers={"x-oss-meta-a": "1,2"}, body=b"x")
    headers = request.v4_headers(server) if version == "v4" else request.v1_headers(server)
    data = raw.request_bytes("PUT", request.path, headers, b"x")
    data = data.replace(b"x-oss-meta-a: 1,2\r\n", b"x-oss-meta-a: 1\r\nx-oss-meta-a: 2\r\n")
    assert raw.send(server, data).status == 200


@pytest.mark.parametrize("encoded", ["/dir%2Fk%20%2B", "/dir/k%20%2B", "/dir%2fk%20+", "/%64ir/k%20%2b"])
def test_however_the_path_is_escaped(server, bucket, version, encoded):
    """The SDKs differ in it; signed is the key."""
    request = Request("PUT", bucket, "dir/k +", body=b"x")
    headers = request.v4_headers(server) if version == "v4" else request.v1_headers(server)
    reply = raw.send(server, raw.request_bytes("PUT", f"/{bucket}{encoded}", headers, b"x"))
    assert reply.status == 200
    assert oss.make(server, "v2-v4").list(bucket).keys == ["dir/k +"]


def test_wrong_secret(server, bucket, version):
    for sdk in ("oss2", "v2"):
        client = oss.make(server, f"{sdk}-{version}", secret_key="wrong-secret-key-0123456789")
        for call in (lambda: client.list(bucket), lambda: client.head(bucket, "k"), client.buckets,
                     lambda: client.put(bucket, "k", b"x")):
            with refused("SignatureDoesNotMatch", 403):
                call()


def test_details_of_a_mismatch(server, bucket, version):
    reply = ask(server, "GET", bucket, version=version, secret_key="wrong")
    assert code_of(reply) == (403, "SignatureDoesNotMatch")
    for element in (f"<OSSAccessKeyId>{ACCESS_KEY}</OSSAccessKeyId>", "<SignatureProvided>", "<StringToSign>"):
        assert element.encode() in reply.body
    assert (b"<CanonicalRequest>" in reply.body) == (version == "v4")


def test_unknown_key(server, bucket, version):
    for sdk in ("oss2", "v2"):
        with refused("InvalidAccessKeyId", 403):
            oss.make(server, f"{sdk}-{version}", access_key="LTAINOBODY").list(bucket)


@pytest.mark.parametrize("minutes", [16, -16, 60 * 24 * 400])
def test_skewed_clocks(server, bucket, version, minutes):
    reply = ask(server, "GET", bucket, version=version, when=utc(minutes=minutes))
    assert code_of(reply) == (403, "RequestTimeTooSkewed")
    assert b"<RequestTime>" in reply.body and b"<ServerTime>" in reply.body


@pytest.mark.parametrize("minutes", [14, -14])
def test_clocks_nearly_right(server, bucket, version, minutes):
    assert ask(server, "GET", bucket, version=version, when=utc(minutes=minutes)).status == 200


@pytest.mark.parametrize("bend, status, code", [
    ({"product": "oss-cloudbox"}, 400, "InvalidArgument"),
    ({"terminator": "aws4_request"}, 400, "InvalidArgument"),
    ({"region": "cn-hangzhou"}, 400, "InvalidArgument"),
    ({"region": "oss-us-east-1"}, 400, "InvalidArgument"),
])
def test_wrong_scopes(server, bucket, bend, status, code):
    assert code_of(ask(server, "GET", bucket, **bend)) == (status, code)


def test_a_wrong_region_is_told_the_right_one(server, bucket):
    for kind in ("oss2-v4", "v2-v4"):
        with refused("InvalidArgument", 400) as seen:
            oss.make(server, kind, region="cn-hangzhou").list(bucket)
        assert "us-east-1" in seen.message and "cn-hangzhou" in seen.message


def test_version_1_has_no_region(server, bucket):
    for kind in ("oss2-v1", "v2-v1"):
        assert oss.make(server, kind, region="cn-hangzhou").list(bucket).keys == []


def send_changed(server, request, version, **changes):
    """Signs, then changes headers; None takes one away."""
    headers = request.v4_headers(server) if version == "v4" else request.v1_headers(server)
    headers = {name: value for name, value in {**headers, **changes.pop("more", {})}.items() if value is not None}
    target = changes.get("target", request.path + ("?" + request.query if request.query else ""))
    return raw.send(server, raw.request_bytes(changes.get("method", request.method), target, headers, request.body),
                    head=changes.get("method") == "HEAD")


def test_tampered_queries(server, bucket, version):
    """V1 signs sub-resources only; V4 everything."""
    other = Request("GET", bucket, query="acl")
    for target in (f"/{bucket}/?versioning", f"/{bucket}/", f"/{bucket}/k?acl", f"/{bucket}/?acl=x"):
        reply = send_changed(server, other, version, target=target)
        assert code_of(reply) == (403, "SignatureDoesNotMatch"), target
    reply = send_changed(server, Request("GET", bucket, query="prefix=a"), version, target=f"/{bucket}/?prefix=b")
    assert reply.status == (403 if version == "v4" else 200)


def test_tampered_methods_and_headers(server, bucket, version):
    request = Request("PUT", bucket, "k", headers={"x-oss-meta-a": "1", "content-type": "text/plain"}, body=b"x")
    assert send_changed(server, request, version, method="DELETE").status == 403
    for more in ({"x-oss-meta-a": "2"}, {"x-oss-meta-b": "2"}, {"x-oss-meta-a": None}, {"content-type": "text/html"},
                 {"content-type": None}, {"content-md5": "1B2M2Y8AsgTpgAmY7PhCfg=="}):
        reply = send_changed(server, request, version, more=more)
        assert code_of(reply) == (403, "SignatureDoesNotMatch"), more


def test_one_bucket_signed_another_asked(server, bucket, name, version):
    oss.make(server, "v2-v4").make_bucket(name)
    assert code_of(ask(server, "GET", bucket, version=version, signed_bucket=name)) == (403, "SignatureDoesNotMatch")
    assert code_of(ask(server, "PUT", bucket, "k", version=version, signed_bucket=name, body=b"x"))[0] == 403


@pytest.mark.parametrize("query", ["overwriteConfig", "quota"])
def test_sub_resources_that_only_newer_sdks_sign(server, bucket, query):
    """They are told which to sign; with them the signature is right, and so the operation is found, if not built."""
    operation = v2.OperationInput(op_name="Any", method="GET", bucket=bucket, parameters={query: ""},
                                  op_metadata={"sub-resource": [query]})
    with refused("NotImplemented", 400):
        oss.v2_client(server, "v1").invoke_operation(operation)
    with refused("SignatureDoesNotMatch", 403):
        oss.v2_client(server, "v1", secret_key="wrong").invoke_operation(operation)


# Malformed

@pytest.mark.parametrize("value, status, code", [
    ("OSS", 400, "InvalidArgument"), ("OSS nonsense", 400, "InvalidArgument"), ("OSS :c2ln", 400, "InvalidArgument"),
    ("OSS nobody:c2ln", 403, "InvalidAccessKeyId"), (f"OSS {ACCESS_KEY}:", 403, "SignatureDoesNotMatch"),
    ("OSS4-HMAC-SHA256", 400, "InvalidArgument"), ("OSS4-HMAC-SHA256 Credential=x", 400, "InvalidArgument"),
    ("OSS4-HMAC-SHA256 Credential=a/b,Signature=00", 400, "InvalidArgument"),
    ("OSS4-HMAC-SHA256 Credential=a/20260101/us-east-1/oss/aliyun_v4_request", 400, "InvalidArgument"),
    ("OSS2 AccessKeyId:a,Signature:b", 400, "InvalidRequest"), ("OSS5 nonsense", 400, "InvalidArgument"),
])
def test_malformed_authorization(server, value, status, code):
    now = utc()
    headers = {"host": server.authority, "authorization": value, "date": now.strftime("%a, %d %b %Y %H:%M:%S GMT")}
    if value.startswith("OSS4"):
        headers["x-oss-date"] = now.strftime("%Y%m%dT%H%M%SZ")
    assert code_of(raw.send(server, raw.request_bytes("GET", "/", headers))) == (status, code)


def test_signature_version_2_is_not_there(server, bucket):
    client = oss2.Bucket(oss.auth("v2"), server.endpoint, bucket)
    with refused("InvalidRequest", 400) as seen:
        client.get_bucket_acl()
    assert "version 4" in seen.message


def test_no_date(server, bucket):
    assert code_of(send_changed(server, Request("GET", bucket), "v1", more={"date": None})) == (403, "AccessDenied")
    assert code_of(send_changed(server, Request("GET", bucket), "v1", more={"date": "today"})) == (403, "AccessDenied")
    assert code_of(send_changed(server, Request("GET", bucket), "v4", more={"x-oss-date": None})) == (
        403, "AccessDenied")


def test_x_oss_date_goes_before_date(server, bucket):
    """Browsers cannot set Date."""
    date = utc().strftime("%a, %d %b %Y %H:%M:%S GMT")
    request = Request("GET", bucket, headers={"x-oss-date": date})
    assert send_changed(server, request, "v1", more={"date": None}).status == 200
    assert send_changed(server, request, "v1", more={"date": "Thu, 01 Jan 1998 00:00:00 GMT"}).status == 200


def test_nobody(server, bucket):
    """Who claims nobody is refused in the dialect that the headers show."""
    reply = raw.send(server, raw.request_bytes("GET", f"/{bucket}", {"host": server.authority, "x-oss-meta-a": "b"}))
    assert code_of(reply) == (403, "AccessDenied") and re.fullmatch("[0-9A-F]{24}", reply.headers["x-oss-request-id"])
    anonymous = oss2.Bucket(oss2.AnonymousAuth(), server.endpoint, bucket)
    with pytest.raises(oss2.exceptions.ServerError) as seen:
        anonymous.get_object("k")
    assert (seen.value.status, seen.value.code) == (403, "AccessDenied")


@pytest.mark.parametrize("digest", ["UNSIGNED-PAYLOAD", None])
def test_payloads_that_are_not_signed(server, bucket, digest):
    assert ask(server, "PUT", bucket, "k", body=b"x", payload=digest).status == 200


def test_a_signed_payload_is_verified(server, bucket):

    right, wrong = (hashlib.sha256(body).hexdigest() for body in (b"x", b"y"))
    assert ask(server, "PUT", bucket, "k", body=b"x", payload=right).status == 200
    reply = ask(server, "PUT", bucket, "other", body=b"x", payload=wrong)
    assert reply.status == 400 and oss.make(server, "v2-v4").exists(bucket, "other") is False
    assert ask(server, "PUT", bucket, "other", body=b"x", payload="nonsense").status == 400


# Additional headers

def test_additional_headers(server, bucket):
    headers = {"range": "bytes=0-0", "user-agent": "weir/1"}
    ask(server, "PUT", bucket, "k", body=b"xyz")
    for names in (("host",), ("host", "range"), ("range", "user-agent"), ("host", "range", "user-agent")):
        reply = ask(server, "GET", bucket, "k", headers=headers, additional=names)
        assert (reply.status, reply.body) == (206, b"x"), reply.body
        changed = send_changed(server, Request("GET", bucket, "k", headers=headers, additional=names), "v4",
                               more={names[-1]: "other"})
        assert code_of(changed) == (403, "SignatureDoesNotMatch") or names[-1] == "host"


def test_additional_headers_by_sdk(server, bucket):
    client = oss.v2_client(server, additional_headers=["range", "User-Agent", "if-match"])
    client.put_object(v2.PutObjectRequest(bucket, "k", body=b"xyz"))
    got = client.get_object(v2.GetObjectRequest(bucket, "k", range_header="bytes=1-1"))
    assert got.body.read() == b"y"
    url = client.presign(v2.GetObjectRequest(bucket, "k", range_header="bytes=1-1")).url
    assert "x-oss-additional-headers=range%3Buser-agent" in url


@pytest.mark.parametrize("text, names", [
    ("user-agent;range", ("range", "user-agent")),  # not in order
    ("Range", ("range",)), ("range;", ("range",)), (";range", ("range",)), ("range;range", ("range",)),
    ("range;x-nobody-sent-it", ("range",)), ("range,user-agent", ("range", "user-agent")),
    ("x_under", ()),
])
def test_malformed_additional_headers(server, bucket, text, names):
    reply = ask(server, "GET", bucket, headers={"range": "bytes=0-", "user-agent": "weir/1"}, additional=names,
                additional_text=text)
    assert reply.status in (400, 403) and reply.code in ("InvalidArgument", "AccessDenied", "InvalidRequest")


# The past

MOMENT = "2020-01-01T00:00:00Z"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_as_of_must_be_signed(server, bucket, method, version):
    ask(server, "PUT", bucket, "k", body=b"x")
    reply = ask(server, method, bucket, "k", version=version, headers={"x-weir-as-of": MOMENT})
    assert reply.status == 403
    if method == "GET":
        assert reply.code == "AccessDenied" and b"x-weir-as-of" in reply.body
    else:
        assert b"AccessDenied" in base64.b64decode(reply.headers["x-oss-err"])


# Virtual-host style

def test_virtual_hosts(server, bucket):
    for kind in oss.KINDS:
        client = oss.make(server, kind, "virtual")
        client.put(bucket, "dir/k ä+", kind.encode(), {"x-oss-meta-a": "b"})
        assert client.get(bucket, "dir/k ä+").body == kind.encode()
        assert client.list(bucket, prefix="dir/").keys == ["dir/k ä+"]
        assert bucket in client.buckets()
        assert client.versioning(bucket) is None
        with refused("NoSuchKey", 404):
            client.head(bucket, "none")


def test_virtual_life_of_a_bucket(server, name):
    for kind in oss.KINDS:
        client = oss.make(server, kind, "virtual")
        client.make_bucket(name)
        client.delete_many(name, "a")
        client.remove_bucket(name)


def test_a_key_of_one_host_at_another(server, bucket, name, version):
    oss.make(server, "v2-v4").make_bucket(name)
    host = f"{bucket}.{server.virtual_endpoint.partition('://')[2]}"
    assert ask(server, "GET", bucket, version=version, host=host, virtual=True).status == 200
    reply = ask(server, "GET", bucket, version=version, host=host, virtual=True, signed_bucket=name)
    assert code_of(reply) == (403, "SignatureDoesNotMatch")


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize("kind", oss.KINDS)
@pytest.mark.parametrize("io, tls", [("uring", True), ("poll", False)])
def test_other_ways(kind, io, tls, other_server, name):
    """TLS and the other back end, for one round."""
    client = oss.make(other_server(io, tls), kind)
    client.make_bucket(name)
    client.put(name, "k", b"x" * 300_000)
    assert client.get(name, "k").body == b"x" * 300_000
    assert client.list(name).keys == ["k"]
