"""Uploads in parts."""

import hashlib
import xml.etree.ElementTree as ElementTree

import alibabacloud_oss_v2 as v2
import oss2
import pytest

from support import oss
from support.oss import crc64, refused
from support.oss_raw import ask

SMALLEST = 100 * 1024
KEY = "ä/b +&<"
BODIES = [b"a" * SMALLEST, b"b" * (SMALLEST + 1), b"c"]
WHOLE = b"".join(BODIES)
ETAG = hashlib.md5(b"".join(hashlib.md5(body).digest() for body in BODIES)).hexdigest().upper() + "-3"


def upload_all(client, bucket, key=KEY, bodies=BODIES, headers=None):
    upload = client.initiate(bucket, key, headers)
    parts = [(number, client.part(bucket, key, upload, number, body).etag.strip('"'))
             for number, body in enumerate(bodies, 1)]
    return upload, parts


def test_parts_of_100_kb(client, bucket):
    upload, parts = upload_all(client, bucket, headers={"x-oss-meta-a": "1", "Content-Type": "text/x-weir"})
    done = client.complete(bucket, KEY, upload, parts)
    assert done.status == 200 and done.crc == crc64(WHOLE), "combined of the parts'"
    if client.sdk == "v2":  # oss2 does not read the document
        assert done.result.etag == f'"{ETAG}"' and done.result.location
    got = client.get(bucket, KEY)
    assert (got.body, got.crc, got.etag) == (WHOLE, crc64(WHOLE), f'"{ETAG}"')
    assert (got.headers["x-oss-object-type"], got.headers["x-oss-meta-a"]) == ("Multipart", "1")
    [entry] = client.list(bucket).entries
    assert (entry.etag, entry.type, entry.size) == (ETAG, "Multipart", len(WHOLE))


def test_parts_and_their_checksums(client, bucket):
    upload = client.initiate(bucket, KEY)
    for number, body in ((2, BODIES[1]), (1, BODIES[0]), (10_000, BODIES[2])):
        part = client.part(bucket, KEY, upload, number, body)
        assert part.crc == crc64(body)
        assert part.etag == f'"{hashlib.md5(body).hexdigest().upper()}"'
    want = [(number, hashlib.md5(body).hexdigest().upper(), len(body), crc64(body))
            for number, body in zip((1, 2, 10_000), BODIES)]
    if client.sdk == "oss2":  # it does not read HashCrc64ecma
        want = [(*part[:3], "None") for part in want]
    assert client.parts(bucket, KEY, upload) == (want, False)
    assert client.parts(bucket, KEY, upload, count=2) == (want[:2], True)
    assert client.parts(bucket, KEY, upload, after=2) == (want[2:], False)


@pytest.mark.parametrize("spell", [str.upper, str.lower, '"{}"'.format, lambda etag: f'"{etag.lower()}"'])
def test_etags_in_complete(client, bucket, spell):
    """oss2 quotes them again; others do not."""
    upload, parts = upload_all(client, bucket)
    parts = [(number, spell(etag)) for number, etag in parts]
    if client.sdk == "oss2" and parts[0][1].startswith('"'):
        parts = [(number, etag.strip('"')) for number, etag in parts]
    assert client.complete(bucket, KEY, upload, parts).status == 200


def test_a_part_is_replaced(client, bucket):
    upload, parts = upload_all(client, bucket)
    parts[2] = 3, client.part(bucket, KEY, upload, 3, b"other").etag.strip('"')
    done = client.complete(bucket, KEY, upload, parts)
    assert client.get(bucket, KEY).body == b"".join(BODIES[:2]) + b"other"
    assert done.crc == crc64(b"".join(BODIES[:2]) + b"other")


def test_one_small_part(client, bucket):
    upload, parts = upload_all(client, bucket, bodies=[b"small"])
    assert client.complete(bucket, KEY, upload, parts).status == 200


def test_too_small(client, bucket):
    upload, parts = upload_all(client, bucket, bodies=[b"a" * (SMALLEST - 1), b"b"])
    with refused("EntityTooSmall", 400):
        client.complete(bucket, KEY, upload, parts)
    assert client.exists(bucket, KEY) is False


def test_wrong_order(server, bucket):
    client = oss.make(server, "v2-v4")
    upload, parts = upload_all(client, bucket)
    with refused("InvalidPartOrder", 400):
        client.complete(bucket, KEY, upload, parts[::-1])


@pytest.mark.parametrize("bend", [lambda parts: [(1, "0" * 32)], lambda parts: [*parts, (4, parts[0][1])],
                                  lambda parts: [(1, parts[1][1])]])
