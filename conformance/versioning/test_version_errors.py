"""What the operations on versions, tags and locks refuse, code by code, where no other file has come to it."""

import base64
import hashlib
import uuid

import pytest

from support import clients, raw
from support.checks import refused
from support.server import Server

ABSENT, PLAIN, OLD, LOCKED = "/no-such-bucket-here", "/plain", "/versioned", "/locked"
UNKNOWN = "versionId=3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY"
MARKER = "versionId={marker}"
LATE = "2999-01-01T00:00:00Z"

ENABLED = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
SUSPENDED = ENABLED.replace(b"Enabled", b"Suspended")
TAGS = b"<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"
LOCK = b"<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>"
RULE = (b"<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"
        b"%s</DefaultRetention></Rule></ObjectLockConfiguration>")
KEPT = b"<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2999-01-01T00:00:00Z</RetainUntilDate></Retention>"
HOLD = b"<LegalHold><Status>ON</Status></LegalHold>"
NEW = b"<CreateBucketConfiguration><Tags>%s</Tags></CreateBucketConfiguration>"
TAG = b"<Tag><Key>%s</Key><Value>v</Value></Tag>"


def many(count):
    return b"".join(TAG % b"k%d" % number for number in range(count))


def md5(body):
    return {"content-md5": base64.b64encode(hashlib.md5(body).digest()).decode()}


ATTRIBUTES = {"x-amz-object-attributes": "ETag"}
MODE = {"x-amz-object-lock-mode": "GOVERNANCE"}
UNTIL = {"x-amz-object-lock-retain-until-date": LATE}
BYPASS = {"x-amz-bypass-governance-retention": "true"}
AS_OF = {"x-weir-as-of": "2026-01-01T00:00:00Z"}
# Nothing vouches for these bodies unless the test says so.
BARE = {"content-md5": None}

