"""Who asks: the header's forms, links, and signatures that are wrong. More is in s3/test_signatures.py.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
"""

import datetime
import email.utils

from support.corpus.case import DENIED, Outcome, case, get, signed
from support.server import ACCESS_KEY

ARGUMENT = Outcome(400, "InvalidArgument")
REQUEST = Outcome(400, "InvalidRequest")
HEADER = Outcome(400, "AuthorizationHeaderMalformed")
LINK = Outcome(400, "AuthorizationQueryParametersError")
STRANGER = Outcome(403, "InvalidAccessKeyId")
WRONG = Outcome(403, "SignatureDoesNotMatch")
SKEWED = Outcome(403, "RequestTimeTooSkewed")

V4 = "AWS4-HMAC-SHA256"
for _value, _outcome in (
        ("", ARGUMENT), (" ", ARGUMENT), ("AWS", ARGUMENT), ("AWS :", ARGUMENT), ("AWS a", ARGUMENT), ("AWS a b:c", ARGUMENT),
        ("Basic YTpi", ARGUMENT), ("Bearer token", ARGUMENT), ("\xe9 x", ARGUMENT),
        (f"{V4} ", ARGUMENT), (f"{V4.lower()} Credential=x", ARGUMENT),
        ("AWS4-ECDSA-P256-SHA256 Credential=x", REQUEST),
        (f"{V4} ,,,", HEADER), (f"{V4} Credential=", HEADER), (f"{V4} Credential=a/b/c/d/e", HEADER),
        (f"{V4} Credential=/////, SignedHeaders=;, Signature=", HEADER),
        (f"{V4} Credential=a/b/c/d/e,SignedHeaders=host,Signature=zz", HEADER),
        (f"{V4} Credential=\xff/20260101/us-east-1/s3/aws4_request", HEADER), (f"{V4} " + "a=b," * 500, HEADER),
        # In order, but there is no date.
        ("AWS a:", DENIED), ("AWS a:!!!", DENIED)):
    case(f"authorization {_value[:60]!r}", get("/", f"Authorization: {_value}"), _outcome)


def dated(value):
    """Version 2 with a date, so that the key and the signature are looked at."""
    def make(server):
        date = email.utils.format_datetime(datetime.datetime.now(datetime.timezone.utc), usegmt=True)
        text = get("/", f"Date: {date}", f"Authorization: {value}")
        return text.replace("{host}", server.authority).encode()
    return make


case("version 2 of a stranger", dated("AWS a:!!!"), STRANGER)
case("version 2, signature that is no base64", dated(f"AWS {ACCESS_KEY}:!!!"), WRONG)
case("version 2, empty signature", dated(f"AWS {ACCESS_KEY}:"), WRONG)
case("version 2, wrong signature", dated(f"AWS {ACCESS_KEY}:AAAAAAAAAAAAAAAAAAAAAAAAAAA="), WRONG)


def utc(**ago):
    return datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**ago)


def late(method, target, **ago):
    return lambda server: signed(method, target, when=utc(**ago))(server)


def edited(old, new, method="GET", target="/bucket/key"):
    """A signature that was right before something was changed."""
    def make(server):
        data = signed(method, target)(server)
        assert old in data
        return data.replace(old, new, 1)
    return make


case("version 4, wrong secret", signed("GET", "/bucket/key", secret_key="wrong"), WRONG)
case("version 4 of a stranger", signed("GET", "/bucket/key", access_key="AKIDNOBODY"), STRANGER)
case("version 4, another region", signed("GET", "/bucket/key", region="eu-nowhere-9"), HEADER)
case("version 4, another service", signed("GET", "/bucket/key", service="ec2"), HEADER)
case("version 4, another ending", signed("GET", "/bucket/key", terminator="aws5_request"), HEADER)
case("version 4, 16 minutes ago", late("GET", "/bucket/key", minutes=16), SKEWED)
case("version 4, in an hour", late("GET", "/bucket/key", hours=-1), SKEWED)
case("version 4, another method", edited(b"GET", b"DELETE"), WRONG)
case("version 4, another key", edited(b"/bucket/key", b"/bucket/kept"), WRONG)
case("version 4, a query that was not signed", edited(b"/bucket/key", b"/bucket/key?acl"), WRONG)
case("version 4, a digit too many", edited(b"Signature=", b"Signature=0"), WRONG)
case("version 4, signature that is not hexadecimal", edited(b"Signature=", b"Signature=zz"), WRONG)
case("version 4, no date", edited(b"x-amz-date", b"x-other"), DENIED)
case("version 4, malformed date", edited(b"x-amz-date: 2", b"x-amz-date: x"), DENIED)
case("version 4, no payload hash", edited(b"x-amz-content-sha256", b"x-other"), REQUEST)
case("version 4, payload hash that is none", signed("GET", "/bucket/key", payload="garbage"), ARGUMENT)
case("version 4, header that was not signed",
     signed("GET", "/bucket/key", headers={"x-amz-more": "1"}, unsigned=("x-amz-more",)), DENIED)
case("version 4, host that was not signed", signed("GET", "/bucket/key", unsigned=("host",)), DENIED)
case("version 4 and a link at once", edited(b"/bucket/key", b"/bucket/key?X-Amz-Signature=0"), ARGUMENT)
case("version 4 and a token of nobody", signed("GET", "/bucket/key", headers={"x-amz-security-token": "x"}),
     Outcome(400, "InvalidToken"))

for _query, _outcome in (
        ("X-Amz-Algorithm", LINK), (f"X-Amz-Algorithm={V4}", LINK), ("X-Amz-Signature=0", LINK),
        (f"X-Amz-Algorithm={V4}&X-Amz-Credential=%ff&X-Amz-Date=x&X-Amz-Expires=1&X-Amz-SignedHeaders=host"
         "&X-Amz-Signature=0", LINK),
        (f"X-Amz-Algorithm={V4}&X-Amz-Algorithm={V4}", LINK),
        ("AWSAccessKeyId=a", DENIED), ("AWSAccessKeyId=a&Expires=x&Signature=y", DENIED), ("Signature=x&Expires=1", DENIED),
        ("AWSAccessKeyId=a&Expires=1&Signature=y", DENIED), ("AWSAccessKeyId=a&Expires=99999999999&Signature=y", STRANGER),
        (f"AWSAccessKeyId={ACCESS_KEY}&Expires=99999999999&Signature=y", WRONG)):
    case(f"link {_query[:90]!r}", get("/bucket/key?" + _query), _outcome)
