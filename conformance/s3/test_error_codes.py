"""What each operation refuses, code by code, where no other file has come to it: one request, one answer.

Which codes an operation has is in `docs/support-matrix.md`; that each is provoked is checked when a run ends.
"""

import base64
import hashlib
import uuid

import pytest

from support import clients, raw
from support.checks import refused
from support.server import Server

LATER = "/{bucket}/later"
UPLOAD = "uploadId={upload}"
COPY = {"x-amz-copy-source": "/{bucket}/k"}
NO_UPLOAD = "uploadId=nobody-made-this"


def md5(body):
    return {"content-md5": base64.b64encode(hashlib.md5(body).digest()).decode()}


def delete(keys):
    return b"<Delete>" + b"<Object><Key>k</Key></Object>" * keys + b"</Delete>"


PUBLIC = {"x-amz-acl": "public-read"}
SECRET = {"x-amz-server-side-encryption": "aws:kms"}
COMPLETE = b"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>"

# method, path, query, headers, body, status, code
REQUESTS = [
    # A bucket that is not there
    ("GET", "/{absent}", "versioning=", {}, b"", 404, "NoSuchBucket"),
    ("HEAD", "/{absent}/k", "", {}, b"", 404, "NoSuchBucket"),
    ("GET", "/{absent}/k", "attributes=", {"x-amz-object-attributes": "ETag"}, b"", 404, "NoSuchBucket"),
    ("GET", "/{absent}/k", NO_UPLOAD, {}, b"", 404, "NoSuchBucket"),
    ("PUT", "/{absent}/k", "partNumber=1&" + NO_UPLOAD, {}, b"x", 404, "NoSuchBucket"),
    ("PUT", "/{absent}/k", "partNumber=1&" + NO_UPLOAD, COPY, b"", 404, "NoSuchBucket"),
    ("POST", "/{absent}/k", NO_UPLOAD, {}, COMPLETE, 404, "NoSuchBucket"),
    ("DELETE", "/{absent}/k", NO_UPLOAD, {}, b"", 404, "NoSuchBucket"),
    # CreateBucket, DeleteBucket
    ("PUT", "/{absent}", "", {"x-amz-acl": "public-read"}, b"", 400, "InvalidBucketAclWithObjectOwnership"),
    ("PUT", "/{absent}", "", {}, b"<CreateBucketConfiguration>", 400, "MalformedXML"),
    ("PUT", "/{absent}", "", {"x-amz-object-ownership": "ObjectWriter"}, b"", 501, "NotImplemented"),
    ("DELETE", "/{bucket}", "uploadId=x", {}, b"", 400, "InvalidRequest"),
    # Reading
    ("GET", "/{bucket}/k", "versionId={version}", {}, b"", 404, "NoSuchVersion"),
    ("GET", "/{bucket}/k", "versionId=", {}, b"", 400, "InvalidArgument"),
    ("GET", "/{bucket}/k", "", {"x-amz-server-side-encryption-customer-algorithm": "AES256"}, b"", 501,
     "NotImplemented"),
    ("HEAD", "/{bucket}/k", "versionId={version}", {}, b"", 404, "NoSuchVersion"),
    ("HEAD", "/{bucket}/k", "partNumber=9", {}, b"", 416, "InvalidPartNumber"),
    ("HEAD", "/{bucket}/k", "", {"range": "bytes=9-"}, b"", 416, "InvalidRange"),
    ("GET", "/{bucket}/k", "attributes=", {}, b"", 400, "InvalidRequest"),
    ("GET", "/{bucket}/k", "attributes=", {"x-amz-object-attributes": "Colour"}, b"", 400, "InvalidArgument"),
    ("GET", "/{bucket}/k", "attributes=&versionId={version}", {"x-amz-object-attributes": "ETag"}, b"", 404,
     "NoSuchVersion"),
    # Writing
    ("PUT", LATER, "", {"x-amz-acl": "public-read"}, b"x", 400, "AccessControlListNotSupported"),
    ("PUT", LATER, "partNumber=1", {}, b"x", 400, "InvalidArgument"),
    ("DELETE", "/{bucket}/k", "", {"x-amz-if-match-size": "1"}, b"", 501, "NotImplemented"),
    ("POST", "/{bucket}", "delete=", md5(b"another"), delete(1), 400, "BadDigest"),
    ("POST", "/{bucket}", "delete=", md5(b""), b"", 400, "MissingRequestBodyError"),
    ("POST", "/{bucket}", "delete=", md5(delete(80_000)), delete(80_000), 400, "MaxMessageLengthExceeded"),
    ("PUT", LATER, "", {**COPY, "x-amz-storage-class": "NONSENSE"}, b"", 400, "InvalidStorageClass"),
    ("PUT", LATER, "", {**COPY, "x-amz-metadata-directive": "REPLACE", "x-amz-meta-a": "v" * 2048}, b"", 400,
     "MetadataTooLarge"),
    ("PUT", LATER, "", {"x-amz-copy-source": "/{bucket}/k?versionId={version}"}, b"", 404, "NoSuchVersion"),
    ("PUT", LATER, "", {**COPY, **PUBLIC}, b"", 400, "AccessControlListNotSupported"),
    ("PUT", LATER, "", {**COPY, **SECRET}, b"", 501, "NotImplemented"),
    # Listing
    ("GET", "/{bucket}", "max-keys=-1", {}, b"", 400, "InvalidArgument"),
    ("GET", "/{bucket}", "list-type=2&max-keys=-1", {}, b"", 400, "InvalidArgument"),
    ("GET", "/{bucket}", "uploads=&max-uploads=many", {}, b"", 400, "InvalidArgument"),
    ("GET", LATER, UPLOAD + "&max-parts=many", {}, b"", 400, "InvalidArgument"),
    # Uploads
    ("POST", LATER, "uploads=", {"x-amz-acl": "public-read"}, b"", 400, "AccessControlListNotSupported"),
    ("POST", LATER, "uploads=", SECRET, b"", 501, "NotImplemented"),
    ("PUT", LATER, "partNumber=1&" + UPLOAD, PUBLIC, b"x", 400, "AccessControlListNotSupported"),
    ("PUT", LATER, "partNumber=1&" + UPLOAD, {**COPY, **SECRET}, b"", 501, "NotImplemented"),
    ("POST", LATER, "uploads=", {"x-amz-storage-class": "NONSENSE"}, b"", 400, "InvalidStorageClass"),
    ("POST", LATER, "uploads=", {"x-amz-meta-a": "v" * 2048}, b"", 400, "MetadataTooLarge"),
    ("PUT", LATER, "partNumber=1&" + UPLOAD, md5(b"another"), b"x", 400, "BadDigest"),
    ("PUT", LATER, "partNumber=1&" + NO_UPLOAD, COPY, b"", 404, "NoSuchUpload"),
    ("PUT", LATER, "partNumber=1&" + UPLOAD, {"x-amz-copy-source": "/{bucket}/absent"}, b"", 404, "NoSuchKey"),
    ("PUT", LATER, "partNumber=1&" + UPLOAD, {**COPY, "x-amz-copy-source-if-match": "x"}, b"", 412,
     "PreconditionFailed"),
    ("POST", LATER, UPLOAD, {"if-match": "x"}, None, 404, "NoSuchKey"),
    ("DELETE", LATER, NO_UPLOAD, {}, b"", 404, "NoSuchUpload"),
    # Any request
    ("GET", "/", "", {"x-amz-security-token": "nobody-gave-this"}, b"", 400, "InvalidToken"),
]


