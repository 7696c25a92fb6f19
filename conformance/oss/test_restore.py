"""Archived objects in OSS's words: RestoreObject, CleanRestoredObject, and Archive that is read directly."""

import datetime
import os
import uuid

import alibabacloud_oss_v2 as v2
import oss2
import pytest

from support import clients, oss
from support.checks import refused as s3_refused
from support.oss import refused
from support.oss_raw import ask, md5
from support.server import Server, wait_until

BODY = os.urandom(100_000)
# OSS's name, S3's, days at most
ARCHIVES = [("Archive", "GLACIER", 7), ("ColdArchive", "GLACIER", 365), ("DeepColdArchive", "DEEP_ARCHIVE", 365)]


def archived(client, bucket, name="ColdArchive", key="k", body=BODY):
    return client.put(bucket, key, body, {"x-oss-storage-class": name})


def restore(client, bucket, key="k", days=None, tier=None, version=None):
    """The answer; without days and tier the request has no document."""
    if client.sdk == "oss2":
        job = oss2.models.RestoreJobParameters(tier) if tier else None
        wish = oss2.models.RestoreConfiguration(days, job) if days else None
        return client.answer(client.bucket(bucket).restore_object(key, params=oss.of_version(version), input=wish))
    wish = v2.RestoreRequest(days=days, job_parameters=v2.JobParameters(tier) if tier else None) if days else None
    return client.answer(client.client.restore_object(
        v2.RestoreObjectRequest(bucket, key, version_id=version, restore_request=wish)))


def clean(server, bucket, key="k", version="v4"):
    """oss2 has no word for it."""
    return oss.v2_client(server, version).clean_restored_object(v2.CleanRestoredObjectRequest(bucket, key)).status_code


def clean_version(server, bucket, version):
    """By hand: the SDK does not send the version that it is given."""
    reply = ask(server, "POST", bucket, "k", f"cleanRestoredObject&versionId={version}")
    return reply.status, reply.code


def days_left(client, bucket, key="k"):
    text = client.head(bucket, key).headers["x-oss-restore"]
    assert text.startswith('ongoing-request="false", expiry-date="') and text.endswith('GMT"')
    until = datetime.datetime.strptime(text[38:-1], "%a, %d %b %Y %H:%M:%S GMT")
    return (until - datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)).total_seconds() / 86_400


@pytest.mark.parametrize("name, s3_name, most", ARCHIVES)
def test_a_restore(client, s3, bucket, name, s3_name, most):
    archived(client, bucket, name)
    for read in (lambda: client.get(bucket, "k"), lambda: client.copy((bucket, "k"), (bucket, "copy")),
                 lambda: client.part_copy((bucket, "k"), (bucket, "u"), client.initiate(bucket, "u"), 1)):
        with refused("InvalidObjectState", 403):
            read()
    head = client.head(bucket, "k")
    assert head.headers["x-oss-storage-class"] == name and "x-oss-restore" not in head.headers
    assert client.meta(bucket, "k").headers["Content-Length"] == str(len(BODY))
    with s3_refused("InvalidObjectState", 403) as seen:
        s3.get_object(Bucket=bucket, Key="k")
    assert seen.error["StorageClass"] == s3_name
    assert restore(client, bucket).status == 202
    got = client.get(bucket, "k")
    assert got.body == BODY and got.headers["x-oss-storage-class"] == name
    assert got.headers["x-oss-restore"] == client.head(bucket, "k").headers["x-oss-restore"]
    assert 0.99 < days_left(client, bucket) <= 1, "one day when nothing is said, to the second"
    assert "false" in s3.head_object(Bucket=bucket, Key="k")["Restore"]
    again = restore(client, bucket, days=most)
    assert again.status == 200 and most - 0.01 < days_left(client, bucket) <= most
    priority = again.headers.get("x-oss-object-restore-priority")
    assert priority == (None if name == "Archive" else "Standard")
    with refused("InvalidArgument", 400):
        restore(client, bucket, days=most + 1)
    # For good.
    client.copy((bucket, "k"), (bucket, "k"), {"x-oss-storage-class": "Standard"})
    assert client.get(bucket, "k").body == BODY


