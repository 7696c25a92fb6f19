"""Browsers' forms in S3's words: boto3 signs them, `requests` posts them."""

import datetime
import os

import pytest
import requests

from support import clients, forms

XML = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"


def test_what_boto3_presigns_is_taken(way, bucket):
    file = os.urandom(300_000) + b"\r\n--"
    made = way.s3.generate_presigned_post(
        bucket, "in/${filename}", Fields={"acl": "private", "Content-Type": "image/png", "x-amz-meta-colour": "blue"},
        Conditions=[{"acl": "private"}, ["starts-with", "$Content-Type", "image/"], {"x-amz-meta-colour": "blue"},
                    ["content-length-range", 1, 1 << 20]])
    reply = requests.post(made["url"], data=made["fields"], files={"file": ("C:\\dir\\é.png", file)},
                          verify=getattr(way.server, "ca", None) or True, timeout=30)
    assert (reply.status_code, reply.content) == (204, b""), reply.content
    found = way.s3.get_object(Bucket=bucket, Key="in/é.png")
    assert found["Body"].read() == file and found["ETag"] == reply.headers["etag"]
    assert (found["ContentType"], found["Metadata"]) == ("image/png", {"colour": "blue"})


@pytest.mark.parametrize("signature", ["s3v4", "s3"])
def test_each_signature(server, own_bucket, signature):
    client = clients.s3(server, signature=signature)
    made = client.generate_presigned_post(own_bucket, "k")
    assert ("signature" in made["fields"]) == (signature == "s3")
    assert requests.post(made["url"], data=made["fields"], files={"file": b"data"}, timeout=30).status_code == 204
    made["fields"]["key"] = "other"
    refused = requests.post(made["url"], data=made["fields"], files={"file": b"data"}, timeout=30)
    assert (refused.status_code, forms.code(refused)) == (403, "AccessDenied")
    assert b"Policy Condition failed" in refused.content


@pytest.mark.parametrize("fields, status", [
    ({"success_action_status": "200"}, 200), ({"success_action_status": "201"}, 201),
    ({"success_action_status": "299"}, 204), ({"success_action_redirect": "http://page.example/done?a=1"}, 303),
    ({"success_action_redirect": "nonsense", "success_action_status": "200"}, 200)])
def test_success(server, s3, own_bucket, fields, status):
    reply = forms.post(server, own_bucket, forms.s3_fields({"key": "a b", **fields}))
    assert reply.status_code == status, reply.content
    etag = s3.head_object(Bucket=own_bucket, Key="a b")["ETag"]
    assert reply.headers["etag"] == etag
    if status == 201:
        assert reply.headers["content-type"] == "application/xml"
        for part in (f"<Bucket>{own_bucket}</Bucket>", "<Key>a b</Key>", f"/{own_bucket}/a%20b</Location>"):
            assert part.encode() in reply.content
    if status == 303:
        assert reply.headers["location"] == (
            f"http://page.example/done?a=1&bucket={own_bucket}&key=a%20b&etag=%22{etag[1:-1]}%22")


def test_versions_tags_and_checksums(server, s3, own_bucket):
    s3.put_bucket_versioning(Bucket=own_bucket, VersioningConfiguration={"Status": "Enabled"})
    reply = forms.post(server, own_bucket, forms.s3_fields(
        {"key": "k", "tagging": XML, "x-amz-checksum-crc32": "rfPzYw==", "Cache-Control": "no-store"}))
    assert reply.status_code == 204, reply.content
    assert reply.headers["x-amz-checksum-crc32"] == "rfPzYw=="
    found = s3.get_object(Bucket=own_bucket, Key="k")
    assert (found["VersionId"], found["CacheControl"]) == (reply.headers["x-amz-version-id"], "no-store")
    assert s3.get_object_tagging(Bucket=own_bucket, Key="k")["TagSet"] == [{"Key": "a", "Value": "b"}]


def test_the_rest_is_ignored_and_the_connection_lives(server, s3, own_bucket):
    fields = forms.s3_fields({"key": "k"})
    behind = f'--{forms.BOUNDARY}\r\nContent-Disposition: form-data; name="acl"\r\n\r\npublic-read\r\n'.encode()
    with requests.Session() as session:
        for _ in range(2):
            reply = session.post(f"{server.endpoint}/{own_bucket}", data=forms.body(fields, behind=behind), timeout=30,
                                 headers={"content-type": f"multipart/form-data; boundary={forms.BOUNDARY}"})
            assert reply.status_code == 204, reply.content
    assert s3.get_object(Bucket=own_bucket, Key="k")["Body"].read() == b"data"


def test_cross_origin(server, s3, own_bucket):
    """A page's form, for which the bucket has rules."""
    s3.put_bucket_cors(Bucket=own_bucket, CORSConfiguration={"CORSRules": [
        {"AllowedMethods": ["POST"], "AllowedOrigins": ["http://a.example"]}]})
    reply = forms.post(server, own_bucket, forms.s3_fields({"key": "k"}), headers={"origin": "http://a.example"})
    assert (reply.status_code, reply.headers["access-control-allow-origin"]) == (204, "http://a.example")


