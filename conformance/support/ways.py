"""The ways to the server: one server for each back end, with TLS or without, shared by a worker's tests."""

import itertools
import uuid

from support import clients
from support.server import Server

# How a test reaches the server: ring back end, TLS, address style.
WAYS = {
    "uring-path": ("uring", False, "path"),
    "uring-virtual": ("uring", False, "virtual"),
    "uring-tls": ("uring", True, "path"),
    "poll-path": ("poll", False, "path"),
}
_serial = itertools.count()
_servers = {}


def shared_server(io, tls):
    """The server of one back end, with TLS or without; started when it is first asked for."""
    if (io, tls) not in _servers:
        _servers[io, tls] = Server(io=io, tls=tls).start()
    return _servers[io, tls]


def close_shared_servers():
    """At the end of the session. The first that does not end well is told of when all have been ended."""
    failures = []
    while _servers:
        _, server = _servers.popitem()
        try:
            server.close()
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


def bucket_name():
    """A name that no other test uses."""
    return f"b{next(_serial)}-{uuid.uuid4().hex[:12]}"


class Way:
    """A way to the server and a client that goes it."""

    def __init__(self, name):
        io, tls, self.style = WAYS[name]
        self.name = name
        self.server = shared_server(io, tls)
        self.s3 = clients.s3(self.server, self.style)

    def bucket_name(self):
        return bucket_name()

    def make_bucket(self):
        name = bucket_name()
        self.s3.create_bucket(Bucket=name)
        return name