def test_tiers(client, bucket):
    for name, tiers, others in (("Archive", [], ["Expedited", "Standard", "Bulk"]),
                                ("ColdArchive", ["Expedited", "Standard", "Bulk"], []),
                                ("DeepColdArchive", ["Expedited", "Standard"], ["Bulk"])):
        for tier in others:
            archived(client, bucket, name)
            with refused("InvalidArgument", 400):
                restore(client, bucket, days=1, tier=tier)
            assert "x-oss-restore" not in client.head(bucket, "k").headers
        for tier in tiers:
            archived(client, bucket, name)
            assert restore(client, bucket, days=1, tier=tier).status == 202
            assert restore(client, bucket, days=1, tier=tier).headers["x-oss-object-restore-priority"] == tier


@pytest.mark.parametrize("name", ["Standard", "IA"])
def test_what_is_not_archived(client, server, bucket, name):
    archived(client, bucket, name)
    with refused("OperationNotSupported", 400):
        restore(client, bucket)
    with refused("OperationNotSupported", 400):
        clean(server, bucket)


def test_clean(client, server, bucket):
    archived(client, bucket)
    with refused("ArchiveRestoreFileStale", 409):
        clean(server, bucket, version=client.version)
    restore(client, bucket)
    assert client.get(bucket, "k").body == BODY
    assert clean(server, bucket, version=client.version) == 200
    with refused("InvalidObjectState", 403):
        client.get(bucket, "k")
    with refused("ArchiveRestoreFileStale", 409):
        clean(server, bucket, version=client.version)
    assert restore(client, bucket).status == 202


def test_versions(client, server, versioned):
    old, new = (archived(client, versioned).version for _ in range(2))
    answer = restore(client, versioned, version=old)
    assert (answer.status, answer.version) == (202, old)
    assert client.get(versioned, "k", version=old).body == BODY
    with refused("InvalidObjectState", 403):
        client.get(versioned, "k")
    assert clean_version(server, versioned, old) == (200, None)
    with refused("InvalidObjectState", 403):
        client.get(versioned, "k", version=old)
    marker = client.delete(versioned, "k").version
    for call in (lambda: restore(client, versioned), lambda: clean(server, versioned)):
        with refused("NoSuchKey", 404):
            call()
    for version, code, status in ((marker, "MethodNotAllowed", 405), ("0000000000000001", "NoSuchVersion", 404)):
        with refused(code, status):
            restore(client, versioned, version=version)
        assert clean_version(server, versioned, version) == (status, code)
    assert clean_version(server, versioned, "") == (400, "InvalidArgument")


def test_listings_show_restores(client, server, bucket):
    for key in ("frozen", "restored"):
        archived(client, bucket, key=key)
    restore(client, bucket, "restored")
    told = client.head(bucket, "restored").headers["x-oss-restore"]
    for query in ("", "list-type=2", "versions"):
        listed = ask(server, "GET", bucket, query=query).body.decode()
        assert listed.count("<RestoreInfo>") == 1
        assert f"<RestoreInfo>{told}</RestoreInfo>" in listed.replace("&quot;", '"')
    if client.sdk == "v2":
        assert {one.key: one.restore_info for one in client.list(bucket).result.contents} == {
            "frozen": None, "restored": told}


def test_classes_of_buckets(client, server, s3, name):
    """What names no class in an archive's bucket is archived."""
    if client.sdk == "oss2":
        config = oss2.models.BucketCreateConfig("ColdArchive")
        client.bucket(name).create_bucket(oss2.BUCKET_ACL_PRIVATE, config)
    else:
        client.client.put_bucket(v2.PutBucketRequest(
            name, create_bucket_configuration=v2.CreateBucketConfiguration(storage_class="ColdArchive")))
    client.put(name, "k", BODY)
    assert s3.head_object(Bucket=name, Key="k")["StorageClass"] == "GLACIER"
    with refused("InvalidObjectState", 403):
        client.get(name, "k")
    with refused("InvalidArgument", 400):
        client.append(name, "log", 0, b"x")
    client.append(name, "log", 0, b"x", {"x-oss-storage-class": "Archive"})
    client.append(name, "log", 1, b"y")
    with refused("InvalidObjectState", 403):
        client.get(name, "log")
    told = oss.oss2_bucket(server, name).get_bucket_stat()
    assert (told.cold_archive_real_storage, told.archive_real_storage) == (len(BODY), 2)