# method, path, query, headers, body, status, code
REQUESTS = [
    # Reading
    ("GET", OLD + "/k", MARKER, {}, b"", 405, "MethodNotAllowed"),
    ("HEAD", OLD + "/k", MARKER, {}, b"", 405, "MethodNotAllowed"),
    ("HEAD", OLD + "/k", "versionId=", {}, b"", 400, "InvalidArgument"),
    ("GET", OLD + "/k", "versionId=%2B", {}, b"", 400, "InvalidArgument"),
    ("GET", OLD + "/k", "attributes=&" + MARKER, ATTRIBUTES, b"", 405, "MethodNotAllowed"),
    ("HEAD", PLAIN + "/k", "", AS_OF, b"", 400, "InvalidRequest"),
    ("GET", PLAIN, "", AS_OF, b"", 400, "InvalidRequest"),
    ("GET", PLAIN, "list-type=2", AS_OF, b"", 400, "InvalidRequest"),
    ("GET", PLAIN, "versions=", AS_OF, b"", 400, "InvalidRequest"),
    # Listing
    ("GET", ABSENT, "versions=", {}, b"", 404, "NoSuchBucket"),
    ("GET", OLD, "versions=&version-id-marker=null", {}, b"", 400, "InvalidArgument"),
    ("GET", OLD, "versions=&key-marker=k&version-id-marker=", {}, b"", 400, "InvalidArgument"),
    ("GET", OLD, "versions=&key-marker=k&version-id-marker=%2B", {}, b"", 400, "InvalidArgument"),
    ("GET", OLD, "versions=&max-keys=-1", {}, b"", 400, "InvalidArgument"),
    # Writing
    ("PUT", OLD + "/k", "versionId=null", {}, b"x", 400, "InvalidArgument"),
    ("POST", OLD + "/k", "uploads=&versionId=null", {}, b"", 400, "InvalidArgument"),
    ("PUT", OLD + "/k", "", {"x-amz-tagging": "a=1&a=1"}, b"x", 400, "InvalidTag"),
    ("PUT", OLD + "/k", "", {"x-amz-copy-source": "/versioned/k", "x-amz-tagging-directive": "REPLACE",
                             "x-amz-tagging": "a=1&a=1"}, b"", 400, "InvalidTag"),
    ("PUT", OLD + "/k", "partNumber=1&uploadId={upload}", {"x-amz-copy-source": f"/versioned/k?{UNKNOWN}"}, b"", 404,
     "NoSuchVersion"),
    ("PUT", OLD + "/k", "", MODE | UNTIL, b"x", 400, "InvalidRequest"),
    ("PUT", LOCKED + "/new", "", MODE, b"x", 400, "InvalidArgument"),
    ("PUT", LOCKED + "/new", "", UNTIL, b"x", 400, "InvalidArgument"),
    ("PUT", LOCKED + "/new", "", UNTIL | {"x-amz-object-lock-mode": "FOREVER"}, b"x", 400, "InvalidArgument"),
    ("PUT", LOCKED + "/new", "", MODE | {"x-amz-object-lock-retain-until-date": "2001-01-01T00:00:00Z"}, b"x", 400,
     "InvalidArgument"),
    ("PUT", LOCKED + "/new", "", {"x-amz-object-lock-legal-hold": "MAYBE"}, b"x", 400, "InvalidArgument"),
    ("DELETE", OLD + "/k", "", BYPASS, b"", 400, "InvalidArgument"),
    ("DELETE", OLD + "/k", "", AS_OF, b"", 400, "InvalidRequest"),
    ("DELETE", LOCKED + "/k", "versionId={locked}", {}, b"", 403, "AccessDenied"),
    ("POST", OLD, "delete=", BYPASS, b"<Delete><Object><Key>k</Key></Object></Delete>", 400, "InvalidArgument"),
    # CreateBucket
    ("PUT", ABSENT, "", {"x-amz-bucket-object-lock-enabled": "perhaps"}, b"", 400, "InvalidArgument"),
    ("PUT", ABSENT, "", {}, NEW % many(51), 400, "BadRequest"),
    ("PUT", ABSENT, "", {}, NEW % (TAG % b"aws:x"), 400, "InvalidTag"),
    # Versioning
    ("PUT", ABSENT, "versioning=", {}, ENABLED, 404, "NoSuchBucket"),
    ("PUT", PLAIN, "versioning=", md5(b"another"), ENABLED, 400, "BadDigest"),
    ("PUT", PLAIN, "versioning=", {}, b"<VersioningConfiguration/>", 400, "IllegalVersioningConfigurationException"),
    ("PUT", PLAIN, "versioning=", {}, ENABLED.replace(b"Enabled", b"enabled"), 400,
     "IllegalVersioningConfigurationException"),
    ("PUT", PLAIN, "versioning=", {}, ENABLED[:-2], 400, "MalformedXML"),
    ("PUT", PLAIN, "versioning=", BARE, b"", 400, "MissingRequestBodyError"),
    ("PUT", PLAIN, "versioning=", {}, ENABLED.replace(b"<S", b"<MfaDelete>Enabled</MfaDelete><S"), 501,
     "NotImplemented"),
    ("PUT", LOCKED, "versioning=", {}, SUSPENDED, 409, "InvalidBucketState"),
    # Tags of buckets
    ("GET", ABSENT, "tagging=", {}, b"", 404, "NoSuchBucket"),
    ("PUT", ABSENT, "tagging=", {}, TAGS, 404, "NoSuchBucket"),
    ("DELETE", ABSENT, "tagging=", {}, b"", 404, "NoSuchBucket"),
    ("GET", PLAIN, "tagging=", {}, b"", 404, "NoSuchTagSet"),
    ("PUT", PLAIN, "tagging=", md5(b"another"), TAGS, 400, "BadDigest"),
    ("PUT", PLAIN, "tagging=", BARE, TAGS, 400, "InvalidRequest"),
    ("PUT", PLAIN, "tagging=", {}, TAGS[:-2], 400, "MalformedXML"),
    ("PUT", PLAIN, "tagging=", {}, b"<Tagging><TagSet>" + many(51) + b"</TagSet></Tagging>", 400, "BadRequest"),
    ("PUT", PLAIN, "tagging=", {}, TAGS.replace(b">a<", b">a*<"), 400, "InvalidTag"),
    # Tags of objects
    ("GET", ABSENT + "/k", "tagging=", {}, b"", 404, "NoSuchBucket"),
    ("GET", PLAIN + "/absent", "tagging=", {}, b"", 404, "NoSuchKey"),
    ("GET", OLD + "/k", "tagging=&" + UNKNOWN, {}, b"", 404, "NoSuchVersion"),
    ("GET", OLD + "/k", "tagging=&versionId=", {}, b"", 400, "InvalidArgument"),
    ("GET", OLD + "/k", "tagging=&" + MARKER, {}, b"", 405, "MethodNotAllowed"),
    ("PUT", ABSENT + "/k", "tagging=", {}, TAGS, 404, "NoSuchBucket"),
    ("PUT", PLAIN + "/absent", "tagging=", {}, TAGS, 404, "NoSuchKey"),
    ("PUT", OLD + "/k", "tagging=&" + UNKNOWN, {}, TAGS, 404, "NoSuchVersion"),
    ("PUT", OLD + "/k", "tagging=&versionId=", {}, TAGS, 400, "InvalidArgument"),
    ("PUT", OLD + "/k", "tagging=&" + MARKER, {}, TAGS, 405, "MethodNotAllowed"),
    ("PUT", PLAIN + "/k", "tagging=", md5(b"another"), TAGS, 400, "BadDigest"),
    ("PUT", PLAIN + "/k", "tagging=", BARE, TAGS, 400, "InvalidRequest"),
    ("PUT", PLAIN + "/k", "tagging=", {}, b"<Tagging/>", 400, "MalformedXML"),
    ("PUT", PLAIN + "/k", "tagging=", {}, b"<Tagging><TagSet>" + many(11) + b"</TagSet></Tagging>", 400, "BadRequest"),
    ("PUT", PLAIN + "/k", "tagging=", {}, TAGS.replace(b">a<", b"><"), 400, "InvalidTag"),
    ("DELETE", ABSENT + "/k", "tagging=", {}, b"", 404, "NoSuchBucket"),
    ("DELETE", PLAIN + "/absent", "tagging=", {}, b"", 404, "NoSuchKey"),
    ("DELETE", OLD + "/k", "tagging=&" + UNKNOWN, {}, b"", 404, "NoSuchVersion"),
    ("DELETE", OLD + "/k", "tagging=&versionId=", {}, b"", 400, "InvalidArgument"),
    ("DELETE", OLD + "/k", "tagging=&" + MARKER, {}, b"", 405, "MethodNotAllowed"),
    # The lock of a bucket
    ("GET", ABSENT, "object-lock=", {}, b"", 404, "NoSuchBucket"),
    ("GET", PLAIN, "object-lock=", {}, b"", 404, "ObjectLockConfigurationNotFoundError"),
    ("PUT", ABSENT, "object-lock=", {}, LOCK, 404, "NoSuchBucket"),
    ("PUT", PLAIN, "object-lock=", {}, LOCK, 409, "InvalidBucketState"),
    ("PUT", LOCKED, "object-lock=", md5(b"another"), LOCK, 400, "BadDigest"),
    ("PUT", LOCKED, "object-lock=", BARE, LOCK, 400, "InvalidRequest"),
    ("PUT", LOCKED, "object-lock=", {}, LOCK.replace(b"Enabled<", b"Disabled<"), 400, "MalformedXML"),
    ("PUT", LOCKED, "object-lock=", {}, RULE % b"<Mode>GOVERNANCE</Mode>", 400, "MalformedXML"),
    ("PUT", LOCKED, "object-lock=", {}, RULE % b"<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>", 400,
     "MalformedXML"),
    ("PUT", LOCKED, "object-lock=", {}, RULE % b"<Mode>STRICT</Mode><Days>1</Days>", 400, "MalformedXML"),
    ("PUT", LOCKED, "object-lock=", {}, RULE % b"<Mode>GOVERNANCE</Mode><Days>0</Days>", 400, "InvalidArgument"),
    ("PUT", LOCKED, "object-lock=", {}, RULE % b"<Mode>GOVERNANCE</Mode><Years>101</Years>", 400, "InvalidArgument"),
    ("PUT", LOCKED, "object-lock=", {}, RULE % b"<DefaultEventHold><Days>1</Days></DefaultEventHold>", 501,
     "NotImplemented"),
    # Retention
    ("GET", ABSENT + "/k", "retention=", {}, b"", 404, "NoSuchBucket"),
    ("GET", OLD + "/k", "retention=", {}, b"", 400, "InvalidRequest"),
    ("GET", LOCKED + "/absent", "retention=", {}, b"", 404, "NoSuchKey"),
    ("GET", LOCKED + "/free", "retention=", {}, b"", 404, "NoSuchObjectLockConfiguration"),
    ("GET", LOCKED + "/k", "retention=&" + UNKNOWN, {}, b"", 404, "NoSuchVersion"),
    ("GET", LOCKED + "/k", "retention=&versionId=", {}, b"", 400, "InvalidArgument"),
    ("GET", LOCKED + "/gone", "retention=&versionId={gone}", {}, b"", 405, "MethodNotAllowed"),
    ("PUT", ABSENT + "/k", "retention=", {}, KEPT, 404, "NoSuchBucket"),
    ("PUT", OLD + "/k", "retention=", {}, KEPT, 400, "InvalidRequest"),
    ("PUT", LOCKED + "/absent", "retention=", {}, KEPT, 404, "NoSuchKey"),
    ("PUT", LOCKED + "/k", "retention=&" + UNKNOWN, {}, KEPT, 404, "NoSuchVersion"),
    ("PUT", LOCKED + "/gone", "retention=&versionId={gone}", {}, KEPT, 405, "MethodNotAllowed"),
    ("PUT", LOCKED + "/k", "retention=", md5(b"another"), KEPT, 400, "BadDigest"),
    ("PUT", LOCKED + "/k", "retention=", BARE, KEPT, 400, "InvalidRequest"),
    ("PUT", LOCKED + "/k", "retention=", {}, KEPT.replace(b"2999", b"2001"), 400, "InvalidArgument"),
    ("PUT", LOCKED + "/k", "retention=", {}, KEPT.replace(b"GOVERNANCE", b"STRICT"), 400, "MalformedXML"),
    ("PUT", LOCKED + "/k", "retention=", {}, b"<Retention><Mode>GOVERNANCE</Mode></Retention>", 400, "MalformedXML"),
    ("PUT", LOCKED + "/k", "retention=", {}, b"<Retention><EventHold>ON</EventHold></Retention>", 501,
     "NotImplemented"),
    ("PUT", LOCKED + "/k", "retention=", {}, b"<Retention/>", 403, "AccessDenied"),
    # Legal holds
    ("GET", ABSENT + "/k", "legal-hold=", {}, b"", 404, "NoSuchBucket"),
    ("GET", OLD + "/k", "legal-hold=", {}, b"", 400, "InvalidRequest"),
    ("GET", LOCKED + "/absent", "legal-hold=", {}, b"", 404, "NoSuchKey"),
    ("GET", LOCKED + "/free", "legal-hold=", {}, b"", 404, "NoSuchObjectLockConfiguration"),
    ("GET", LOCKED + "/k", "legal-hold=&" + UNKNOWN, {}, b"", 404, "NoSuchVersion"),
    ("GET", LOCKED + "/k", "legal-hold=&versionId=", {}, b"", 400, "InvalidArgument"),
    ("GET", LOCKED + "/gone", "legal-hold=&versionId={gone}", {}, b"", 405, "MethodNotAllowed"),
    ("PUT", ABSENT + "/k", "legal-hold=", {}, HOLD, 404, "NoSuchBucket"),
    ("PUT", OLD + "/k", "legal-hold=", {}, HOLD, 400, "InvalidRequest"),
    ("PUT", LOCKED + "/absent", "legal-hold=", {}, HOLD, 404, "NoSuchKey"),
    ("PUT", LOCKED + "/k", "legal-hold=&" + UNKNOWN, {}, HOLD, 404, "NoSuchVersion"),
    ("PUT", LOCKED + "/k", "legal-hold=&versionId=", {}, HOLD, 400, "InvalidArgument"),
    ("PUT", LOCKED + "/gone", "legal-hold=&versionId={gone}", {}, HOLD, 405, "MethodNotAllowed"),
    ("PUT", LOCKED + "/k", "legal-hold=", md5(b"another"), HOLD, 400, "BadDigest"),
    ("PUT", LOCKED + "/k", "legal-hold=", BARE, HOLD, 400, "InvalidRequest"),
    ("PUT", LOCKED + "/k", "legal-hold=", {}, HOLD.replace(b"ON", b"on"), 400, "MalformedXML"),
]


