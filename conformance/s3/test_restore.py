"""Archived objects in S3's words: refused until they are restored, and again when that is over."""

import datetime
import os
import time
import uuid

import pytest

from support import clients, raw
from support.checks import refused
from support.server import Server, wait_until

BODY = os.urandom(100_000)
ARCHIVES = ["GLACIER", "DEEP_ARCHIVE"]


def archived(s3, bucket, key="k", name="GLACIER", body=BODY):
    return s3.put_object(Bucket=bucket, Key=key, Body=body, StorageClass=name)


def restore(s3, bucket, key="k", days=1, tier=None, **more):
    request = {"Days": days, **({"GlacierJobParameters": {"Tier": tier}} if tier else {})}
    reply = s3.restore_object(Bucket=bucket, Key=key, RestoreRequest=request, **more)
    return reply["ResponseMetadata"]["HTTPStatusCode"]


def expiry(s3, bucket, key="k", **more):
    """When a restored object is archived again."""
    ongoing, date = s3.head_object(Bucket=bucket, Key=key, **more)["Restore"].split(", ", 1)
    assert ongoing == 'ongoing-request="false"'
    assert date.startswith('expiry-date="') and date.endswith('GMT"')
    return datetime.datetime.strptime(date[13:-1], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize("name", ARCHIVES)
@pytest.mark.parametrize("size", [10, 100_000])
def test_what_is_archived_is_not_read(s3, own_bucket, name, size):
    archived(s3, own_bucket, name=name, body=BODY[:size])
    for read in (lambda: s3.get_object(Bucket=own_bucket, Key="k"),
                 lambda: s3.get_object(Bucket=own_bucket, Key="k", Range="bytes=0-1"),
                 lambda: s3.copy_object(Bucket=own_bucket, Key="copy", CopySource=f"{own_bucket}/k"),
                 lambda: s3.copy_object(Bucket=own_bucket, Key="k", CopySource=f"{own_bucket}/k",
                                        StorageClass="STANDARD")):
        with refused("InvalidObjectState", 403) as seen:
            read()
        assert seen.error["StorageClass"] == name
    upload = s3.create_multipart_upload(Bucket=own_bucket, Key="upload")["UploadId"]
    with refused("InvalidObjectState", 403):
        s3.upload_part_copy(Bucket=own_bucket, Key="upload", UploadId=upload, PartNumber=1,
                            CopySource=f"{own_bucket}/k")
    # All else goes on.
    head = s3.head_object(Bucket=own_bucket, Key="k")
    assert (head["StorageClass"], head["ContentLength"]) == (name, size) and "Restore" not in head
    assert s3.head_object(Bucket=own_bucket, Key="k", PartNumber=1)["ContentLength"] == size
    s3.get_object_attributes(Bucket=own_bucket, Key="k", ObjectAttributes=["ETag", "ObjectParts"])
    s3.put_object_tagging(Bucket=own_bucket, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    assert s3.get_object_tagging(Bucket=own_bucket, Key="k")["TagSet"]
    [listed] = s3.list_objects_v2(Bucket=own_bucket)["Contents"]
    assert (listed["StorageClass"], listed["Size"]) == (name, size)
    s3.delete_object(Bucket=own_bucket, Key="k")


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_restore(s3, own_bucket, name):
    archived(s3, own_bucket, name=name)
    assert restore(s3, own_bucket) == 202
    got = s3.get_object(Bucket=own_bucket, Key="k")
    assert got["Body"].read() == BODY and got["StorageClass"] == name
    assert got["Restore"] == s3.head_object(Bucket=own_bucket, Key="k")["Restore"]
    now = datetime.datetime.now(datetime.timezone.utc)
    first = expiry(s3, own_bucket)
    assert (first.hour, first.minute, first.second) == (0, 0, 0)
    assert now + datetime.timedelta(days=1) <= first + datetime.timedelta(minutes=1) < now + datetime.timedelta(days=2)
    # Again is 200, and counts from now.
    assert restore(s3, own_bucket, days=10) == 200
    assert expiry(s3, own_bucket) == first + datetime.timedelta(days=9)
    assert restore(s3, own_bucket, days=2, tier="Bulk") == 200
    assert expiry(s3, own_bucket) == first + datetime.timedelta(days=1)
    # For good.
    s3.copy_object(Bucket=own_bucket, Key="k", CopySource=f"{own_bucket}/k", StorageClass="STANDARD")
    head = s3.head_object(Bucket=own_bucket, Key="k")
    assert "StorageClass" not in head and "Restore" not in head
    assert s3.get_object(Bucket=own_bucket, Key="k")["Body"].read() == BODY


def test_listings_show_restores_to_who_asks(s3, own_bucket):
    for key in ("frozen", "restored"):
        archived(s3, own_bucket, key)
    s3.put_object(Bucket=own_bucket, Key="standard", Body=b"x")
    restore(s3, own_bucket, "restored")
    date = expiry(s3, own_bucket, "restored")
    for call, name in ((s3.list_objects, "Contents"), (s3.list_objects_v2, "Contents"),
                       (s3.list_object_versions, "Versions")):
        assert not any("RestoreStatus" in one for one in call(Bucket=own_bucket)[name])
        listed = {one["Key"]: one.get("RestoreStatus")
                  for one in call(Bucket=own_bucket, OptionalObjectAttributes=["RestoreStatus"])[name]}
        assert listed == {"frozen": None, "standard": None,
                          "restored": {"IsRestoreInProgress": False, "RestoreExpiryDate": date}}


def test_versions(s3, own_bucket):
    s3.put_bucket_versioning(Bucket=own_bucket, VersioningConfiguration={"Status": "Enabled"})
    old, new = (archived(s3, own_bucket)["VersionId"] for _ in range(2))
    assert restore(s3, own_bucket, VersionId=old) == 202
    assert s3.get_object(Bucket=own_bucket, Key="k", VersionId=old)["Body"].read() == BODY
    for version in ({}, {"VersionId": new}):
        with refused("InvalidObjectState", 403):
            s3.get_object(Bucket=own_bucket, Key="k", **version)
    marker = s3.delete_object(Bucket=own_bucket, Key="k")["VersionId"]
    with refused("NoSuchKey", 404):
        restore(s3, own_bucket)
    with refused("MethodNotAllowed", 405):
        restore(s3, own_bucket, VersionId=marker)
    with refused("NoSuchVersion", 404):
        restore(s3, own_bucket, VersionId="0000000000000001")


@pytest.mark.parametrize("name", ["STANDARD", "STANDARD_IA", "GLACIER_IR", "INTELLIGENT_TIERING"])
def test_what_is_not_archived(s3, own_bucket, name):
    archived(s3, own_bucket, name=name)
    with refused("InvalidObjectState", 403) as seen:
        restore(s3, own_bucket)
    assert seen.error["StorageClass"] == name


DAYS = b"<RestoreRequest><Days>%s</Days></RestoreRequest>"
TIER = b"<RestoreRequest><Days>1</Days><GlacierJobParameters><Tier>%s</Tier></GlacierJobParameters></RestoreRequest>"


@pytest.mark.parametrize("body, status, code", [
    (b"", 400, "MissingRequestBodyError"), (b"<RestoreRequest/>", 400, "MalformedXML"), (b"<x/>", 400, "MalformedXML"),
    (DAYS % b"", 400, "MalformedXML"), (DAYS % b"one", 400, "MalformedXML"), (DAYS % b"0", 400, "InvalidArgument"),
    (DAYS % b"-1", 400, "InvalidArgument"), (DAYS % b"36501", 400, "InvalidArgument"),
    (DAYS % b"99999999999", 400, "InvalidArgument"), (TIER % b"Fast", 400, "MalformedXML"),
    (TIER % b"Expedited", 400, "InvalidArgument"),
    (b"<RestoreRequest><Days>1</Days><Other/></RestoreRequest>", 400, "MalformedXML"),
    (b"<RestoreRequest><Type>SELECT</Type></RestoreRequest>", 501, "NotImplemented")])
def test_documents(server, s3, own_bucket, body, status, code):
    archived(s3, own_bucket, name="DEEP_ARCHIVE")
    reply = raw.signed(server, "POST", f"/{own_bucket}/k", "restore=", body=body)
    assert (reply.status, reply.code) == (status, code), reply.body
    assert "Restore" not in s3.head_object(Bucket=own_bucket, Key="k")


def test_other_refusals(server, s3, own_bucket):
    iam, user = clients.iam(server), f"stranger-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    stranger = clients.s3(server, access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    with refused("AccessDenied", 403):
        restore(stranger, own_bucket)
    with refused("NoSuchBucket", 404):
        restore(s3, own_bucket + "-none")
    with refused("NoSuchKey", 404):
        restore(s3, own_bucket)
    reply = raw.signed(server, "POST", f"/{own_bucket}/k", "restore=", {"content-md5": "1B2M2Y8AsgTpgAmY7PhCfg=="},
                       DAYS % b"1")
    assert (reply.status, reply.code) == (400, "BadDigest")


@pytest.fixture(scope="module")
def slow():
    """A server whose restores take a while, with short days."""
    settings = {"classes.glacier_expedited": "1s", "classes.glacier_standard": "4s", "classes.glacier_bulk": "1h",
                "lifecycle.day": "2s"}
    with Server(settings=settings) as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="slow")
        yield server, s3


def test_a_restore_takes_its_time_and_ends(slow):
    server, s3 = slow
    archived(s3, "slow")
    began = time.monotonic()
    assert restore(s3, "slow") == 202
    assert s3.head_object(Bucket="slow", Key="k")["Restore"] == 'ongoing-request="true"'
    [listed] = s3.list_objects_v2(Bucket="slow", OptionalObjectAttributes=["RestoreStatus"])["Contents"]
    assert listed["RestoreStatus"] == {"IsRestoreInProgress": True}
    for tier in (None, "Standard", "Bulk"):
        with refused("RestoreAlreadyInProgress", 409):
            restore(s3, "slow", tier=tier)
    with refused("InvalidObjectState", 403):
        s3.get_object(Bucket="slow", Key="k")
    # Over a restart, too.
    server.stop()
    server.start()
    s3 = clients.s3(server)
    assert wait_until(lambda: "false" in s3.head_object(Bucket="slow", Key="k").get("Restore", ""), 20)
    assert time.monotonic() - began > 3.9
    assert s3.get_object(Bucket="slow", Key="k")["Body"].read() == BODY
    assert wait_until(lambda: "Restore" not in s3.head_object(Bucket="slow", Key="k"), 20)
    with refused("InvalidObjectState", 403):
        s3.get_object(Bucket="slow", Key="k")
    assert restore(s3, "slow", tier="Expedited") == 202


def test_a_faster_tier(slow):
    s3 = clients.s3(slow[0])
    archived(s3, "slow", "faster")
    assert restore(s3, "slow", "faster", tier="Bulk") == 202
    with refused("RestoreAlreadyInProgress", 409):
        restore(s3, "slow", "faster", days=2, tier="Expedited")
    assert restore(s3, "slow", "faster", tier="Expedited") == 202
    assert wait_until(lambda: "false" in s3.head_object(Bucket="slow", Key="faster").get("Restore", ""), 20)


def test_classes_may_be_read_at_once():
    with Server(settings={"classes.glacier_needs_restore": "false"}) as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="once")
        archived(s3, "once")
        assert s3.get_object(Bucket="once", Key="k")["Body"].read() == BODY
        with refused("InvalidObjectState", 403):
            restore(s3, "once")
        archived(s3, "once", name="DEEP_ARCHIVE")
        with refused("InvalidObjectState", 403):
            s3.get_object(Bucket="once", Key="k")
