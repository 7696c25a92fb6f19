"""The four clients of OSS, and a bucket each."""

import itertools
import uuid

import pytest

from support import oss

_serial = itertools.count()


def bucket_name():
    return f"o{next(_serial)}-{uuid.uuid4().hex[:12]}"


@pytest.fixture(params=oss.KINDS)
def client(request, server):
    """Each SDK with each signature version in turn."""
    return oss.make(server, request.param)


@pytest.fixture(params=["v1", "v4"])
def version(request):
    """Each signature version, for tests that need one SDK or none."""
    return request.param


@pytest.fixture
def name():
    """A bucket that is not there yet."""
    return bucket_name()


@pytest.fixture
def bucket(server):
    """A fresh one, made in the OSS dialect."""
    made = bucket_name()
    oss.make(server, "v2-v4").make_bucket(made)
    return made


@pytest.fixture
def versioned(server, bucket):
    oss.make(server, "v2-v4").set_versioning(bucket, "Enabled")
    return bucket
