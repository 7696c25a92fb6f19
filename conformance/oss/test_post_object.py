"""Browsers' forms in OSS's words, signed by hand as its documentation says: no SDK has a helper for them."""

import base64
import datetime
import os

import pytest

from support import forms, oss, raw

KEY = {"key": "k"}
RANGE = ["content-length-range", 2, 5]
CALLBACK = base64.b64encode(b"{}").decode()


@pytest.fixture
def read(server, bucket):
    """Reads an object back by an SDK."""
    client = oss.make(server, "v2-v4")
    return lambda key: client.get(bucket, key)


def is_oss(reply):
    return "x-oss-request-id" in reply.headers and b"xmlns" not in reply.content


def test_a_form_is_taken(server, bucket, version, read):
    file = os.urandom(300_000) + b"\r\n--"
    reply = forms.post(server, bucket, forms.oss_fields(
        {"key": "in/${filename}", "x-oss-meta-colour": "blue", "x-oss-object-acl": "private", "submit": "Upload"},
        {"bucket": bucket}, ["starts-with", "$key", "in/"], ["content-length-range", 1, 1 << 20], version=version),
        file=file, filename="é.txt")
    assert (reply.status_code, reply.content) == (204, b""), reply.content
    assert is_oss(reply) and reply.headers["x-oss-hash-crc64ecma"] == str(oss.crc64(file))
    found = read("in/é.txt")
    assert found.body == file and found.etag == reply.headers["etag"]


@pytest.mark.parametrize("fields, part, wanted", [
    ({"Content-Type": "a/b", "x-oss-content-type": "c/d"}, None, "c/d"), ({"Content-Type": "a/b"}, "e/f", "a/b"),
    ({}, "e/f", "e/f")])
def test_which_type_counts(server, bucket, version, fields, part, wanted):
    data = forms.body(forms.oss_fields({**KEY, **fields}, version=version))
    if part:
        data = data.replace(b"Content-Type: text/plain", f"Content-Type: {part}".encode())
    assert forms.send(server, bucket, data).status_code == 204
    assert oss.make(server, "v2-v4").head(bucket, "k").headers["content-type"] == wanted


@pytest.mark.parametrize("fields, status", [
    ({"success_action_status": "200"}, 200), ({"success_action_status": "201"}, 201),
    ({"success_action_redirect": "http://page.example/"}, 303)])
def test_success(server, bucket, version, fields, status):
    reply = forms.post(server, bucket, forms.oss_fields({**KEY, **fields}, version=version))
    assert reply.status_code == status and is_oss(reply), reply.content
    if status == 201:
        for part in (f"<Bucket>{bucket}</Bucket>", "<Key>k</Key>", f"/{bucket}/k</Location>", reply.headers["etag"].strip('"')):
            assert part.encode() in reply.content


def test_a_type_that_is_stored_is_the_one_that_was_allowed(server, bucket, version):
    fields = {**KEY, "content-type": "image/png", "x-oss-content-type": "text/html"}
    for allowed, status in (("image/png", 403), ("text/html", 204)):
        reply = forms.post(server, bucket, forms.oss_fields(fields, ["eq", "$content-type", allowed], version=version))
        assert reply.status_code == status, reply.content


def test_a_form_that_is_cut_off(server, bucket, version):
    """Nothing is stored of a file that did not come whole."""
    data = forms.body(forms.oss_fields(KEY, version=version), b"x" * 100_000)
    head = {"host": server.authority, "content-type": f"multipart/form-data; boundary={forms.BOUNDARY}",
            "content-length": str(len(data))}
    with raw.connect(server) as connection:
        connection.sendall(raw.request_bytes("POST", f"/{bucket}", head) + data[:60_000])
        connection.shutdown(1)
        reply = raw.read_reply(connection)
    assert reply is None or (reply.status, reply.code) == (400, "IncompleteBody")
    assert oss.make(server, "v2-v4").exists(bucket, "k") is False


def test_a_versioned_bucket(server, versioned, version):
    reply = forms.post(server, versioned, forms.oss_fields(KEY, version=version))
    assert reply.headers["x-oss-version-id"] == oss.make(server, "v2-v4").head(versioned, "k").headers["x-oss-version-id"]


def test_conditions_that_only_oss_has(server, bucket, version):
    for conditions, status in [
            ([["in", "$content-type", ["image/jpg", "a/b"]]], 204), ([["in", "$content-type", ["image/jpg"]]], 403),
            ([["not-in", "$cache-control", ["no-cache"]]], 204), ([["not-in", "$content-type", ["a/b"]]], 403),
            ([["eq", "success_action_status", "200"]], 403)]:
        reply = forms.post(server, bucket, forms.oss_fields({**KEY, "content-type": "a/b"}, *conditions, version=version))
        assert reply.status_code == status, (conditions, reply.content)


