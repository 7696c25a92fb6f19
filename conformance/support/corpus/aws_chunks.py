"""aws-chunked framing within a body of known length; more of it, with its signatures, is in s3/test_signatures.py.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
"""

import hashlib
import hmac

from support import raw
from support.corpus.case import BUCKET, INCOMPLETE, KEY, Outcome, case
from support.corpus.chunks import CRC, DATA

UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
EMPTY = hashlib.sha256(b"").hexdigest()


def upload(mode, body_of, key=KEY):
    """An upload whose body is made of what its signature began."""
    def make(server):
        headers = {"x-amz-decoded-content-length": len(DATA), "content-encoding": "aws-chunked"}
        if mode == UNSIGNED:
            headers["x-amz-trailer"] = "x-amz-checksum-crc32"
        signature = raw.Signature("PUT", f"/{BUCKET}/{key}", headers=headers, payload=mode)
        built = signature.build(server.authority)
        body = body_of(signature)
        return raw.request_bytes("PUT", signature.path, {**built, "content-length": len(body)}, body)
    return make


def unsigned(line=b"%x\r\n" % len(DATA), data=DATA + b"\r\n", last=b"0\r\n", rest=None):
    """The body without signatures; tests bend its parts."""
    rest = f"x-amz-checksum-crc32:{CRC}\r\n\r\n".encode() if rest is None else rest
    return lambda signature: line + data + last + rest


def signed(line="%x;chunk-signature=%s\r\n", last="0;chunk-signature=%s\r\n\r\n"):
    """The same with signatures, which are right."""
    def body_of(signature):
        previous, signatures = signature.seed, []
        for chunk in (DATA, b""):
            text = "\n".join(["AWS4-HMAC-SHA256-PAYLOAD", signature.date, signature.scope, previous, EMPTY,
                              hashlib.sha256(chunk).hexdigest()])
            previous = hmac.new(signature.key, text.encode(), hashlib.sha256).hexdigest()
            signatures.append(previous)
        first = line.replace("%x", f"{len(DATA):x}").replace("%s", signatures[0])
        return first.encode() + DATA + b"\r\n" + last.replace("%s", signatures[1]).encode()
    return body_of


GOOD = {"without signatures": (UNSIGNED, unsigned()), "with signatures": (SIGNED, signed())}

for _name, _line in {
        "bad size": b"xyz\r\n", "empty size": b"\r\n", "negative size": b"-%x\r\n", "0x size": b"0x%x\r\n",
        "plus size": b"+%x\r\n", "space before size": b" %x\r\n", "space after size": b"%x \r\n",
        "size beyond 64 bits": b"1%016x\r\n" % len(DATA), "300 leading zeros": b"0" * 300 + b"%x\r\n",
        "bare lf after size": b"%x\n", "a signature that nobody declared": b"%x;chunk-signature=" + b"0" * 64 + b"\r\n"}.items():
    case(f"aws-chunked: {_name}", upload(UNSIGNED, unsigned(line=_line.replace(b"%x", b"%x" % len(DATA)))), INCOMPLETE)
case("aws-chunked: no line end after data", upload(UNSIGNED, unsigned(data=DATA)), INCOMPLETE)
case("aws-chunked: bare lf after data", upload(UNSIGNED, unsigned(data=DATA + b"\n")), INCOMPLETE)
case("aws-chunked: size one too small", upload(UNSIGNED, unsigned(line=b"%x\r\n" % (len(DATA) - 1))), INCOMPLETE)
case("aws-chunked: size one too large", upload(UNSIGNED, unsigned(line=b"%x\r\n" % (len(DATA) + 1))), INCOMPLETE)
case("aws-chunked: no last chunk", upload(UNSIGNED, unsigned(last=b"", rest=b"")), INCOMPLETE)
case("aws-chunked: no end", upload(UNSIGNED, unsigned(rest=b"")), INCOMPLETE)
case("aws-chunked: data after the end", upload(UNSIGNED, lambda _: unsigned()(_) + b"more"), INCOMPLETE)

MALFORMED_TRAILER = Outcome(400, "MalformedTrailerError")
case("aws-chunked: no trailer", upload(UNSIGNED, unsigned(rest=b"\r\n")), MALFORMED_TRAILER)
case("aws-chunked: trailer without colon", upload(UNSIGNED, unsigned(rest=b"x-amz-checksum-crc32\r\n\r\n")), MALFORMED_TRAILER)
case("aws-chunked: trailer of 10 KB", upload(UNSIGNED, unsigned(rest=b"x-amz-checksum-crc32:" + b"a" * 10_000 + b"\r\n\r\n")),
     MALFORMED_TRAILER)
case("aws-chunked: checksum that is no base64", upload(UNSIGNED, unsigned(rest=b"x-amz-checksum-crc32:!\r\n\r\n")),
     Outcome(400, "InvalidRequest"))
case("aws-chunked: wrong checksum", upload(UNSIGNED, unsigned(rest=b"x-amz-checksum-crc32:AAAAAA==\r\n\r\n")),
     Outcome(400, "BadDigest"))

WRONG = Outcome(403, "SignatureDoesNotMatch")
for _name, _line, _outcome in (
        ("no signature", "%x\r\n", INCOMPLETE), ("empty signature", "%x;chunk-signature=\r\n", INCOMPLETE),
        ("misnamed signature", "%x;signature=%s\r\n", INCOMPLETE), ("blank before the signature", "%x; chunk-signature=%s\r\n",
                                                                    INCOMPLETE),
        ("size of another chunk", "%x0;chunk-signature=%s\r\n", INCOMPLETE),
        ("short signature", "%x;chunk-signature=0\r\n", WRONG), ("signature and more", "%x;chunk-signature=%s0\r\n", WRONG),
        ("signature of zeros", "%x;chunk-signature=" + "0" * 64 + "\r\n", WRONG)):
    case(f"aws-chunked, signed: {_name}", upload(SIGNED, signed(line=_line)), _outcome)
case("aws-chunked, signed: last chunk unsigned", upload(SIGNED, signed(last="0\r\n\r\n")), INCOMPLETE)
case("aws-chunked, signed: last signature wrong", upload(SIGNED, signed(last="0;chunk-signature=" + "0" * 64 + "\r\n\r\n")),
     WRONG)
