"""What the IAM API refuses, code by code, where `test_iam.py` has not come to it."""

import uuid

import pytest

from support import clients, raw
from support.checks import refused
from support.server import Server

USER = "refused"
TAG = "Tags.member.1.Key=a&Tags.member.1.Value=b"
KEY = "AccessKeyId=AKIANOBODYNOBODY0000"

# form, status, code
FORMS = [
    (f"Action=CreateUser&UserName=u&{TAG}", 400, "InvalidInput"),
    ("Action=ListUsers&MaxItems=0", 400, "ValidationError"),
    ("Action=ListUsers&Marker=never-given", 400, "ValidationError"),
    ("Action=GetUser&UserName=", 400, "ValidationError"), ("Action=DeleteUser", 400, "ValidationError"),
    ("Action=CreateAccessKey", 400, "ValidationError"),
    ("Action=ListAccessKeys", 400, "ValidationError"),
    ("Action=ListAccessKeys&UserName=nobody", 404, "NoSuchEntity"),
    (f"Action=UpdateAccessKey&UserName={USER}&{KEY}&Status=Lost", 400, "ValidationError"),
    (f"Action=UpdateAccessKey&UserName={USER}&{KEY}&Status=Active", 404, "NoSuchEntity"),
    (f"Action=DeleteAccessKey&UserName={USER}", 400, "ValidationError"),
    (f"Action=DeleteAccessKey&UserName={USER}&{KEY}", 404, "NoSuchEntity"),
    ("Action=ConjureUser", 400, "InvalidAction"),
    ("UserName=u", 400, "MissingAction"),
    ("Action=GetUser&UserName=%zz", 400, "MalformedQueryString"),
    ("Action=GetUser&UserName=" + "u" * (512 << 10), 413, "RequestEntityTooLarge"),
]


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        clients.iam(server).create_user(UserName=USER)
        yield server


def post(server, form, **bend):
    return raw.signed(server, "POST", "/", headers={"content-type": "application/x-www-form-urlencoded"},
                      body=form.encode(), service="iam", **bend)


@pytest.mark.parametrize("form, status, code", FORMS, ids=lambda value: str(value)[:60])
def test_refusal(server, form, status, code):
    reply = post(server, form + "&Version=2010-05-08")
    assert (reply.status, reply.code) == (status, code), reply.body


def test_without_a_signature(server):
    form = b"Action=ListUsers&Version=2010-05-08"
    headers = {"host": "127.0.0.1", "content-type": "application/x-www-form-urlencoded",
               "content-length": str(len(form))}
    reply = raw.send(server, raw.request_bytes("POST", "/", headers, form))
    assert (reply.status, reply.code) == (403, "MissingAuthenticationToken")


def test_with_half_a_signature(server):
    reply = post(server, "Action=ListUsers", terminator="aws5_request")
    assert (reply.status, reply.code) == (400, "IncompleteSignature")


def test_another_user(server):
    name = f"u-{uuid.uuid4().hex[:10]}"
    iam = clients.iam(server)
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    own = clients.iam(server, key["AccessKeyId"], key["SecretAccessKey"])
    for call in (own.get_user, own.create_access_key, own.list_access_keys):
        with refused("AccessDenied", 403):
            call(UserName=USER)
    assert own.list_access_keys()["AccessKeyMetadata"][0]["AccessKeyId"] == key["AccessKeyId"]


def test_a_form_that_stalls():
    with Server(settings={"timeouts.body": "1s"}) as server:
        signature = raw.Signature("POST", "/", service="iam")
        headers = signature.build(f"127.0.0.1:{server.port}")
        headers["content-length"] = "100"
        reply = raw.send(server, raw.request_bytes("POST", "/", headers, b"Action="))
        assert (reply.status, reply.code) == (400, "RequestTimeout")
