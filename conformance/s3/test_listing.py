"""ListObjects and ListObjectsV2 against a naive model."""

import random

import pytest

from support import raw
from support.checks import refused
from support.ways import Way

KEYS = sorted(["a", "a/", "a/b", "a/b/c", "a/b/d", "a0", "b//x", "b//y", "b/x", "c", "dir/", "dir/file",
               "e\u0301", "e\u0302/x", "sp ace", "plus+", "pct%", "z/1/2/3", "z/1/2/4", "z/2", "\u00e9"],
              key=lambda k: k.encode())


def model(keys, prefix="", delimiter="", after=""):
    """What a listing must show: keys and common prefixes in the order of their bytes."""
    entries = []
    for key in keys:
        if not key.startswith(prefix):
            continue
        rest = key[len(prefix):]
        name, is_prefix = key, False
        if delimiter and delimiter in rest:
            name, is_prefix = prefix + rest[:rest.index(delimiter) + len(delimiter)], True
        if name.encode() <= after.encode():
            continue
        if (name, is_prefix) not in entries:
            entries.append((name, is_prefix))
    return entries


def pages_v2(s3, bucket, **arguments):
    seen, token = [], None
    while True:
        page = s3.list_objects_v2(
            Bucket=bucket, **arguments, **({"ContinuationToken": token} if token else {}))
        entries = [(c["Key"], False) for c in page.get("Contents", [])]
        entries += [(p["Prefix"], True) for p in page.get("CommonPrefixes", [])]
        assert page["KeyCount"] == len(entries)
        assert len(entries) <= arguments.get("MaxKeys", 1000)
        seen += sorted(entries, key=lambda e: e[0].encode())
        token = page.get("NextContinuationToken")
        assert page["IsTruncated"] == bool(token)
        if not token:
            return seen


def pages_v1(s3, bucket, **arguments):
    seen, marker = [], arguments.pop("Marker", "")
    while True:
        page = s3.list_objects(Bucket=bucket, Marker=marker, **arguments)
        entries = [(c["Key"], False) for c in page.get("Contents", [])]
        entries += [(p["Prefix"], True) for p in page.get("CommonPrefixes", [])]
        entries.sort(key=lambda e: e[0].encode())
        seen += entries
        if not page["IsTruncated"]:
            return seen
        if arguments.get("Delimiter"):
            assert page["NextMarker"] == entries[-1][0]
        marker = page.get("NextMarker") or entries[-1][0]


@pytest.fixture(scope="module")
def filled():
    made = {}

    def make(name):
        if name not in made:
            way = Way(name)
            bucket = way.make_bucket()
            for key in KEYS:
                way.s3.put_object(Bucket=bucket, Key=key, Body=b"x")
            made[name] = (way, bucket)
        return made[name]
    return make


@pytest.mark.parametrize("way_name", ["uring-path", "poll-path", "uring-virtual"])
@pytest.mark.parametrize("max_keys", [1, 2, 3, 1000])
@pytest.mark.parametrize("prefix, delimiter", [("", ""), ("", "/"), ("a", "/"), ("a/", "/"), ("a/b", "/"),
                                              ("dir/", "/"), ("b/", "/"), ("", "b"), ("", "//"), ("z/1", ""),
                                              ("nothing", "/"), ("", "/1/")])
def test_pages(filled, way_name, max_keys, prefix, delimiter):
    way, bucket = filled(way_name)
    arguments = {"MaxKeys": max_keys}
    if prefix:
        arguments["Prefix"] = prefix
    if delimiter:
        arguments["Delimiter"] = delimiter
    want = model(KEYS, prefix, delimiter)
    assert pages_v2(way.s3, bucket, **arguments) == want
    assert pages_v1(way.s3, bucket, **arguments) == want


@pytest.mark.parametrize("after", ["a", "a/", "a/b", "a/zzz", "b", "dir/", "zzz", "\u00e9", "sp"])
@pytest.mark.parametrize("delimiter", ["", "/"])
def test_start_after(filled, after, delimiter):
    way, bucket = filled("uring-path")
    arguments = {"Delimiter": delimiter} if delimiter else {}
    want = model(KEYS, "", delimiter, after)
    assert pages_v2(way.s3, bucket, StartAfter=after, **arguments) == want
    assert pages_v1(way.s3, bucket, Marker=after, **arguments) == want


