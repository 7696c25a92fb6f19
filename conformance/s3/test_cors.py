"""Cross-origin rules: documents, preflights, and what replies tell pages of other origins."""

import uuid

import pytest

from support import clients, raw
from support.checks import refused

PAGE = "https://page.example"
RULE = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}
FULL = {"ID": "one", "AllowedOrigins": ["https://*.example", "http://local:8080"], "AllowedMethods": ["PUT", "GET"],
        "AllowedHeaders": ["x-amz-*", "content-type"], "ExposeHeaders": ["ETag", "x-amz-version-id"],
        "MaxAgeSeconds": 600}
VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"


def set_rules(s3, bucket, *rules):
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": list(rules)})


def ask(server, method, target, **headers):
    """An unsigned request; `_` in a header's name is `-`."""
    lines = {"host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return raw.send(server, raw.request_bytes(method, target, lines), head=method == "HEAD")


def preflight(server, bucket, origin=PAGE, method="PUT", headers=None, key="k"):
    asked = {"access_control_request_headers": headers} if headers else {}
    return ask(server, "OPTIONS", f"/{bucket}/{key}", origin=origin, access_control_request_method=method, **asked)


def told(reply):
    """What it says to the page."""
    return {name.removeprefix("access-control-"): value for name, value in reply.headers.items()
            if name.startswith("access-control-")}


def test_rules_come_back(way, bucket):
    s3 = way.s3
    with refused("NoSuchCORSConfiguration", 404):
        s3.get_bucket_cors(Bucket=bucket)
    set_rules(s3, bucket, FULL, RULE)
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == [FULL, RULE]
    set_rules(s3, bucket, RULE)
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == [RULE]
    for _ in range(2):
        s3.delete_bucket_cors(Bucket=bucket)
    with refused("NoSuchCORSConfiguration", 404):
        s3.get_bucket_cors(Bucket=bucket)


@pytest.mark.parametrize("change, code", [
    ({"AllowedMethods": ["PATCH"]}, "InvalidRequest"), ({"AllowedMethods": ["get"]}, "InvalidRequest"),
    ({"AllowedOrigins": ["http://*.*"]}, "InvalidRequest"), ({"AllowedHeaders": ["*a*"]}, "InvalidRequest"),
    ({"ExposeHeaders": ["x-*"]}, "InvalidRequest"), ({"ID": "i" * 256}, "InvalidRequest"),
    ({"AllowedOrigins": ["a b"]}, "InvalidRequest"), ({"AllowedOrigins": []}, "MalformedXML"),
    ({"AllowedMethods": []}, "MalformedXML"), ({"MaxAgeSeconds": -1}, "MalformedXML")])
def test_rules_that_cannot_be(s3, own_bucket, change, code):
    with refused(code, 400):
        set_rules(s3, own_bucket, {**RULE, **change})


def test_how_many(s3, own_bucket):
    set_rules(s3, own_bucket, *[RULE] * 100)
    with refused("InvalidRequest", 400):
        set_rules(s3, own_bucket, *[RULE] * 101)
    with refused("MalformedXML", 400):
        set_rules(s3, own_bucket)
    assert len(s3.get_bucket_cors(Bucket=own_bucket)["CORSRules"]) == 100


def test_preflights(server, s3, own_bucket):
    assert preflight(server, own_bucket).code == "AccessForbidden"
    assert preflight(server, "no-such-bucket").code == "AccessForbidden"
    set_rules(s3, own_bucket, FULL)
    reply = preflight(server, own_bucket, headers="X-Amz-Date, content-type")
    assert (reply.status, reply.body) == (200, b"")
    assert told(reply) == {
        "allow-origin": PAGE, "allow-credentials": "true", "allow-methods": "PUT, GET",
        "allow-headers": "X-Amz-Date, content-type", "expose-headers": "ETag, x-amz-version-id", "max-age": "600"}
    assert reply.headers["vary"] == VARY
    assert told(preflight(server, own_bucket))["allow-origin"] == PAGE
    assert preflight(server, own_bucket, key="").status == 200
    for asked in ({"origin": "http://page.example"}, {"method": "DELETE"}, {"headers": "x-amz-date, x-other"},
                  {"origin": "https://page.example.org"}, {"origin": "http://local"}):
        reply = preflight(server, own_bucket, **asked)
        assert (reply.status, reply.code, told(reply)) == (403, "AccessForbidden", {}), asked
    assert preflight(server, own_bucket, method="PATCH").code == "BadRequest"


def test_the_first_rule_that_matches(server, s3, own_bucket):
    set_rules(s3, own_bucket, {**RULE, "MaxAgeSeconds": 1}, {**FULL, "AllowedMethods": ["GET", "PUT"]})
    assert told(preflight(server, own_bucket, method="GET")) == {
        "allow-origin": "*", "allow-methods": "GET", "max-age": "1"}
    assert told(preflight(server, own_bucket, method="GET", headers="x-amz-date"))["max-age"] == "600"


def test_replies(server, s3, own_bucket):
    """Good and bad ones alike, and those to who may do nothing."""
    set_rules(s3, own_bucket, FULL)
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"body")
    wanted = {"allow-origin": PAGE, "allow-credentials": "true", "allow-methods": "PUT, GET",
              "expose-headers": "ETag, x-amz-version-id"}
    for key, status in (("k", 200), ("none", 404)):
        url = s3.generate_presigned_url("get_object", Params={"Bucket": own_bucket, "Key": key})
        target = url.partition(str(server.port))[2]
        reply = raw.send(server, raw.request_bytes("GET", target, {"host": server.authority, "origin": PAGE}))
        assert (reply.status, told(reply), reply.headers.get("vary")) == (status, wanted, VARY)
        plain = raw.send(server, raw.request_bytes("GET", target, {"host": server.authority}))
        assert plain.status == status and not told(plain) and "vary" not in plain.headers
        other = raw.send(server, raw.request_bytes("GET", target, {"host": server.authority, "origin": "http://x"}))
        assert other.status == status and not told(other)
    reply = ask(server, "GET", f"/{own_bucket}/k", origin=PAGE)
    assert (reply.status, told(reply)) == (403, wanted)
    assert not told(ask(server, "HEAD", f"/{own_bucket}/k", origin=PAGE))  # no rule for it
    assert not told(ask(server, "GET", "/no-such-bucket/k", origin=PAGE))


