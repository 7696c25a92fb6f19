"""A server of its own for each I/O back end and number of rings, and users with a bucket each."""

import itertools
import types

import pytest

from support import clients
from support.command import weir_json
from support.server import Server

_serial = itertools.count()
MIB = 1 << 20


class World:
    """A running server whose flow control belongs to one test."""

    def __init__(self, server):
        self.server = server
        self.s3 = clients.s3(server)

    def weir(self, *arguments, status=0):
        return weir_json(self.server, *arguments, status=status)

    def user(self, size=32 * MIB):
        """A user with a bucket and, unless it is 0, an object of that size in it."""
        name = f"user-{next(_serial)}"
        made = self.weir("user", "create", name)
        s3 = clients.s3(self.server, access_key=made["access_key"], secret_key=made["secret_key"])
        bucket = f"bucket-{name}"
        s3.create_bucket(Bucket=bucket)
        if size:
            s3.put_object(Bucket=bucket, Key="object", Body=bytes(size))
        return types.SimpleNamespace(name=name, s3=s3, bucket=bucket)

    def get_url(self, user):
        url = user.s3.generate_presigned_url("get_object", Params={"Bucket": user.bucket, "Key": "object"})
        return lambda index: url

    def put_url(self, user):
        return lambda index: user.s3.generate_presigned_url(
            "put_object", Params={"Bucket": user.bucket, "Key": f"put-{index}"})

    def pool(self, *limits, buckets=()):
        """A new pool with these buckets."""
        name = f"pool-{next(_serial)}"
        self.weir("pool", "create", name, *limits)
        for bucket in buckets:
            self.weir("pool", "add-bucket", name, bucket)
        return name


_servers = {}


@pytest.fixture(params=["uring-1", "uring-2", "poll-2"])
def world(request):
    io, rings = request.param.split("-")
    if request.param not in _servers:
        _servers[request.param] = Server(io=io, settings={"rings": rings}).start()
    return World(_servers[request.param])


@pytest.fixture
def one_world():
    """The same on one back end, for what does not depend on it."""
    if "uring-2" not in _servers:
        _servers["uring-2"] = Server(io="uring", settings={"rings": "2"}).start()
    return World(_servers["uring-2"])


def pytest_sessionfinish(session, exitstatus):
    for server in _servers.values():
        server.close()
    _servers.clear()
