"""Field lines (RFC 9112 section 5) and Host (RFC 9112 section 3.2)."""

from support.corpus.case import CLOSED, OK, Outcome, bad, case, get, lines, signed

case("no host", "GET / HTTP/1.1\r\n\r\n", bad("host-missing"), ends=True)
case("two hosts", get("/", "Host: other"), bad("host-repeated"), ends=True)
case("two equal hosts", get("/", "Host: {host}"), bad("host-repeated"), ends=True)
for _name, _host in {"empty host": "", "host with a space": "a b", "host with a slash": "a/b", "host with a user": "u@h",
                     "host list": "a, b", "host with a long port": "h:999999", "host with a port of letters": "h:http",
                     "host with two ports": "{host}:99999", "host of a port only": ":80",
                     "host with an open bracket": "[::1", "non-ascii host": "h\xe9"}.items():
    case(_name, lines("GET / HTTP/1.1", f"Host: {_host}"), bad("host-invalid"), ends=True)
case("absolute form of another host", lines("GET http://other/ HTTP/1.1", "Host: {host}"), bad("host-invalid"), ends=True)
# Path-style requests are served under any name.
case("unknown host", signed("GET", "/", host="example.org"), OK)


def field(line):
    return get("/", line)


for _name, _reason, _line in (
        ("obs-fold", "obs-fold", "X-A: b\r\n folded"),
        ("obs-fold by tab", "obs-fold", "X-A: b\r\n\tfolded"),
        ("space before the colon", "blank-before-colon", "X-A : b"),
        ("tab before the colon", "blank-before-colon", "X-A\t: b"),
        ("space in a name", "blank-before-colon", "X A: b"),
        ("no colon", "field-name", "X-A"),
        ("empty name", "field-name", ": b"),
        ("control byte in a name", "field-name", "X\x01A: b"),
        ("nul in a name", "field-name", "X\x00A: b"),
        ("non-ascii name", "field-name", "X\xe9: b"),
        ("quote in a name", "field-name", "X\"A: b"),
        ("bracket in a name", "field-name", "X(A): b"),
        ("nul in a value", "field-value", "X-A: a\x00b"),
        ("control byte in a value", "field-value", "X-A: a\x01b"),
        ("del in a value", "field-value", "X-A: a\x7fb"),
        ("bare cr in a value", "bare-cr", "X-A: a\rb"),
        ("cr cr lf", "bare-cr", "X-A: a\r"),
        ("bare lf in a value", "bare-lf", "X-A: a\nX-B: c")):
    case(_name, field(_line), bad(_reason), ends=True)
case("fold on the first line", "GET / HTTP/1.1\r\n Host: {host}\r\n\r\n", bad("obs-fold"), ends=True)
case("bare lf ends the head", "GET / HTTP/1.1\r\nHost: {host}\r\n\n", bad("bare-lf"), ends=True)
case("cut in a field", "GET / HTTP/1.1\r\nHost: {ho", CLOSED, half_close=True)
case("cut before the empty line", "GET / HTTP/1.1\r\nHost: {host}\r\n", CLOSED, half_close=True)

TOO_LARGE = Outcome(431, "RequestHeaderSectionTooLarge", "headers-too-large")
case("200 header lines", get("/", *[f"X-{i}: v" for i in range(200)]),
     Outcome(431, "RequestHeaderSectionTooLarge", "too-many-headers"), ends=True)
case("a header of 20 KB", field("X-A: " + "b" * 20_000), TOO_LARGE, ends=True)
case("headers of 40 KB", get("/", *[f"X-{i}: " + "b" * 2_000 for i in range(20)]), TOO_LARGE, ends=True)
case("a header name of 20 KB", field("X" * 20_000 + ": b"), TOO_LARGE, ends=True)
case("endless header", get()[:-2] + "X-A: " + "b" * 200_000, TOO_LARGE, ends=True)
case("expect something else", field("Expect: 200-ok"), Outcome(417, "BadRequest", "expectation"), ends=True)