def test_direct_read(server, bucket, version):
    old, new = oss.oss2_bucket(server, bucket, version), oss.v2_client(server, version)
    client = oss.make(server, f"v2-{version}")
    for name in ("Archive", "ColdArchive"):
        archived(client, bucket, name, key=name)

    def is_on():
        told = new.get_bucket_archive_direct_read(v2.GetBucketArchiveDirectReadRequest(bucket))
        on = told.archive_direct_read_configuration.enabled
        assert old.get_bucket_archive_direct_read().enabled is on
        return on

    assert is_on() is False
    old.put_bucket_archive_direct_read(True)
    assert is_on() is True
    assert client.get(bucket, "Archive").body == BODY
    client.copy((bucket, "Archive"), (bucket, "copy"))
    with refused("InvalidObjectState", 403):
        client.get(bucket, "ColdArchive")
    new.put_bucket_archive_direct_read(v2.PutBucketArchiveDirectReadRequest(
        bucket, archive_direct_read_configuration=v2.ArchiveDirectReadConfiguration(enabled=False)))
    assert is_on() is False
    with refused("InvalidObjectState", 403):
        client.get(bucket, "Archive")


DIRECT = b"<ArchiveDirectReadConfiguration><Enabled>true</Enabled></ArchiveDirectReadConfiguration>"
DAYS = b"<RestoreRequest><Days>%s</Days></RestoreRequest>"
WRONG = {"content-md5": md5(b"other")}


@pytest.mark.parametrize("method, key, query, headers, body, status, code", [
    ("POST", "k", "restore", {}, b"<x/>", 400, "MalformedXML"),
    ("POST", "k", "restore", {}, DAYS % b"x", 400, "MalformedXML"),
    ("POST", "k", "restore", {}, DAYS % b"0", 400, "InvalidArgument"),
    ("POST", "k", "restore", WRONG, DAYS % b"1", 400, "InvalidDigest"),
    ("PUT", "", "bucketArchiveDirectRead", {}, b"", 400, "MalformedXML"),
    ("PUT", "", "bucketArchiveDirectRead", {}, b"<x/>", 400, "MalformedXML"),
    ("PUT", "", "bucketArchiveDirectRead", {}, DIRECT.replace(b"true", b"on"), 400, "MalformedXML"),
    ("PUT", "", "bucketArchiveDirectRead", WRONG, DIRECT, 400, "InvalidDigest")])
def test_documents(server, bucket, method, key, query, headers, body, status, code):
    archived(oss.make(server, "v2-v4"), bucket)
    reply = ask(server, method, bucket, key, query, headers=headers, body=body)
    assert (reply.status, reply.code) == (status, code), reply.body


def test_a_restore_takes_its_time_and_ends():
    settings = {"classes.archive_delay": "2s", "classes.glacier_expedited": "1s", "classes.glacier_standard": "1h",
                "lifecycle.day": "2s"}
    with Server(settings=settings) as server:
        client, bucket = oss.make(server, "v2-v4"), f"slow-{uuid.uuid4().hex[:12]}"
        client.make_bucket(bucket)
        for name in ("Archive", "ColdArchive"):
            archived(client, bucket, name, key=name)
            assert restore(client, bucket, name).status == 202
            assert client.head(bucket, name).headers["x-oss-restore"] == 'ongoing-request="true"'
            with refused("RestoreAlreadyInProgress", 409):
                restore(client, bucket, name)
            with refused("ArchiveRestoreNotFinished", 409):
                clean(server, bucket, name)
        assert restore(client, bucket, "ColdArchive", days=1, tier="Expedited").status == 202
        for name in ("ColdArchive", "Archive"):
            assert wait_until(lambda: "false" in client.head(bucket, name).headers.get("x-oss-restore", ""), 20)
        assert wait_until(lambda: not any("x-oss-restore" in client.head(bucket, name).headers
                                   for name in ("ColdArchive", "Archive")), 20)
        with refused("InvalidObjectState", 403):
            client.get(bucket, "Archive")
        with s3_refused("InvalidObjectState", 403):
            clients.s3(server).get_object(Bucket=bucket, Key="ColdArchive")
