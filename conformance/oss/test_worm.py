"""WORM: policies of buckets, and Object Lock in OSS's words."""

import datetime

import alibabacloud_oss_v2 as v2
import oss2
import pytest

from support import clients, forms, oss
from support.checks import refused as s3_refused
from support.oss import refused
from support.oss_raw import ask, md5


class Worm:
    """The policy of a bucket through either SDK."""

    def __init__(self, client, bucket):
        self.client, self.bucket = client, bucket
        self.is_oss2 = client.sdk == "oss2"

    def begin(self, days):
        if self.is_oss2:
            return self.client.bucket(self.bucket).init_bucket_worm(days).worm_id
        return self.client.client.initiate_bucket_worm(v2.InitiateBucketWormRequest(
            self.bucket, initiate_worm_configuration=v2.InitiateWormConfiguration(days))).worm_id

    def abort(self):
        if self.is_oss2:
            return self.client.bucket(self.bucket).abort_bucket_worm().status
        return self.client.client.abort_bucket_worm(v2.AbortBucketWormRequest(self.bucket)).status_code

    def complete(self, worm_id):
        if self.is_oss2:
            return self.client.bucket(self.bucket).complete_bucket_worm(worm_id).status
        return self.client.client.complete_bucket_worm(
            v2.CompleteBucketWormRequest(self.bucket, worm_id=worm_id)).status_code

    def extend(self, worm_id, days):
        if self.is_oss2:
            return self.client.bucket(self.bucket).extend_bucket_worm(worm_id, days).status
        return self.client.client.extend_bucket_worm(v2.ExtendBucketWormRequest(
            self.bucket, worm_id=worm_id, extend_worm_configuration=v2.ExtendWormConfiguration(days))).status_code

    def show(self):
        """Id, state and days."""
        if self.is_oss2:
            told = self.client.bucket(self.bucket).get_bucket_worm()
            assert told.creation_date
            return told.worm_id, told.state, told.retention_period_days
        told = self.client.client.get_bucket_worm(v2.GetBucketWormRequest(self.bucket)).worm_configuration
        assert told.creation_date and bool(told.expiration_date) == (told.state == "InProgress")
        return told.worm_id, told.state, told.retention_period_in_days


@pytest.fixture
def worm(client, bucket):
    return Worm(client, bucket)


def test_a_policy_s_life(worm):
    for call in (worm.show, worm.abort, lambda: worm.complete("none")):
        with refused("NoSuchWORMConfiguration", 404):
            call()
    first = worm.begin(1)
    assert worm.show() == (first, "InProgress", 1)
    with refused("WORMConfigurationAlreadyExists", 409):
        worm.begin(1)
    with refused("InvalidWORMConfiguration", 400):
        worm.extend(first, 2)
    assert worm.abort() == 204
    second = worm.begin(2)
    with refused("NoSuchWORMConfiguration", 404):
        worm.complete(first)
    assert second != first and worm.complete(second) == 200
    assert worm.show() == (second, "Locked", 2)
    for call in (worm.abort, lambda: worm.complete(second)):
        with refused("WORMConfigurationLocked", 403):
            call()
    for days in (1, 2):
        with refused("InvalidWORMConfiguration", 400):
            worm.extend(second, days)
    with refused("NoSuchWORMConfiguration", 404):
        worm.extend(first, 3)
    assert worm.extend(second, 3) == 200
    assert worm.show() == (second, "Locked", 3)


@pytest.mark.parametrize("days", [0, -1, 25551])
def test_periods(worm, days):
    with refused("InvalidArgument", 400):
        worm.begin(days)


