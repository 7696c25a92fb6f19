"""Lifecycle configuration by boto3: every element comes back as it was given, and what cannot be is refused.

What the rules do is in `lifecycle/test_nights.py`.
"""

import datetime
import uuid

import pytest

from support import clients, raw
from support.checks import refused

DAY = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)
TAG = {"Key": "tmp", "Value": "1"}
RULES = [
    {"ID": "whole bucket", "Filter": {}, "Status": "Enabled", "Expiration": {"Days": 30}},
    {"ID": "old form", "Prefix": "old/", "Status": "Disabled", "Expiration": {"Date": DAY}},
    {"ID": "prefix", "Filter": {"Prefix": "a/"}, "Status": "Enabled",
     "Expiration": {"ExpiredObjectDeleteMarker": True}},
    {"ID": "tag", "Filter": {"Tag": TAG}, "Status": "Enabled", "Expiration": {"Days": 1}},
    {"ID": "larger", "Filter": {"ObjectSizeGreaterThan": 500}, "Status": "Enabled", "Expiration": {"Days": 2}},
    {"ID": "smaller", "Filter": {"ObjectSizeLessThan": 9}, "Status": "Enabled",
     "NoncurrentVersionExpiration": {"NoncurrentDays": 3, "NewerNoncurrentVersions": 5}},
    {"ID": "and", "Status": "Enabled", "Expiration": {"Days": 4},
     "Filter": {"And": {"Prefix": "p/", "Tags": [TAG, {"Key": "b", "Value": ""}], "ObjectSizeGreaterThan": 1,
                        "ObjectSizeLessThan": 2000}}},
    {"ID": "uploads", "Filter": {"Prefix": "u"}, "Status": "Enabled",
     "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
]


def put(s3, bucket, *rules, **more):
    return s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": list(rules)}, **more)


def test_rules_come_back(way, bucket):
    s3, own_bucket = way.s3, bucket
    with refused("NoSuchLifecycleConfiguration", 404):
        s3.get_bucket_lifecycle_configuration(Bucket=own_bucket)
    put(s3, own_bucket, *RULES)
    told = s3.get_bucket_lifecycle_configuration(Bucket=own_bucket)
    assert told["Rules"] == RULES
    assert told["TransitionDefaultMinimumObjectSize"] == "all_storage_classes_128K"
    answer = put(s3, own_bucket, RULES[0], TransitionDefaultMinimumObjectSize="varies_by_storage_class")
    assert answer["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"
    told = s3.get_bucket_lifecycle_configuration(Bucket=own_bucket)
    assert told["Rules"] == RULES[:1] and told["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"
    for _ in range(2):
        reply = s3.delete_bucket_lifecycle(Bucket=own_bucket)
        assert reply["ResponseMetadata"]["HTTPStatusCode"] == 204
    with refused("NoSuchLifecycleConfiguration", 404):
        s3.get_bucket_lifecycle_configuration(Bucket=own_bucket)


def test_ids_are_made_up(s3, own_bucket):
    put(s3, own_bucket, {"Filter": {}, "Status": "Enabled", "Expiration": {"Days": 1}})
    assert s3.get_bucket_lifecycle_configuration(Bucket=own_bucket)["Rules"][0]["ID"]


def test_the_first_shape(s3, own_bucket):
    """`PutBucketLifecycle` is deprecated, and still there."""
    rule = {"ID": "r", "Prefix": "p", "Status": "Enabled", "Expiration": {"Days": 3}}
    s3.put_bucket_lifecycle(Bucket=own_bucket, LifecycleConfiguration={"Rules": [rule]})
    assert s3.get_bucket_lifecycle(Bucket=own_bucket)["Rules"] == [rule]


def rule(**more):
    return {"Filter": {}, "Status": "Enabled", **more}


@pytest.mark.parametrize("rules, code", [
    ([rule(Expiration={"Days": 0})], "InvalidArgument"),
    ([rule(Expiration={"Date": DAY.replace(hour=5)})], "InvalidArgument"),
    ([rule(Expiration={"Days": 1, "ExpiredObjectDeleteMarker": True})], "MalformedXML"),
    ([rule()], "InvalidRequest"),
    ([rule(ID="x" * 256, Expiration={"Days": 1})], "InvalidArgument"),
    ([rule(ID="x", Expiration={"Days": 1})] * 2, "InvalidArgument"),
    ([rule(Status="enabled", Expiration={"Days": 1})], "MalformedXML"),
    ([rule(Prefix="p", Expiration={"Days": 1})], "MalformedXML"),
    ([{"Status": "Enabled", "Expiration": {"Days": 1}}], "MalformedXML"),
    ([rule(Filter={"And": {"Tags": [TAG, TAG]}}, Expiration={"Days": 1})], "InvalidRequest"),
    ([rule(Filter={"And": {"Prefix": "p"}}, Expiration={"Days": 1})], "MalformedXML"),
    ([rule(Filter={"Tag": TAG}, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1})], "InvalidRequest"),
    ([rule(NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 101})], "InvalidArgument"),
    ([], "MalformedXML")])
def test_rules_that_cannot_be(s3, own_bucket, rules, code):
    with refused(code, 400):
        put(s3, own_bucket, *rules)


def moves(*pairs):
    return [{"Days": days, "StorageClass": name} for days, name in pairs]


def old_moves(*triples):
    return [{"NoncurrentDays": days, "StorageClass": name, **({"NewerNoncurrentVersions": kept} if kept else {})}
            for days, name, kept in triples]


@pytest.mark.parametrize("smallest", ["all_storage_classes_128K", "varies_by_storage_class"])
def test_transitions_come_back(s3, own_bucket, smallest):
    rules = [
        {"ID": "down", "Filter": {}, "Status": "Enabled", "Expiration": {"Days": 400},
         "Transitions": moves((30, "STANDARD_IA"), (60, "GLACIER"), (365, "DEEP_ARCHIVE"))},
        {"ID": "at once", "Filter": {"Prefix": "a/"}, "Status": "Enabled",
         "Transitions": moves((0, "INTELLIGENT_TIERING"), (1, "GLACIER_IR"), (45, "ONEZONE_IA"))},
        {"ID": "on a day", "Filter": {"Prefix": "b/"}, "Status": "Enabled",
         "Transitions": [{"Date": DAY, "StorageClass": "GLACIER"}]},
        {"ID": "old", "Filter": {"Prefix": "c/"}, "Status": "Enabled",
         "NoncurrentVersionTransitions": old_moves((30, "STANDARD_IA", 5), (60, "DEEP_ARCHIVE", 0)),
         "NoncurrentVersionExpiration": {"NoncurrentDays": 61}}]
    reply = put(s3, own_bucket, *rules, TransitionDefaultMinimumObjectSize=smallest)
    assert reply["TransitionDefaultMinimumObjectSize"] == smallest
    told = s3.get_bucket_lifecycle_configuration(Bucket=own_bucket)
    assert (told["Rules"], told["TransitionDefaultMinimumObjectSize"]) == (rules, smallest)


@pytest.mark.parametrize("more, code", [
    ({"Transitions": moves((29, "STANDARD_IA"))}, "InvalidArgument"),
    ({"Transitions": moves((-1, "GLACIER"))}, "InvalidArgument"),
    ({"Transitions": moves((1, "STANDARD"))}, "MalformedXML"),
    ({"Transitions": moves((1, "OUTPOSTS"))}, "MalformedXML"),
    ({"Transitions": moves((1, "GLACIER"), (2, "GLACIER"))}, "InvalidArgument"),
    ({"Transitions": moves((30, "STANDARD_IA"), (59, "GLACIER"))}, "InvalidArgument"),
    ({"Transitions": moves((5, "GLACIER")), "Expiration": {"Days": 5}}, "InvalidArgument"),
    ({"Transitions": moves((5, "GLACIER")), "Expiration": {"Date": DAY}}, "InvalidRequest"),
    ({"NoncurrentVersionTransitions": old_moves((29, "ONEZONE_IA", 0))}, "InvalidArgument"),
    ({"NoncurrentVersionTransitions": old_moves((1, "GLACIER", 101))}, "InvalidArgument"),
    ({"NoncurrentVersionTransitions": old_moves((5, "GLACIER", 0)),
      "NoncurrentVersionExpiration": {"NoncurrentDays": 5}}, "InvalidArgument")])
def test_transitions_that_cannot_be(s3, own_bucket, more, code):
    with refused(code, 400):
        put(s3, own_bucket, {"ID": "r", "Filter": {}, "Status": "Enabled", **more})


def test_the_smallest_size_has_two_words(s3, own_bucket):
    with refused("InvalidArgument", 400):
        put(s3, own_bucket, RULES[0], TransitionDefaultMinimumObjectSize="small")


def test_a_damaged_document(server, own_bucket):
    wrong = {"content-md5": "1B2M2Y8AsgTpgAmY7PhCfg=="}
    reply = raw.signed(server, "PUT", f"/{own_bucket}", query="lifecycle", headers=wrong, body=b"<x/>")
    assert (reply.status, reply.code) == (400, "BadDigest")
    reply = raw.signed(server, "PUT", f"/{own_bucket}", query="lifecycle", headers=wrong)
    assert (reply.status, reply.code) == (400, "MissingRequestBodyError")


def test_strangers(server, s3, own_bucket):
    put(s3, own_bucket, RULES[0])
    iam = clients.iam(server)
    user = f"stranger-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    stranger = clients.s3(server, access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    for client, bucket, code, status in ((stranger, own_bucket, "AccessDenied", 403),
                                         (s3, "no-such-bucket-here", "NoSuchBucket", 404)):
        for call in (lambda: client.get_bucket_lifecycle_configuration(Bucket=bucket),
                     lambda: put(client, bucket, RULES[1]), lambda: client.delete_bucket_lifecycle(Bucket=bucket)):
            with refused(code, status):
                call()
    assert s3.get_bucket_lifecycle_configuration(Bucket=own_bucket)["Rules"] == RULES[:1]


