#!/usr/bin/env python3
"""Writes requests.json: request heads that botocore signed, as an oracle for the verifier's tests.

Run it with botocore installed; the clock and the credentials are fixed, so the same botocore writes the
same file. The heads are exactly what botocore would send, or, for the cases marked "raw", hand-made
requests signed by botocore's signers.
"""
import datetime
import hashlib
import json
import pathlib
import time
from urllib.parse import urlsplit

import botocore.auth
import botocore.awsrequest
import botocore.compat
import botocore.config
import botocore.credentials
import botocore.session

ACCESS, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
NOW = datetime.datetime(2024, 2, 29, 23, 59, 58)
CREDENTIALS = botocore.credentials.Credentials(ACCESS, SECRET)
EPOCH = int(NOW.replace(tzinfo=datetime.timezone.utc).timestamp())

botocore.auth.get_current_datetime = lambda *a, **k: NOW
time.time = lambda: EPOCH
botocore.auth.formatdate = lambda *a, **k: "Thu, 29 Feb 2024 23:59:58 GMT"

KEYS = [
    "a", "a b", "a+b", "a%2Fb", "%", "%zz", "ü/é", "e\u0301", "//x", "a//b", "./a/../b", "..", "a/./b/",
    "!*'()", ":@=+,;&?#$", "~tilde-_.", "😀.txt", "trailing ", " leading", "dir/", "q\"uote", "back\\slash",
    "^|`{}<>[]", "tab\tkey", "a=b&c=d", "日本語/キー", "x" * 300, "\x7f",
]
VALUES = ["", " ", "a b", "a+b", "a/b", "ü", "=", "&", "%", "a%20b", "~", "*", "😀", "a\tb"]

fixtures = []


def head_of(request):
    url = urlsplit(request.url)
    target = (url.path or "/") + ("?" + url.query if url.query else "")
    headers = []
    for name, value in request.headers.items():
        name = name.decode() if isinstance(name, bytes) else name
        value = value.decode("utf-8") if isinstance(value, bytes) else str(value)
        headers.append((name, value))
    if not any(name.lower() == "host" for name, _ in headers):
        headers.insert(0, ("Host", url.netloc))
    lines = [f"{request.method} {target} HTTP/1.1"] + [f"{n}: {v}" for n, v in headers]
    return "\r\n".join(lines) + "\r\n\r\n"


def add(name, kind, request, body=b""):
    bucket = "my-bucket" if "my-bucket." in head_of(request) else None
    fixtures.append(
        {"name": name, "kind": kind, "bucket": bucket, "head": head_of(request),
         "bodySHA256": hashlib.sha256(body).hexdigest()})


class Captured(Exception):
    def __init__(self, request):
        self.request = request


def client(service, style, version, scheme="http"):
    session = botocore.session.Session()
    session.set_credentials(ACCESS, SECRET)
    config = botocore.config.Config(
        signature_version=version, s3={"addressing_style": style}, user_agent="oracle",
        retries={"max_attempts": 0})
    made = session.create_client(
        service, region_name="us-east-1", endpoint_url=scheme + "://s3.weir.test:9000", config=config)

    def capture(request, **kwargs):
        raise Captured(request)

    made.meta.events.register("before-send", capture)
    return made


def call(made, method, **kwargs):
    try:
        getattr(made, method)(**kwargs)
    except Captured as captured:
        return captured.request
    raise RuntimeError("not sent")


def drop_unstable(request):
    for name in ("amz-sdk-invocation-id", "amz-sdk-request"):
        if name in request.headers:
            del request.headers[name]
    return request


def header_requests():
    for style, version, kind in [
        ("path", "s3v4", "headerV4"), ("virtual", "s3v4", "headerV4"),
        ("path", "s3", "headerV2"), ("virtual", "s3", "headerV2"),
    ]:
        made = client("s3", style, version)
        tag = f"{version} {style} "

        def put(name, method, body=b"", **kwargs):
            request = drop_unstable(call(made, method, **kwargs))
            add(tag + name, kind, request, body)

        for key in KEYS:
            put(f"get {key[:20]!r}", "get_object", Bucket="my-bucket", Key=key)
        for value in VALUES:
            put(f"list {value!r}", "list_objects_v2", Bucket="my-bucket", Prefix=value, Delimiter="/",
                StartAfter=value, MaxKeys=7)
            put(f"override {value!r}", "get_object", Bucket="my-bucket", Key="k",
                ResponseContentDisposition=f"attachment; filename=\"{value}\"", ResponseContentType="a/b+c")
        put("service", "list_buckets")
        put("location", "get_bucket_location", Bucket="my-bucket")
        put("uploads", "create_multipart_upload", Bucket="my-bucket", Key="k", Metadata={"a": "b"})
        put("part", "upload_part", Bucket="my-bucket", Key="k", UploadId="a+/=b", PartNumber=3, Body=b"xyz")
        put("put", "put_object", Bucket="my-bucket", Key="k", Body=b"hello", ContentType="text/plain",
            Metadata={"one": "two  blanks   inside", "zwei": "x", "empty": ""})
        put("put md5", "put_object", Bucket="my-bucket", Key="k", Body=b"hello", StorageClass="STANDARD",
            ContentMD5="XUFAKrxLKna5cZ2REBfFkg==")
        put("copy", "copy_object", Bucket="my-bucket", Key="k",
            CopySource={"Bucket": "other", "Key": "ü b+c"})
        put("tagging", "get_object_tagging", Bucket="my-bucket", Key="k")
        put("delete many", "delete_objects", Bucket="my-bucket", Delete={"Objects": [{"Key": "a"}]})
        put("delete version", "delete_object", Bucket="my-bucket", Key="k", VersionId="null")
    tls = client("s3", "path", "s3v4", "https")
    add("s3v4 tls put with trailer", "headerV4",
        drop_unstable(call(tls, "put_object", Bucket="my-bucket", Key="k", Body=b"hello")))
    for service, method in [("iam", "list_users"), ("sts", "get_caller_identity")]:
        request = drop_unstable(call(client(service, "path", "v4"), method))
        body = request.body.encode() if isinstance(request.body, str) else request.body
        add(f"{service} {method}", "headerV4", request, body)


