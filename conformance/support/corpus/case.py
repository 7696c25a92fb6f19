"""What a case is: bytes, made and signed when they are sent, and the one outcome that is right."""

import dataclasses
import re
from typing import Callable, NamedTuple

from support import raw

BUCKET = "bucket"
KEY = "key"  # what the cases would write; never there
KEPT = "kept"  # what they would delete or replace; always there


class Outcome(NamedTuple):
    """An answer, or the end of the connection without one."""
    status: int = None
    code: str = None
    reason: str = None  # HTTP's own word for what is wrong with a head

    @classmethod
    def of(cls, reply):
        if reply is None:
            return cls()
        reason = re.search(rb"<Reason>([^<]*)</Reason>", reply.body)
        return cls(reply.status, reply.code, reason and reason[1].decode())


OK = Outcome(200)
NO_CONTENT = Outcome(204)
CLOSED = Outcome()
DENIED = Outcome(403, "AccessDenied")
NOT_ALLOWED = Outcome(405, "MethodNotAllowed")
NO_KEY = Outcome(404, "NoSuchKey")
INVALID_URI = Outcome(400, "InvalidURI")
INCOMPLETE = Outcome(400, "IncompleteBody")


def bad(reason):
    """Refused by HTTP, before anybody looks who asks and for what."""
    return Outcome(400, "BadRequest", reason)


@dataclasses.dataclass(frozen=True)
class Case:
    make: Callable  # of a server: the bytes for it
    outcomes: tuple  # more than one only where timing or TCP decides
    # The connection must end with the answer: a request that follows in the same packet is never looked at.
    ends: bool
    half_close: bool  # the client sends no more, and says so
    in_chunks: bool  # HTTP must have counted a body whose chunks are broken


CASES = {}


def case(name, data, *outcomes, ends=False, half_close=False, in_chunks=False):
    """Adds a case; `data` may be text, bytes, or what makes them of a server. `{host}` is the server's authority."""
    assert name not in CASES and outcomes, name
    if isinstance(data, str):
        data = data.encode("latin-1")
    if isinstance(data, bytes):
        template = data

        def data(server):
            return template.replace(b"{host}", server.authority.encode())
    CASES[name] = Case(data, outcomes, ends, half_close, in_chunks)


def lines(*all_lines):
    """A head of these lines."""
    return "\r\n".join([*all_lines, "", ""])


def get(target="/", *more):
    """An unsigned request."""
    return lines(f"GET {target} HTTP/1.1", "Host: {host}", *more)


def put(*more, body=""):
    """An unsigned upload: for heads that are refused before the signature is looked at."""
    return lines(f"PUT /{BUCKET}/{KEY} HTTP/1.1", "Host: {host}", *more) + body


def signed(method, target, *more, body=b"", version="HTTP/1.1", path=None, host=None, headers=None,
           payload="UNSIGNED-PAYLOAD", **bend):
    """What makes a request whose signature is right, or `bend`ed as `raw.Signature` can be. `path` is what is signed
    where the target's own path is not it; `headers` are signed, `more` lines are not."""
    def make(server):
        asked, _, query = target.partition("?")
        signature = raw.Signature(method, asked if path is None else path, query, dict(headers or {}), payload, **bend)
        built = signature.build(host or server.authority)
        here = target.replace("{host}", server.authority)
        # Who gives no name and signs headers is taken for s3cmd by `seen`.
        top = lines(f"{method} {here} {version}", *[f"{name}: {value}" for name, value in built.items()],
                    "User-Agent: raw", *more)
        return top.encode("latin-1") + body
    return make
