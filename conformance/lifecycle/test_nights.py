"""What lifecycle rules do, with days of ten seconds: versioned and not, in both dialects, locks respected.

One server, one wait: every bucket gets its rules and objects, then some days go by.
"""

import time

import oss2
import pytest

from support import clients, oss
from support.checks import refused
from support.command import weir, weir_json
from support.server import Server, wait_until

DAY = 10


class Nights:
    """Buckets in which something is due, and what they were like before."""

    def __init__(self, server):
        self.server, self.s3 = server, clients.s3(server)
        for name in ("plain", "versioned", "locked", "late", "both", "cooling"):
            self.s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=name == "locked")
        self.s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
        self.fill()

    def rules(self, bucket, *rules):
        self.s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [
            {"ID": str(n), "Status": "Enabled", "Filter": {}, **rule} for n, rule in enumerate(rules)]})

    def put(self, bucket, key, **more):
        return self.s3.put_object(Bucket=bucket, Key=key, Body=key.encode() * 3000, **more)

    def fill(self):
        self.rules("plain", {"Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 1}},
                   {"Filter": {"Tag": {"Key": "short", "Value": "1"}}, "Expiration": {"Days": 1}},
                   {"Filter": {"ObjectSizeGreaterThan": 100_000}, "Expiration": {"Days": 1}},
                   {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}})
        for key in ("tmp/a", "tmp/b", "keep", "large" * 8):
            self.put("plain", key)
        self.put("plain", "tagged", Tagging="short=1")
        self.s3.create_multipart_upload(Bucket="plain", Key="upload")
        self.rules("versioned", {"Filter": {"Prefix": "old/"},
                                 "NoncurrentVersionExpiration": {"NoncurrentDays": 1, "NewerNoncurrentVersions": 2}},
                   {"Filter": {"Prefix": "gone/"}, "Expiration": {"Days": 1},
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 1}})
        for _ in range(5):
            self.put("versioned", "old/k")
        self.put("versioned", "gone/k")
        self.rules("locked", {"Filter": {}, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}})
        self.held = self.put("locked", "k")["VersionId"]
        self.s3.put_object_legal_hold(Bucket="locked", Key="k", LegalHold={"Status": "ON"})
        self.free = self.put("locked", "k")["VersionId"]
        self.put("locked", "k")
        # What is there before its rules.
        for n in range(30):
            self.put("late", f"k{n}")
        self.rules("late", {"Filter": {"Prefix": "k1"}, "Expiration": {"Days": 1}})
        oss.make(self.server, "v2-v4").put("both", "by-oss", b"x")
        self.rules("both", {"Filter": {}, "Expiration": {"Days": 1}})
        self.cool()
        self.preview = weir_json(self.server, "lifecycle", "preview", "plain", "--days", 5)

    def cool(self):
        """Objects that change their class, set by both dialects; small ones stay unless a rule speaks of sizes."""
        self.s3.put_bucket_versioning(Bucket="cooling", VersioningConfiguration={"Status": "Enabled"})
        self.rules("cooling", {"Filter": {"Prefix": "large/"}, "Transitions": [
            {"Days": 1, "StorageClass": "GLACIER_IR"}, {"Days": 3, "StorageClass": "GLACIER"}]},
            {"Filter": {"And": {"Prefix": "small/", "ObjectSizeGreaterThan": 0}},
             "Transitions": [{"Days": 0, "StorageClass": "DEEP_ARCHIVE"}]},
            {"Filter": {"Prefix": "old/"}, "NoncurrentVersionTransitions": [
                {"NoncurrentDays": 0, "StorageClass": "GLACIER_IR", "NewerNoncurrentVersions": 1}]})
        for key in ("large/a", "large/small", "small/a"):
            body = key.encode() * (20_000 if key == "large/a" else 10)
            self.s3.put_object(Bucket="cooling", Key=key, Body=body)
        for _ in range(4):
            self.s3.put_object(Bucket="cooling", Key="old/k", Body=b"x" * 200_000)
        client = oss.make(self.server, "oss2-v4")
        client.make_bucket("cooling-oss")
        client.bucket("cooling-oss").put_bucket_lifecycle(oss2.models.BucketLifecycle([oss2.models.LifecycleRule(
            "r", "", "Enabled", storage_transitions=[
                oss2.models.StorageTransition(days=1, storage_class="IA"),
                oss2.models.StorageTransition(days=2, storage_class="Archive")])]))
        client.put("cooling-oss", "k", b"x")
        self.cooling = weir_json(self.server, "lifecycle", "preview", "cooling", "--days", 5)

    def classes(self, bucket):
        """By key; of several versions of one, the newest first."""
        found = {}
        for one in self.versions(bucket)[0]:
            found.setdefault(one["Key"], []).append(one["StorageClass"])
        return found

    def keys(self, bucket):
        return [entry["Key"] for entry in self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]

    def versions(self, bucket):
        listed = self.s3.list_object_versions(Bucket=bucket)
        return listed.get("Versions", []), listed.get("DeleteMarkers", [])


