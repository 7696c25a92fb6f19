"""Objects: keys, headers, conditions, ranges, deletes."""

import base64
import hashlib
import uuid
import xml.etree.ElementTree as ElementTree

import alibabacloud_oss_v2 as v2
import pytest

from support import oss
from support.oss import crc64, refused
from support.oss_raw import ask, md5, utc

BODY = bytes(range(256)) * 40
KEYS = ["a b+c", "ä/ö", "%41", "a/../b", "a/./b", "a//b", "dir/", "<&>\"'", "?q=1", "k&x=y", "#hash", "~-._!*'()",
        "emoji \U0001f600", "back\\slash", "k" * 1023, "é" * 511, "equals=", "semi;colon", ":@$,", "x-oss-meta-k"]
ETAG = hashlib.md5(BODY).hexdigest().upper()


@pytest.mark.parametrize("key", KEYS)
def test_keys(client, bucket, key):
    if client.sdk == "v2" and "/." in key:
        pytest.skip("its HTTP library resolves dots in paths")
    if client.sdk == "oss2" and key.startswith("?"):
        pytest.skip("oss2 refuses such keys itself")
    client.put(bucket, key, BODY)
    assert client.get(bucket, key).body == BODY
    assert client.head(bucket, key).headers["Content-Length"] == str(len(BODY))
    assert client.list(bucket).keys == client.list_v2(bucket).keys == client.list_versions(bucket).keys == [key]
    assert client.list(bucket, prefix=key).keys == [key]
    client.copy((bucket, key), (bucket, "copy"))
    assert client.get(bucket, "copy").body == BODY
    assert [one[0] for one in client.delete_many(bucket, key, "copy")] == [key, "copy"]
    assert client.list(bucket).keys == []


@pytest.mark.parametrize("key", ["..", ".", "../x", "a/..", "/lead", "//", "\\lead"])
def test_keys_that_only_raw_requests_reach(server, bucket, key, version):
    """No key is a path: nothing is resolved. Decision 0050 keeps S3's rule, which allows a leading slash."""
    assert ask(server, "PUT", bucket, key, version=version, body=b"x").status == 200
    assert ask(server, "GET", bucket, key, version=version).body == b"x"
    assert oss.make(server, "v2-v4").list(bucket).keys == [key]


def test_too_long_a_key(server, bucket):
    assert ask(server, "PUT", bucket, "k" * 1024, body=b"x").status == 200  # decision 0050: S3's limit
    reply = ask(server, "PUT", bucket, "k" * 1025, body=b"x")
    assert (reply.status, reply.code) == (400, "InvalidObjectName")


