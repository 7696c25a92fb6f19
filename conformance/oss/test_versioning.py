"""Versions, delete markers and their listing."""

import re

import alibabacloud_oss_v2 as v2
import pytest

from support import oss
from support.oss import refused
from support.oss_raw import ask


def test_states(client, bucket):
    assert client.versioning(bucket) is None
    for status in ("Enabled", "Suspended", "Enabled"):
        client.set_versioning(bucket, status)
        assert client.versioning(bucket) == status


def test_versions(client, versioned):
    first, second = (client.put(versioned, "k ä", body).version for body in (b"1", b"2"))
    assert first and second and first != second
    assert client.get(versioned, "k ä").body == b"2"
    for version, body in ((first, b"1"), (second, b"2")):
        got = client.get(versioned, "k ä", version=version)
        assert (got.body, got.version) == (body, version)
        assert client.head(versioned, "k ä", version=version).version == version
        assert client.meta(versioned, "k ä", version=version).version == version
    with refused("NoSuchVersion", 404):
        client.get(versioned, "k ä", version="CAEQNhiBgMDJgZCA0BYiIDc4MGZjZGI2OTBjOTRmNTE5NmU5NmFhZjhjYmY0")
    assert client.delete(versioned, "k ä", version=second).version == second
    assert client.get(versioned, "k ä").body == b"1"


def test_delete_markers(client, versioned):
    first = client.put(versioned, "k", b"1").version
    gone = client.delete(versioned, "k")
    assert (gone.status, gone.headers["x-oss-delete-marker"]) == (204, "true")
    marker = gone.version
    for call in (client.get, client.head):
        with refused("NoSuchKey", 404) as seen:
            call(versioned, "k")
        assert seen.headers["x-oss-delete-marker"] == "true" and seen.headers["x-oss-version-id"] == marker
        with refused("MethodNotAllowed", 405) as seen:
            call(versioned, "k", version=marker)
    assert client.exists(versioned, "k") is False
    assert client.list(versioned).keys == []
    assert client.get(versioned, "k", version=first).body == b"1"
    undone = client.delete(versioned, "k", version=marker)
    assert undone.headers["x-oss-delete-marker"] == "true" and undone.version == marker
    assert client.get(versioned, "k").body == b"1"


def test_suspended(client, versioned):
    kept = client.put(versioned, "k", b"1").version
    client.set_versioning(versioned, "Suspended")
    assert client.put(versioned, "k", b"2").version == "null"
    assert client.put(versioned, "k", b"3").version == "null"
    assert [(entry.version, entry.is_latest) for entry in client.list_versions(versioned).entries] == [
        ("null", True), (kept, False)]
    assert client.delete(versioned, "k").version == "null"
    entries = client.list_versions(versioned).entries
    assert [(entry.version, entry.is_marker) for entry in entries] == [(kept, False), ("null", True)]


def test_unversioned_objects_tell_no_version(client, bucket):
    assert client.put(bucket, "k", b"1").version is None
    assert client.get(bucket, "k").version is None
    [entry] = client.list_versions(bucket).entries
    assert (entry.version, entry.is_latest) == ("null", True)
    assert client.get(bucket, "k", version="null").body == b"1"


@pytest.fixture
def history(client, versioned):
    """Versions and markers of three keys; returns (key, version, whether a marker) as a listing must have them."""
    want = []
    for key in ("a", "dir/b", "ä <&>"):
        made = [(key, client.put(versioned, key, str(n).encode()).version, False) for n in range(3)]
        made.append((key, client.delete(versioned, key).version, True))
        want += made[::-1]
    return want


def flat(entries):
    return sorted((entry.key, entry.version, entry.is_marker) for entry in entries)


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_pages_of_versions(client, versioned, history, size):
    seen, following = [], {}
    while True:
        page = client.list_versions(versioned, max_keys=size, **following)
        assert len(page.entries) <= size
        seen += page.entries
        if not page.is_truncated:
            break
        following = page.next
        assert following["key_marker"] and following["versionid_marker"]
    assert flat(seen) == sorted(history)
    assert {entry.version for entry in seen if entry.is_latest} == {one[1] for one in history if one[2]}
    assert all(entry.owner for entry in seen)
    assert {(entry.type, entry.size, entry.storage_class) for entry in seen if not entry.is_marker} == {
        ("Normal", 1, "Standard")}