def test_wrong_parts(client, bucket, bend):
    upload, parts = upload_all(client, bucket)
    with refused("InvalidPart", 400):
        client.complete(bucket, KEY, upload, bend(parts))
    client.complete(bucket, KEY, upload, parts)


@pytest.mark.parametrize("number", [0, 10_001, -1])
def test_part_numbers(server, bucket, number):
    upload = oss.make(server, "v2-v4").initiate(bucket, "k")
    reply = ask(server, "PUT", bucket, "k", f"partNumber={number}&uploadId={upload}", body=b"x")
    assert (reply.status, reply.code) == (400, "InvalidArgument")


def test_no_such_upload(client, bucket):
    upload = client.initiate(bucket, KEY)
    assert client.abort(bucket, KEY, upload).status == 204
    for wrong in (upload, "0" * 32, "nonsense"):
        for call in (lambda: client.part(bucket, KEY, wrong, 1, b"x"), lambda: client.parts(bucket, KEY, wrong),
                     lambda: client.abort(bucket, KEY, wrong),
                     lambda: client.complete(bucket, KEY, wrong, [(1, "0" * 32)])):
            with refused("NoSuchUpload", 404) as seen:
                call()
            assert seen.elements.get("UploadId") == wrong


def test_wrong_md5_of_a_part(client, bucket):
    upload = client.initiate(bucket, KEY)
    with refused("InvalidDigest", 400):
        client.part(bucket, KEY, upload, 1, b"x", {"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="})
    assert client.parts(bucket, KEY, upload) == ([], False)


def test_copied_parts(client, bucket):
    body = b"".join(BODIES)
    client.put(bucket, "source +", body)
    upload = client.initiate(bucket, KEY)
    first = client.part_copy((bucket, "source +"), (bucket, KEY), upload, 1, (0, SMALLEST - 1))
    rest = client.part_copy((bucket, "source +"), (bucket, KEY), upload, 2,
                            (SMALLEST, len(body) - 1))
    assert first == hashlib.md5(body[:SMALLEST]).hexdigest().upper()
    assert client.complete(bucket, KEY, upload, [(1, first), (2, rest)]).crc == crc64(body)
    assert client.get(bucket, KEY).body == body


def test_part_copied_whole(client, bucket):
    client.put(bucket, "source", BODIES[0])
    upload = client.initiate(bucket, KEY)
    client.part_copy((bucket, "source"), (bucket, KEY), upload, 1)
    [(_, etag, size, _)], _ = client.parts(bucket, KEY, upload)
    assert size == SMALLEST
    client.complete(bucket, KEY, upload, [(1, etag)])
    assert client.get(bucket, KEY).body == BODIES[0]
    with refused("NoSuchKey", 404):
        client.part_copy((bucket, "none"), (bucket, KEY), client.initiate(bucket, KEY), 1, (0, 1))


def test_uploads_are_listed(client, bucket):
    made = [(key, client.initiate(bucket, key)) for key in ["a", "a", "b/c", "bé", "ä +"]]
    assert sorted(client.uploads(bucket)) == sorted(made)
    assert [key for key, _ in client.uploads(bucket)] == ["a", "a", "b/c", "bé", "ä +"]
    assert [key for key, _ in client.uploads(bucket, prefix="b")] == ["b/c", "bé"]
    assert [key for key, _ in client.uploads(bucket, delimiter="/")] == ["a", "a", "bé", "ä +"]
    assert [key for key, _ in client.uploads(bucket, key_marker="b/c")] == ["bé", "ä +"]
    for key, upload in made:
        client.abort(bucket, key, upload)
    assert client.uploads(bucket) == []


def test_uploads_of_any_key(server, bucket, version):
    """A document with a control character is none that an SDK can read."""
    client = oss.make(server, f"v2-{version}")
    upload = client.initiate(bucket, "bell\x07")
    assert client.uploads(bucket) == [("bell\x07", upload)]


def uploads_of_three_keys(client, bucket):
    return sorted((f"k{number % 3}", client.initiate(bucket, f"k{number % 3}")) for number in range(7))


def test_pages_of_uploads_by_oss2(server, bucket, version):
    client = oss.make(server, f"oss2-{version}")
    made = uploads_of_three_keys(client, bucket)
    seen = [(one.key, one.upload_id) for one in oss2.MultipartUploadIterator(client.bucket(bucket), max_uploads=2)]
    assert sorted(seen) == made and len(seen) == 7


def test_pages_of_uploads_by_v2(server, bucket, version):
    client = oss.make(server, f"v2-{version}")
    made = uploads_of_three_keys(client, bucket)
    pages = client.client.list_multipart_uploads_paginator(limit=2).iter_page(v2.ListMultipartUploadsRequest(bucket))
    seen = [(one.key, one.upload_id) for page in pages for one in page.uploads]
    assert sorted(seen) == made and len(seen) == 7