@pytest.fixture(scope="module")
def things():
    """A server with a bucket, an object `k` and an upload of one part; and names that stand for nothing."""
    with Server() as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="k", Body=b"x")
        upload = s3.create_multipart_upload(Bucket="bucket", Key="later")["UploadId"]
        part = s3.upload_part(Bucket="bucket", Key="later", UploadId=upload, PartNumber=1, Body=b"x")
        yield server, {"bucket": "bucket", "absent": "no-such-bucket-here", "upload": upload,
                       "version": "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY", "etag": part["ETag"]}


@pytest.mark.parametrize("method, path, query, headers, body, status, code", REQUESTS)
def test_refusal(things, method, path, query, headers, body, status, code):
    server, names = things
    if body is None:
        body = COMPLETE.replace(b"<ETag>x", f"<ETag>{names['etag']}".encode())
    headers = {name: value.format(**names) for name, value in headers.items()}
    reply = raw.signed(server, method, path.format(**names), query=query.format(**names), headers=headers,
                       body=body)
    assert reply.status == status, reply.body
    assert reply.code == (None if method == "HEAD" else code), reply.body


def test_nothing_came_of_it(things):
    """After the refusals above: none has stored or removed anything."""
    server, names = things
    s3 = clients.s3(server)
    assert [b["Name"] for b in s3.list_buckets()["Buckets"]] == ["bucket"]
    assert [c["Key"] for c in s3.list_objects_v2(Bucket="bucket")["Contents"]] == ["k"]
    parts = s3.list_parts(Bucket="bucket", Key="later", UploadId=names["upload"])["Parts"]
    assert [p["Size"] for p in parts] == [1]