def test_nothing_is_lost(client, server, bucket, worm):
    """While the policy is on trial as well."""
    client.put(bucket, "k", b"1")
    client.append(bucket, "log", 0, b"1")
    upload = client.initiate(bucket, "k")
    etag = client.part(bucket, "k", upload, 1, b"2").etag.strip('"')
    worm_id = worm.begin(1)
    for _ in range(2):
        for call in (lambda: client.put(bucket, "k", b"2"), lambda: client.delete(bucket, "k"),
                     lambda: client.copy((bucket, "k"), (bucket, "k"), {"x-oss-metadata-directive": "REPLACE"}),
                     lambda: client.complete(bucket, "k", upload, [(1, etag)]),
                     lambda: client.append(bucket, "log", 1, b"2"), lambda: client.link(bucket, "k", "log")):
            with refused("FileImmutable", 409):
                call()
        form = forms.post(server, bucket, forms.oss_fields({"key": "k"}))
        assert form.status_code == 409 and b"<Code>FileImmutable</Code>" in form.content
        assert client.delete_many(bucket, "k") == []
        assert client.get(bucket, "k").body == b"1"
        if worm.show()[1] == "InProgress":
            worm.complete(worm_id)
    client.put(bucket, "new", b"3")
    with refused("BucketNotEmpty", 409):
        client.remove_bucket(bucket)


def test_taken_back(client, bucket, worm):
    client.put(bucket, "k", b"1")
    worm.begin(1)
    worm.abort()
    client.put(bucket, "k", b"2")
    client.delete(bucket, "k")
    client.remove_bucket(bucket)


def test_versions_under_a_policy(client, versioned):
    first = client.put(versioned, "k", b"1").version
    Worm(client, versioned).begin(1)
    client.put(versioned, "k", b"2")
    marker = client.delete(versioned, "k").version
    with refused("FileImmutable", 409):
        client.delete(versioned, "k", version=first)
    client.delete(versioned, "k", version=marker)
    assert client.get(versioned, "k").body == b"2"


def test_s3_is_told_too(server, bucket):
    client = oss.make(server, "v2-v4")
    client.put(bucket, "k", b"1")
    Worm(client, bucket).begin(1)
    s3 = clients.s3(server)
    with s3_refused("AccessDenied", 403):
        s3.delete_object(Bucket=bucket, Key="k")
    with s3_refused("AccessDenied", 403):
        s3.put_object(Bucket=bucket, Key="k", Body=b"2")
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"1"


@pytest.mark.parametrize("method, query, body, code", [
    ("POST", "worm", b"", "MalformedXML"), ("POST", "worm", b"<Other/>", "MalformedXML"),
    ("POST", "wormExtend&wormId=x", b"", "MalformedXML"), ("POST", "wormExtend&wormId=x", b"<a", "MalformedXML")])
def test_documents(server, bucket, method, query, body, code):
    for version in ("v1", "v4"):
        reply = ask(server, method, bucket, query=query, body=body, version=version)
        assert (reply.status, reply.code) == (400, code)


def test_a_damaged_document(server, bucket):
    document = b"<InitiateWormConfiguration><RetentionPeriodInDays>1</RetentionPeriodInDays></InitiateWormConfiguration>"
    reply = ask(server, "POST", bucket, query="worm", body=document, headers={"content-md5": md5(b"other")})
    assert (reply.status, reply.code) == (400, "InvalidDigest")


# Object Lock, of the newer SDK only: oss2 has no word for it


UTC = datetime.timezone.utc