REFUSED = [
    ({}, {}, b"data", 400, "InvalidArgument"), ({"key": "x" * 1025}, {}, b"data", 400, "InvalidObjectName"),
    (KEY, {"conditions": [RANGE]}, b"d", 400, "EntityTooSmall"),
    (KEY, {"conditions": [RANGE]}, b"123456", 400, "EntityTooLarge"),
    (KEY, {"conditions": [["content-length-range", 5, 2]]}, b"data", 400, "InvalidPolicyDocument"),
    (KEY, {"conditions": [["starts-with", "$key", "user/"]]}, b"data", 403, "AccessDenied"),
    (KEY, {"secret": "wrong"}, b"data", 403, "SignatureDoesNotMatch"),
    ({**KEY, "x-oss-object-acl": "public-read"}, {}, b"data", 400, "NotImplemented"),
    ({**KEY, "x-oss-callback": CALLBACK}, {}, b"data", 400, "NotImplemented"),
    ({**KEY, "x-oss-storage-class": "NONSENSE"}, {}, b"data", 400, "InvalidArgument"),
    ({**KEY, "Content-MD5": "eB5eJF1ptWaXm4bijSPyxw=="}, {}, b"data", 400, "InvalidDigest"),
    ({**KEY, "x-oss-tagging": "a=%00"}, {}, b"data", 400, "InvalidTag"),
    ({**KEY, "x-oss-meta-a": "v" * (17 << 10)}, {}, b"data", 400, "FieldItemTooLong"),
    ({**KEY, "x-oss-meta-a": "v" * (12 << 10), "x-oss-meta-b": "v" * (12 << 10)}, {}, b"data", 400,
     "MaxPOSTPreDataLengthExceededError"),
    (KEY, {}, None, 400, "IncorrectNumberOfFilesInPOSTRequest"),
]


@pytest.mark.parametrize("fields, named, file, status, expected", REFUSED)
def test_refusals(server, bucket, version, fields, named, file, status, expected):
    named = dict(named)
    signed = forms.oss_fields({"x-oss-meta-o": "", **fields}, *named.pop("conditions", []), version=version, **named)
    reply = forms.send(server, bucket, forms.body(signed, file))
    assert (reply.status_code, forms.code(reply)) == (status, expected), reply.content
    assert is_oss(reply) and b"<EC>" in reply.content


def test_version_4_must_be_in_the_policy(server, bucket):
    fields = forms.oss_fields(KEY)
    bare = forms.oss_fields(KEY, version="v1")["policy"]
    fields["policy"] = bare
    when = datetime.datetime.strptime(fields["x-oss-date"], "%Y%m%dT%H%M%SZ")
    fields["x-oss-signature"] = forms.v4(bare, when, oss.REGION, "oss")
    reply = forms.post(server, bucket, fields)
    assert (reply.status_code, forms.code(reply)) == (403, "AccessDenied")
    assert b"Extra input fields: x-oss-signature-version" in reply.content


def test_forbidden_overwrite(server, bucket, version):
    fields = forms.oss_fields({**KEY, "x-oss-forbid-overwrite": "true"}, version=version)
    assert forms.post(server, bucket, fields).status_code == 204
    reply = forms.post(server, bucket, fields)
    assert (reply.status_code, forms.code(reply)) == (409, "FileAlreadyExists")


def test_nowhere_and_broken(server, bucket, version):
    fields = forms.oss_fields({"x-oss-meta-o": "", **KEY}, version=version)
    reply = forms.post(server, "no-such-bucket-here", fields)
    assert (reply.status_code, forms.code(reply)) == (404, "NoSuchBucket")
    reply = forms.send(server, bucket, forms.body(fields)[:-8])
    assert (reply.status_code, forms.code(reply)) == (400, "MalformedPOSTRequest") and is_oss(reply)


def test_slowed_down(server, bucket, version):
    """x-oss-traffic-limit as a field of the form."""
    reply = forms.post(server, bucket, forms.oss_fields({**KEY, "x-oss-traffic-limit": "1"}, version=version))
    assert (reply.status_code, forms.code(reply)) == (400, "InvalidArgument")
    reply = forms.post(server, bucket, forms.oss_fields({**KEY, "x-oss-traffic-limit": "838860800"}, version=version))
    assert reply.status_code == 204
