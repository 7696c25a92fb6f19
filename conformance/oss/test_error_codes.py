"""What each operation refuses, code by code, where no other file has come to it: one request, one answer.

Which codes an operation has is in `docs/support-matrix.md`; that each is provoked is checked when a run ends.
"""

import uuid

import pytest

from support import clients, oss
from support.oss_raw import Request, ask, md5

COPY = {"x-oss-copy-source": "/{bucket}/k"}
UPLOAD = "uploadId={upload}"
NO_UPLOAD = "uploadId=nobody-made-this"
ALL = {"x-oss-complete-all": "yes"}
HALF_A_LOCK = {"x-oss-object-worm-mode": "GOVERNANCE"}
COMPLETE = b"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>"
TAGS = b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
TWICE = b"<Tagging><TagSet>" + b"<Tag><Key>a</Key><Value>b</Value></Tag>" * 2 + b"</TagSet></Tagging>"
WRONG = {"content-md5": md5(b"other")}
NONE = "versionId=0000000000000001"
RETENTION = b"<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>%s</RetainUntilDate></Retention>"
LATE = RETENTION % b"2099-01-01T00:00:00Z"
HOLD = b"<LegalHold><Status>ON</Status></LegalHold>"
ENABLED = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"

# What is asked of a bucket that is not there, and of one that is another's: method, key, query, headers, body
ANYWHERE = [
    ("GET", "", "location", {}, b""), ("GET", "", "tagging", {}, b""), ("PUT", "", "tagging", {}, TAGS),
    ("DELETE", "", "tagging", {}, b""), ("GET", "", "versioning", {}, b""), ("PUT", "", "versioning", {}, ENABLED),
    ("HEAD", "", "", {}, b""), ("GET", "", "", {}, b""), ("GET", "", "list-type=2", {}, b""),
    ("GET", "", "versions", {}, b""), ("GET", "", "uploads", {}, b""), ("DELETE", "", "", {}, b""),
    ("GET", "", "acl", {}, b""), ("PUT", "", "acl", {"x-oss-acl": "private"}, b""), ("GET", "", "bucketInfo", {}, b""),
    ("GET", "", "stat", {}, b""), ("GET", "", "cors", {}, b""), ("DELETE", "", "cors", {}, b""),
    ("GET", "", "lifecycle", {}, b""), ("PUT", "", "lifecycle", {}, b"<x/>"), ("DELETE", "", "lifecycle", {}, b""),
    ("PUT", "", "cors", {}, b"<x/>"), ("GET", "", "referer", {}, b""), ("PUT", "", "referer", {}, b"<x/>"),
    ("GET", "", "publicAccessBlock", {}, b""), ("PUT", "", "publicAccessBlock", {}, b"<x/>"),
    ("DELETE", "", "publicAccessBlock", {}, b""),
    ("GET", "", "policyStatus", {}, b""), ("GET", "", "requestPayment", {}, b""),
    ("PUT", "", "requestPayment", {}, b"<x/>"), ("POST", "", "worm", {}, b"<x/>"), ("DELETE", "", "worm", {}, b""),
    ("POST", "", "wormId=x", {}, b""), ("POST", "", "wormExtend&wormId=x", {}, b"<x/>"), ("GET", "", "worm", {}, b""),
    ("GET", "", "objectWorm", {}, b""), ("PUT", "", "objectWorm", {}, b"<x/>"),
    ("POST", "", "delete", {"content-md5": md5(b"<x/>")}, b"<x/>"),
    ("GET", "k", "", {}, b""), ("HEAD", "k", "", {}, b""), ("HEAD", "k", "objectMeta", {}, b""),
    ("PUT", "k", "", {}, b"x"), ("DELETE", "k", "", {}, b""), ("GET", "k", "tagging", {}, b""),
    ("PUT", "k", "tagging", {}, TAGS), ("DELETE", "k", "tagging", {}, b""), ("GET", "k", "acl", {}, b""),
    ("PUT", "k", "acl", {"x-oss-object-acl": "private"}, b""), ("GET", "k", "retention", {}, b""),
    ("PUT", "k", "retention", {}, LATE), ("GET", "k", "legalHold", {}, b""),
    ("PUT", "k", "legalHold", {}, HOLD), ("PUT", "copy", "", COPY, b""),
    ("POST", "k", "append&position=0", {}, b"x"), ("POST", "k", "seal&position=0", {}, b""),
    ("PUT", "k", "symlink", {"x-oss-symlink-target": "x"}, b""), ("GET", "k", "symlink", {}, b""),
    ("POST", "k", "restore", {}, b""), ("POST", "k", "cleanRestoredObject", {}, b""),
    ("GET", "", "bucketArchiveDirectRead", {}, b""), ("PUT", "", "bucketArchiveDirectRead", {}, b"<x/>"),
    ("POST", "k", "uploads", {}, b""), ("PUT", "k", "partNumber=1&" + NO_UPLOAD, {}, b"x"),
    ("PUT", "k", "partNumber=1&" + NO_UPLOAD, COPY, b""), ("POST", "k", NO_UPLOAD, {}, COMPLETE),
    ("DELETE", "k", NO_UPLOAD, {}, b""), ("GET", "k", NO_UPLOAD, {}, b""),
]

