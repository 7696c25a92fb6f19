"""Raw requests and what each must get: a set of statuses; None in it allows a closed connection.

`{host}` stands for the server's own authority. No request is signed: what passes the HTTP layer is answered
403 by S3, which is as good a sign as any that it passed.
"""

OK = {403}
BAD = {400}
BAD_OR_CLOSED = {400, None}


def get(target="/", version="HTTP/1.1", *lines):
    return "\r\n".join([f"GET {target} {version}", "Host: {host}", *lines, "", ""])


def put(*lines, body=""):
    return "\r\n".join(["PUT /bucket/key HTTP/1.1", "Host: {host}", *lines, "", ""]) + body


CASES = {}


def case(name, data, statuses):
    assert name not in CASES, name
    CASES[name] = (data if isinstance(data, bytes) else data.encode("latin-1"), statuses)


# Requests that are well-formed, so that the corpus cannot pass by refusing everything.
case("plain get", get(), OK)
case("absolute form", get("http://{host}/"), OK)
case("http/1.0", "GET / HTTP/1.0\r\n\r\n", OK)
case("leading empty line", "\r\n" + get(), OK)
case("empty header value", get("/", "HTTP/1.1", "X-Empty:"), OK)
case("tabs around a value", get("/", "HTTP/1.1", "X-Tab:\t v \t"), OK)
case("obs-text in a value", get("/", "HTTP/1.1", "X-Obs: \xe9"), OK)
case("header name of all token characters", get("/", "HTTP/1.1", "!#$%&'*+-.^_`|~aZ9: v"), OK)
case("empty query", get("/?"), OK)
case("query with everything", get("/?a=b&c&=&&d=%20"), OK)
case("content length zero", put("Content-Length: 0"), OK)
case("chunked empty", put("Transfer-Encoding: chunked", body="0\r\n\r\n"), OK | {501})
case("chunked in capitals", put("Transfer-Encoding: CHUNKED", body="0\r\n\r\n"), OK | {501})
case("chunk extension", put("Transfer-Encoding: chunked", body="1;a=b\r\nx\r\n0\r\n\r\n"), OK | {501})
case("chunked trailers", put("Transfer-Encoding: chunked", body="0\r\nA: b\r\n\r\n"), OK | {501})
case("options", "OPTIONS / HTTP/1.1\r\nHost: {host}\r\n\r\n", {400, 403, 405, 501})