@pytest.fixture(scope="module")
def things():
    """A server with a bucket of each kind; and the ids of what is in them."""
    with Server() as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="plain")
        s3.put_object(Bucket="plain", Key="k", Body=b"x")
        s3.create_bucket(Bucket="versioned")
        s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
        marker = s3.delete_object(Bucket="versioned", Key="k")["VersionId"]
        s3.put_object(Bucket="versioned", Key="k", Body=b"x")
        s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
        locked = s3.put_object(Bucket="locked", Key="k", Body=b"x", ObjectLockMode="GOVERNANCE",
                               ObjectLockRetainUntilDate=LATE)["VersionId"]
        s3.put_object(Bucket="locked", Key="free", Body=b"x")
        gone = s3.delete_object(Bucket="locked", Key="gone")["VersionId"]
        upload = s3.create_multipart_upload(Bucket="versioned", Key="k")["UploadId"]
        yield server, {"marker": marker, "locked": locked, "gone": gone, "upload": upload}


def everything(s3):
    """All that the refusals could have changed."""
    state = [b["Name"] for b in s3.list_buckets()["Buckets"]]
    for name in ("plain", "versioned", "locked"):
        page = s3.list_object_versions(Bucket=name)
        state += [page.get("Versions"), page.get("DeleteMarkers"),
                  s3.get_bucket_versioning(Bucket=name).get("Status")]
    for version in s3.list_object_versions(Bucket="locked")["Versions"]:
        head = s3.head_object(Bucket="locked", Key=version["Key"], VersionId=version["VersionId"])
        state += [head.get("ObjectLockRetainUntilDate"), head.get("ObjectLockLegalHoldStatus")]
    state.append(s3.get_object_lock_configuration(Bucket="locked")["ObjectLockConfiguration"])
    return state


