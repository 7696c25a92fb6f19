"""ListObjects, ListObjectsV2: pages, tokens, encodings."""

import uuid
import xml.etree.ElementTree as ElementTree
from urllib.parse import quote, unquote

import pytest

from support import oss
from support.oss import refused
from support.oss_raw import ask

KEYS = sorted(["a", "a/", "a/b", "a/b/c", "a0", "b//x", "b/x", "dir/file", "pct%41", "plus+ and blank", "<&>\"'",
               "z/1/2", "z/1/3", "z/2", "ä/ö"], key=str.encode)
AWKWARD = ["bell\x07", "line\nfeed", "\x01\x1f", "tab\tand\rreturn"]


@pytest.fixture
def filled(server, made={}):
    """One bucket with KEYS, for all tests: none writes to it."""
    if not made:
        client, made["bucket"] = oss.make(server, "v2-v4"), f"list-{uuid.uuid4().hex[:12]}"
        client.make_bucket(made["bucket"])
        for key in KEYS:
            client.put(made["bucket"], key, b"x")
    return made["bucket"]


def model(prefix="", delimiter="", after=""):
    """What a listing must show: keys, and common prefixes."""
    keys, prefixes = [], []
    for key in KEYS:
        if not key.startswith(prefix):
            continue
        rest = key[len(prefix):]
        if delimiter and delimiter in rest:
            common = prefix + rest[:rest.index(delimiter) + len(delimiter)]
            if common.encode() > after.encode() and common not in prefixes:
                prefixes.append(common)
        elif key.encode() > after.encode():
            keys.append(key)
    return keys, prefixes


def all_pages(ask_page, token_name, token, **arguments):
    keys, prefixes = [], []
    while True:
        page = ask_page(**arguments, **({token_name: token} if token else {}))
        assert len(page.keys) + len(page.prefixes) <= arguments["max_keys"]
        keys += page.keys
        prefixes += page.prefixes
        if not page.is_truncated:
            return keys, prefixes
        assert page.next, "a page that is not the last says where the next begins"
        token = page.next


@pytest.mark.parametrize("size", [1, 2, 1000])
@pytest.mark.parametrize("prefix, delimiter", [("", ""), ("", "/"), ("a", "/"), ("a/", "/"), ("z/1/", ""), ("ä/", ""),
                                               ("plus+ ", ""), ("none", "/"), ("b/", "/")])
def test_pages(client, filled, size, prefix, delimiter):
    arguments = {"max_keys": size, "prefix": prefix, "delimiter": delimiter}
    want = model(prefix, delimiter)
    assert all_pages(lambda **a: client.list(filled, **a), "marker", "", **arguments) == want
    assert all_pages(lambda **a: client.list_v2(filled, **a), "continuation_token", "", **arguments) == want


@pytest.mark.parametrize("after", ["a", "a/b", "b", "plus+ and blank", "<&>", "ä/", "zzz"])
def test_begins_behind(client, filled, after):
    want = model(after=after)
    assert client.list(filled, marker=after).keys == want[0]
    assert client.list_v2(filled, start_after=after).keys == want[0]


def test_entries(client, bucket):
    put = client.put(bucket, "k", b"hello")
    for page in (client.list(bucket), client.list_v2(bucket, fetch_owner=True)):
        [entry] = page.entries
        assert (entry.key, entry.size, entry.type, entry.storage_class) == ("k", 5, "Normal", "Standard")
        assert f'"{entry.etag}"' == put.etag or entry.etag == put.etag.strip('"')
        assert entry.etag == "5D41402ABC4B2A76B9719D911017C592" and entry.owner
    assert client.list_v2(bucket).entries[0].owner is None


def test_default_page_is_100(server, bucket):
    client = oss.make(server, "v2-v4")
    names = [f"k{number:03}" for number in range(101)]
    for name in names:
        client.put(bucket, name)
    for query in ("", "list-type=2"):
        root = ElementTree.fromstring(ask(server, "GET", bucket, query=query).body)
        assert (root.findtext("MaxKeys"), root.findtext("IsTruncated")) == ("100", "true")
        assert [one.findtext("Key") for one in root.iter("Contents")] == names[:100]
    root = ElementTree.fromstring(ask(server, "GET", bucket).body)
    assert root.findtext("NextMarker") == "k099"
    root = ElementTree.fromstring(ask(server, "GET", bucket, query="list-type=2").body)
    assert root.findtext("KeyCount") == "100"
    assert client.list(bucket, max_keys=1000).keys == names