# method, bucket, key, query, headers, body, status, code
REQUESTS = [
    # Reading
    ("GET", "bucket", "k", "versionId=", {}, b"", 400, "InvalidArgument"),
    ("HEAD", "bucket", "k", "versionId=", {}, b"", 400, "InvalidArgument"),
    ("HEAD", "bucket", "k", NONE, {}, b"", 404, "NoSuchVersion"),
    ("GET", "bucket", "k", "partNumber=2", {}, b"", 416, "InvalidPartNumber"),
    ("HEAD", "bucket", "k", "partNumber=2", {}, b"", 416, "InvalidPartNumber"),
    ("GET", "bucket", "k", "partNumber=1", {"range": "bytes=0-0"}, b"", 400, "InvalidRequest"),
    ("HEAD", "bucket", "k", "partNumber=1", {"range": "bytes=0-0"}, b"", 400, "InvalidRequest"),
    ("HEAD", "bucket", "k", "", {"range": "bytes=9-", "x-oss-range-behavior": "standard"}, b"", 416, "InvalidRange"),
    # Deleting
    ("DELETE", "bucket", "k", "versionId=", {}, b"", 400, "InvalidArgument"),
    ("DELETE", "bucket", "k", "", {"x-weir-as-of": "2026-01-01T00:00:00Z"}, b"", 400, "InvalidRequest"),
    ("DELETE", "bucket", "k", "", {"if-match": '"x"'}, b"", 412, "PreconditionFailed"),
    ("DELETE", "bucket", "none", "", {"if-match": '"x"'}, b"", 404, "NoSuchKey"),
    ("POST", "bucket", "", "delete", {"content-md5": md5(b"<Delete/>"), "x-oss-bypass-governance-retention": "true"},
     b"<Delete/>", 400, "InvalidArgument"),
    # Writing
    ("PUT", "bucket", "k", "", {"x-oss-tagging": "a=1&a=2"}, b"x", 400, "InvalidTag"),
    ("PUT", "bucket", "k", "", {"if-match": '"x"'}, b"x", 412, "PreconditionFailed"),
    ("PUT", "bucket", "none", "", {"if-match": '"x"'}, b"x", 404, "NoSuchKey"),
    ("PUT", "bucket", "copy", "", {**COPY, "x-oss-tagging-directive": "REPLACE", "x-oss-tagging": "a=1&a=2"}, b"",
     400, "InvalidTag"),
    ("PUT", "bucket", "copy", "", {"x-oss-copy-source": "/{bucket}/k?" + NONE}, b"", 404, "NoSuchVersion"),
    # Tags
    ("PUT", "bucket", "", "tagging", WRONG, TAGS, 400, "InvalidDigest"),
    ("PUT", "bucket", "", "tagging", {}, TWICE, 400, "InvalidTag"),
    ("GET", "bucket", "k", "tagging&versionId=", {}, b"", 400, "InvalidArgument"),
    ("PUT", "bucket", "k", "tagging&versionId=", {}, TAGS, 400, "InvalidArgument"),
    ("DELETE", "bucket", "k", "tagging&versionId=", {}, b"", 400, "InvalidArgument"),
    ("GET", "bucket", "k", "tagging&" + NONE, {}, b"", 404, "NoSuchVersion"),
    ("PUT", "bucket", "k", "tagging&" + NONE, {}, TAGS, 404, "NoSuchVersion"),
    ("DELETE", "bucket", "k", "tagging&" + NONE, {}, b"", 404, "NoSuchVersion"),
    ("GET", "locked", "gone", "tagging&versionId={marker}", {}, b"", 405, "MethodNotAllowed"),
    ("PUT", "locked", "gone", "tagging&versionId={marker}", {}, TAGS, 405, "MethodNotAllowed"),
    ("DELETE", "locked", "gone", "tagging&versionId={marker}", {}, b"", 405, "MethodNotAllowed"),
    # Versions, Object Lock
    ("PUT", "bucket", "", "versioning", WRONG, ENABLED, 400, "InvalidDigest"),
    ("PUT", "locked", "", "versioning", {}, ENABLED.replace(b"Enabled", b"Suspended"), 409, "InvalidBucketState"),
    ("PUT", "bucket", "", "versioning", {},
     ENABLED.replace(b"</Status>", b"</Status><MfaDelete>Enabled</MfaDelete>"), 400, "NotImplemented"),
    ("GET", "locked", "k", "retention&versionId=", {}, b"", 400, "InvalidArgument"),
    ("GET", "locked", "none", "retention", {}, b"", 404, "NoSuchKey"),
    ("GET", "locked", "k", "retention&" + NONE, {}, b"", 404, "NoSuchVersion"),
    ("GET", "locked", "gone", "retention&versionId={marker}", {}, b"", 405, "MethodNotAllowed"),
    ("PUT", "locked", "k", "retention", {}, RETENTION % b"2001-01-01T00:00:00Z", 400, "InvalidArgument"),
    ("PUT", "locked", "k", "retention", WRONG, LATE, 400, "InvalidDigest"),
    ("PUT", "locked", "k", "retention", {}, b"<Retention><Mode/></Retention>", 400, "MalformedXML"),
    ("PUT", "locked", "k", "retention", {}, b"<Retention><EventHold>ON</EventHold></Retention>", 400,
     "NotImplemented"),
    ("PUT", "locked", "none", "retention", {}, LATE, 404, "NoSuchKey"),
    ("PUT", "locked", "k", "retention&" + NONE, {}, LATE, 404, "NoSuchVersion"),
    ("PUT", "locked", "gone", "retention&versionId={marker}", {}, LATE, 405, "MethodNotAllowed"),
    # Appending, symbolic links
    ("POST", "bucket", "log", "append&position=0", {"x-oss-tagging": "a=1&a=2"}, b"x", 400, "InvalidTag"),
    ("POST", "bucket", "log", "append&position=0", {"x-oss-object-acl": "public-read"}, b"x", 400, "NotImplemented"),
    ("POST", "bucket", "k", "seal&position=", {}, b"", 400, "InvalidArgument"),
    ("PUT", "bucket", "link", "symlink", {"x-oss-symlink-target": "k", "x-oss-tagging": "a=1&a=2"}, b"", 400,
     "InvalidTag"),
    ("PUT", "bucket", "link", "symlink", {"x-oss-symlink-target": "k", "x-oss-object-acl": "public-read"}, b"", 400,
     "NotImplemented"),
    ("PUT", "bucket", "k", "symlink", {"x-oss-symlink-target": "x", "if-match": '"x"'}, b"", 412, "PreconditionFailed"),
    ("GET", "locked", "k", "symlink&versionId=", {}, b"", 400, "InvalidArgument"),
    ("GET", "locked", "k", "symlink&" + NONE, {}, b"", 404, "NoSuchVersion"),
    ("GET", "locked", "gone", "symlink&versionId={marker}", {}, b"", 405, "MethodNotAllowed"),
    # Uploads
    ("POST", "bucket", "new", "uploads", HALF_A_LOCK, b"", 400, "InvalidRequest"),
    ("POST", "locked", "new", "uploads", HALF_A_LOCK, b"", 400, "InvalidArgument"),
    ("POST", "bucket", "new", "uploads", {"x-oss-tagging": "a=1&a=2"}, b"", 400, "InvalidTag"),
    ("POST", "bucket", "new", "uploads", {"x-oss-server-side-encryption": "AES256"}, b"", 400, "NotImplemented"),
    ("PUT", "bucket", "new", "", {**COPY, "x-oss-object-acl": "public-read"}, b"", 400, "NotImplemented"),
    ("PUT", "bucket", "later", "partNumber=1&" + UPLOAD, {"x-oss-server-side-encryption": "AES256"}, b"x", 400,
     "NotImplemented"),
    ("PUT", "bucket", "later", "partNumber=1&" + UPLOAD, {**COPY, "x-oss-server-side-encryption": "AES256"}, b"", 400,
     "NotImplemented"),
    ("GET", "bucket", "", "uploads&max-uploads=x", {}, b"", 400, "InvalidArgument"),
    ("GET", "bucket", "later", UPLOAD + "&max-parts=x", {}, b"", 400, "InvalidArgument"),
    ("PUT", "bucket", "later", "partNumber=0&" + UPLOAD, COPY, b"", 400, "InvalidArgument"),
    ("PUT", "bucket", "later", "partNumber=1&" + NO_UPLOAD, COPY, b"", 404, "NoSuchUpload"),
    ("PUT", "bucket", "later", "partNumber=1&" + UPLOAD, {"x-oss-copy-source": "/{bucket}/k?" + NONE}, b"", 404,
     "NoSuchVersion"),
    ("PUT", "bucket", "later", "partNumber=1&" + UPLOAD, {**COPY, "x-oss-copy-source-if-match": '"x"'}, b"", 412,
     "PreconditionFailed"),
    ("POST", "bucket", "later", UPLOAD, WRONG, COMPLETE, 400, "InvalidDigest"),
    ("POST", "bucket", "later", UPLOAD, {**ALL, "x-weir-as-of": "2026-01-01T00:00:00Z"}, b"", 400, "InvalidRequest"),
    ("POST", "bucket", "later", UPLOAD, {**ALL, "if-match": '"x"'}, b"", 404, "NoSuchKey"),
    ("POST", "bucket", "k", "uploadId={other}", {**ALL, "if-match": '"x"'}, b"", 412, "PreconditionFailed"),
    # Buckets and their configurations
    ("PUT", "bucket", "", "", {}, b"<CreateBucketConfiguration>", 400, "MalformedXML"),
    *(("PUT", "bucket", "", name, WRONG, b"<x/>", 400, "InvalidDigest")
      for name in ("cors", "lifecycle", "referer", "publicAccessBlock", "requestPayment", "objectWorm")),
    ("PUT", "bucket", "", "publicAccessBlock", {}, b"", 400, "MalformedXML"),
    ("PUT", "", "", "publicAccessBlock", {}, b"", 400, "MalformedXML"),
    ("PUT", "", "", "publicAccessBlock", WRONG, b"<x/>", 400, "InvalidDigest"),
    ("PUT", "locked", "", "objectWorm", {}, b"", 400, "MalformedXML"),
    ("PUT", "locked", "", "objectWorm", {},
     b"<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled><Rule><DefaultRetention><Mode>GOVERNANCE"
     b"</Mode><Days>0</Days></DefaultRetention></Rule></ObjectWormConfiguration>", 400, "InvalidArgument"),
    ("POST", "bucket", "", "wormExtend&wormId=x", WRONG, b"<x/>", 400, "InvalidDigest"),
    ("POST", "bucket", "", "wormExtend&wormId=x", {},
     b"<ExtendWormConfiguration><RetentionPeriodInDays>0</RetentionPeriodInDays></ExtendWormConfiguration>", 400,
     "InvalidArgument"),
    # Legal holds
    ("PUT", "locked", "k", "legalHold", WRONG, HOLD, 400, "InvalidDigest"),
    ("PUT", "locked", "k", "legalHold", {}, b"<LegalHold/>", 400, "MalformedXML"),
    # What is said of single versions alike
    *((method, "locked", key, f"{name}&{which}", {} if name != "acl" else {"x-oss-object-acl": "private"}, body,
       status, code)
      for method, name, body in (("HEAD", "objectMeta", b""), ("GET", "acl", b""), ("PUT", "acl", b""),
                                 ("GET", "legalHold", b""), ("PUT", "legalHold", HOLD))
      for key, which, status, code in (("k", "versionId=", 400, "InvalidArgument"), ("k", NONE, 404, "NoSuchVersion"),
                                       ("none", "x=", 404, "NoSuchKey"),
                                       ("gone", "versionId={marker}", 405, "MethodNotAllowed"))),
    # Moments: one that is not kept, and operations that cannot look back
    *((method, "bucket", key, query, {"x-weir-as-of": "2026-01-01T00:00:00Z"}, body, 400, "InvalidRequest")
      for method, key, query, body in (
          ("GET", "", "", b""), ("GET", "", "list-type=2", b""), ("GET", "", "versions", b""),
          ("GET", "k", "tagging", b""), ("PUT", "k", "tagging", TAGS), ("PUT", "", "tagging", TAGS),
          ("DELETE", "", "", b""), ("PUT", "later", "partNumber=1&" + UPLOAD, b"x"))),
    ("PUT", "bucket", "later", "partNumber=1&" + UPLOAD, {**COPY, "x-weir-as-of": "2026-01-01T00:00:00Z"}, b"", 400,
     "InvalidRequest"),
]