@pytest.mark.parametrize("size", [0, 1, 4096, 100_000, 3_000_000])
def test_sizes_and_checksums(client, bucket, size):
    body = (BODY * (size // len(BODY) + 1))[:size]
    put = client.put(bucket, "k", body)
    assert put.status == 200 and put.etag == f'"{hashlib.md5(body).hexdigest().upper()}"'
    assert put.crc == crc64(body)
    got = client.get(bucket, "k")
    assert (got.body, got.etag, got.crc) == (body, put.etag, put.crc)
    assert got.headers["x-oss-object-type"] == "Normal"
    assert got.headers["x-oss-storage-class"] == "Standard"
    assert client.head(bucket, "k").crc == put.crc


def test_content_md5_is_told(client, bucket):
    assert client.put(bucket, "k", BODY).headers["Content-MD5"] == md5(BODY)
    assert client.get(bucket, "k").headers["Content-MD5"] == md5(BODY)


def test_crc_of_the_check_string(client, bucket):
    assert client.put(bucket, "k", b"123456789").crc == str(0x995DC9BBDF1939FA)


def test_headers_are_kept(client, bucket):
    kept = {"Content-Type": "text/x-weir", "Cache-Control": "no-cache", "Content-Disposition": "attachment; x=1",
            "Content-Encoding": "identity", "Expires": "Thu, 01 Dec 2033 16:00:00 GMT",
            "x-oss-meta-one": "1", "x-oss-meta-two-words": "a b  c"}
    client.put(bucket, "k", BODY, kept)
    for reply in (client.head(bucket, "k"), client.get(bucket, "k")):
        for header, value in kept.items():
            assert reply.headers[header] == value, header
        assert reply.headers["Last-Modified"].endswith(" GMT") and reply.headers["Accept-Ranges"] == "bytes"


def test_storage_class_is_accepted(client, bucket):
    client.put(bucket, "k", BODY, {"x-oss-storage-class": "Standard"})
    assert client.head(bucket, "k").headers["x-oss-storage-class"] == "Standard"


def test_unknown_storage_class(client, bucket):
    with refused("InvalidArgument", 400):
        client.put(bucket, "k", BODY, {"x-oss-storage-class": "nonsense"})


def test_object_meta(client, bucket):
    put = client.put(bucket, "k", BODY, {"x-oss-meta-a": "b", "Content-Type": "text/plain"})
    meta = client.meta(bucket, "k")
    assert (meta.etag, meta.crc, meta.headers["Content-Length"]) == (put.etag, put.crc, str(len(BODY)))
    assert "Last-Modified" in meta.headers and "x-oss-meta-a" not in meta.headers


def test_missing_objects(client, bucket):
    """The SDKs tell no key from no bucket by the error document in x-oss-err."""
    assert client.exists(bucket, "none") is False
    client.put(bucket, "k")
    assert client.exists(bucket, "k") is True
    for call in (client.head, client.get):
        with refused("NoSuchKey", 404) as seen:
            call(bucket, "none")
        assert seen.elements["Key"] == "none" and len(seen.request_id) == 24 and seen.ec
    with refused("NoSuchKey", 404):
        client.meta(bucket, "none")
    assert client.delete(bucket, "none").status == 204


def test_missing_buckets(client, name):
    for call in (client.head, client.get, client.meta):
        with refused("NoSuchBucket", 404):
            call(name, "k")
    with refused("NoSuchBucket", 404):
        client.put(name, "k", b"x")


def test_deletes_of_many(client, bucket):
    keys = ["a b+c", "ä/ö", "<&>", "%41", *(f"k{n}" for n in range(200))]
    for key in keys[:20]:
        client.put(bucket, key)
    assert [one[0] for one in client.delete_many(bucket, *keys)] == keys
    assert client.list(bucket).keys == []


def delete_many(server, bucket, document, query="delete", headers=None):
    return ask(server, "POST", bucket, query=query, body=document,
               headers={"content-md5": md5(document)} if headers is None else headers)


def test_quiet_deletes(server, bucket):
    client = oss.make(server, "v2-v4")
    client.put(bucket, "a")
    reply = delete_many(server, bucket, b"<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>")
    assert reply.status == 200 and b"<Deleted>" not in reply.body
    assert client.list(bucket).keys == []


def test_quiet_deletes_have_no_body(server, bucket):
    reply = delete_many(server, bucket, b"<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>")
    assert (reply.status, reply.body) == (200, b"")


def test_quiet_deletes_by_sdk(server, bucket, version):
    client = oss.make(server, f"v2-{version}")
    client.put(bucket, "a")
    result = client.client.delete_multiple_objects(v2.DeleteMultipleObjectsRequest(
        bucket, encoding_type="url", quiet=True, objects=[v2.DeleteObject("a"), v2.DeleteObject("b")]))
    assert not result.deleted_objects and client.list(bucket).keys == []


ENTITIES = b"<Delete><Object><Key>a b+&#228;&#x7;</Key></Object></Delete>"


def test_deletes_take_any_character(server, bucket):
    client = oss.make(server, "v2-v4")
    client.put(bucket, "a b+ä\x07", b"x")
    reply = delete_many(server, bucket, ENTITIES)
    assert reply.status == 200 and reply.body.endswith(b"</DeleteResult>")
    assert client.list(bucket).keys == []


def test_deletes_by_sdk_take_any_character(server, bucket, version):
    """Only of the newer one: oss2 writes such a character as it is, which is no XML."""
    client = oss.make(server, f"v2-{version}")
    client.put(bucket, "bell\x07", b"x")
    client.delete_many(bucket, "bell\x07")
    assert client.list(bucket).keys == []


def test_deletes_are_told_encoded(server, bucket):
    reply = delete_many(server, bucket, ENTITIES, "delete&encoding-type=url")
    root = ElementTree.fromstring(reply.body)
    assert (root.findtext("EncodingType"), root.findtext("Deleted/Key")) == ("url", "a%20b%2B%C3%A4%07")


@pytest.mark.parametrize("document, headers, status, code", [
    (b"<Delete>", None, 400, "MalformedXML"),
    (b"<Delete></Delete>", None, 400, "MalformedXML"),
    (b"<Delete><Object><Key>a</Key></Object></Delete>", {"content-md5": md5(b"other")}, 400, "InvalidDigest"),
    (b"<Delete><Object><Key>a</Key></Object></Delete>", {"content-md5": "short"}, 400, "InvalidDigest"),
    (b"<Delete>" + b"<Object><Key>a</Key></Object>" * 1001 + b"</Delete>", None, 400, "MalformedXML"),
])
def test_malformed_deletes(server, bucket, document, headers, status, code):
    reply = delete_many(server, bucket, document, headers=headers)
    assert (reply.status, reply.code) == (status, code)


def test_deletes_need_content_md5(server, bucket):
    reply = delete_many(server, bucket, b"<Delete><Object><Key>a</Key></Object></Delete>", headers={})
    assert reply.status == 400 and reply.code in ("MissingArgument", "InvalidArgument", "InvalidRequest",
                                                  "InvalidDigest")


# What is refused

def test_wrong_content_md5(client, bucket):
    for wrong in (md5(b"other"), "nonsense"):
        with refused("InvalidDigest", 400):
            client.put(bucket, "k", BODY, {"Content-MD5": wrong})
    assert client.exists(bucket, "k") is False
    assert client.put(bucket, "k", BODY, {"Content-MD5": md5(BODY)}).status == 200


@pytest.mark.parametrize("method, query", [("PUT", ""), ("POST", "append&position=0")])
def test_no_length(server, bucket, method, query):
    from support import raw
    from support.oss_raw import Request
    request = Request(method, bucket, "k", query)
    headers = request.v4_headers(server)
    del headers["content-length"]
    reply = raw.send(server, raw.request_bytes(method, f"{request.path}?{query}", headers))
    assert (reply.status, reply.code) == (411, "MissingContentLength")


def test_chunked_body(server, bucket, version):
    """What an SDK sends for a stream whose length it does not know."""
    def pieces():
        yield from (b"one", b"two", b"three" * 10_000)
    whole = b"".join(pieces())
    client = oss.make(server, f"v2-{version}")
    client.put(bucket, "new", pieces())
    oss.oss2_bucket(server, bucket, version).put_object("old", pieces())
    assert client.get(bucket, "new").body == client.get(bucket, "old").body == whole
    assert client.head(bucket, "new").crc == client.head(bucket, "old").crc == crc64(whole)


@pytest.mark.parametrize("name, value", [
    ("x-oss-server-side-encryption", "AES256"), ("x-oss-callback", "e30="),
    ("x-oss-object-acl", "public-read")])
def test_what_a_put_cannot_ask_for(client, bucket, name, value):
    with refused("NotImplemented", 400):
        client.put(bucket, "k", BODY, {name: value})
    assert client.exists(bucket, "k") is False


def test_object_acl(server, bucket, version):
    client = oss.make(server, f"v2-{version}")
    client.put(bucket, "k", BODY, {"x-oss-object-acl": "private"})
    assert client.client.get_object_acl(v2.GetObjectAclRequest(bucket, "k")).acl in ("private", "default")
    old = oss.oss2_bucket(server, bucket, version)
    assert old.get_object_acl("k").acl in ("private", "default")
    for word in ("private", "default"):
        assert old.put_object_acl("k", word).status == 200
        assert client.client.put_object_acl(v2.PutObjectAclRequest(bucket, "k", acl=word)).status_code == 200
    with refused("NotImplemented", 400):
        old.put_object_acl("k", "public-read-write")
    with refused("NoSuchKey", 404):
        old.get_object_acl("none")


# Overwriting

def test_forbid_overwrite(client, bucket):
    client.put(bucket, "k", b"first", {"x-oss-forbid-overwrite": "true"})
    with refused("FileAlreadyExists", 409):
        client.put(bucket, "k", b"second", {"x-oss-forbid-overwrite": "true"})
    with refused("FileAlreadyExists", 409):
        client.copy((bucket, "k"), (bucket, "k"), {"x-oss-forbid-overwrite": "true",
                                                   "x-oss-metadata-directive": "REPLACE"})
    assert client.get(bucket, "k").body == b"first"
    client.put(bucket, "k", b"third", {"x-oss-forbid-overwrite": "false"})
    assert client.get(bucket, "k").body == b"third"


@pytest.mark.parametrize("status", ["Enabled", "Suspended"])
def test_forbid_overwrite_is_ignored_with_versions(client, bucket, status):
    client.set_versioning(bucket, status)
    for body in (b"first", b"second"):
        client.put(bucket, "k", body, {"x-oss-forbid-overwrite": "true"})
    assert client.get(bucket, "k").body == b"second"


# Conditions

@pytest.mark.parametrize("etag", [ETAG, ETAG.lower(), f'"{ETAG}"', f'"{ETAG.lower()}"'])
def test_if_match_in_either_case(client, bucket, etag):
    client.put(bucket, "k", BODY)
    assert client.get(bucket, "k", {"If-Match": etag}).body == BODY
    assert client.head(bucket, "k", {"If-Match": etag}).status == 200
    for call in (client.get, client.head):
        with pytest.raises(Exception) as seen:
            call(bucket, "k", {"If-None-Match": etag})
        assert oss.read_failure(seen.value).status == 304


def test_conditions(client, bucket):
    client.put(bucket, "k", BODY)
    past, future = (utc(days=days).strftime("%a, %d %b %Y %H:%M:%S GMT") for days in (1, -1))
    with refused("PreconditionFailed", 412) as seen:
        client.get(bucket, "k", {"If-Match": '"0"'})
    assert seen.elements.get("Condition") == "If-Match"
    with refused("PreconditionFailed", 412):
        client.head(bucket, "k", {"If-Unmodified-Since": past})
    assert client.get(bucket, "k", {"If-Unmodified-Since": future, "If-Modified-Since": past}).body == BODY


# Ranges

@pytest.mark.parametrize("span, first, last", [("bytes=0-9", 0, 9), ("bytes=100-", 100, len(BODY) - 1),
                                               ("bytes=-5", len(BODY) - 5, len(BODY) - 1),
                                               ("bytes=10000-99999", 10_000, len(BODY) - 1)])
def test_ranges(client, bucket, span, first, last):
    client.put(bucket, "k", BODY)
    got = client.get(bucket, "k", {"Range": span})
    assert (got.status, got.body) == (206, BODY[first:last + 1])
    assert got.headers["Content-Range"] == f"bytes {first}-{last}/{len(BODY)}"


@pytest.mark.parametrize("span", [f"bytes={len(BODY)}-", "bytes=99999-100000", "bytes=-0", "bytes=9-5", "nonsense"])
def test_ranges_behind_the_end(client, bucket, span):
    client.put(bucket, "k", BODY)
    got = client.get(bucket, "k", {"Range": span})
    assert (got.status, got.body) == (200, BODY) and "Content-Range" not in got.headers


@pytest.mark.parametrize("span", [f"bytes={len(BODY)}-", "bytes=99999-100000"])
def test_standard_range_behavior(client, bucket, span):
    client.put(bucket, "k", BODY)
    with refused("InvalidRange", 416) as seen:
        client.get(bucket, "k", {"Range": span, "x-oss-range-behavior": "standard"})
    assert seen.headers["Content-Range"] == f"bytes */{len(BODY)}"
    got = client.get(bucket, "k", {"Range": "bytes=1-2", "x-oss-range-behavior": "standard"})
    assert (got.status, got.body) == (206, BODY[1:3])


def test_range_of_an_empty_object(client, bucket):
    client.put(bucket, "k", b"")
    assert client.get(bucket, "k", {"Range": "bytes=0-"}).status == 200


def test_response_overrides(server, bucket, version):
    client = oss.make(server, f"v2-{version}")
    client.put(bucket, "k", BODY)
    got = client.client.get_object(v2.GetObjectRequest(
        bucket, "k", response_content_type="text/x-other", response_cache_control="no-store",
        response_content_disposition="attachment; filename=\"a b.txt\"", response_content_encoding="x",
        response_content_language="de", response_expires="Thu, 01 Dec 2033 16:00:00 GMT"))
    assert (got.content_type, got.cache_control, got.content_encoding) == ("text/x-other", "no-store", "x")
    assert got.content_disposition == "attachment; filename=\"a b.txt\""
    assert got.headers["Content-Language"] == "de"
    old = oss.oss2_bucket(server, bucket, version).get_object("k", params={"response-content-type": "text/x-other"})
    assert old.headers["Content-Type"] == "text/x-other" and old.read() == BODY


# Copies

@pytest.fixture
def source(client, bucket):
    client.put(bucket, "ä/source +", BODY, {"x-oss-meta-a": "1", "Content-Type": "text/x-one",
                                            "x-oss-tagging": "tag=one"})
    return bucket, "ä/source +"


def test_copy(client, source, name):
    client.make_bucket(name)
    done = client.copy(source, (name, "copy"))
    assert done.status == 200
    if client.sdk == "v2":  # oss2 does not read the document
        assert done.result.etag == f'"{ETAG}"' and done.result.last_modified
    got = client.get(name, "copy")
    assert (got.body, got.crc) == (BODY, crc64(BODY))
    assert (got.headers["x-oss-meta-a"], got.headers["Content-Type"]) == ("1", "text/x-one")
    assert client.tags(name, "copy") == {"tag": "one"}


def test_copy_tells_the_checksum(client, source):
    assert client.copy(source, (source[0], "copy")).crc == crc64(BODY)


def test_copy_replaces(client, source):
    client.copy(source, (source[0], "copy"), {
        "x-oss-metadata-directive": "REPLACE", "x-oss-meta-b": "2", "Content-Type": "text/x-two",
        "x-oss-tagging-directive": "REPLACE", "x-oss-tagging": "tag=two"})
    head = client.head(source[0], "copy")
    assert head.headers["x-oss-meta-b"] == "2" and "x-oss-meta-a" not in head.headers
    assert head.headers["Content-Type"] == "text/x-two"
    assert client.tags(source[0], "copy") == {"tag": "two"}


@pytest.mark.parametrize("directive, tags", [("Copy", {"tag": "one"}), ("Replace", {"tag": "two"})])
def test_tagging_directives_as_oss_spells_them(client, source, directive, tags):
    client.copy(source, (source[0], "copy"), {"x-oss-tagging-directive": directive, "x-oss-tagging": "tag=two"})
    assert client.tags(source[0], "copy") == tags


def test_copy_onto_itself(client, source):
    client.copy(source, source, {"x-oss-metadata-directive": "REPLACE", "x-oss-meta-b": "2"})
    head = client.head(*source)
    assert head.headers["x-oss-meta-b"] == "2" and "x-oss-meta-a" not in head.headers


@pytest.mark.parametrize("headers", [
    {"x-oss-copy-source-if-match": ETAG}, {"x-oss-copy-source-if-match": f'"{ETAG.lower()}"'},
    {"x-oss-copy-source-if-none-match": "other"}])
def test_copy_conditions_that_hold(client, source, headers):
    assert client.copy(source, (source[0], "copy"), headers).status == 200


@pytest.mark.parametrize("headers", [
    {"x-oss-copy-source-if-match": "other"},
    {"x-oss-copy-source-if-unmodified-since": "Thu, 01 Jan 1998 00:00:00 GMT"}])
def test_copy_conditions_that_fail(client, source, headers):
    with refused("PreconditionFailed", 412):
        client.copy(source, (source[0], "copy"), headers)
    assert client.exists(source[0], "copy") is False


@pytest.mark.parametrize("condition", ["none-match", "modified-since"])
def test_copy_of_what_has_not_changed(client, source, condition):
    value = ETAG if condition == "none-match" else client.head(*source).headers["Last-Modified"]
    with pytest.raises(Exception) as seen:
        client.copy(source, (source[0], "copy"), {f"x-oss-copy-source-if-{condition}": value})
    assert oss.read_failure(seen.value).status == 304


def test_copies_of_nothing(client, bucket):
    with refused("NoSuchKey", 404):
        client.copy((bucket, "none"), (bucket, "copy"))
    with refused("NoSuchBucket", 404):
        client.copy((f"none-{uuid.uuid4().hex[:12]}", "none"), (bucket, "copy"))


@pytest.mark.parametrize("value", ["", "nonsense", "/", "/bucket", "bucket/"])
def test_malformed_sources(server, bucket, value):
    reply = ask(server, "PUT", bucket, "k", headers={"x-oss-copy-source": value})
    assert (reply.status, reply.code) == (400, "InvalidArgument")


def test_wrong_directive(server, bucket):
    ask(server, "PUT", bucket, "k", body=b"x")
    reply = ask(server, "PUT", bucket, "c", headers={"x-oss-copy-source": f"/{bucket}/k",
                                                     "x-oss-metadata-directive": "MOVE"})
    assert (reply.status, reply.code) == (400, "InvalidArgument")


def test_error_of_a_head(server, bucket):
    reply = ask(server, "HEAD", bucket, "none")
    assert (reply.status, reply.body) == (404, b"")
    root = ElementTree.fromstring(base64.b64decode(reply.headers["x-oss-err"]))
    assert root.findtext("Code") == "NoSuchKey" and root.findtext("RequestId") == reply.headers["x-oss-request-id"]
    assert root.findtext("EC") == reply.headers["x-oss-ec"]