@pytest.mark.parametrize("count", ["1001", "0", "-1", "many", "99999999999999999999"])
@pytest.mark.parametrize("query", ["", "list-type=2", "versions"])
def test_too_many(server, filled, count, query):
    reply = ask(server, "GET", filled, query=f"{query}&max-keys={count}".lstrip("&"))
    assert (reply.status, reply.code) == (400, "InvalidArgument")


@pytest.mark.parametrize("count", ["1001", "0", "-1", "many"])
def test_the_argument_is_named(server, filled, count):
    reply = ask(server, "GET", filled, query=f"max-keys={count}")
    assert b"<ArgumentName>max-keys</ArgumentName>" in reply.body


def test_a_thousand_is_allowed(client, filled):
    assert client.list(filled, max_keys=1000).keys == KEYS
    with refused("InvalidArgument", 400):
        client.list(filled, max_keys=1001)


@pytest.mark.parametrize("query", ["list-type=2&continuation-token=!!", "encoding-type=base64",
                                   "list-type=2&encoding-type=base64"])
def test_wrong_arguments(server, filled, query):
    reply = ask(server, "GET", filled, query=query)
    assert (reply.status, reply.code) == (400, "InvalidArgument")


def test_echoes(server, filled):
    """oss2 looks for what was not sent, too."""
    root = ElementTree.fromstring(ask(server, "GET", filled, query="max-keys=1").body)
    assert [root.findtext(one) for one in ("Name", "Prefix", "Marker", "MaxKeys", "Delimiter")] == [
        filled, "", "", "1", ""]
    root = ElementTree.fromstring(ask(
        server, "GET", filled, query="prefix=a&delimiter=%2F&marker=a&max-keys=7&encoding-type=url").body)
    assert [root.findtext(one) for one in ("Prefix", "Marker", "MaxKeys", "Delimiter", "EncodingType")] == [
        "a", "a", "7", "%2F", "url"]


def test_tokens_are_encoded(server, filled):
    """With encoding-type=url the SDKs decode the tokens, so they must have been encoded; without, not."""
    query = "list-type=2&max-keys=1&start-after=a%2Fb"
    plain, escaped = (ElementTree.fromstring(ask(server, "GET", filled, query=query + encoding).body)
                      for encoding in ("", "&encoding-type=url"))
    assert unquote(escaped.findtext("NextContinuationToken")) == plain.findtext("NextContinuationToken")
    assert unquote(escaped.findtext("StartAfter")) == plain.findtext("StartAfter") == "a/b"
    token = quote(plain.findtext("NextContinuationToken"), safe="")
    following = ElementTree.fromstring(ask(
        server, "GET", filled, query=f"list-type=2&max-keys=1&encoding-type=url&continuation-token={token}").body)
    assert unquote(following.findtext("ContinuationToken")) == plain.findtext("NextContinuationToken")
    assert following.findtext("Contents/Key") == quote(KEYS[KEYS.index("a/b") + 2], safe="/")


def test_encoding_type_url(server, bucket):
    client = oss.make(server, "v2-v4")
    client.put(bucket, "a b+c%d/(e)é&<")
    for query in ("encoding-type=url", "list-type=2&encoding-type=url"):
        key = ElementTree.fromstring(ask(server, "GET", bucket, query=query).body).findtext("Contents/Key")
        assert key in ("a%20b%2Bc%25d%2F%28e%29%C3%A9%26%3C", "a%20b%2Bc%25d/%28e%29%C3%A9%26%3C",
                       "a%20b%2Bc%25d/(e)%C3%A9%26%3C")
    key = ElementTree.fromstring(ask(server, "GET", bucket).body).findtext("Contents/Key")
    assert key == "a b+c%d/(e)é&<"


@pytest.mark.parametrize("key", AWKWARD)
def test_control_characters(client, bucket, key):
    """XML 1.0 has no way to write them: the SDKs ask for encoding-type=url, always."""
    client.put(bucket, key, b"x")
    assert client.get(bucket, key).body == b"x"
    assert client.list(bucket).keys == [key]
    assert client.list_v2(bucket).keys == [key]
    assert client.list(bucket, prefix=key[:2]).keys == [key]
    assert client.list_versions(bucket).keys == [key]
    client.delete(bucket, key)
