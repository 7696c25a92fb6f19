"""Where a body ends (RFC 9112 section 6): what two servers could read in two ways is refused, and nothing after it read."""

from support import oss_raw, raw
from support.corpus.case import INCOMPLETE, Outcome, bad, case, lines, put, signed

HELLO = "5\r\nhello\r\n0\r\n\r\n"

for _name, _head in {
        "length and chunked": ("Content-Length: 15", "Transfer-Encoding: chunked"),
        "chunked and length": ("Transfer-Encoding: chunked", "Content-Length: 15"),
        "chunked and length zero": ("Transfer-Encoding: chunked", "Content-Length: 0")}.items():
    case(_name, put(*_head, body=HELLO), bad("content-length-and-transfer-encoding"), ends=True)
for _name, _values in {"two lengths": (5, 6), "two equal lengths": (5, 5), "length zero and five": (0, 5)}.items():
    case(_name, put(*[f"Content-Length: {value}" for value in _values], body="hello"), bad("content-length-repeated"),
         ends=True)
for _name, _value in {
        "length list": "5, 5", "negative length": "-5", "signed length": "+5", "hexadecimal length": "0x5",
        "length with a space": "5 5", "length with letters": "five", "empty length": "", "decimal length": "5.0",
        "length with an exponent": "1e1", "length with an underscore": "1_0", "length in other digits": "\xb2",
        "length of 2^63": "9223372036854775808", "length beyond 64 bits": "9" * 23}.items():
    case(_name, put(f"Content-Length: {_value}", body="hello"), bad("content-length-invalid"), ends=True)

# A body has no end unless `chunked` is the last coding, and there once: 400 and close (RFC 9112 section 6.3).
for _name, _value in {
        "chunked, identity": "chunked, identity", "chunked, gzip": "chunked, gzip", "identity": "identity", "gzip": "gzip",
        "xchunked": "xchunked", "chunked with a quote": "\"chunked\"", "empty transfer encoding": "",
        "chunked; parameter": "chunked;q=1", "chunked twice": "chunked, chunked"}.items():
    case(_name, put(f"Transfer-Encoding: {_value}", body=HELLO), bad("transfer-encoding-unframed"), ends=True)
# One that is not understood, but ends: 501 (RFC 9112 section 6.1).
case("gzip, chunked", put("Transfer-Encoding: gzip, chunked", body=HELLO), Outcome(501, "NotImplemented"), ends=True)
case("chunked with a vertical tab", put("Transfer-Encoding: \x0bchunked", body=HELLO), bad("field-value"), ends=True)
case("space before the colon of te", put("Transfer-Encoding : chunked", body=HELLO), bad("blank-before-colon"), ends=True)
case("folded te", put("Transfer-Encoding:\r\n chunked", body=HELLO), bad("transfer-encoding-unframed"), ends=True)
case("two transfer encodings", put("Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body=HELLO),
     bad("transfer-encoding-repeated"), ends=True)
case("chunked, then identity", put("Transfer-Encoding: chunked", "Transfer-Encoding: identity", body=HELLO),
     bad("transfer-encoding-repeated"), ends=True)
case("chunked in http/1.0", lines("PUT /bucket/key HTTP/1.0", "Host: {host}", "Transfer-Encoding: chunked") + HELLO,
     bad("transfer-encoding-in-1.0"), ends=True)


def upload(*more, body=b"", **bend):
    return signed("PUT", "/bucket/key", *more, body=body, **bend)


# AWS takes objects by their length, or in aws-chunked framing, and no other way.
case("upload without length", upload(), Outcome(411, "MissingContentLength"))
case("upload in chunks alone", upload("Transfer-Encoding: chunked", body=HELLO.encode()), Outcome(501, "NotImplemented"))
case("upload in chunks in capitals", upload("Transfer-Encoding: CHUNKED", body=HELLO.encode()),
     Outcome(501, "NotImplemented"))
# What nobody reads must still be in order for the next request to be found.
case("upload in chunks alone, broken", upload("Transfer-Encoding: chunked", body=b"x" + HELLO.encode()),
     Outcome(501, "NotImplemented"), ends=True, in_chunks=True)


def oss_upload(length, method="PUT", query=""):
    def make(server):
        request = oss_raw.Request(method, "bucket", "key", query)
        headers = {**request.v4_headers(server), "content-length": length}
        return raw.request_bytes(method, request.path + ("?" + query if query else ""), headers)
    return make


def decoded(length):
    """An upload that is as long as that once its framing is off."""
    return upload("Content-Length: 5", body=b"0\r\n\r\n", payload="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                  headers={"x-amz-decoded-content-length": length, "content-encoding": "aws-chunked"})


# 5 GiB at once is the most; what is said to be longer is judged before anything is added to it or kept for it.
TOO_LARGE = Outcome(400, "EntityTooLarge")
for _length in (5368709121, 1 << 62, (1 << 63) - 1):
    case(f"upload of {_length} bytes", upload(f"Content-Length: {_length}"), TOO_LARGE, ends=True)
    case(f"upload of {_length} bytes to OSS", oss_upload(_length), TOO_LARGE, ends=True)
    case(f"append of {_length} bytes to OSS", oss_upload(_length, "POST", "append&position=0"), TOO_LARGE, ends=True)
    case(f"document of {_length} bytes", signed("PUT", "/bucket?tagging", f"Content-Length: {_length}"),
         Outcome(400, "MaxMessageLengthExceeded"), ends=True)
for _length in (5368709121, (1 << 63) - 1, 1 << 63, (1 << 64) - 1):
    case(f"aws-chunked upload of {_length} bytes", decoded(_length), TOO_LARGE)
for _length in (1 << 64, -1, "x", "", "5.0"):
    case(f"aws-chunked upload of {_length!r} bytes", decoded(_length), Outcome(400, "InvalidArgument"))

case("upload cut before its first byte", upload("Content-Length: 5"), INCOMPLETE, half_close=True)
case("upload cut before its last byte", upload("Content-Length: 5", body=b"hell"), INCOMPLETE, half_close=True)
case("upload of other bytes than signed", upload("Content-Length: 5", body=b"hello", payload="0" * 64),
     Outcome(400, "XAmzContentSHA256Mismatch"))
