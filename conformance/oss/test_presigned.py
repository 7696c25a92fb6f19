"""URLs that carry their signature, V1 and V4."""

import datetime
import re
import urllib.parse

import alibabacloud_oss_v2 as v2
import oss2
import pytest
import requests

from support import oss
from support.command import moment
from support.oss_raw import Request, utc
from support.server import ACCESS_KEY, SECRET_KEY, Server


def fetch(url, method="GET", body=None, headers=None):
    reply = requests.request(method, url, data=body, headers=headers, timeout=60)
    return reply.status_code, reply.content, reply.headers


@pytest.mark.parametrize("key", ["k", "dir/a b+c", "ä/ö", "%41", "<&>", "q?x=1&y#z"])
def test_links(client, bucket, key):
    client.put(bucket, key, b"linked")
    assert fetch(client.sign_url("GET", bucket, key))[:2] == (200, b"linked")
    status, body, headers = fetch(client.sign_url("HEAD", bucket, key), "HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", "6")


def test_links_that_write(client, bucket):
    url = client.sign_url("PUT", bucket, "k", headers={"Content-Type": "text/x-weir", "x-oss-meta-a": "b"})
    headers = {"Content-Type": "text/x-weir", "x-oss-meta-a": "b"}
    assert fetch(url, "PUT", b"written", headers)[0] == 200
    assert client.get(bucket, "k").body == b"written"
    assert client.head(bucket, "k").headers["x-oss-meta-a"] == "b"
    for changed in ({**headers, "x-oss-meta-a": "c"}, {"Content-Type": "text/x-weir"},
                    {**headers, "x-oss-tagging": "a=b"}, {"Content-Type": "text/html", "x-oss-meta-a": "b"}):
        status, body, _ = fetch(url, "PUT", b"other", changed)
        assert (status, b"<Code>SignatureDoesNotMatch</Code>" in body) == (403, True), changed
    assert fetch(url)[0] == 403, "signed is the method, too"


def test_parameters_are_signed(client, bucket):
    client.put(bucket, "k", b"linked")
    url = client.sign_url("GET", bucket, "k", params={"response-content-type": "text/x-other"})
    status, body, headers = fetch(url)
    assert (status, body, headers["Content-Type"]) == (200, b"linked", "text/x-other")
    status, body, _ = fetch(url.replace("x-other", "html"))
    assert (status, b"<Code>SignatureDoesNotMatch</Code>" in body) == (403, True)


def test_links_of_versions(client, versioned):
    first, _ = (client.put(versioned, "k", body).version for body in (b"1", b"2"))
    assert fetch(client.sign_url("GET", versioned, "k", params={"versionId": first}))[1] == b"1"


def test_put_object_with_url(server, bucket, version):
    """oss2's own way to use a link, with the checksum looked at."""
    client = oss.oss2_bucket(server, bucket, version)
    result = client.put_object_with_url(client.sign_url("PUT", "k", 60), b"written")
    assert result.status == 200 and str(result.crc) == oss.crc64(b"written")
    assert client.get_object_with_url(client.sign_url("GET", "k", 60)).read() == b"written"


def test_uploads_by_links(server, bucket, version):
    """The newer SDK presigns each step of an upload."""
    client = oss.v2_client(server, version)
    begun = client.presign(v2.InitiateMultipartUploadRequest(bucket, "k"))
    upload = re.search("<UploadId>(.*)</UploadId>", fetch(begun.url, "POST", b"")[1].decode())[1]
    part = client.presign(v2.UploadPartRequest(bucket, "k", part_number=1, upload_id=upload))
    etag = fetch(part.url, "PUT", b"part")[2]["ETag"]
    done = client.presign(v2.CompleteMultipartUploadRequest(bucket, "k", upload_id=upload))
    document = f"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part>" \
        "</CompleteMultipartUpload>"
    assert fetch(done.url, "POST", document.encode())[0] == 200
    assert fetch(client.presign(v2.GetObjectRequest(bucket, "k")).url)[1] == b"part"
    begun = client.presign(v2.InitiateMultipartUploadRequest(bucket, "k"))
    upload = re.search("<UploadId>(.*)</UploadId>", fetch(begun.url, "POST", b"")[1].decode())[1]
    assert fetch(client.presign(v2.AbortMultipartUploadRequest(bucket, "k", upload_id=upload)).url, "DELETE")[0] == 204


def test_virtual_hosts(server, bucket):
    for kind in oss.KINDS:
        client = oss.make(server, kind, "virtual")
        client.put(bucket, "a b", b"linked")
        assert fetch(client.sign_url("GET", bucket, "a b"))[1] == b"linked"


