"""Requests as bytes: for what well-behaved clients never send."""

import dataclasses
import datetime
import hashlib
import hmac
import socket
import ssl
import urllib.parse

from support import seen
from support.server import ACCESS_KEY, SECRET_KEY

REGION = "us-east-1"


@dataclasses.dataclass
class Reply:
    status: int
    headers: dict
    body: bytes

    @property
    def code(self):
        """The S3 error code in the body, or None."""
        start = self.body.find(b"<Code>")
        return self.body[start + 6:self.body.find(b"</Code>")].decode() if start >= 0 else None


def connect(server, timeout=15):
    plain = socket.create_connection(("127.0.0.1", server.port), timeout=timeout)
    if not server.tls:
        return plain
    context = ssl.create_default_context(cafile=server.ca)
    return context.wrap_socket(plain, server_hostname="127.0.0.1")


def read_reply(connection, head=False):
    """One reply, or None when the connection is closed without one."""
    return seen.note(_read_reply(connection, head))


def _read_reply(connection, head):
    data = b""
    while b"\r\n\r\n" not in data:
        try:
            piece = connection.recv(65536)
        except (ConnectionResetError, BrokenPipeError):
            piece = b""
        if not piece:
            return None
        data += piece
    top, rest = data.split(b"\r\n\r\n", 1)
    lines = top.decode("latin-1").split("\r\n")
    status = int(lines[0].split(" ")[1])
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if 100 <= status < 200:
        connection_rest = rest
        reply = _read_reply(_Prefixed(connection, connection_rest), head)
        return reply
    if head or status in (204, 304):
        return Reply(status, headers, b"")
    if headers.get("transfer-encoding") == "chunked":
        return Reply(status, headers, read_chunked(connection, rest))
    length = headers.get("content-length")
    while length is not None and len(rest) < int(length) or length is None:
        try:
            piece = connection.recv(65536)
        except (ConnectionResetError, BrokenPipeError):
            piece = b""
        if not piece:
            break
        rest += piece
    return Reply(status, headers, rest if length is None else rest[:int(length)])


class _Prefixed:
    def __init__(self, connection, data):
        self.connection, self.data = connection, data

    def recv(self, count):
        if self.data:
            piece, self.data = self.data[:count], self.data[count:]
            return piece
        return self.connection.recv(count)


def read_chunked(connection, data):
    body = b""
    while True:
        while b"\r\n" not in data:
            data += connection.recv(65536)
        size, data = data.split(b"\r\n", 1)
        count = int(size, 16)
        while len(data) < count + 2:
            data += connection.recv(65536)
        if count == 0:
            return body
        body, data = body + data[:count], data[count + 2:]


def send(server, data, timeout=15, head=False):
    """Sends bytes as they are; returns the reply, or None for a closed connection."""
    with connect(server, timeout) as connection:
        try:
            connection.sendall(data)
        except (ConnectionResetError, BrokenPipeError):
            pass
        return read_reply(connection, head)


def quote(text, safe="-._~"):
    return urllib.parse.quote(text, safe=safe)


def canonical_query(query):
    pairs = [part.partition("=")[::2] for part in query.split("&") if part]
    quoted = [[quote(urllib.parse.unquote_to_bytes(text.replace("+", " "))) for text in pair] for pair in pairs]
    return "&".join(f"{name}={value}" for name, value in sorted(quoted))


def signing_key(secret, day, region, service):
    key = ("AWS4" + secret).encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


@dataclasses.dataclass
class Signature:
    """All that goes into a header signature; tests bend single fields."""
    method: str
    path: str
    query: str = ""
    headers: dict = dataclasses.field(default_factory=dict)
    payload: str = hashlib.sha256(b"").hexdigest()
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY
    region: str = REGION
    service: str = "s3"
    when: datetime.datetime = None
    unsigned: tuple = ()
    terminator: str = "aws4_request"

    def build(self, host):
        when = self.when or datetime.datetime.now(datetime.timezone.utc)
        date = when.strftime("%Y%m%dT%H%M%SZ")
        headers = {"host": host, "x-amz-date": date, "x-amz-content-sha256": self.payload,
                   **{k.lower(): v for k, v in self.headers.items()}}
        headers = {k: v for k, v in headers.items() if v is not None}
        signed = sorted(k for k in headers if k not in self.unsigned)
        path = quote(urllib.parse.unquote_to_bytes(self.path), safe="/-._~")
        canonical = "\n".join([
            self.method, path, canonical_query(self.query),
            "".join(f"{k}:{' '.join(str(headers[k]).split())}\n" for k in signed), ";".join(signed),
            self.payload])
        scope = f"{date[:8]}/{self.region}/{self.service}/{self.terminator}"
        text = "\n".join(["AWS4-HMAC-SHA256", date, scope,
                          hashlib.sha256(canonical.encode()).hexdigest()])
        key = signing_key(self.secret_key, date[:8], self.region, self.service)
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        headers["authorization"] = (f"AWS4-HMAC-SHA256 Credential={self.access_key}/{scope}, "
                                    f"SignedHeaders={';'.join(signed)}, Signature={signature}")
        self.seed, self.key, self.scope, self.date = signature, key, scope, date
        return headers


def request_bytes(method, target, headers, body=b""):
    text = f"{method} {target} HTTP/1.1\r\n"
    for name, value in {"user-agent": "raw", **headers}.items():
        text += f"{name}: {value}\r\n"
    return text.encode("utf-8") + b"\r\n" + body


def signed(server, method, path, query="", headers=None, body=b"", payload=None, length=True, **bend):
    """A signed request and its reply."""
    signature = Signature(method, path, query, dict(headers or {}),
                          payload or hashlib.sha256(body).hexdigest(), **bend)
    all_headers = signature.build(f"127.0.0.1:{server.port}")
    if length and (body or method in ("PUT", "POST")):
        all_headers.setdefault("content-length", str(len(body)))
    target = path + ("?" + query if query else "")
    return send(server, request_bytes(method, target, all_headers, body), head=method == "HEAD")


def signed_put(server, size, key="cut", **headers):
    """The head of an upload of so many bytes."""
    signature = Signature("PUT", f"/bucket/{key}", headers=headers, payload="UNSIGNED-PAYLOAD")
    all_headers = signature.build(f"127.0.0.1:{server.port}")
    all_headers["content-length"] = str(size)
    return request_bytes("PUT", f"/bucket/{key}", all_headers)
