"""Lifecycle configuration by OSS's SDKs, and the same rules in S3's words."""

import datetime

import alibabacloud_oss_v2 as v2
import oss2
import pytest

from support import checks, clients, oss
from support.oss import refused
from support.oss_raw import ask

DAY = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)
# As in the document, which both SDKs are turned into and read back as.
RULES = [
    {"ID": "whole", "Prefix": "w/", "Status": "Enabled", "Expiration": {"Days": 30}},
    {"ID": "tags", "Prefix": "a/", "Status": "Disabled", "Tag": ("k", "v"), "Expiration": {"CreatedBeforeDate": DAY}},
    {"ID": "sizes", "Prefix": "b/", "Status": "Enabled", "Filter": (500, 9000, [("b/c", ("n", "1"))]),
     "Expiration": {"Days": 3}},
    {"ID": "versions", "Prefix": "v/", "Status": "Enabled", "Noncurrent": 5, "Expiration": {"Marker": True}},
    {"ID": "uploads", "Prefix": "u/", "Status": "Enabled", "Abort": {"Days": 2}},
]


class Lifecycle:
    """The rules of a bucket through either SDK."""

    def __init__(self, client, bucket):
        self.client, self.bucket = client, bucket
        self.is_oss2 = client.sdk == "oss2"

    def put(self, *rules, overlap=None):
        if self.is_oss2:
            headers = {"x-oss-allow-same-action-overlap": overlap} if overlap else None
            listed = oss2.models.BucketLifecycle([self.old(rule) for rule in rules])
            return self.client.bucket(self.bucket).put_bucket_lifecycle(listed, headers).status
        return self.client.client.put_bucket_lifecycle(v2.PutBucketLifecycleRequest(
            self.bucket, allow_same_action_overlap=overlap,
            lifecycle_configuration=v2.LifecycleConfiguration([self.new(rule) for rule in rules]))).status_code

    @staticmethod
    def old(rule):
        models = oss2.models
        made = models.LifecycleRule(rule["ID"], rule["Prefix"], rule["Status"])
        if "Expiration" in rule:
            told = rule["Expiration"]
            made.expiration = models.LifecycleExpiration(
                told.get("Days"), created_before_date=told.get("CreatedBeforeDate"),
                expired_detete_marker=told.get("Marker"))
        if "Tag" in rule:
            tags = models.TaggingRule()
            tags.add(*rule["Tag"])
            made.tagging = models.Tagging(tags)
        if "Filter" in rule:
            larger, smaller, nots = rule["Filter"]
            made.filter = models.LifecycleFilter(
                [models.FilterNot(prefix, models.FilterNotTag(*tag)) for prefix, tag in nots], larger, smaller)
        if "Noncurrent" in rule:
            made.noncurrent_version_expiration = models.NoncurrentVersionExpiration(rule["Noncurrent"])
        made.storage_transitions = [models.StorageTransition(days=days, storage_class=name)
                                    for days, name in rule.get("Transitions", [])]
        made.noncurrent_version_sotrage_transitions = [models.NoncurrentVersionStorageTransition(days, name)
                                                       for days, name in rule.get("OldTransitions", [])]
        if "Abort" in rule:
            made.abort_multipart_upload = models.AbortMultipartUpload(rule["Abort"]["Days"])
        return made

    @staticmethod
    def new(rule):
        made = v2.LifecycleRule(id=rule["ID"], prefix=rule["Prefix"], status=rule["Status"])
        if "Expiration" in rule:
            told = rule["Expiration"]
            made.expiration = v2.LifecycleRuleExpiration(
                told.get("CreatedBeforeDate"), told.get("Days"), told.get("Marker"))
        if "Tag" in rule:
            made.tags = [v2.Tag(*rule["Tag"])]
        if "Filter" in rule:
            larger, smaller, nots = rule["Filter"]
            made.filter = v2.LifecycleRuleFilter(
                larger, smaller, [v2.LifecycleRuleNot(prefix, v2.Tag(*tag)) for prefix, tag in nots])
        if "Noncurrent" in rule:
            made.noncurrent_version_expiration = v2.NoncurrentVersionExpiration(noncurrent_days=rule["Noncurrent"])
        made.transitions = [v2.LifecycleRuleTransition(days=days, storage_class=name)
                            for days, name in rule.get("Transitions", [])] or None
        made.noncurrent_version_transitions = [
            v2.NoncurrentVersionTransition(noncurrent_days=days, storage_class=name)
            for days, name in rule.get("OldTransitions", [])] or None
        if "Abort" in rule:
            made.abort_multipart_upload = v2.LifecycleRuleAbortMultipartUpload(rule["Abort"]["Days"])
        return made

    def ids(self):
        if self.is_oss2:
            return [rule.id for rule in self.client.bucket(self.bucket).get_bucket_lifecycle().rules]
        told = self.client.client.get_bucket_lifecycle(v2.GetBucketLifecycleRequest(self.bucket))
        return [rule.id for rule in told.lifecycle_configuration.rules]

    def delete(self):
        if self.is_oss2:
            return self.client.bucket(self.bucket).delete_bucket_lifecycle().status
        return self.client.client.delete_bucket_lifecycle(v2.DeleteBucketLifecycleRequest(self.bucket)).status_code