def later(**delta):
    return (datetime.datetime.now(UTC) + datetime.timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Lock:
    """Object Lock of a bucket and of objects in it."""

    def __init__(self, server, version, bucket):
        self.coat = oss.make(server, f"v2-{version}")
        self.client, self.bucket = self.coat.client, bucket

    def enable(self, mode=None, **period):
        rule = mode and v2.ObjectWormConfigurationRule(
            default_retention=v2.ObjectWormConfigurationRuleDefaultRetention(mode=mode, **period))
        self.client.put_bucket_object_worm_configuration(v2.PutBucketObjectWormConfigurationRequest(
            self.bucket, object_worm_configuration=v2.ObjectWormConfiguration(
                object_worm_enabled="Enabled", rule=rule)))

    def shown(self):
        return self.client.get_bucket_object_worm_configuration(
            v2.GetBucketObjectWormConfigurationRequest(self.bucket)).object_worm_configuration

    def keep(self, key, mode, until, version=None, bypass=None):
        self.client.put_object_retention(v2.PutObjectRetentionRequest(
            self.bucket, key, version_id=version, bypass_governance_retention=bypass,
            retention=v2.Retention(mode=mode, retain_until_date=until)))

    def kept(self, key, version=None):
        told = self.client.get_object_retention(v2.GetObjectRetentionRequest(self.bucket, key, version_id=version))
        return told.retention.mode, told.retention.retain_until_date

    def hold(self, key, status):
        self.client.put_object_legal_hold(v2.PutObjectLegalHoldRequest(
            self.bucket, key, legal_hold=v2.LegalHold(status=status)))

    def held(self, key):
        return self.client.get_object_legal_hold(
            v2.GetObjectLegalHoldRequest(self.bucket, key)).legal_hold.status


@pytest.fixture
def lock(server, version, versioned):
    return Lock(server, version, versioned)


def test_the_bucket_s_lock(lock, server):
    with refused("NoSuchWORMConfiguration", 404):
        lock.shown()
    lock.enable()
    assert lock.shown().object_worm_enabled == "Enabled" and lock.shown().rule is None
    lock.enable("GOVERNANCE", days=2)
    told = lock.shown().rule.default_retention
    assert (told.mode, told.days, told.years) == ("GOVERNANCE", 2, None)
    told = clients.s3(server).get_object_lock_configuration(Bucket=lock.bucket)["ObjectLockConfiguration"]
    assert told["Rule"]["DefaultRetention"] == {"Mode": "GOVERNANCE", "Days": 2}


def test_a_lock_needs_versions(server, version, bucket):
    with refused("InvalidBucketState", 409):
        Lock(server, version, bucket).enable()


def test_retention(lock):
    lock.enable()
    put = lock.coat.put(lock.bucket, "k", b"1")
    with refused("NoSuchWORMConfiguration", 404):
        lock.kept("k")
    until = later(days=2)
    lock.keep("k", "GOVERNANCE", until)
    assert lock.kept("k", put.version) == ("GOVERNANCE", until)
    head = lock.coat.head(lock.bucket, "k").headers
    assert (head["x-oss-object-worm-mode"], head["x-oss-object-worm-retain-until-date"]) == ("GOVERNANCE", until)
    with refused("AccessDenied", 403):
        lock.keep("k", "GOVERNANCE", later(days=1))
    with refused("AccessDenied", 403):
        lock.coat.delete(lock.bucket, "k", version=put.version)
    lock.keep("k", "GOVERNANCE", later(days=1), bypass=True)


def test_legal_holds(lock, server):
    lock.enable()
    version = lock.coat.put(lock.bucket, "k", b"1").version
    with refused("NoSuchWORMConfiguration", 404):
        lock.held("k")
    lock.hold("k", "ON")
    assert lock.held("k") == "ON"
    assert lock.coat.head(lock.bucket, "k").headers["x-oss-object-worm-legal-hold"] == "ON"
    assert clients.s3(server).get_object_legal_hold(Bucket=lock.bucket, Key="k")["LegalHold"] == {"Status": "ON"}
    with refused("AccessDenied", 403):
        lock.coat.delete(lock.bucket, "k", version=version)
    lock.hold("k", "OFF")
    assert lock.held("k") == "OFF"
    lock.coat.delete(lock.bucket, "k", version=version)


def test_locked_from_the_start(lock):
    lock.enable("GOVERNANCE", years=1)
    lock.coat.put(lock.bucket, "k", b"1")
    assert lock.kept("k")[0] == "GOVERNANCE"
    until = later(days=3)
    lock.coat.put(lock.bucket, "own", b"1", {
        "x-oss-object-worm-mode": "COMPLIANCE", "x-oss-object-worm-retain-until-date": until,
        "x-oss-object-worm-legal-hold": "ON"})
    assert lock.kept("own") == ("COMPLIANCE", until) and lock.held("own") == "ON"


def test_no_lock_on_the_bucket(lock):
    lock.coat.put(lock.bucket, "k", b"1")
    for call in (lambda: lock.kept("k"), lambda: lock.held("k"), lambda: lock.hold("k", "ON"),
                 lambda: lock.keep("k", "GOVERNANCE", later(days=1))):
        with refused("InvalidRequest", 400):
            call()
