"""Bodies in chunked transfer coding (RFC 9112 section 7.1), signed, for operations that read them: what is found is the
damage itself. A reader that forgave it would store the object, or delete the one that is kept."""

import base64
import hashlib
import zlib

from support import oss_raw, raw
from support.corpus.case import BUCKET, INCOMPLETE, KEPT, KEY, case, signed

DATA = b"what a forgiving reader would store" * 10
CRC = base64.b64encode(zlib.crc32(DATA).to_bytes(4, "big")).decode()
# AWS takes an object in chunks only if these carry aws-chunked framing.
FRAMED = b"%x\r\n%s\r\n0\r\nx-amz-checksum-crc32:%s\r\n\r\n" % (len(DATA), DATA, CRC.encode())
DELETE = f"<Delete><Object><Key>{KEPT}</Key></Object></Delete>".encode()
MD5 = base64.b64encode(hashlib.md5(DELETE).digest()).decode()


def put_object(key, damage, coding="chunked"):
    return signed("PUT", f"/{BUCKET}/{key}", f"Transfer-Encoding: {coding}", body=damage(FRAMED),
                  payload="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                  headers={"x-amz-decoded-content-length": len(DATA), "x-amz-trailer": "x-amz-checksum-crc32",
                           "content-encoding": "aws-chunked"})


def delete_objects(damage, document=DELETE, md5=MD5, coding="chunked"):
    return signed("POST", f"/{BUCKET}?delete", f"Transfer-Encoding: {coding}", body=damage(document),
                  headers={"content-md5": md5})


def put_oss_object(key, damage, coding="chunked"):
    """OSS takes objects in chunks of any kind."""
    def make(server):
        request = oss_raw.Request("PUT", BUCKET, key)
        headers = request.v4_headers(server)
        del headers["content-length"]
        head = raw.request_bytes("PUT", request.path, {**headers, "transfer-encoding": coding})
        return head + damage(DATA)
    return make


END = b"0\r\n\r\n"


def size_line(text, end=b"\r\n"):
    """All of the body in one chunk; `%x` in its size line is the right size."""
    def damage(body):
        line = text.encode("latin-1")
        return line.replace(b"%x", b"%x" % len(body)) + end + body + b"\r\n" + END
    return damage


def pieces(count):
    """All of the body in chunks of so many bytes."""
    def damage(body):
        return b"".join(b"%x\r\n%s\r\n" % (len(body[i:i + count]), body[i:i + count])
                        for i in range(0, len(body), count)) + END
    return damage


def last(text):
    """The body in order, and this in the place of its end."""
    return lambda body: b"%x\r\n%s\r\n" % (len(body), body) + text.encode("latin-1")


def spoilt(before, after):
    """The body in order, but for a piece of its framing."""
    def damage(body):
        whole = pieces(20)(body)
        assert before in whole
        return whole.replace(before, after, 1)
    return damage


# Each of these is read by the same parser, and means the body itself.
GOOD = {
    "one chunk": size_line("%x"), "chunks of a byte": pieces(1), "chunks of 20 bytes": pieces(20),
    "capital digits": lambda body: size_line("%x" % len(body))(body).replace(b"%x" % len(body), b"%X" % len(body), 1),
    "leading zeros": size_line("000000000%x"), "extension": size_line("%x;a=b;c=\"d e\";f"),
    "trailers": last("0\r\nA: b\r\nC:\r\n\r\n"), "last chunk of many zeros": last("0000\r\n\r\n"),
    "extension of the last chunk": last("0;a=b\r\n\r\n"),
}

BAD = {
    "bad size": size_line("xyz"), "empty size": size_line(""), "negative size": size_line("-%x"),
    "0x size": size_line("0x%x"), "plus size": size_line("+%x"), "h size": size_line("%xh"),
    "underscore in size": size_line("0_%x"), "size in other digits": size_line("\xb9%x"),
    "two sizes": size_line("%x %x"), "size list": size_line("%x,%x"),
    # Of which 64 bits are the right size.
    "size beyond 64 bits": lambda body: size_line("1%016x" % len(body))(body), "size of 2^64-1": size_line("f" * 16),
    # In order by the grammar, but nobody sends more than 16 digits: bounds are for the server to set.
    "many leading zeros": size_line("0" * 300 + "%x"),
    "extension only": size_line(";a=b"), "extension of 100 KB": size_line("%x;" + "a" * 100_000),
    "control byte in extension": size_line("%x;a=\x01"), "nul in extension": size_line("%x;a=\x00"),
    "bare cr in extension": size_line("%x;a\rb"), "bare lf in extension": size_line("%x;a\nb"),
    "space before size": size_line(" %x"), "space after size": size_line("%x "), "tab after size": size_line("%x\t"),
    "bare lf after size": size_line("%x", b"\n"), "bare cr after size": size_line("%x", b"\r"),
    "size one too small": lambda body: b"%x\r\n%s\r\n" % (len(body) - 1, body) + END,
    "size one too large": lambda body: b"%x\r\n%s\r\n" % (len(body) + 1, body) + END,
    "no line end after data": lambda body: b"%x\r\n%s" % (len(body), body) + END,
    "bare lf after data": lambda body: b"%x\r\n%s\n" % (len(body), body) + END,
    "bare cr after data": lambda body: b"%x\r\n%s\r" % (len(body), body) + END,
    "line end before data": spoilt(b"14\r\n", b"14\r\n\r\n"),
    "bad size of the last chunk": last("o\r\n\r\n"), "bare lf ends the last chunk": last("0\n\r\n"),
    "bare lf ends the body": last("0\r\n\n"), "bare cr ends the body": last("0\r\n\rx"),
    "trailers of 400 KB": last("0\r\n" + "X-A: b\r\n" * 50_000 + "\r\n"), "trailer without colon": last("0\r\nXA\r\n\r\n"),
    "trailer without name": last("0\r\n: b\r\n\r\n"), "space before a trailer's colon": last("0\r\nX-A : b\r\n\r\n"),
    "fold in trailer": last("0\r\nX-A: b\r\n c\r\n\r\n"), "control byte in trailer": last("0\r\nX-A: \x01\r\n\r\n"),
    "bare lf after trailer": last("0\r\nX-A: b\n\r\n"),
    "a thousand times more framing than data":
        lambda body: b"".join(b"1;%s\r\n%c\r\n" % (b"a" * 1000, byte) for byte in body) + END,
}

CUT = {
    "nothing": lambda body: b"", "in the size": lambda body: b"1", "behind the size": lambda body: b"%x\r\n" % len(body),
    "in the data": lambda body: pieces(20)(body)[:34], "between chunks": lambda body: pieces(20)(body)[:26],
    "before the last chunk": lambda body: pieces(20)(body)[:-5], "in the last chunk": lambda body: pieces(20)(body)[:-4],
    "before the last line": lambda body: pieces(20)(body)[:-2], "before the last byte": lambda body: pieces(20)(body)[:-1],
}

CARRIERS = {"PutObject": lambda damage: put_object(KEY, damage), "DeleteObjects": delete_objects,
            "PutObject of OSS": lambda damage: put_oss_object(KEY, damage)}

for _carrier, _make in CARRIERS.items():
    for _name, _damage in BAD.items():
        case(f"{_carrier} in chunks: {_name}", _make(_damage), INCOMPLETE, ends=True, in_chunks=True)
    for _name, _damage in CUT.items():
        case(f"{_carrier} in chunks, cut: {_name}", _make(_damage), INCOMPLETE, half_close=True)