YESTERDAY = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
RANGE = ["content-length-range", 2, 5]
KEY = {"key": "k"}
SIGNED = [
    ({}, {}, b"data", 400, "InvalidArgument"),  # no key
    ({"key": ""}, {}, b"data", 400, "InvalidArgument"),
    ({"key": "x" * 1025}, {}, b"data", 400, "KeyTooLongError"),
    (KEY, {"conditions": [RANGE]}, b"d", 400, "EntityTooSmall"),
    (KEY, {"conditions": [RANGE]}, b"123456", 400, "EntityTooLarge"),
    (KEY, {"conditions": [["content-length-range", 5, 2]]}, b"data", 400, "InvalidPolicyDocument"),
    (KEY, {"conditions": [{"bucket": "another"}]}, b"data", 403, "AccessDenied"),
    (KEY, {"expiration": YESTERDAY}, b"data", 403, "AccessDenied"),
    (KEY, {"secret": "wrong"}, b"data", 403, "SignatureDoesNotMatch"),
    (KEY, {"version": "v2", "secret": "wrong"}, b"data", 403, "SignatureDoesNotMatch"),
    ({**KEY, "acl": "public-read"}, {}, b"data", 400, "AccessControlListNotSupported"),
    ({**KEY, "Content-MD5": "eB5eJF1ptWaXm4bijSPyxw=="}, {}, b"data", 400, "BadDigest"),
    ({**KEY, "Content-MD5": "nonsense"}, {}, b"data", 400, "InvalidDigest"),
    ({**KEY, "x-amz-storage-class": "NONSENSE"}, {}, b"data", 400, "InvalidStorageClass"),
    ({**KEY, "x-amz-server-side-encryption": "AES256"}, {}, b"data", 501, "NotImplemented"),
    ({**KEY, "x-amz-meta-a": "v" * 2048}, {}, b"data", 400, "MetadataTooLarge"),
    ({**KEY, "tagging": "<Tagging>"}, {}, b"data", 400, "MalformedXML"),
    ({**KEY, "tagging": XML.replace("a<", "aws:a<")}, {}, b"data", 400, "InvalidTag"),
    ({**KEY, "x-amz-meta-a": "v" * (20 << 10)}, {}, b"data", 400, "MaxPostPreDataLengthExceededError"),
    ({**KEY, **{f"x-amz-meta-{n}": "" for n in range(100)}}, {}, b"data", 400, "MaxPostPreDataLengthExceededError"),
    (KEY, {}, None, 400, "InvalidArgument"),  # no file
]


@pytest.mark.parametrize("fields, named, file, status, expected", SIGNED)
def test_refusals(server, s3, own_bucket, fields, named, file, status, expected):
    named = dict(named)
    signed = forms.s3_fields(fields, *named.pop("conditions", []), **named)
    reply = forms.send(server, own_bucket, forms.body(signed, file))
    assert (reply.status_code, forms.code(reply)) == (status, expected), reply.content
    assert s3.list_objects_v2(Bucket=own_bucket)["KeyCount"] == 0


def test_refusals_of_the_form_itself(server, s3, own_bucket):
    good = forms.s3_fields(KEY)
    extra = {**good, "submit": "Upload"}
    reply = forms.send(server, own_bucket, forms.body(extra))
    assert (reply.status_code, forms.code(reply)) == (403, "AccessDenied")
    assert b"Extra input fields: submit" in reply.content
    whole = forms.body(good)
    for data, kind, status, expected in [
            (whole[:-8], None, 400, "MalformedPOSTRequest"), (b"x" + whole, None, 400, "MalformedPOSTRequest"),
            (whole, "multipart/form-data", 400, "MalformedPOSTRequest"),
            (whole, "application/x-www-form-urlencoded", 412, "PreconditionFailed"),
            (forms.body(KEY), None, 403, "AccessDenied"),
            (forms.body({name: good[name] for name in good if name != "x-amz-date"}), None, 400, "InvalidArgument"),
            (forms.body({**good, "policy": "!"}), None, 403, "SignatureDoesNotMatch"),
            (forms.body({**good, "x-amz-credential": "nobody/20260101/us-east-1/s3/aws4_request"}), None, 400,
             "AuthorizationQueryParametersError")]:
        reply = forms.send(server, own_bucket, data, **({"content_type": kind} if kind else {}))
        assert (reply.status_code, forms.code(reply)) == (status, expected), reply.content
    assert s3.list_objects_v2(Bucket=own_bucket)["KeyCount"] == 0


def test_nowhere_and_without_an_end(server, s3, own_bucket):
    fields = forms.s3_fields(KEY)
    reply = forms.post(server, "no-such-bucket-here", fields)
    assert (reply.status_code, forms.code(reply)) == (404, "NoSuchBucket")

    def pieces():
        yield forms.body(fields)
    reply = forms.send(server, own_bucket, pieces())
    assert (reply.status_code, forms.code(reply)) == (501, "NotImplemented")
    from support import raw
    head = {"host": server.authority, "content-type": f"multipart/form-data; boundary={forms.BOUNDARY}"}
    reply = raw.send(server, raw.request_bytes("POST", f"/{own_bucket}", head))
    assert (reply.status, reply.code) == (411, "MissingContentLength")
    with raw.connect(server) as connection:
        data = forms.body(fields, b"x" * 100_000)
        connection.sendall(raw.request_bytes("POST", f"/{own_bucket}", {**head, "content-length": str(len(data))}) + data[:60_000])
        connection.shutdown(1)
        reply = raw.read_reply(connection)
    assert reply is None or (reply.status, reply.code) == (400, "IncompleteBody")
    assert s3.list_objects_v2(Bucket=own_bucket)["KeyCount"] == 0
