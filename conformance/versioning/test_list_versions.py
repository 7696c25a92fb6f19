"""ListObjectVersions against a naive model."""

import random

import pytest

from support import raw

KEYS = ["a", "a/b", "a/c/d", "a/c/e", "a0", "b/x", "b/y", "c", "e\u0301", "sp ace", "plus+", "z/1/2"]


def fill(s3, bucket, seed):
    """A random history; returns every entry as (key, id, is it a marker) in the order of a listing."""
    chance = random.Random(seed)
    history = {}
    for number in range(60):
        key = chance.choice(KEYS)
        entries = history.setdefault(key, [])
        if number == 30:
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
        if number == 45:
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        deletes = chance.random() < 0.3
        if deletes:
            version = s3.delete_object(Bucket=bucket, Key=key)["VersionId"]
        else:
            version = s3.put_object(Bucket=bucket, Key=key, Body=b"x" * number)["VersionId"]
        entries[:] = [entry for entry in entries if version != "null" or entry[0] != "null"]
        entries.insert(0, (version, deletes))
    return [(key, *entry) for key in sorted(history, key=str.encode) for entry in history[key]]


def model(entries, prefix="", delimiter=""):
    """Entries, and common prefixes as (prefix, None, None), in their order."""
    shown = []
    for entry in entries:
        key = entry[0]
        if not key.startswith(prefix):
            continue
        rest = key[len(prefix):]
        if delimiter and delimiter in rest:
            entry = (prefix + rest[:rest.index(delimiter) + len(delimiter)], None, None)
        if entry not in shown:
            shown.append(entry)
    return shown


def pages(s3, bucket, **arguments):
    """All entries of a listing, page by page, sorted as the model is within a page."""
    seen, markers = [], {}
    while True:
        page = s3.list_object_versions(Bucket=bucket, **arguments, **markers)
        found = {(v["Key"], v["VersionId"], kind)
                 for name, kind in (("Versions", False), ("DeleteMarkers", True)) for v in page.get(name, [])}
        found |= {(p["Prefix"], None, None) for p in page.get("CommonPrefixes", [])}
        assert len(found) <= arguments.get("MaxKeys", 1000)
        seen.append(found)
        if not page["IsTruncated"]:
            assert "NextKeyMarker" not in page
            return seen
        markers = {"KeyMarker": page["NextKeyMarker"]}
        if "NextVersionIdMarker" in page:
            markers["VersionIdMarker"] = page["NextVersionIdMarker"]


@pytest.fixture(scope="module")
def filled():
    from support import clients
    from support.server import Server
    with Server() as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="listed")
        s3.put_bucket_versioning(Bucket="listed", VersioningConfiguration={"Status": "Enabled"})
        yield server, s3, fill(s3, "listed", 4)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("delimiter", ["", "/"])
@pytest.mark.parametrize("prefix", ["", "a", "a/", "nothing"])
def test_pages(filled, prefix, delimiter, size):
    _, s3, entries = filled
    want = model(entries, prefix, delimiter)
    for page in pages(s3, "listed", Prefix=prefix, Delimiter=delimiter, MaxKeys=size):
        assert page == set(want[:len(page)])
        assert len(page) == min(size, len(want))
        want = want[len(page):]
    assert want == []


def test_the_newest_is_the_latest(filled):
    _, s3, entries = filled
    page = s3.list_object_versions(Bucket="listed")
    latest = {(v["Key"], v["VersionId"]) for name in ("Versions", "DeleteMarkers") for v in page[name] if v["IsLatest"]}
    first = {}
    for key, version, _ in entries:
        first.setdefault(key, version)
    assert latest == set(first.items())


def test_the_order_on_the_wire(filled):
    """Versions and markers are mixed in the document; SDKs take them apart."""
    server, _, entries = filled
    body = raw.signed(server, "GET", "/listed", query="versions=").body.decode()
    places = [body.index(f"<VersionId>{version}</VersionId>") for _, version, _ in entries if version != "null"]
    assert places == sorted(places)
    kinds = [piece.startswith("<DeleteMarker>") for piece in body.replace("<Version>", "\n<Version>").replace(
        "<DeleteMarker>", "\n<DeleteMarker>").split("\n")[2:]]
    assert kinds == [marker for _, _, marker in entries]


def test_a_key_marker_alone_skips_its_versions(filled):
    _, s3, entries = filled
    page = s3.list_object_versions(Bucket="listed", KeyMarker="a")
    keys = [v["Key"] for name in ("Versions", "DeleteMarkers") for v in page[name]]
    assert "a" not in keys and len(keys) == len([entry for entry in entries if entry[0] > "a"])


def test_encoded_keys(filled):
    server, _, _ = filled
    body = raw.signed(server, "GET", "/listed",
                      query="versions=&encoding-type=url&prefix=sp%20&key-marker=a%2Bb").body.decode()
    assert "<Key>sp+ace</Key>" in body and "<Prefix>sp+</Prefix>" in body and "<KeyMarker>a%2Bb</KeyMarker>" in body


def test_none_at_all(filled):
    _, s3, _ = filled
    page = s3.list_object_versions(Bucket="listed", MaxKeys=0)
    assert (page["IsTruncated"], page["MaxKeys"]) == (False, 0) and "Versions" not in page


def test_what_an_entry_shows(filled):
    _, s3, _ = filled
    page = s3.list_object_versions(Bucket="listed")
    version, marker = page["Versions"][0], page["DeleteMarkers"][0]
    head = s3.head_object(Bucket="listed", Key=version["Key"], VersionId=version["VersionId"])
    assert (version["ETag"], version["Size"], version["LastModified"]) == (
        head["ETag"], head["ContentLength"], head["LastModified"])
    assert version["StorageClass"] == "STANDARD" and version["Owner"]["ID"] == marker["Owner"]["ID"]
    assert version["ChecksumAlgorithm"] == ["CRC32"] or version["ChecksumAlgorithm"] == ["CRC64NVME"]
    assert "Size" not in marker and "ETag" not in marker
