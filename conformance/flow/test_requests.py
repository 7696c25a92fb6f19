"""Limits of requests, forbidden traffic, and the rate that a client of OSS asks for itself."""

import threading
import time

import oss2
import pytest
from botocore.exceptions import ClientError

from flow.load import Load, loads
from support import oss

pytestmark = pytest.mark.clocked

MIB = 1 << 20


def test_requests_beyond_the_limit_are_refused(world):
    user = world.user(size=1000)
    world.weir("flow", "limit-bucket", user.bucket, "--qps", "100")
    load = Load(world.server, world.get_url(user), 8)
    with loads(load):
        time.sleep(2.5)
    seconds = time.monotonic() - load.start
    assert not load.failures
    assert load.refused > 100
    assert 95 * 2.5 <= load.answers <= 100 * seconds + 6
    with pytest.raises(ClientError) as refusal:
        for _ in range(300):
            user.s3.head_bucket(Bucket=user.bucket)
            user.s3.list_objects_v2(Bucket=user.bucket)
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_what_a_refused_client_is_told(one_world):
    user = one_world.user(size=10)
    one_world.weir("requester", "limit", user.name, "--bucket", user.bucket, "--qps", "0")
    with pytest.raises(ClientError) as refusal:
        user.s3.get_object(Bucket=user.bucket, Key="object")
    reply = refusal.value.response
    assert (reply["Error"]["Code"], reply["ResponseMetadata"]["HTTPStatusCode"]) == ("SlowDown", 503)
    assert reply["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1"
    # Others are not concerned.
    assert one_world.s3.get_object(Bucket=user.bucket, Key="object")["Body"].read() == bytes(10)
    one_world.weir("flow", "limit-bucket", user.bucket, "--qps", "0")
    bucket = oss.oss2_bucket(one_world.server, user.bucket)
    with pytest.raises(oss2.exceptions.ServerError) as told:
        bucket.get_object("object")
    assert (told.value.status, told.value.code) == (503, "TotalQpsLimitExceeded")
    assert told.value.message == "Max total qps limit is exceeded."


@pytest.mark.parametrize("where, forbids", [
    ("--download", True), ("--intranet-download", True), ("--extranet-download", False)])
def test_forbidden_traffic(one_world, where, forbids):
    """The tests come from loopback, which is in the intranet."""
    user = one_world.user(size=10)
    one_world.weir("flow", "limit-bucket", user.bucket, where, "0")
    if forbids:
        with pytest.raises(ClientError) as refusal:
            user.s3.get_object(Bucket=user.bucket, Key="object")
        assert refusal.value.response["Error"]["Code"] == "AccessDenied"
        assert "QoS" in refusal.value.response["Error"]["Message"]
    else:
        assert user.s3.get_object(Bucket=user.bucket, Key="object")["Body"].read() == bytes(10)
    user.s3.put_object(Bucket=user.bucket, Key="another", Body=b"x")
    assert len(user.s3.list_objects_v2(Bucket=user.bucket)["Contents"]) == 2


def test_forbidden_uploads(one_world):
    user = one_world.user(size=10)
    one_world.weir("flow", "limit-bucket", user.bucket, "--upload", "0")
    with pytest.raises(ClientError) as refusal:
        user.s3.put_object(Bucket=user.bucket, Key="another", Body=b"x")
    assert refusal.value.response["Error"]["Code"] == "AccessDenied"
    assert user.s3.get_object(Bucket=user.bucket, Key="object")["Body"].read() == bytes(10)


def test_traffic_limit_of_a_connection(one_world):
    user = one_world.user(size=2 * MIB)
    bucket = oss.oss2_bucket(one_world.server, user.bucket)
    limit = {oss2.headers.OSS_TRAFFIC_LIMIT: str(8 * MIB)}  # 1 MiB/s
    start = time.monotonic()
    reply = bucket.get_object("object", headers=limit)
    assert len(reply.read()) == 2 * MIB
    assert 1.8 <= time.monotonic() - start <= 2.4
    assert 1_900 <= int(reply.headers["x-oss-qos-delay-time"]) <= 2_100
    start = time.monotonic()
    reply = bucket.put_object("up", bytes(MIB), headers=limit)
    assert 0.9 <= time.monotonic() - start <= 1.4
    assert 800 <= int(reply.headers["x-oss-qos-delay-time"]) <= 1_300
    # As a parameter of a signed URL; two connections have the rate each.
    url = bucket.sign_url("GET", "object", 60, params={oss2.headers.OSS_TRAFFIC_LIMIT: str(8 * MIB)})
    lengths = []
    session = oss2.Session()
    threads = [threading.Thread(target=lambda: lengths.append(len(session.session.get(url).content)))
               for _ in range(2)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lengths == [2 * MIB] * 2
    assert 1.8 <= time.monotonic() - start <= 2.6


@pytest.mark.parametrize("value", ["819199", "838860801", "x", "-1", ""])
def test_wrong_traffic_limits(one_world, value):
    user = one_world.user(size=10)
    bucket = oss.oss2_bucket(one_world.server, user.bucket)
    with pytest.raises(oss2.exceptions.ServerError) as told:
        bucket.get_object("object", headers={oss2.headers.OSS_TRAFFIC_LIMIT: value})
    assert (told.value.status, told.value.code) == (400, "InvalidArgument")
    # S3 knows no such header.
    assert user.s3.get_object(Bucket=user.bucket, Key="object")["Body"].read() == bytes(10)
