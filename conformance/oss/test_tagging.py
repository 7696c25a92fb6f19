"""Tags of objects."""

import pytest

from support import oss
from support.oss import refused
from support.oss_raw import ask, md5



def test_tags(client, bucket):
    client.put(bucket, "k ä", b"x")
    assert client.tags(bucket, "k ä") == {}
    tags = {"a b": "c+d", "ä/": "ö=:", "empty": "", "x.y-z": "1"}
    assert client.set_tags(bucket, tags, "k ä").status == 200
    assert client.tags(bucket, "k ä") == tags
    assert client.head(bucket, "k ä").headers["x-oss-tagging-count"] == "4"
    assert client.set_tags(bucket, {"only": "this"}, "k ä").status == 200
    assert client.tags(bucket, "k ä") == {"only": "this"}
    assert client.delete_tags(bucket, "k ä").status == 204
    assert client.tags(bucket, "k ä") == {}


def test_tags_of_a_put(client, bucket):
    client.put(bucket, "k", b"x", {"x-oss-tagging": "a%20b=c%2Bd&single&%C3%A4=%C3%B6"})
    assert client.tags(bucket, "k") == {"a b": "c+d", "single": "", "ä": "ö"}


def test_tags_of_an_upload(client, bucket):
    upload = client.initiate(bucket, "k", {"x-oss-tagging": "a=b"})
    etag = client.part(bucket, "k", upload, 1, b"x").etag.strip('"')
    client.complete(bucket, "k", upload, [(1, etag)])
    assert client.tags(bucket, "k") == {"a": "b"}


def test_tags_of_nothing(client, bucket):
    for call in (lambda: client.tags(bucket, "none"), lambda: client.set_tags(bucket, {"a": "b"}, "none"),
                 lambda: client.delete_tags(bucket, "none")):
        with refused("NoSuchKey", 404):
            call()


def document(*tags):
    inside = b"".join(b"<Tag><Key>%s</Key><Value>%s</Value></Tag>" % tag for tag in tags)
    return b"<Tagging><TagSet>" + inside + b"</TagSet></Tagging>"


@pytest.mark.parametrize("tags", [
    [(b"k%d" % n, b"v") for n in range(11)],
    [(b"k" * 129, b"v")], [(b"k", b"v" * 257)], [(b"", b"v")], [(b"a", b"b"), (b"a", b"c")]])
def test_limits(server, bucket, tags):
    client = oss.make(server, "v2-v4")
    client.put(bucket, "k", b"x")
    body = document(*tags)
    reply = ask(server, "PUT", bucket, "k", "tagging", body=body, headers={"content-md5": md5(body)})
    assert (reply.status, reply.code) == (400, "InvalidTag")
    assert client.tags(bucket, "k") == {}


def test_tags_without_content_md5(server, bucket, version):
    oss.make(server, "v2-v4").put(bucket, "k", b"x")
    reply = ask(server, "PUT", bucket, "k", "tagging", version, body=document((b"a", b"b")))
    assert reply.status == 200


def test_wrong_content_md5(server, bucket):
    oss.make(server, "v2-v4").put(bucket, "k", b"x")
    reply = ask(server, "PUT", bucket, "k", "tagging", body=document((b"a", b"b")),
                headers={"content-md5": md5(b"other")})
    assert (reply.status, reply.code) == (400, "InvalidDigest")


@pytest.mark.parametrize("body", [b"<Tagging>", b"<Other/>", b""])
def test_malformed(server, bucket, body):
    oss.make(server, "v2-v4").put(bucket, "k", b"x")
    reply = ask(server, "PUT", bucket, "k", "tagging", body=body, headers={"content-md5": md5(body)})
    assert (reply.status, reply.code) == (400, "MalformedXML")