def test_a_damaged_document(server, own_bucket):
    document = b"<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>"
    for headers, code in (({}, "InvalidRequest"), ({"content-md5": "1B2M2Y8AsgTpgAmY7PhCfg=="}, "BadDigest")):
        reply = raw.signed(server, "PUT", f"/{own_bucket}", query="cors", headers=headers, body=document)
        assert (reply.status, reply.code) == (400, code)
    reply = raw.signed(server, "PUT", f"/{own_bucket}", query="cors",
                       headers={"content-md5": "1B2M2Y8AsgTpgAmY7PhCfg=="})
    assert (reply.status, reply.code) == (400, "MissingRequestBodyError")


def test_strangers(server, s3, own_bucket):
    set_rules(s3, own_bucket, RULE)
    iam = clients.iam(server)
    user = f"stranger-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    stranger = clients.s3(server, access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    for client, bucket, code, status in ((stranger, own_bucket, "AccessDenied", 403),
                                         (s3, "no-such-bucket-here", "NoSuchBucket", 404)):
        for call in (lambda: client.get_bucket_cors(Bucket=bucket), lambda: set_rules(client, bucket, FULL),
                     lambda: client.delete_bucket_cors(Bucket=bucket)):
            with refused(code, status):
                call()
    assert s3.get_bucket_cors(Bucket=own_bucket)["CORSRules"] == [RULE]