def test_order_of_versions(server, versioned):
    """Keys ascending, newest first; markers in their place among them."""
    client = oss.make(server, "v2-v4")
    made = [client.put(versioned, "k", b"1").version, client.delete(versioned, "k").version,
            client.put(versioned, "k", b"2").version, client.delete(versioned, "k").version]
    body = ask(server, "GET", versioned, query="versions").body.decode()
    assert re.findall("<(Version|DeleteMarker)>", body) == ["DeleteMarker", "Version", "DeleteMarker", "Version"]
    assert re.findall("<VersionId>([^<]*)<", body) == made[::-1]


def test_versions_by_prefix(client, versioned, history):
    page = client.list_versions(versioned, prefix="dir/")
    assert flat(page.entries) == sorted(one for one in history if one[0] == "dir/b")
    page = client.list_versions(versioned, delimiter="/")
    assert page.prefixes == ["dir/"] and {entry.key for entry in page.entries} == {"a", "ä <&>"}


def test_iterators_of_versions(server, versioned, version):
    client = oss.make(server, f"v2-{version}")
    for number in range(5):
        client.put(versioned, "k", str(number).encode())
    pages = client.client.list_object_versions_paginator(limit=2).iter_page(v2.ListObjectVersionsRequest(versioned))
    assert len([one for page in pages for one in page.version]) == 5


def test_deletes_of_many_versions(client, versioned):
    first, second = (client.put(versioned, "k", body).version for body in (b"1", b"2"))
    [(key, version, is_marker, marker)] = client.delete_many(versioned, "k")
    assert (key, version, is_marker) == ("k", None, True) and marker
    told = client.delete_many(versioned, ("k", second), ("k", marker))
    assert ("k", second, False, None) in told
    assert [one for one in told if one[1] == marker] == [("k", marker, True, marker)]
    assert client.get(versioned, "k").body == b"1"
    assert client.list_versions(versioned).entries[0].version == first


def test_copies_of_versions(client, versioned):
    first, second = (client.put(versioned, "k", body).version for body in (b"1", b"2"))
    done = client.copy((versioned, "k"), (versioned, "k"), version=first)
    assert done.headers["x-oss-copy-source-version-id"] == first
    assert done.version not in (first, second, None)
    assert client.get(versioned, "k").body == b"1"
    marker = client.delete(versioned, "k").version
    with refused("NoSuchKey", 404):
        client.copy((versioned, "k"), (versioned, "copy"))
    with pytest.raises(Exception) as seen:
        client.copy((versioned, "k"), (versioned, "copy"), version=marker)
    assert oss.read_failure(seen.value).code in ("InvalidRequest", "InvalidArgument", "MethodNotAllowed")


def test_versions_of_uploads(client, versioned):
    upload = client.initiate(versioned, "k")
    etag = client.part(versioned, "k", upload, 1, b"x").etag.strip('"')
    done = client.complete(versioned, "k", upload, [(1, etag)])
    assert done.version == client.head(versioned, "k").version


def test_a_bucket_of_markers_is_not_empty(client, versioned):
    marker = client.delete(versioned, "k").version
    with refused("BucketNotEmpty", 409):
        client.remove_bucket(versioned)
    client.delete(versioned, "k", version=marker)
    client.remove_bucket(versioned)


def test_tags_of_versions(client, versioned):
    first, _ = (client.put(versioned, "k", body).version for body in (b"1", b"2"))
    client.set_tags(versioned, {"old": "1"}, "k", version=first)
    client.set_tags(versioned, {"new": "2"}, "k")
    assert client.tags(versioned, "k", version=first) == {"old": "1"}
    assert client.tags(versioned, "k") == {"new": "2"}
    client.delete_tags(versioned, "k", version=first)
    assert client.tags(versioned, "k", version=first) == {} and client.tags(versioned, "k") == {"new": "2"}
