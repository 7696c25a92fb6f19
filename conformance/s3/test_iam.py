"""Users and access keys through IAM's query API and the command line."""

import json
import subprocess
import uuid

import pytest

from support import clients
from support.checks import refused
from support.server import ACCESS_KEY, BINARY


@pytest.fixture
def iam(server):
    return clients.iam(server)


@pytest.fixture
def name():
    return f"u-{uuid.uuid4().hex[:10]}"


def test_users(iam, name):
    made = iam.create_user(UserName=name, Path="/team/")["User"]
    assert made["Arn"].endswith(f":user/team/{name}") and made["UserId"].startswith("AIDA")
    assert iam.get_user(UserName=name)["User"] == made
    listed = [u for page in iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 2})
              for u in page["Users"]]
    assert made in listed
    assert [u["UserName"] for u in iam.list_users(PathPrefix="/team/")["Users"]].count(name) == 1
    with refused("EntityAlreadyExists", 409):
        iam.create_user(UserName=name.upper())
    iam.delete_user(UserName=name)
    with refused("NoSuchEntity", 404):
        iam.get_user(UserName=name)
    with refused("NoSuchEntity", 404):
        iam.delete_user(UserName=name)


def test_bad_name(iam):
    with refused("ValidationError", 400):
        iam.create_user(UserName="not/allowed")


def test_access_keys(server, iam, name):
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    assert key["AccessKeyId"].startswith("AKIA") and len(key["SecretAccessKey"]) == 40
    own = clients.s3(server, access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    assert own.list_buckets()["Buckets"] == []
    bucket = name
    own.create_bucket(Bucket=bucket)
    own.put_object(Bucket=bucket, Key="mine", Body=b"x")
    assert [b["Name"] for b in own.list_buckets()["Buckets"]] == [bucket]
    assert clients.s3(server).get_object(Bucket=bucket, Key="mine")["Body"].read() == b"x"
    iam.update_access_key(UserName=name, AccessKeyId=key["AccessKeyId"], Status="Inactive")
    with refused("InvalidAccessKeyId", 403):
        own.list_buckets()
    assert iam.list_access_keys(UserName=name)["AccessKeyMetadata"][0]["Status"] == "Inactive"
    iam.update_access_key(UserName=name, AccessKeyId=key["AccessKeyId"], Status="Active")
    own.delete_object(Bucket=bucket, Key="mine")
    own.delete_bucket(Bucket=bucket)
    iam.create_access_key(UserName=name)
    with refused("LimitExceeded", 409):
        iam.create_access_key(UserName=name)
    with refused("DeleteConflict", 409):
        iam.delete_user(UserName=name)
    for listed in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=listed["AccessKeyId"])
    with refused("InvalidAccessKeyId", 403):
        own.list_buckets()
    iam.delete_user(UserName=name)
    with refused("NoSuchEntity", 404):
        iam.create_access_key(UserName=name)


def test_users_may_not_manage_users(server, iam, name):
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    own = clients.iam(server, key["AccessKeyId"], key["SecretAccessKey"])
    for call in (lambda: own.create_user(UserName=name + "2"), lambda: own.list_users(),
                 lambda: own.delete_user(UserName=name)):
        with refused("AccessDenied", 403):
            call()
    assert own.get_user()["User"]["UserName"] == name


def test_wrong_secret(server):
    with refused("SignatureDoesNotMatch", 403):
        clients.iam(server, secret_key="wrong").list_users()
    with refused("InvalidClientTokenId", 403):
        clients.iam(server, access_key="AKIANOBODY").list_users()


def test_other_actions_are_not_there(iam):
    import botocore.exceptions
    with pytest.raises(botocore.exceptions.ClientError) as seen:
        iam.list_roles()
    assert seen.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 501)


def weir(server, *arguments):
    done = subprocess.run([str(BINARY), *arguments, "--admin", server.admin], capture_output=True, text=True,
                          env=server.environment(WEIR_ROOT_ACCESS_KEY=ACCESS_KEY,
                                                 WEIR_ROOT_SECRET_KEY="conformance-secret-key-0123456789"))
    return done.returncode, done.stdout, done.stderr


def test_command_line(server, name):
    code, out, _ = weir(server, "user", "create", name, "--json")
    made = json.loads(out)
    assert code == 0 and set(made) == {"name", "access_key", "secret_key"}
    own = clients.s3(server, access_key=made["access_key"], secret_key=made["secret_key"])
    assert own.list_buckets()["Buckets"] == []
    code, out, _ = weir(server, "user", "list")
    assert code == 0 and name in out and made["access_key"] in out and made["secret_key"] not in out
    code, out, _ = weir(server, "user", "list", "--json")
    assert name in [u["name"] for u in json.loads(out)["users"]]
    code, out, _ = weir(server, "user", "delete", name, "--dry-run")
    assert code == 0 and "would delete" in out
    code, out, _ = weir(server, "user", "delete", name)
    assert code == 0
    code, out, error = weir(server, "user", "delete", name)
    assert code != 0 and name in error
    with refused("InvalidAccessKeyId", 403):
        own.list_buckets()


def test_admin_api_needs_the_root_credentials(server):
    import urllib.error
    import urllib.request
    with pytest.raises(urllib.error.HTTPError) as seen:
        urllib.request.urlopen(server.admin + "/v1/users")
    assert seen.value.code == 403