@pytest.fixture
def lifecycle(client, bucket):
    return Lifecycle(client, bucket)


def test_rules_come_back(server, lifecycle, bucket):
    with refused("NoSuchLifecycle", 404):
        lifecycle.ids()
    assert lifecycle.put(*RULES) == 200
    assert lifecycle.ids() == [rule["ID"] for rule in RULES]
    # Every element, as it stands in the document.
    document = ask(server, "GET", bucket, query="lifecycle").body.decode()
    for part in ("<Rule><ID>whole</ID><Prefix>w/</Prefix><Status>Enabled</Status><Expiration><Days>30</Days></Expiration>",
                 "<Tag><Key>k</Key><Value>v</Value></Tag><Expiration><CreatedBeforeDate>2030-01-01T00:00:00.000Z<",
                 "<Filter><ObjectSizeGreaterThan>500</ObjectSizeGreaterThan><ObjectSizeLessThan>9000<",
                 "<Not><Prefix>b/c</Prefix><Tag><Key>n</Key><Value>1</Value></Tag></Not></Filter>",
                 "<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>",
                 "<NoncurrentVersionExpiration><NoncurrentDays>5</NoncurrentDays></NoncurrentVersionExpiration>",
                 "<AbortMultipartUpload><Days>2</Days></AbortMultipartUpload>"):
        assert part in document, part
    assert lifecycle.delete() == 204
    assert lifecycle.delete() == 204
    with refused("NoSuchLifecycle", 404):
        lifecycle.ids()


OVERLAP = [{"ID": "a", "Prefix": "p", "Status": "Enabled", "Expiration": {"Days": 1}},
           {"ID": "b", "Prefix": "p/q", "Status": "Enabled", "Expiration": {"Days": 2}}]


def test_rules_that_cannot_be(lifecycle):
    with refused("InvalidArgument", 400):
        lifecycle.put(*OVERLAP)
    assert lifecycle.put(*OVERLAP, overlap="true") == 200
    for rule in ({"Expiration": {"Days": -1}}, {}, {"Tag": ("k", "v"), "Abort": {"Days": 1}},
                 {"Prefix": "x", "Filter": (None, None, [("y", ("n", "1"))]), "Expiration": {"Days": 1}}):
        with refused("InvalidArgument", 400):
            lifecycle.put({"ID": "r", "Prefix": "", "Status": "Enabled", **rule})
    with refused("MalformedXML", 400):
        lifecycle.put({"ID": "r", "Prefix": "", "Status": "On", "Expiration": {"Days": 1}})


def transitions(lifecycle):
    """(days, class) of the first rule's transitions, and of those of old versions."""
    if lifecycle.is_oss2:
        [rule] = lifecycle.client.bucket(lifecycle.bucket).get_bucket_lifecycle().rules
        return ([(one.days, one.storage_class) for one in rule.storage_transitions],
                [(one.noncurrent_days, one.storage_class) for one in rule.noncurrent_version_sotrage_transitions])
    told = lifecycle.client.client.get_bucket_lifecycle(v2.GetBucketLifecycleRequest(lifecycle.bucket))
    [rule] = told.lifecycle_configuration.rules
    return ([(one.days, one.storage_class) for one in rule.transitions],
            [(one.noncurrent_days, one.storage_class) for one in rule.noncurrent_version_transitions])


