"""Object Lock: the bucket's configuration, retention, legal holds, and what they forbid."""

import datetime
import time

import pytest

from support.checks import refused

UTC = datetime.timezone.utc
BYPASS = {"BypassGovernanceRetention": True}


def later(**delta):
    """A time to come, in whole seconds."""
    return (datetime.datetime.now(UTC) + datetime.timedelta(**delta)).replace(microsecond=0)


def retention(mode, until):
    return {"Mode": mode, "RetainUntilDate": until}


@pytest.fixture
def locked(way):
    name = way.bucket_name()
    way.s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


class Locked:
    """A bucket with Object Lock and one version in it."""

    def __init__(self, s3, bucket, **put):
        self.s3, self.bucket = s3, bucket
        self.version = s3.put_object(Bucket=bucket, Key="k", Body=b"x", **put)["VersionId"]
        self.one = {"Bucket": bucket, "Key": "k", "VersionId": self.version}

    def keep(self, mode, until, **more):
        self.s3.put_object_retention(**self.one, Retention=retention(mode, until) if mode else {}, **more)

    def kept(self):
        found = self.s3.get_object_retention(**self.one)["Retention"]
        return found["Mode"], found["RetainUntilDate"]

    def hold(self, status):
        self.s3.put_object_legal_hold(**self.one, LegalHold={"Status": status})

    def delete(self, **more):
        return self.s3.delete_object(**self.one, **more)


@pytest.fixture
def thing(way, locked):
    return Locked(way.s3, locked)


@pytest.fixture
def own(s3, own_bucket):
    name = own_bucket + "-locked"
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return Locked(s3, name)


# The bucket


def test_a_new_bucket(way, locked):
    s3 = way.s3
    assert s3.get_bucket_versioning(Bucket=locked)["Status"] == "Enabled"
    assert s3.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"] == {
        "ObjectLockEnabled": "Enabled"}
    with refused("InvalidBucketState", 409):
        s3.put_bucket_versioning(Bucket=locked, VersioningConfiguration={"Status": "Suspended"})
    s3.put_bucket_versioning(Bucket=locked, VersioningConfiguration={"Status": "Enabled"})


def test_a_bucket_that_is_there(way, bucket):
    s3 = way.s3
    on = {"ObjectLockEnabled": "Enabled"}
    with refused("ObjectLockConfigurationNotFoundError", 404):
        s3.get_object_lock_configuration(Bucket=bucket)
    with refused("InvalidBucketState", 409):
        s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=on)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    with refused("InvalidBucketState", 409):
        s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=on)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=on)
    assert s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"] == on
    # Making it again with the lock is what it is already; making a plain one with it is not.
    s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    with refused("BucketAlreadyOwnedByYou", 409):
        s3.create_bucket(Bucket=way.make_bucket(), ObjectLockEnabledForBucket=True)