def test_echoes(filled):
    way, bucket = filled("uring-path")
    page = way.s3.list_objects_v2(Bucket=bucket, Prefix="a", Delimiter="/", StartAfter="a", MaxKeys=7)
    assert (page["Name"], page["Prefix"], page["Delimiter"], page["StartAfter"], page["MaxKeys"]) == (
        bucket, "a", "/", "a", 7)
    assert "Owner" not in page["Contents"][0]
    page = way.s3.list_objects_v2(Bucket=bucket, FetchOwner=True, MaxKeys=1)
    assert len(page["Contents"][0]["Owner"]["ID"]) == 64
    assert page["Contents"][0]["StorageClass"] == "STANDARD"
    assert page["Contents"][0]["ETag"].startswith('"')
    page = way.s3.list_objects(Bucket=bucket, MaxKeys=1)
    assert page["Marker"] == "" and len(page["Contents"][0]["Owner"]["ID"]) == 64


@pytest.mark.parametrize("arguments, name", [
    ({"MaxKeys": -1}, "maxKeys"), ({"ContinuationToken": "!!"}, "continuation-token"),
    ({"EncodingType": "base64"}, "encoding-type")])
def test_bad_arguments(own_bucket, s3, arguments, name):
    with refused("InvalidArgument", 400) as seen:
        s3.list_objects_v2(Bucket=own_bucket, **arguments)
    assert seen.error["ArgumentName"] == name


def test_max_keys_zero(own_bucket, s3):
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"")
    page = s3.list_objects_v2(Bucket=own_bucket, MaxKeys=0)
    assert (page["KeyCount"], page["IsTruncated"]) == (0, False)


def test_max_keys_text(server, own_bucket):
    reply = raw.signed(server, "GET", f"/{own_bucket}", query="list-type=2&max-keys=many")
    assert reply.status == 400 and b"<Code>InvalidArgument</Code>" in reply.body


def test_encoding_type_url(server, s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="a b+c%d/(e)\u00e9", Body=b"")
    reply = raw.signed(server, "GET", f"/{own_bucket}", query="encoding-type=url&list-type=2")
    assert b"<Key>a+b%2Bc%25d/%28e%29%C3%A9</Key>" in reply.body


def test_control_bytes_in_keys(server, s3, own_bucket):
    s3.put_object(Bucket=own_bucket, Key="bell\x07", Body=b"")
    reply = raw.signed(server, "GET", f"/{own_bucket}", query="list-type=2")
    assert b"<Key>bell&#x7;</Key>" in reply.body
    assert s3.list_objects_v2(Bucket=own_bucket)["Contents"][0]["Key"] == "bell\x07"


def test_token_survives_writes(s3, own_bucket):
    names = [f"k{i:03}" for i in range(20)]
    for name in names:
        s3.put_object(Bucket=own_bucket, Key=name, Body=b"")
    page = s3.list_objects_v2(Bucket=own_bucket, MaxKeys=10)
    s3.delete_object(Bucket=own_bucket, Key="k009")
    s3.put_object(Bucket=own_bucket, Key="k0095", Body=b"")
    s3.put_object(Bucket=own_bucket, Key="k000a", Body=b"")
    rest = s3.list_objects_v2(Bucket=own_bucket, ContinuationToken=page["NextContinuationToken"])
    assert [c["Key"] for c in rest["Contents"]] == ["k0095"] + names[10:]


def test_random_against_model(s3, own_bucket):
    seed = random.randrange(1 << 30)
    print("seed", seed)
    chance = random.Random(seed)
    keys = sorted({"".join(chance.choice("ab/") for _ in range(chance.randint(1, 8))) for _ in range(150)})
    for key in keys:
        s3.put_object(Bucket=own_bucket, Key=key, Body=b"")
    for _ in range(60):
        prefix = chance.choice(["", "a", "a/", "b/", "/", "ab"])
        delimiter = chance.choice(["", "/", "b", "a/"])
        after = chance.choice(["", *chance.sample(keys, 3)])
        arguments = {k: v for k, v in (("Prefix", prefix), ("Delimiter", delimiter)) if v}
        size = chance.choice([1, 3, 10])
        want = model(keys, prefix, delimiter, after)
        more = {"StartAfter": after} if after else {}
        assert pages_v2(s3, own_bucket, MaxKeys=size, **arguments, **more) == want, (seed, arguments, after)
        assert pages_v1(s3, own_bucket, MaxKeys=size, Marker=after, **arguments) == want, (
            seed, arguments, after)