def test_replies_tell_of_what_will_happen(s3, own_bucket):
    put(s3, own_bucket, {"ID": "by tag/é", "Filter": {"Tag": TAG}, "Status": "Enabled", "Expiration": {"Date": DAY}},
        {"ID": "up", "Filter": {"Prefix": "u"}, "Status": "Enabled",
         "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}})
    expected = 'expiry-date="Tue, 01 Jan 2030 00:00:00 GMT", rule-id="by%20tag%2F%C3%A9"'
    made = s3.put_object(Bucket=own_bucket, Key="k", Body=b"x", Tagging="tmp=1")
    assert made["Expiration"] == expected
    assert s3.head_object(Bucket=own_bucket, Key="k")["Expiration"] == expected
    assert s3.get_object(Bucket=own_bucket, Key="k")["Expiration"] == expected
    assert "Expiration" not in s3.put_object(Bucket=own_bucket, Key="other", Body=b"x")
    assert "Expiration" not in s3.head_object(Bucket=own_bucket, Key="other")
    upload = s3.create_multipart_upload(Bucket=own_bucket, Key="u")
    assert upload["AbortRuleId"] == "up"
    days = (upload["AbortDate"] - datetime.datetime.now(datetime.timezone.utc)).total_seconds() / 86_400
    assert 7 <= days <= 8 and upload["AbortDate"].hour == 0
    assert "AbortDate" not in s3.create_multipart_upload(Bucket=own_bucket, Key="k")