@pytest.fixture(scope="module")
def things():
    """A server of its own and what there is on it: {name: value}."""
    from support.server import Server
    with Server() as server:
        client = oss.make(server, "v2-v4")
        for bucket in ("bucket", "locked"):
            client.make_bucket(bucket)
        clients.s3(server).put_bucket_versioning(Bucket="locked", VersioningConfiguration={"Status": "Enabled"})
        clients.s3(server).put_object_lock_configuration(
            Bucket="locked", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
        names = {"bucket": "bucket"}
        for bucket in ("bucket", "locked"):
            client.put(bucket, "k", b"body")
        names["upload"] = client.initiate("bucket", "later")
        client.part("bucket", "later", names["upload"], 1, b"x")
        names["other"] = client.initiate("bucket", "k")
        client.part("bucket", "k", names["other"], 1, b"x")
        names["marker"] = client.delete("locked", "gone").version
        yield server, names


def fill(text, names):
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return text


@pytest.mark.parametrize("method, bucket, key, query, headers, body, status, code", REQUESTS)
def test_refusals(things, method, bucket, key, query, headers, body, status, code):
    server, names = things
    headers = {name: fill(value, names) for name, value in headers.items()}
    more = {"additional": ("x-weir-as-of",)} if "x-weir-as-of" in headers else {}
    reply = ask(server, method, bucket, key, fill(query, names), headers=headers, body=body, **more)
    assert reply.status == status, reply.body
    assert method == "HEAD" or reply.code == code


@pytest.mark.parametrize("method, key, query, headers, body", ANYWHERE)
def test_no_bucket(things, method, key, query, headers, body):
    server, names = things
    headers = {name: fill(value, names) for name, value in headers.items()}
    reply = ask(server, method, "no-such-bucket-here", key, query, headers=headers, body=body)
    assert reply.status == 404 and (method == "HEAD" or reply.code == "NoSuchBucket"), reply.body


@pytest.fixture(scope="module")
def stranger(things):
    """The keys of a user who owns nothing."""
    iam = clients.iam(things[0])
    user = f"stranger-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    return {"access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"]}


@pytest.mark.parametrize("method, key, query, headers, body", ANYWHERE)
def test_strangers(things, stranger, method, key, query, headers, body):
    server, names = things
    headers = {name: fill(value, names) for name, value in headers.items()}
    reply = ask(server, method, "bucket", key, query, headers=headers, body=body, **stranger)
    assert reply.status == 403 and (method == "HEAD" or reply.code == "AccessDenied"), reply.body


@pytest.mark.parametrize("method, key, query", [
    ("PUT", "k", ""), ("PUT", "later", "partNumber=1&" + UPLOAD), ("POST", "new-log", "append&position=0")])
def test_too_large_is_said_before_the_body(things, method, key, query):
    server, names = things
    request = Request(method, "bucket", key, fill(query, names), headers={"content-length": str((5 << 30) + 1)})
    reply = request.send(server)
    assert (reply.status, reply.code) == (400, "EntityTooLarge")


def test_a_long_list_to_delete(things):
    body = b"<Delete>" + b" " * (2 << 20) + b"</Delete>"
    reply = ask(things[0], "POST", "bucket", query="delete", headers={"content-md5": md5(body)}, body=body)
    assert (reply.status, reply.code) == (400, "MaxMessageLengthExceeded")