@pytest.mark.parametrize("mode, period, days", [("GOVERNANCE", {"Days": 3}, 3), ("COMPLIANCE", {"Years": 2}, 730)])
def test_default_retention(way, locked, mode, period, days):
    s3 = way.s3
    before = Locked(s3, locked)
    configuration = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": mode, **period}}}
    s3.put_object_lock_configuration(Bucket=locked, ObjectLockConfiguration=configuration)
    assert s3.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"] == configuration
    made = Locked(s3, locked)
    found, until = made.kept()
    assert found == mode and abs(until - later(days=days)) < datetime.timedelta(minutes=2)
    with refused("NoSuchObjectLockConfiguration", 404):
        before.kept()
    mine = later(days=1)
    assert Locked(s3, locked, ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=mine).kept() == ("GOVERNANCE", mine)
    copied = s3.copy_object(Bucket=locked, Key="copy", CopySource=f"{locked}/k")["VersionId"]
    assert s3.head_object(Bucket=locked, Key="copy", VersionId=copied)["ObjectLockMode"] == mode
    # Without a rule new versions are free again; what has a retention keeps it.
    s3.put_object_lock_configuration(Bucket=locked, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    with refused("NoSuchObjectLockConfiguration", 404):
        Locked(s3, locked).kept()
    assert made.kept()[0] == mode


def test_default_retention_of_uploads_in_parts(s3, own):
    s3.put_object_lock_configuration(Bucket=own.bucket, ObjectLockConfiguration={
        "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}})
    upload = {"Bucket": own.bucket, "Key": "parts"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    part = s3.upload_part(**upload, PartNumber=1, Body=b"x")
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert s3.head_object(Bucket=own.bucket, Key="parts")["ObjectLockMode"] == "GOVERNANCE"


# Headers


def test_headers_on_writes_and_reads(way, locked):
    s3 = way.s3
    until = later(hours=1)
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until, "ObjectLockLegalHoldStatus": "ON"}
    s3.put_object(Bucket=locked, Key="put", Body=b"x", **lock)
    s3.copy_object(Bucket=locked, Key="copy", CopySource=f"{locked}/put", **lock)
    upload = {"Bucket": locked, "Key": "parts"}
    upload["UploadId"] = s3.create_multipart_upload(**upload, **lock)["UploadId"]
    part = s3.upload_part(**upload, PartNumber=1, Body=b"x")
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    for key in ("put", "copy", "parts"):
        for reply in (s3.head_object(Bucket=locked, Key=key), s3.get_object(Bucket=locked, Key=key)):
            assert {name: reply[name] for name in lock} == lock
    s3.copy_object(Bucket=locked, Key="free", CopySource=f"{locked}/put")
    free = s3.head_object(Bucket=locked, Key="free")
    assert not set(lock) & set(free)


# Retention of one version


def test_nothing_set(thing):
    with refused("NoSuchObjectLockConfiguration", 404):
        thing.kept()
    with refused("NoSuchObjectLockConfiguration", 404):
        thing.s3.get_object_legal_hold(**thing.one)
    assert "ObjectLockMode" not in thing.s3.head_object(Bucket=thing.bucket, Key="k")
    thing.delete()


def test_governance(thing):
    day = later(days=1)
    before = thing.s3.head_object(**thing.one)["LastModified"]
    thing.keep("GOVERNANCE", day)
    assert thing.kept() == ("GOVERNANCE", day)
    assert thing.s3.head_object(**thing.one)["LastModified"] == before
    with refused("AccessDenied", 403) as seen:
        thing.delete()
    assert seen.error["Message"] == "Access Denied because object protected by object lock."
    thing.keep("GOVERNANCE", day)
    thing.keep("GOVERNANCE", later(days=2))
    for mode, until in (("GOVERNANCE", later(hours=1)), ("COMPLIANCE", later(days=3)), (None, None)):
        with refused("AccessDenied", 403):
            thing.keep(mode, until)
    thing.keep("GOVERNANCE", later(hours=1), **BYPASS)
    thing.keep(None, None, **BYPASS)
    with refused("NoSuchObjectLockConfiguration", 404):
        thing.kept()
    thing.keep("GOVERNANCE", day)
    thing.delete(**BYPASS)


def test_governance_becomes_compliance_by_a_bypass(own):
    own.keep("GOVERNANCE", later(days=1))
    own.keep("COMPLIANCE", later(days=1), **BYPASS)
    assert own.kept()[0] == "COMPLIANCE"


def test_compliance(thing):
    day = later(days=1)
    thing.keep("COMPLIANCE", day)
    thing.keep("COMPLIANCE", day)
    for more in ({}, BYPASS):
        for mode, until in (("COMPLIANCE", later(hours=1)), ("GOVERNANCE", later(days=2)), (None, None)):
            with refused("AccessDenied", 403):
                thing.keep(mode, until, **more)
        with refused("AccessDenied", 403):
            thing.delete(**more)
    thing.keep("COMPLIANCE", later(days=2))
    assert thing.s3.get_object(**thing.one)["Body"].read() == b"x"


def test_legal_hold(thing):
    thing.hold("ON")
    assert thing.s3.get_object_legal_hold(**thing.one)["LegalHold"] == {"Status": "ON"}
    for more in ({}, BYPASS):
        with refused("AccessDenied", 403):
            thing.delete(**more)
    thing.hold("OFF")
    assert thing.s3.get_object_legal_hold(**thing.one)["LegalHold"] == {"Status": "OFF"}
    thing.delete()


def test_hold_and_retention_are_two_things(own):
    own.keep("GOVERNANCE", later(days=1))
    own.hold("ON")
    own.keep(None, None, **BYPASS)
    with refused("AccessDenied", 403):
        own.delete(**BYPASS)
    own.hold("OFF")
    own.delete()


def test_it_ends(own):
    for mode in ("GOVERNANCE", "COMPLIANCE"):
        made = Locked(own.s3, own.bucket, ObjectLockMode=mode, ObjectLockRetainUntilDate=later(seconds=2))
        with refused("AccessDenied", 403):
            made.delete()
        time.sleep(2.1)
        made.keep("GOVERNANCE", later(seconds=1))
        time.sleep(1.1)
        made.delete()


# What a lock does not forbid


def test_markers_and_new_versions_come(thing):
    s3 = thing.s3
    thing.keep("COMPLIANCE", later(days=1))
    thing.hold("ON")
    s3.put_object(Bucket=thing.bucket, Key="k", Body=b"y")
    s3.put_object_tagging(**thing.one, Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    marker = s3.delete_object(Bucket=thing.bucket, Key="k")["VersionId"]
    s3.delete_object(Bucket=thing.bucket, Key="k", VersionId=marker)
    assert s3.get_object(**thing.one)["Body"].read() == b"x"
    with refused("BucketNotEmpty", 409):
        s3.delete_bucket(Bucket=thing.bucket)


def test_many_at_once(thing):
    s3 = thing.s3
    thing.keep("GOVERNANCE", later(days=1))
    free = s3.put_object(Bucket=thing.bucket, Key="free", Body=b"y")["VersionId"]
    entries = {"Objects": [{"Key": "k", "VersionId": thing.version}, {"Key": "free", "VersionId": free}]}
    answer = s3.delete_objects(Bucket=thing.bucket, Delete=entries)
    assert [d["Key"] for d in answer["Deleted"]] == ["free"]
    assert [(e["Key"], e["VersionId"], e["Code"]) for e in answer["Errors"]] == [("k", thing.version, "AccessDenied")]
    answer = s3.delete_objects(Bucket=thing.bucket, Delete=entries, **BYPASS)
    assert "Errors" not in answer and len(answer["Deleted"]) == 2


def test_locks_outlive_a_restart(tmp_path):
    from support import clients
    from support.server import Server
    with Server(data=tmp_path / "data") as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="kept", ObjectLockEnabledForBucket=True)
        thing = Locked(s3, "kept")
        day = later(days=1)
        thing.keep("COMPLIANCE", day)
        thing.hold("ON")
        server.restart()
        thing.s3 = clients.s3(server)
        assert thing.kept() == ("COMPLIANCE", day)
        assert thing.s3.get_object_legal_hold(**thing.one)["LegalHold"]["Status"] == "ON"
        with refused("AccessDenied", 403):
            thing.delete(**BYPASS)
