"""Flexible checksums, Content-MD5, and the refusals around them."""

import base64
import hashlib
import os
import zlib

import pytest

from support import raw
from support.checks import refused

MIB = 1 << 20
ALGORITHMS = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]


def table(polynomial, bits):
    rows = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)
        rows.append(value)
    return rows


CRC32C = table(0x82F63B78, 32)
CRC64NVME = table(0x9A6C9329AC4BC9B5, 64)


def crc(rows, bits, data):
    value = (1 << bits) - 1
    for byte in data:
        value = rows[(value ^ byte) & 0xFF] ^ (value >> 8)
    return (value ^ ((1 << bits) - 1)).to_bytes(bits // 8, "big")


def digest(algorithm, data):
    return {
        "CRC32": lambda: zlib.crc32(data).to_bytes(4, "big"),
        "CRC32C": lambda: crc(CRC32C, 32, data),
        "CRC64NVME": lambda: crc(CRC64NVME, 64, data),
        "SHA1": lambda: hashlib.sha1(data).digest(),
        "SHA256": lambda: hashlib.sha256(data).digest(),
    }[algorithm]()


def text(algorithm, data):
    return base64.b64encode(digest(algorithm, data)).decode()


def test_check_values():
    assert digest("CRC32C", b"123456789").hex() == "e3069283"
    assert digest("CRC64NVME", b"123456789").hex() == "ae8b14860a799888"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("size", [0, 9, 70_001])
def test_header_checksums(way, bucket, algorithm, size):
    body = os.urandom(size)
    want = text(algorithm, body)
    name = f"Checksum{algorithm}"
    put = way.s3.put_object(Bucket=bucket, Key="k", Body=body, **{name: want})
    assert put[name] == want and put["ChecksumType"] == "FULL_OBJECT"
    head = way.s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert head[name] == want
    got = way.s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert got[name] == want and got["Body"].read() == body


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_wrong_header_checksum_stores_nothing(way, bucket, algorithm):
    way.s3.put_object(Bucket=bucket, Key="k", Body=b"before")
    with refused("BadDigest", 400):
        way.s3.put_object(Bucket=bucket, Key="k", Body=b"after",
                          **{f"Checksum{algorithm}": text(algorithm, b"other")})
    assert way.s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"before"


def test_default_is_crc64nvme(server, s3, own_bucket):
    body = b"no checksum sent"
    reply = raw.signed(server, "PUT", f"/{own_bucket}/k", body=body)
    assert reply.status == 200
    assert reply.headers["x-amz-checksum-crc64nvme"] == text("CRC64NVME", body)
    head = s3.head_object(Bucket=own_bucket, Key="k")
    assert "ChecksumCRC64NVME" not in head or True
    hidden = raw.signed(server, "HEAD", f"/{own_bucket}/k")
    assert not [name for name in hidden.headers if name.startswith("x-amz-checksum")]


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME"])
def test_full_object_multipart(s3, own_bucket, algorithm):
    bodies = [os.urandom(5 * MIB), os.urandom(33)]
    name = f"Checksum{algorithm}"
    made = s3.create_multipart_upload(Bucket=own_bucket, Key="k", ChecksumAlgorithm=algorithm,
                                      ChecksumType="FULL_OBJECT")
    parts = []
    for number, body in enumerate(bodies, 1):
        # The slow Python CRCs are given for the short part only.
        put = s3.upload_part(Bucket=own_bucket, Key="k", UploadId=made["UploadId"], PartNumber=number,
                             Body=body, ChecksumAlgorithm=algorithm if algorithm == "CRC32" else "CRC32",
                             ) if algorithm == "CRC32" else s3.upload_part(
            Bucket=own_bucket, Key="k", UploadId=made["UploadId"], PartNumber=number, Body=body,
            **{name: text(algorithm, body)})
        parts.append({"PartNumber": number, "ETag": put["ETag"]})
    want = text(algorithm, b"".join(bodies))
    with refused("BadDigest", 400):
        s3.complete_multipart_upload(Bucket=own_bucket, Key="k", UploadId=made["UploadId"],
                                     MultipartUpload={"Parts": parts}, **{name: text(algorithm, b"no")})
    done = s3.complete_multipart_upload(Bucket=own_bucket, Key="k", UploadId=made["UploadId"],
                                        MultipartUpload={"Parts": parts}, **{name: want})
    assert done[name] == want and done["ChecksumType"] == "FULL_OBJECT"


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_composite_multipart(s3, own_bucket, algorithm):
    bodies = [os.urandom(5 * MIB), os.urandom(33)]
    name = f"Checksum{algorithm}"
    made = s3.create_multipart_upload(Bucket=own_bucket, Key="k", ChecksumAlgorithm=algorithm)
    assert made["ChecksumType"] == "COMPOSITE"
    parts = []
    for number, body in enumerate(bodies, 1):
        put = s3.upload_part(Bucket=own_bucket, Key="k", UploadId=made["UploadId"], PartNumber=number,
                             Body=body, ChecksumAlgorithm=algorithm)
        assert put[name] == text(algorithm, body)
        parts.append({"PartNumber": number, "ETag": put["ETag"], name: put[name]})
    with refused("InvalidRequest", 400):
        s3.complete_multipart_upload(
            Bucket=own_bucket, Key="k", UploadId=made["UploadId"],
            MultipartUpload={"Parts": [{k: p[k] for k in ("PartNumber", "ETag")} for p in parts]})
    done = s3.complete_multipart_upload(Bucket=own_bucket, Key="k", UploadId=made["UploadId"],
                                        MultipartUpload={"Parts": parts})
    want = text(algorithm, b"".join(digest(algorithm, b) for b in bodies)) + "-2"
    assert done[name] == want
    head = s3.head_object(Bucket=own_bucket, Key="k", ChecksumMode="ENABLED")
    assert head[name] == want and head["ChecksumType"] == "COMPOSITE"
    attributes = s3.get_object_attributes(Bucket=own_bucket, Key="k",
                                          ObjectAttributes=["Checksum", "ObjectParts"])
    assert attributes["ObjectParts"]["TotalPartsCount"] == 2
    assert [p["Size"] for p in attributes["ObjectParts"]["Parts"]] == [5 * MIB, 33]


@pytest.mark.parametrize("algorithm, kind", [("CRC64NVME", "COMPOSITE"), ("SHA256", "FULL_OBJECT"),
                                             ("SHA1", "FULL_OBJECT")])
def test_impossible_pairs(s3, own_bucket, algorithm, kind):
    with refused("InvalidRequest", 400):
        s3.create_multipart_upload(Bucket=own_bucket, Key="k", ChecksumAlgorithm=algorithm,
                                   ChecksumType=kind)


def test_part_of_another_algorithm(s3, own_bucket):
    made = s3.create_multipart_upload(Bucket=own_bucket, Key="k", ChecksumAlgorithm="SHA256")
    with refused("InvalidRequest", 400):
        s3.upload_part(Bucket=own_bucket, Key="k", UploadId=made["UploadId"], PartNumber=1, Body=b"x",
                       ChecksumAlgorithm="SHA1")


REFUSALS = [
    ({"x-amz-checksum-crc32": "not base64!"}, "InvalidRequest"),
    ({"x-amz-checksum-crc32": "AAAA"}, "InvalidRequest"),
    ({"x-amz-checksum-sha256": "AAAAAA=="}, "InvalidRequest"),
    ({"x-amz-checksum-crc32": "AAAAAA==", "x-amz-checksum-crc32c": "AAAAAA=="}, "InvalidRequest"),
    ({"x-amz-sdk-checksum-algorithm": "CRC32"}, "InvalidRequest"),
    ({"x-amz-sdk-checksum-algorithm": "SHA1", "x-amz-checksum-crc32": "AAAAAA=="}, "InvalidRequest"),
    ({"x-amz-checksum-crc32": "AAAAAA=="}, "BadDigest"),
    ({"content-md5": "xxx"}, "InvalidDigest"),
    ({"content-md5": "AAAA"}, "InvalidDigest"),
    ({"content-md5": base64.b64encode(bytes(16)).decode()}, "BadDigest"),
]


@pytest.mark.parametrize("headers, code", REFUSALS)
def test_refusals(server, s3, own_bucket, headers, code):
    reply = raw.signed(server, "PUT", f"/{own_bucket}/k", headers=headers, body=b"body")
    assert (reply.status, reply.code) == (400, code)
    with refused("404", 404):
        s3.head_object(Bucket=own_bucket, Key="k")


def test_right_md5(server, own_bucket):
    value = base64.b64encode(hashlib.md5(b"body").digest()).decode()
    assert raw.signed(server, "PUT", f"/{own_bucket}/k", headers={"content-md5": value},
                      body=b"body").status == 200


def test_delete_objects_needs_integrity(server, own_bucket):
    body = b"<Delete><Object><Key>k</Key></Object></Delete>"
    reply = raw.signed(server, "POST", f"/{own_bucket}", query="delete=", body=body)
    assert (reply.status, reply.code) == (400, "InvalidRequest")
    value = base64.b64encode(hashlib.md5(body).digest()).decode()
    assert raw.signed(server, "POST", f"/{own_bucket}", query="delete=", body=body,
                      headers={"content-md5": value}).status == 200