def test_transitions_come_back(lifecycle):
    current = [(1, "IA"), (2, "Archive"), (3, "ColdArchive"), (4, "DeepColdArchive")]
    old = [(5, "Archive"), (6, "DeepColdArchive")]
    assert lifecycle.put({"ID": "r", "Prefix": "", "Status": "Enabled", "Transitions": current, "OldTransitions": old,
                          "Expiration": {"Days": 5}, "Noncurrent": 7}) == 200
    assert transitions(lifecycle) == (current, old)


def test_transitions_that_cannot_be(lifecycle):
    for rule, code in (({"Transitions": [(0, "IA")]}, "InvalidArgument"),
                       ({"Transitions": [(1, "Standard")]}, "MalformedXML"),
                       ({"Transitions": [(1, "GLACIER")]}, "MalformedXML"),
                       ({"Transitions": [(2, "Archive"), (3, "IA")]}, "InvalidArgument"),
                       ({"Transitions": [(2, "IA"), (3, "IA")]}, "InvalidArgument"),
                       ({"Transitions": [(2, "IA")], "Expiration": {"Days": 2}}, "InvalidArgument"),
                       ({"OldTransitions": [(2, "IA")], "Noncurrent": 2}, "InvalidArgument")):
        with refused(code, 400):
            lifecycle.put({"ID": "r", "Prefix": "", "Status": "Enabled", **rule})


def test_rules_by_the_last_access_are_not_built(server, bucket):
    body = (b"<LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><Days>1</Days>"
            b"<StorageClass>IA</StorageClass><IsAccessTime>true</IsAccessTime></Transition></Rule>"
            b"</LifecycleConfiguration>")
    reply = ask(server, "PUT", bucket, query="lifecycle", body=body)
    assert (reply.status, reply.code) == (400, "NotImplemented")


def test_classes_of_one_dialect_are_not_told_to_the_other(server, client, bucket):
    s3 = clients.s3(server)
    lifecycle = Lifecycle(client, bucket)
    lifecycle.put({"ID": "r", "Prefix": "", "Status": "Enabled", "Transitions": [(1, "IA"), (2, "ColdArchive")]})
    [told] = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert told["Transitions"] == [{"Days": 1, "StorageClass": "STANDARD_IA"}, {"Days": 2, "StorageClass": "GLACIER"}]
    lifecycle.put({"ID": "r", "Prefix": "", "Status": "Enabled", "Transitions": [(1, "Archive")]})
    with checks.refused("NotImplemented", 501):
        s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [
        {"ID": "r", "Filter": {}, "Status": "Enabled", "Transitions": [{"Days": 1, "StorageClass": "GLACIER_IR"}]}]})
    with refused("NotImplemented", 400):
        lifecycle.ids()


def test_both_dialects(server, client, bucket):
    s3 = clients.s3(server)
    lifecycle = Lifecycle(client, bucket)
    lifecycle.put(RULES[0], RULES[4])
    told = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert told == [
        {"ID": "whole", "Prefix": "w/", "Status": "Enabled", "Expiration": {"Days": 30}},
        {"ID": "uploads", "Prefix": "u/", "Status": "Enabled",
         "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2}}]
    # What one cannot say it is not shown to it.
    lifecycle.put(RULES[2])
    with checks.refused("NotImplemented", 501):
        s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [
        {"ID": "n", "Filter": {}, "Status": "Enabled",
         "NoncurrentVersionExpiration": {"NoncurrentDays": 1, "NewerNoncurrentVersions": 2}}]})
    with refused("NotImplemented", 400):
        lifecycle.ids()


def test_replies_tell_of_what_will_happen(server, client, bucket):
    Lifecycle(client, bucket).put(RULES[0])
    client.put(bucket, "w/k", b"x")
    told = ask(server, "HEAD", bucket, "w/k").headers["x-oss-expiration"]
    assert told.startswith('expiry-date="') and told.endswith('GMT", rule-id="whole"')