@pytest.mark.parametrize("query", ["", "partNumber=1&" + UPLOAD])
def test_too_large_is_said_before_the_body(things, query):
    server, names = things
    query = query.format(**names)
    signature = raw.Signature("PUT", "/bucket/later", query, payload="UNSIGNED-PAYLOAD")
    headers = signature.build(f"127.0.0.1:{server.port}")
    headers["content-length"] = str((5 << 30) + 1)
    reply = raw.send(server, raw.request_bytes("PUT", f"/bucket/later?{query}", headers))
    assert (reply.status, reply.code) == (400, "EntityTooLarge")
    assert b"<ProposedSize>5368709121</ProposedSize><MaxSizeAllowed>5368709120</MaxSizeAllowed>" in reply.body


@pytest.mark.parametrize("headers, status, code", [
    ({"origin": "http://a.example", "access-control-request-method": "GET"}, 403, "AccessForbidden"),
    ({"origin": "http://a.example"}, 400, "BadRequest"), ({}, 400, "BadRequest")])
def test_preflight(things, headers, status, code):
    reply = raw.send(things[0], raw.request_bytes("OPTIONS", "/bucket/k", {"host": "127.0.0.1", **headers}))
    assert (reply.status, reply.code) == (status, code)


def test_strangers(things):
    """A user reaches nothing of a bucket that is not its own."""
    server, names = things
    iam = clients.iam(server)
    user = f"stranger-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    s3 = clients.s3(server, access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    s3.create_bucket(Bucket=user)
    of = {"Bucket": "bucket"}
    upload = {**of, "Key": "later", "UploadId": names["upload"]}
    calls = [
        lambda: s3.get_bucket_location(**of), lambda: s3.get_bucket_versioning(**of),
        lambda: s3.delete_bucket(**of), lambda: s3.list_objects(**of), lambda: s3.list_objects_v2(**of),
        lambda: s3.list_multipart_uploads(**of), lambda: s3.get_object(**of, Key="k"),
        lambda: s3.get_object_attributes(**of, Key="k", ObjectAttributes=["ETag"]),
        lambda: s3.put_object(**of, Key="k", Body=b"y"), lambda: s3.delete_object(**of, Key="k"),
        lambda: s3.delete_objects(**of, Delete={"Objects": [{"Key": "k"}]}),
        lambda: s3.copy_object(Bucket=user, Key="taken", CopySource="bucket/k"),
        lambda: s3.copy_object(**of, Key="given", CopySource="bucket/k"),
        lambda: s3.create_multipart_upload(**of, Key="k"), lambda: s3.list_parts(**upload),
        lambda: s3.upload_part(**upload, PartNumber=1, Body=b"yy"),
        lambda: s3.upload_part_copy(**upload, PartNumber=1, CopySource="bucket/k"),
        lambda: s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{
            "PartNumber": 1, "ETag": names["etag"]}]}),
        lambda: s3.abort_multipart_upload(**upload),
    ]
    for call in calls:
        with refused("AccessDenied", 403):
            call()
    for call in (lambda: s3.head_bucket(**of), lambda: s3.head_object(**of, Key="k")):
        with refused("403", 403):
            call()
    s3.delete_bucket(Bucket=user)


def test_another_region():
    """Outside us-east-1 a bucket must name its region, and making it again is refused."""
    with Server(settings={"region": "eu-central-1"}) as server:
        s3 = clients.s3(server, region="eu-central-1")
        right = {"LocationConstraint": "eu-central-1"}
        with refused("IllegalLocationConstraintException", 400):
            s3.create_bucket(Bucket="there", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        reply = raw.signed(server, "PUT", "/there", region="eu-central-1")
        assert (reply.status, reply.code) == (400, "IllegalLocationConstraintException")
        s3.create_bucket(Bucket="there", CreateBucketConfiguration=right)
        assert s3.get_bucket_location(Bucket="there")["LocationConstraint"] == "eu-central-1"
        with refused("BucketAlreadyOwnedByYou", 409) as seen:
            s3.create_bucket(Bucket="there", CreateBucketConfiguration=right)
        assert seen.error["BucketName"] == "there"
