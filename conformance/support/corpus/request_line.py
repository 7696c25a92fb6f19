"""Request lines (RFC 9112 section 3), and requests that are in order for all their looks."""

from support.corpus.case import CLOSED, DENIED, NO_KEY, NOT_ALLOWED, OK, Outcome, bad, case, get, lines, signed

# Well-formed, so that the corpus cannot pass by refusing everything: signed, they are carried out.
case("plain get, unsigned", get(), DENIED)
case("plain get", signed("GET", "/"), OK)
case("absolute form", signed("GET", "http://{host}/", path="/"), OK)
case("http/1.0", signed("GET", "/", version="HTTP/1.0"), OK)
case("http/1.0 without host", "GET / HTTP/1.0\r\n\r\n", DENIED)
# A minor version to come is read as the highest one that is known (RFC 9110 section 2.5).
case("http/1.2", signed("GET", "/", version="HTTP/1.2"), OK)
case("leading empty line", lambda server: b"\r\n" + signed("GET", "/")(server), OK)
case("empty header value", signed("GET", "/", "X-Empty:"), OK)
case("tabs around a value", signed("GET", "/", "X-Tab:\t v \t"), OK)
case("obs-text in a value", signed("GET", "/", "X-Obs: \xe9"), OK)
case("header name of all token characters", signed("GET", "/", "!#$%&'*+-.^_`|~aZ9: v"), OK)
case("empty query", signed("GET", "/?"), OK)
case("query with everything", signed("GET", "/?a=b&c&=&&d=%20"), OK)


def line(text):
    """A request with this request line."""
    return lines(text, "Host: {host}")


case("empty method", line(" / HTTP/1.1"), bad("method"), ends=True)
case("method with a bad character", line("G@T / HTTP/1.1"), bad("method"), ends=True)
case("method with a control byte", line("G\x01T / HTTP/1.1"), bad("method"), ends=True)
case("non-ascii method", line("G\xc9T / HTTP/1.1"), bad("method"), ends=True)
case("tab as separator", line("GET\t/\tHTTP/1.1"), bad("method"), ends=True)
case("connect", line("CONNECT / HTTP/1.1"), bad("method"), ends=True)
case("no target", line("GET HTTP/1.1"), bad("request-line"), ends=True)
case("no version", line("GET /"), bad("request-line"), ends=True)
case("http/0.9", "GET /\r\n\r\n", bad("request-line"), ends=True)
case("two empty lines in front", "\r\n\r\n" + get(), bad("method"), ends=True)
case("two spaces", line("GET  / HTTP/1.1"), bad("version"), ends=True)
case("space in target", line("GET /a b HTTP/1.1"), bad("version"), ends=True)
case("trailing space", line("GET / HTTP/1.1 "), bad("version"), ends=True)
case("http/1", line("GET / HTTP/1"), bad("version"), ends=True)
case("http/11", line("GET / HTTP/11"), bad("version"), ends=True)
case("http/1.10", line("GET / HTTP/1.10"), bad("version"), ends=True)
case("http/x.y", line("GET / HTTP/x.y"), bad("version"), ends=True)
case("http/1.1 in lower case", line("GET / http/1.1"), bad("version"), ends=True)

# A version in order, of a protocol that is not spoken (RFC 9110 section 15.6.6).
OTHER_VERSION = Outcome(505, "BadRequest", "version-unsupported")
case("http/2.0", line("GET / HTTP/2.0"), OTHER_VERSION, ends=True)
case("http/0.8", line("GET / HTTP/0.8"), OTHER_VERSION, ends=True)
case("http/9.9", line("GET / HTTP/9.9"), OTHER_VERSION, ends=True)
case("h2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", OTHER_VERSION, ends=True)

# Targets are AWS's InvalidURI, whoever finds out.
TARGET = Outcome(400, "InvalidURI", "target")
case("control byte in target", line("GET /a\x01b HTTP/1.1"), TARGET, ends=True)
case("nul in target", line("GET /a\x00b HTTP/1.1"), TARGET, ends=True)
case("del in target", line("GET /a\x7fb HTTP/1.1"), TARGET, ends=True)
case("target without slash", line("GET bucket HTTP/1.1"), TARGET, ends=True)
case("asterisk form", line("GET * HTTP/1.1"), TARGET, ends=True)
# Whatever the target, what follows a CONNECT would be for somebody else.
case("authority form", line("CONNECT {host} HTTP/1.1"), TARGET, ends=True)
case("ftp scheme", line("GET ftp://{host}/ HTTP/1.1"), TARGET, ends=True)
case("absolute form without authority", line("GET http:/// HTTP/1.1"), TARGET, ends=True)
case("absolute form with a user", line("GET http://u@{host}/ HTTP/1.1"), TARGET, ends=True)
case("fragment", line("GET /a#b HTTP/1.1"), TARGET, ends=True)

# No line, or no end of one.
case("tls on the plain port", bytes.fromhex("16030100a5010000a10303") + bytes(100), bad("method"), ends=True)
case("binary noise", bytes(range(256)), bad("method"), ends=True)
case("bare lf lines", "GET / HTTP/1.1\nHost: {host}\n\n", bad("bare-lf"), ends=True)
# Never a line feed: no line is complete until the time for the head is up.
case("bare cr", "GET / HTTP/1.1\rHost: {host}\r\r", Outcome(408, "RequestTimeout", "head-timeout"))
case("cut in the method", "GE", CLOSED, half_close=True)
case("cut in the target", "GET /buck", CLOSED, half_close=True)
case("cut behind the request line", "GET / HTTP/1.1\r\n", CLOSED, half_close=True)

TOO_LONG = Outcome(414, "InvalidURI", "request-line-too-long")
case("request line of 8 KiB and more", get("/" + "a" * 9_000), TOO_LONG, ends=True)
case("query of 100 KB", get("/?" + "a" * 100_000), TOO_LONG, ends=True)
case("endless request line", "GET /" + "a" * 300_000, TOO_LONG, ends=True)
# The server reads 1 MiB of what follows an error, so that the answer is seen. Of more than that the kernel may tell
# the client by a reset, which overtakes the answer.
case("request line of 4 MiB", "GET /" + "a" * (4 << 20), TOO_LONG, CLOSED)

# Methods (AWS: 405, with `Allow`). Nothing else is wrong with these.
for _method in ("BREW", "get", "PATCH", "TRACE", "PROPFIND"):
    case(f"method {_method}", signed(_method, "/"), NOT_ALLOWED)
    case(f"method {_method} of an object", signed(_method, "/bucket/key"), NOT_ALLOWED)
for _method in ("PUT", "POST", "DELETE"):
    case(f"{_method} to the service", signed(_method, "/", "Content-Length: 0"), NOT_ALLOWED)
case("post without anything", signed("POST", "/bucket/key", "Content-Length: 0"), NOT_ALLOWED)
case("options without origin", line("OPTIONS / HTTP/1.1"), Outcome(400, "BadRequest"))
case("options of the server", line("OPTIONS * HTTP/1.1"), TARGET, ends=True)
case("get with a body", signed("GET", "/bucket/key", "Content-Length: 5", body=b"hello"), NO_KEY)