@pytest.fixture(scope="module")
def nights():
    settings = {"lifecycle.day": f"{DAY}s", "lifecycle.interval": "200ms"}
    with Server(settings=settings) as server:
        nights = Nights(server)
        assert "tmp/a" in nights.keys("plain"), "a day has not gone by"
        assert wait_until(lambda: "tmp/a" not in nights.keys("plain"), 3 * DAY)
        # gone/k: a marker on the first night, its version on the second, the marker with it.
        assert wait_until(lambda: not any("gone/" in one["Key"] for found in nights.versions("versioned") for one in found),
                   4 * DAY)
        yield nights


def test_classes_change(nights):
    expected = {"large/a": ["GLACIER"], "large/small": ["STANDARD"], "small/a": ["DEEP_ARCHIVE"],
                "old/k": ["STANDARD", "STANDARD", "GLACIER_IR", "GLACIER_IR"]}
    assert wait_until(lambda: nights.classes("cooling") == expected, 5 * DAY), nights.classes("cooling")
    assert nights.classes("cooling-oss") == {"k": ["GLACIER"]}
    assert oss.make(nights.server, "oss2-v4").head("cooling-oss", "k").headers["x-oss-storage-class"] == "Archive"
    with refused("InvalidObjectState", 403):
        nights.s3.get_object(Bucket="cooling", Key="large/a")
    assert sum(day["transitions"] for day in nights.cooling["days"]) == 4
    told = weir_json(nights.server, "lifecycle", "status", "cooling")
    assert (told["transitions"], told["failures"]) == (5, 0)
    assert told["transition_bytes"] == 2 * len("large/a") * 20_000 + len("small/a") * 10 + 2 * 200_000
    shown = weir(nights.server, "lifecycle", "status", "cooling")
    assert "to GLACIER_IR after 1 day; to GLACIER after 3 days" in shown
    assert "old versions to GLACIER_IR after 0 days, but the newest 1" in shown
    assert nights.server.metrics()["weir_lifecycle_transitions_total"] >= 7


def test_objects_expire(nights):
    assert nights.keys("plain") == ["keep"]
    assert nights.keys("both") == []


def test_uploads_are_aborted(nights):
    assert "Uploads" not in nights.s3.list_multipart_uploads(Bucket="plain")


def test_the_newest_old_versions_stay(nights):
    versions, markers = nights.versions("versioned")
    assert [one["Key"] for one in versions] == ["old/k"] * 3 and not markers


def test_locks_hold(nights):
    versions = [one["VersionId"] for one in nights.versions("locked")[0]]
    assert nights.held in versions and nights.free not in versions and len(versions) == 2
    assert weir_json(nights.server, "lifecycle", "status", "locked")["held"] >= 1


def test_rules_reach_what_is_there(nights):
    assert len(nights.keys("late")) == 19 and "k1" not in nights.keys("late") and "k2" in nights.keys("late")


def test_the_preview_said_so(nights):
    assert sum(day["expired"] for day in nights.preview["days"]) == 4
    assert sum(day["aborted_uploads"] for day in nights.preview["days"]) == 1
    assert nights.preview["keys"] == 5 and not nights.preview["truncated"]


def test_status(nights):
    told = weir_json(nights.server, "lifecycle", "status", "plain")
    assert (told["expired"], told["aborted_uploads"], told["failures"]) == (4, 1, 0)
    assert told["indexed"] and told["due"] == 0 and told["day_seconds"] == DAY
    shown = weir(nights.server, "lifecycle", "status", "plain")
    assert "expire after 1 day" in shown and "abort uploads after 1 day" in shown
    assert "has no lifecycle rules" in weir(nights.server, "lifecycle", "status", nights_without_rules(nights))
    assert "nothing is due" in weir(nights.server, "lifecycle", "preview", "plain")
    weir(nights.server, "lifecycle", "status", "no-such-bucket", status=1)


def nights_without_rules(nights):
    nights.s3.create_bucket(Bucket="ruleless")
    return "ruleless"


def test_metrics(nights):
    metrics = nights.server.metrics()
    assert metrics["weir_lifecycle_expired_total"] >= 16
    assert metrics["weir_lifecycle_aborted_uploads_total"] == 1
    assert metrics["weir_lifecycle_failures_total"] == 0
    assert metrics["weir_lifecycle_late_seconds"] <= 5


def test_what_was_due_while_the_server_was_down_is_done(nights):
    server, s3 = nights.server, nights.s3
    nights.put("plain", "tmp/again")
    server.stop()
    time.sleep(2 * DAY)
    server.start()
    assert wait_until(lambda: "tmp/again" not in clients.s3(server).list_objects_v2(Bucket="plain").get("Contents", [{}])[0]
               .get("Key", ""), 5)
    assert [one["Key"] for one in clients.s3(server).list_objects_v2(Bucket="plain")["Contents"]] == ["keep"]