def test_failures_of_a_link_to_nothing(client, bucket):
    status, body, headers = fetch(client.sign_url("GET", bucket, "none"))
    assert (status, b"<Code>NoSuchKey</Code>" in body, len(headers["x-oss-request-id"])) == (404, True, 24)


# Time

def test_expired(server, bucket, version):
    request = Request("GET", bucket, "k", when=utc(seconds=100))
    reply = request.follow(server, request.link(server, version, seconds=60))
    assert (reply.status, reply.code) == (403, "AccessDenied") and b"Request has expired" in reply.body


def test_expired_goes_before_the_signature(server, bucket):
    request = Request("GET", bucket, "k", when=utc(seconds=100), secret_key="wrong")
    reply = request.follow(server, request.link(server, "v1", seconds=60))
    assert (reply.status, reply.code) == (403, "AccessDenied")


def test_a_link_of_tomorrow(server, bucket):
    request = Request("GET", bucket, "k", when=utc(hours=-24))
    assert request.follow(server, request.link(server, "v4")).status == 403


def test_a_link_for_a_week(server, bucket):
    oss.make(server, "v2-v4").put(bucket, "k", b"x")
    for version, seconds in (("v4", 604_800), ("v1", 604_800), ("v1", 604_800 * 60)):
        request = Request("GET", bucket, "k")
        assert request.follow(server, request.link(server, version, seconds)).status == 200
    request = Request("GET", bucket, "k")
    assert request.follow(server, request.link(server, "v4", 604_801)).status == 400


# Bent links

def change(server, version, old, new, method="GET", **bend):
    request = Request(method, "bucket-of-links", "k", **bend)
    target = request.link(server, version)
    assert old in target, target
    return request.follow(server, target.replace(old, new))


@pytest.fixture
def links(server):
    client = oss.make(server, "v2-v4")
    client.make_bucket("bucket-of-links")
    client.put("bucket-of-links", "k", b"linked")


@pytest.mark.parametrize("old, new, status, code", [
    ("x-oss-expires=60", "x-oss-expires=61", 403, "SignatureDoesNotMatch"),
    ("x-oss-expires=60", "x-oss-expires=-1", 400, "InvalidArgument"),
    ("x-oss-expires=60", "x-oss-expires=soon", 400, "InvalidArgument"),
    ("&x-oss-expires=60", "", 403, "AccessDenied"),
    ("&x-oss-date=", "&x-oss-other=", 403, "AccessDenied"),
    ("x-oss-date=20", "x-oss-date=x0", 400, "InvalidArgument"),
    ("us-east-1", "cn-hangzhou", 400, "InvalidArgument"),
    ("OSS4-HMAC-SHA256", "OSS5", 400, "InvalidArgument"),
    ("aliyun_v4_request", "aws4_request", 400, "InvalidArgument"),
    ("/k?", "/other?", 403, "SignatureDoesNotMatch"),
    ("/k?", "/k?versionId=1&", 403, "SignatureDoesNotMatch"),
    ("x-oss-signature=", "x-oss-signature=0", 403, "SignatureDoesNotMatch"),
    ("conformance-root", "nobody", 403, "InvalidAccessKeyId"),
])
def test_bent_v4(server, links, old, new, status, code):
    reply = change(server, "v4", old, new)
    assert (reply.status, reply.code) == (status, code), reply.body


@pytest.mark.parametrize("old, new, status, code", [
    ("Expires=", "Expires=1", 403, None), ("Expires=", "Expires=x", 403, "AccessDenied"),
    ("Expires=", "Expires=-", 403, "AccessDenied"), ("&Expires=", "&Other=", 403, "AccessDenied"),
    ("&Signature=", "&Other=", 403, "AccessDenied"), ("Signature=", "Signature=x", 403, "SignatureDoesNotMatch"),
    ("conformance-root", "nobody", 403, "InvalidAccessKeyId"), ("/k?", "/other?", 403, "SignatureDoesNotMatch"),
    ("/k?", "/k?versionId=1&", 403, "SignatureDoesNotMatch"), ("/k?", "/k?acl&", 403, "SignatureDoesNotMatch"),
])
def test_bent_v1(server, links, old, new, status, code):
    reply = change(server, "v1", old, new)
    assert (reply.status, code is None or reply.code == code) == (status, True), reply.body


def test_a_signature_twice(server, links, version):
    """Both in the URL and in the header."""
    request = Request("GET", "bucket-of-links", "k")
    for headers in (request.v4_headers(server), request.v1_headers(server)):
        reply = request.follow(server, request.link(server, version), headers)
        assert (reply.status, reply.code) == (400, "InvalidArgument")