@pytest.fixture(scope="module")
def before(things):
    return everything(clients.s3(things[0]))


@pytest.mark.parametrize("method, path, query, headers, body, status, code", REQUESTS)
def test_refusal(things, before, method, path, query, headers, body, status, code):
    server, names = things
    headers = (md5(body) if body else {}) | headers
    reply = raw.signed(server, method, path, query=query.format(**names), body=body,
                       headers={name: value for name, value in headers.items() if value is not None})
    assert reply.status == status, reply.body
    assert reply.code == (None if method == "HEAD" else code), reply.body


def test_locked_bodies_are_vouched_for(things, before):
    """By a checksum, or at least by the signature: nothing is to be locked damaged."""
    server, _ = things
    headers = MODE | {"x-amz-object-lock-retain-until-date": "2999-01-01T00:00:00Z"}
    reply = raw.signed(server, "PUT", LOCKED + "/new", headers=headers, body=b"x", payload="UNSIGNED-PAYLOAD")
    assert (reply.status, reply.code) == (400, "InvalidRequest")


def test_nothing_came_of_it(things, before):
    assert everything(clients.s3(things[0])) == before


def test_strangers(things):
    """A user reaches nothing of a bucket that is not its own."""
    server, names = things
    iam = clients.iam(server)
    user = f"stranger-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    s3 = clients.s3(server, access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    of, one = {"Bucket": "locked"}, {"Bucket": "locked", "Key": "k"}
    tags = {"TagSet": [{"Key": "a", "Value": "1"}]}
    calls = [
        lambda: s3.list_object_versions(**of),
        lambda: s3.put_bucket_versioning(**of, VersioningConfiguration={"Status": "Enabled"}),
        lambda: s3.get_bucket_tagging(**of), lambda: s3.put_bucket_tagging(**of, Tagging=tags),
        lambda: s3.delete_bucket_tagging(**of), lambda: s3.get_object_lock_configuration(**of),
        lambda: s3.put_object_lock_configuration(**of, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}),
        lambda: s3.get_object_tagging(**one), lambda: s3.put_object_tagging(**one, Tagging=tags),
        lambda: s3.delete_object_tagging(**one), lambda: s3.get_object_retention(**one),
        lambda: s3.put_object_retention(**one, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": LATE}),
        lambda: s3.get_object_legal_hold(**one),
        lambda: s3.put_object_legal_hold(**one, LegalHold={"Status": "ON"}),
        lambda: s3.get_object(**one, VersionId=names["locked"]),
        lambda: s3.delete_object(**one, VersionId=names["locked"], BypassGovernanceRetention=True),
    ]
    for call in calls:
        with refused("AccessDenied", 403):
            call()