def presigned_requests():
    for style, version, kind in [
        ("path", "s3v4", "queryV4"), ("virtual", "s3v4", "queryV4"),
        ("path", "s3", "queryV2"), ("virtual", "s3", "queryV2"),
    ]:
        made = client("s3", style, version)
        tag = f"presigned {version} {style} "

        def put(name, operation, method="GET", **params):
            url = made.generate_presigned_url(operation, Params=params, ExpiresIn=600)
            add(tag + name, kind, botocore.awsrequest.AWSRequest(method=method, url=url).prepare())

        for key in KEYS:
            put(f"get {key[:20]!r}", "get_object", Bucket="my-bucket", Key=key)
        for value in VALUES:
            put(f"override {value!r}", "get_object", Bucket="my-bucket", Key="k",
                ResponseContentDisposition=f"attachment; filename=\"{value}\"")
        put("list", "list_objects_v2", Bucket="my-bucket", Prefix="a b/ü+")
        put("head", "head_object", "HEAD", Bucket="my-bucket", Key="k")
        put("put", "put_object", "PUT", Bucket="my-bucket", Key="k")
        put("part", "upload_part", "PUT", Bucket="my-bucket", Key="k", UploadId="a+/=b", PartNumber=3)


def raw_requests():
    base = "http://s3.weir.test:9000"
    cases = [
        ("unsorted query", "GET", "/b?z=1&a=2&a=1&a-b=0&a.b=0&a0=0", []),
        ("bare names", "GET", "/b?uploads&prefix=&acl", []),
        ("repeated header", "PUT", "/b/k", [("x-amz-meta-r", "one"), ("x-amz-meta-r", " two"), ("x-amz-meta-r", "")]),
        ("blanks in header", "PUT", "/b/k", [("x-amz-meta-b", "  a   b\t\tc  "), ("x-amz-meta-c", "")]),
        ("header order", "PUT", "/b/k", [("x-amz-meta-a-b", "1"), ("x-amz-meta-a", "2"), ("X-AMZ-META-AB", "3")]),
        ("content headers", "PUT", "/b/k", [("Content-Type", "text/plain; charset=utf-8"), ("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="), ("Cache-Control", "no-cache")]),
        ("range", "GET", "/b/k", [("Range", "bytes=0-9"), ("If-None-Match", "\"abc\"")]),
        ("root", "GET", "/", []),
    ]
    signers = [
        ("headerV4", lambda: botocore.auth.S3SigV4Auth(CREDENTIALS, "s3", "us-east-1")),
        ("queryV4", lambda: botocore.auth.S3SigV4QueryAuth(CREDENTIALS, "s3", "us-east-1", 60)),
        ("headerV2", lambda: botocore.auth.HmacV1Auth(CREDENTIALS)),
    ]
    for name, method, target, headers in cases:
        for kind, signer in signers:
            request = botocore.awsrequest.AWSRequest(method=method, url=base + target)
            message = botocore.compat.HTTPHeaders()
            for header, value in headers:
                message[header] = value
            message["Host"] = "s3.weir.test:9000"
            request.headers = message
            request.context["payload_signing_enabled"] = False
            signer().add_auth(request)
            add(f"raw {kind} {name}", kind, request)


header_requests()
presigned_requests()
raw_requests()
path = pathlib.Path(__file__).with_name("requests.json")
path.write_text(
    json.dumps(
        {"now": EPOCH, "accessKeyID": ACCESS, "secretKey": SECRET, "region": "us-east-1",
         "requests": fixtures}, indent=1, ensure_ascii=False) + "\n")
print(len(fixtures), "requests")