# Request line
case("empty method", " / HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD)
case("method with a bad character", "G@T / HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD)
case("method with a control byte", "G\x01T / HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD)
case("unknown method", "BREW / HTTP/1.1\r\nHost: {host}\r\n\r\n", {400, 403, 405, 501})
case("lower-case method", "get / HTTP/1.1\r\nHost: {host}\r\n\r\n", {400, 403, 405, 501})
case("no target", "GET HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD)
case("two spaces", "GET  / HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD)
case("space in target", "GET /a b HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD)
case("trailing space", "GET / HTTP/1.1 \r\nHost: {host}\r\n\r\n", BAD)
case("tab as separator", "GET\t/\tHTTP/1.1\r\nHost: {host}\r\n\r\n", BAD)
case("control byte in target", "GET /a\x01b HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD)
case("nul in target", "GET /a\x00b HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD)
case("del in target", "GET /a\x7fb HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD)
case("target without slash", "GET bucket HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD)
case("authority form", "CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n", {400, 405, 501})
case("asterisk form", "GET * HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD)
case("ftp scheme", "GET ftp://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n", BAD)
case("fragment", "GET /a#b HTTP/1.1\r\nHost: {host}\r\n\r\n", {400, 403})
case("no version", "GET /\r\nHost: {host}\r\n\r\n", BAD_OR_CLOSED)
case("http/0.9", "GET /\r\n\r\n", BAD_OR_CLOSED)
case("http/2.0", "GET / HTTP/2.0\r\nHost: {host}\r\n\r\n", {400, 505})
case("http/1.2", "GET / HTTP/1.2\r\nHost: {host}\r\n\r\n", {400, 403, 505})
case("http/1", "GET / HTTP/1\r\nHost: {host}\r\n\r\n", {400, 505})
case("http/11", "GET / HTTP/11\r\nHost: {host}\r\n\r\n", {400, 505})
case("http/1.1 in lower case", "GET / http/1.1\r\nHost: {host}\r\n\r\n", {400, 505})
case("http/1.10", "GET / HTTP/1.10\r\nHost: {host}\r\n\r\n", {400, 505})
case("http/x.y", "GET / HTTP/x.y\r\nHost: {host}\r\n\r\n", {400, 505})
case("h2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 405, 505, None})
case("tls on the plain port", bytes.fromhex("16030100a5010000a10303") + bytes(100), BAD_OR_CLOSED)
case("binary noise", bytes(range(256)), BAD_OR_CLOSED)
case("bare lf lines", "GET / HTTP/1.1\nHost: {host}\n\n", BAD_OR_CLOSED)
# Never a line feed: no line is complete until the time for the head is up.
case("bare cr", "GET / HTTP/1.1\rHost: {host}\r\r", {400, 408, None})
case("request line of 8 KiB and more", get("/" + "a" * 9_000), {414})
case("query of 100 KB", get("/?" + "a" * 100_000), {414, 431, None})
case("endless request line", "GET /" + "a" * 300_000, {414, None})

# Header lines
case("no host", "GET / HTTP/1.1\r\n\r\n", BAD)
case("two hosts", get("/", "HTTP/1.1", "Host: other"), BAD)
case("empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", {400, 403})
case("host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", BAD)
case("host with a slash", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", BAD)
case("host with a user", "GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", BAD)
case("obs-fold", get("/", "HTTP/1.1", "X-A: b", " folded"), BAD)
case("obs-fold by tab", get("/", "HTTP/1.1", "X-A: b", "\tfolded"), BAD)
case("fold on the first line", "GET / HTTP/1.1\r\n Host: {host}\r\n\r\n", BAD)
case("space before the colon", get("/", "HTTP/1.1", "X-A : b"), BAD)
case("tab before the colon", get("/", "HTTP/1.1", "X-A\t: b"), BAD)
case("no colon", get("/", "HTTP/1.1", "X-A"), BAD)
case("empty name", get("/", "HTTP/1.1", ": b"), BAD)
case("space in a name", get("/", "HTTP/1.1", "X A: b"), BAD)
case("control byte in a name", get("/", "HTTP/1.1", "X\x01A: b"), BAD)
case("non-ascii name", get("/", "HTTP/1.1", "X\xe9: b"), BAD)
case("quote in a name", get("/", "HTTP/1.1", "X\"A: b"), BAD)
case("bracket in a name", get("/", "HTTP/1.1", "X(A): b"), BAD)
case("nul in a value", get("/", "HTTP/1.1", "X-A: a\x00b"), BAD)
case("control byte in a value", get("/", "HTTP/1.1", "X-A: a\x01b"), BAD)
case("del in a value", get("/", "HTTP/1.1", "X-A: a\x7fb"), BAD)
case("bare cr in a value", get("/", "HTTP/1.1", "X-A: a\rb"), BAD)
case("bare lf in a value", get("/", "HTTP/1.1", "X-A: a\nX-B: c"), BAD)
case("bare lf ends the head", "GET / HTTP/1.1\r\nHost: {host}\r\n\nGET / HTTP/1.1\r\n", BAD)
case("cr cr lf", "GET / HTTP/1.1\r\r\nHost: {host}\r\n\r\n", BAD)
case("200 header lines", get("/", "HTTP/1.1", *[f"X-{i}: v" for i in range(200)]), {431})
case("a header of 20 KB", get("/", "HTTP/1.1", "X-A: " + "b" * 20_000), {431})
case("headers of 40 KB", get("/", "HTTP/1.1", *[f"X-{i}: " + "b" * 2_000 for i in range(20)]), {431})
case("a header name of 20 KB", get("/", "HTTP/1.1", "X" * 20_000 + ": b"), {431})
case("endless header", get()[:-2] + "X-A: " + "b" * 200_000, {431, None})

# Framing and smuggling
case("length and chunked", put("Content-Length: 5", "Transfer-Encoding: chunked", body="0\r\n\r\n"), BAD)
case("chunked and length", put("Transfer-Encoding: chunked", "Content-Length: 5", body="0\r\n\r\n"), BAD)
case("two lengths", put("Content-Length: 5", "Content-Length: 6", body="hello"), BAD)
case("two equal lengths", put("Content-Length: 5", "Content-Length: 5", body="hello"), BAD)
case("length list", put("Content-Length: 5, 5", body="hello"), BAD)
case("negative length", put("Content-Length: -5"), BAD)
case("signed length", put("Content-Length: +5", body="hello"), BAD)
case("hexadecimal length", put("Content-Length: 0x5", body="hello"), BAD)
case("length with a space", put("Content-Length: 5 5", body="hello"), BAD)
case("length with letters", put("Content-Length: five", body="hello"), BAD)
case("empty length", put("Content-Length:"), BAD)
case("length beyond 64 bits", put("Content-Length: 99999999999999999999999"), {400, 413})
case("length of 2^63", put("Content-Length: 9223372036854775808"), {400, 403, 413})
case("decimal length", put("Content-Length: 5.0", body="hello"), BAD)
case("two transfer encodings", put("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), BAD)
case("gzip, chunked", put("Transfer-Encoding: gzip, chunked"), {400, 501})
case("chunked, identity", put("Transfer-Encoding: chunked, identity"), {400, 501})
case("identity", put("Transfer-Encoding: identity"), {400, 501})
case("xchunked", put("Transfer-Encoding: xchunked"), {400, 501})
case("chunked with a quote", put("Transfer-Encoding: \"chunked\""), {400, 501})
case("chunked with a vertical tab", put("Transfer-Encoding: \x0bchunked"), {400, 501})
case("empty transfer encoding", put("Transfer-Encoding:"), {400, 501})
case("chunked; parameter", put("Transfer-Encoding: chunked;q=1"), {400, 501})
case("space before the colon of te", put("Transfer-Encoding : chunked"), BAD)
case("chunked in http/1.0",
     "PUT /b/k HTTP/1.0\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", BAD)
case("expect something else", put("Expect: 200-ok", "Content-Length: 0"), {403, 417})

# Chunked bodies. The head is in order, so an early refusal (403) is as good as finding the damage (400).
CHUNKS = {
    "bad size": "xyz\r\nabc\r\n0\r\n\r\n", "empty size": "\r\nabc\r\n0\r\n\r\n",
    "negative size": "-1\r\nabc\r\n0\r\n\r\n", "0x size": "0x3\r\nabc\r\n0\r\n\r\n",
    "plus size": "+3\r\nabc\r\n0\r\n\r\n", "size beyond 64 bits": "f" * 20 + "\r\n",
    "size of 2^64-1": "ffffffffffffffff\r\nabc", "many leading zeros": "0" * 300 + "3\r\nabc\r\n0\r\n\r\n",
    "no line end after data": "3\r\nabcd\r\n0\r\n\r\n", "bare lf after size": "3\nabc\r\n0\r\n\r\n",
    "bare cr after size": "3\rabc\r\n0\r\n\r\n", "space before size": " 3\r\nabc\r\n0\r\n\r\n",
    "space after size": "3 \r\nabc\r\n0\r\n\r\n", "endless extension": "3;" + "a" * 100_000,
    "control byte in extension": "3;a=\x01\r\nabc\r\n0\r\n\r\n",
    "endless trailers": "0\r\n" + "X-A: b\r\n" * 50_000, "trailer without colon": "0\r\nXA\r\n\r\n",
    "fold in trailer": "0\r\nX-A: b\r\n c\r\n\r\n",
}
for _name, _body in CHUNKS.items():
    case("chunk: " + _name, put("Transfer-Encoding: chunked", body=_body), {400, 403, 501, None})

# S3's own parsing
case("bad escape", get("/bucket/%zz"), {400, 403})
case("cut escape", get("/bucket/%4"), {400, 403})
case("bad utf-8 in key", get("/bucket/%ff%fe"), {400, 403})
case("overlong utf-8", get("/bucket/%c0%af"), {400, 403})
case("surrogate in utf-8", get("/bucket/%ed%a0%80"), {400, 403})
case("raw utf-8 in target", "GET /bucket/\xc3\xa9 HTTP/1.1\r\nHost: {host}\r\n\r\n", {400, 403})
case("nul in key", get("/bucket/%00"), {400, 403})
case("escaped slash", get("/bucket%2Fkey"), {400, 403, 404})
case("dots that climb", get("/../../etc/passwd"), {400, 403, 404})
case("escaped dots", get("/bucket/%2e%2e/%2e%2e/x"), {400, 403})
case("query bad escape", get("/bucket?prefix=%zz"), {400, 403})
case("query bad utf-8", get("/bucket?prefix=%ff"), {400, 403})
case("repeated query", get("/bucket?acl&acl&acl"), {403, 501})
case("10,000 query parameters", get("/b?" + "&".join("a" for _ in range(3_000))), {400, 403, 414})
case("unknown host", "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", {400, 403, 404})
case("host with a port", "GET / HTTP/1.1\r\nHost: {host}:99999\r\n\r\n", {400, 403})
case("post to service", "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n", {400, 403, 405})
case("put to service", "PUT / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n", {400, 403, 405})
case("delete to service", "DELETE / HTTP/1.1\r\nHost: {host}\r\n\r\n", {400, 403, 405})
case("post without anything", "POST /b/k HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n",
     {400, 403, 405})

AUTHORIZATION = ["", " ", "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 ,,,", "AWS4-HMAC-SHA256 Credential=",
                 "AWS4-HMAC-SHA256 Credential=/////, SignedHeaders=;, Signature=",
                 "AWS4-HMAC-SHA256 Credential=a/b/c/d/e,SignedHeaders=host,Signature=zz", "AWS", "AWS :",
                 "AWS a:", "AWS a:!!!", "Basic YTpi", "AWS4-ECDSA-P256-SHA256 Credential=x",
                 "aws4-hmac-sha256 Credential=x", "AWS4-HMAC-SHA256 " + "a=b," * 500]
for _index, _value in enumerate(AUTHORIZATION):
    case(f"authorization {_index}", get("/", "HTTP/1.1", f"Authorization: {_value}"), {400, 403, 501})

PRESIGNED = ["X-Amz-Algorithm", "X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Signature=0",
             "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=%ff&X-Amz-Date=x&X-Amz-Expires=1"
             "&X-Amz-SignedHeaders=host&X-Amz-Signature=0",
             "AWSAccessKeyId=a", "AWSAccessKeyId=a&Expires=x&Signature=y", "Signature=x&Expires=1"]
for _index, _value in enumerate(PRESIGNED):
    case(f"presigned {_index}", get("/bucket/key?" + _value), {400, 403})