def test_an_s3_signature_and_one_of_oss(server, links, s3):
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "bucket-of-links", "Key": "k"})
    request = Request("GET", "bucket-of-links", "k")
    assert fetch(url)[0] == 200
    assert fetch(url + "&" + request.link(server).partition("?")[2])[0] == 403


def test_additional_headers(server, links):
    request = Request("GET", "bucket-of-links", "k", headers={"range": "bytes=0-0", "referer": "x"},
                      additional=("host", "range"))
    target = request.link(server, "v4")
    assert "x-oss-additional-headers=host%3Brange" in target
    assert request.follow(server, target).body == b"l"
    reply = request.follow(server, target, {"range": "bytes=1-1"})
    assert (reply.status, reply.code) == (403, "SignatureDoesNotMatch")
    missing = Request("GET", "bucket-of-links", "k").follow(server, target)
    assert missing.status in (400, 403) and missing.code != "NoSuchKey"


def test_as_of_in_a_link_must_be_signed(server, links, version):
    request = Request("GET", "bucket-of-links", "k", headers={"x-weir-as-of": moment()})
    reply = request.follow(server, request.link(server, version))
    assert (reply.status, reply.code) == (403, "AccessDenied")


def test_as_of_in_a_link(server, versioned):
    client = oss.make(server, "v2-v4")
    client.put(versioned, "k", b"old")
    request = Request("GET", versioned, "k", headers={"x-weir-as-of": moment()}, additional=("x-weir-as-of",))
    client.put(versioned, "k", b"new")
    reply = request.follow(server, request.link(server, "v4"))
    assert (reply.status, reply.body) == (200, b"old")


def test_a_token_belongs_to_no_key_here(server, links):
    """Keys are for ever: there is no token service."""
    auth = oss2.StsAuth("conformance-root", "conformance-secret-key-0123456789", "a token", "v4")
    bucket = oss2.Bucket(auth, server.endpoint, "bucket-of-links", region="us-east-1")
    with pytest.raises(oss2.exceptions.ServerError) as seen:
        bucket.get_bucket_acl()
    assert (seen.value.status, seen.value.code) == (403, "InvalidSecurityToken")
    assert fetch(bucket.sign_url("GET", "k", 60))[0] == 403


def secrets(url):
    """What opens a link, as it is and as its URL spells it."""
    parameters = (part.partition("=") for part in urllib.parse.urlsplit(url).query.split("&"))
    return {text for name, _, value in parameters
            if name in ("Signature", "x-oss-signature", "security-token", "x-oss-security-token")
            for text in (value, urllib.parse.unquote_plus(value))}


def test_logs_show_nothing_that_opens_a_link(tmp_path, version):
    """Not in the request line, not as a referer, and not in the log of errors."""
    log, access = tmp_path / "log", tmp_path / "access.log"
    settings = {"access_log": access, "log.level": "trace"}
    with Server(data=tmp_path / "data", log=log, settings=settings) as server:
        client = oss.make(server, "v2-v4")
        client.make_bucket("linked")
        client.put("linked", "k", b"linked")
        token = oss2.StsAuth(ACCESS_KEY, SECRET_KEY, "a+token of nobody", version)
        urls = [oss.oss2_bucket(server, "linked", version).sign_url("GET", "k", 60),
                oss2.Bucket(token, server.endpoint, "linked", region=oss.REGION).sign_url("GET", "k", 60)]
        for url, status in zip(urls, (200, 403)):
            assert fetch(url, headers={"Referer": url})[0] == status
        # One of S3's requests, too, may come from such a page.
        assert fetch(f"{server.endpoint}/linked/k", headers={"Referer": urls[0]})[0] == 403
    hidden = set().union(*map(secrets, urls))
    # Two signatures and a token; what is not hexadecimal has two spellings.
    assert len(hidden) == (4 if version == "v4" else 6)
    written = access.read_text() + log.read_text()
    assert [secret for secret in hidden if secret in written] == []
    assert access.read_text().count("=***") == 2 * (1 + 2) + 1


def test_expiration_of_the_newer_sdk(server, links):
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5)
    made = oss.v2_client(server).presign(v2.GetObjectRequest("bucket-of-links", "k"), expiration=until)
    assert fetch(made.url)[1] == b"linked" and made.expiration == until
    assert urllib.parse.parse_qs(urllib.parse.urlsplit(made.url).query)["x-oss-signature-version"] == [
        "OSS4-HMAC-SHA256"]
