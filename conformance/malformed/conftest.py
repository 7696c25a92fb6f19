"""A server for each back end, with short timeouts and one ring, so that every number in its metrics is one test's."""

import pytest

from support import clients
from support.corpus import BUCKET, KEPT
from support.server import Server

SETTINGS = {"timeouts.idle": "4s", "timeouts.header": "2s", "timeouts.body": "2s", "rings": 1}


@pytest.fixture(scope="module", params=["uring", "poll"])
def server(request):
    with Server(io=request.param, settings=SETTINGS) as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key=KEPT, Body=b"kept")
        s3.close()
        yield server