def test_forbid_overwrite(client, bucket):
    upload, parts = upload_all(client, bucket)
    client.put(bucket, KEY, b"first")
    with refused("FileAlreadyExists", 409):
        client.complete(bucket, KEY, upload, parts, {"x-oss-forbid-overwrite": "true"})
    assert client.get(bucket, KEY).body == b"first"
    client.complete(bucket, KEY, upload, parts)
    assert client.get(bucket, KEY).body == WHOLE


def test_complete_all(server, bucket):
    client = oss.make(server, "v2-v4")
    upload, _ = upload_all(client, bucket)
    done = client.client.complete_multipart_upload(v2.CompleteMultipartUploadRequest(
        bucket, KEY, upload_id=upload, complete_all="yes"))
    assert done.hash_crc64 == crc64(WHOLE) and client.get(bucket, KEY).body == WHOLE


def test_sequential_uploads(server, bucket):
    """Parts may come one after the other; what must hold is that the upload works."""
    upload = ElementTree.fromstring(ask(server, "POST", bucket, "k", "uploads&sequential").body).findtext("UploadId")
    client = oss.make(server, "v2-v4")
    parts = [(1, client.part(bucket, "k", upload, 1, BODIES[0]).etag)]
    client.complete(bucket, "k", upload, parts)


def test_documents_have_no_namespace(server, bucket):
    initiated = ask(server, "POST", bucket, KEY, "uploads")
    upload = ElementTree.fromstring(initiated.body).findtext("UploadId")
    part = ask(server, "PUT", bucket, KEY, f"partNumber=1&uploadId={upload}", body=b"x")
    listed = ask(server, "GET", bucket, KEY, f"uploadId={upload}")
    document = (f"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{part.headers['etag']}</ETag></Part>"
                "</CompleteMultipartUpload>").encode()
    done = ask(server, "POST", bucket, KEY, f"uploadId={upload}", body=document)
    for reply, root in ((initiated, "InitiateMultipartUploadResult"), (listed, "ListPartsResult"),
                        (done, "CompleteMultipartUploadResult")):
        assert reply.status == 200 and b"xmlns" not in reply.body
        found = ElementTree.fromstring(reply.body)
        assert (found.tag, found.findtext("Bucket"), found.findtext("Key")) == (root, bucket, KEY)
    assert ElementTree.fromstring(done.body).findtext("Location").endswith("%3C")


@pytest.mark.parametrize("document", [b"", b"<Broken", b"<CompleteMultipartUpload></CompleteMultipartUpload>",
                                      b"<CompleteMultipartUpload><Part><PartNumber>x</PartNumber></Part>"
                                      b"</CompleteMultipartUpload>"])
def test_malformed_completions(server, bucket, document):
    client = oss.make(server, "v2-v4")
    upload, _ = upload_all(client, bucket)
    reply = ask(server, "POST", bucket, KEY, f"uploadId={upload}", body=document)
    assert (reply.status, reply.code) == (400, "MalformedXML")




def test_an_upload_of_s3_keeps_its_smallest_part(server, s3, bucket):
    """An upload is of the dialect that began it (decision 0050)."""
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    parts = [s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=n, Body=body)["ETag"]
             for n, body in enumerate(BODIES, 1)]
    with refused("EntityTooSmall", 400):
        oss.make(server, "v2-v4").complete(bucket, "k", upload, list(enumerate(parts, 1)))


def test_an_upload_of_oss_keeps_its_smallest_part(server, s3, bucket):
    client = oss.make(server, "v2-v4")
    upload, parts = upload_all(client, bucket)
    s3.complete_multipart_upload(Bucket=bucket, Key=KEY, UploadId=upload, MultipartUpload={
        "Parts": [{"PartNumber": n, "ETag": etag} for n, etag in parts]})
    assert client.get(bucket, KEY).body == WHOLE


def test_sequential(client, bucket):
    """Each part must follow the last one, or be that one again."""
    upload = client.initiate(bucket, "k", sequential="")
    bodies = BODIES
    with refused("PartNotSequential", 400):
        client.part(bucket, "k", upload, 2, bodies[1])
    client.part(bucket, "k", upload, 1, b"first try")
    parts = []
    for number, body in enumerate(bodies, 1):
        parts.append((number, client.part(bucket, "k", upload, number, body).etag.strip('"')))
        with refused("PartNotSequential", 400):
            client.part(bucket, "k", upload, number + 2, b"x")
    with refused("PartNotSequential", 400):
        client.part(bucket, "k", upload, 1, bodies[0])
    client.complete(bucket, "k", upload, parts)
    assert client.get(bucket, "k").body == b"".join(bodies)
