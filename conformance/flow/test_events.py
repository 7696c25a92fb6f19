"""Events of flow control: which limits were crossed, for how long, and how much was used."""

import contextlib
import threading
import time

import pytest

from flow.conftest import World
from flow.receiver import Receiver
from support import clients
from support.server import Server

pytestmark = pytest.mark.clocked

MIB = 1 << 20


@pytest.fixture
def world():
    server = Server(settings={"rings": "2", "flow.event_after": "2s"}).start()
    yield World(server)
    server.close()


@contextlib.contextmanager
def downloads(user, s3=None):
    """A connection that reads the user's object as fast as it may, again and again."""
    ends = threading.Event()
    s3 = s3 or user.s3

    def run():
        while not ends.is_set():
            with contextlib.suppress(Exception):
                body = s3.get_object(Bucket=user.bucket, Key="object")["Body"]
                while not ends.is_set() and body.read(64 << 10):
                    pass
                body.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join(20)


def events(world, *options):
    return world.weir("flow", "events", *options)["events"]


def wait_for(world, count, seconds, *options):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = events(world, *options)
        if len(found) >= count:
            return found
        time.sleep(0.2)
    return events(world, *options)


def test_a_limit_that_is_crossed_is_one_event_each(world):
    user = world.user(size=16 * MIB)
    pool = world.pool("--download", "2MiB/s", buckets=[user.bucket])
    assert events(world) == []
    with downloads(user):
        found = wait_for(world, 2, 15)
        assert sorted(event["name"] for event in found) == [
            "ResourcePoolEgressBandwidth", "ResourcePoolEgressBandwidthThresholdExceeded"]
        for event in found:
            assert event["subject"] == f"pool {pool}" and "end" not in event
            assert (event["of"], event["scope"], event["unit"]) == ("download", "total", "bytes/s")
            assert event["limit"] == 2 * MIB
            share = 1 if event["level"] == "WARN" else 0.8
            assert abs(event["threshold"] - share * 2 * MIB) <= 1
            assert 0.9 * 2 * MIB <= event["peak"] <= 1.1 * 2 * MIB
        time.sleep(4)
        assert [event["id"] for event in events(world)] == [event["id"] for event in found]
        metrics = world.server.metrics()
        assert metrics["weir_flow_events_open"] == 2
        assert metrics['weir_flow_events_total{level="WARN"}'] == 1
    end = time.monotonic() + 15
    while events(world, "--open") and time.monotonic() < end:
        time.sleep(0.2)
    ended = events(world)
    assert {event["id"] for event in ended} == {event["id"] for event in found}
    assert all(event["end"] > event["start"] for event in ended)
    assert events(world, "--open") == [] and len(events(world, "--limit", "1")) == 1


def test_a_shorter_spike_is_none(world):
    """Neither in the list nor for webhooks; what lasts is, of the same limit."""
    user = world.user(size=16 * MIB)
    world.pool("--download", "2MiB/s", buckets=[user.bucket])
    receiver = Receiver()
    try:
        world.weir("notify", "add", "hook", receiver.url)
        for _ in range(2):
            with downloads(user):
                time.sleep(1.2)
            time.sleep(2.5)
        assert events(world) == [] and receiver.calls == []
        with downloads(user):
            found = wait_for(world, 2, 15)
        receiver.wait(2)
        assert len(found) == 2
        assert {event["id"] for event in receiver.events} == {event["id"] for event in found}
    finally:
        receiver.close()


def test_an_event_goes_on_over_a_restart(world):
    """The limit is crossed before and after it: that is one event."""
    user = world.user(size=16 * MIB)
    world.pool("--download", "2MiB/s", buckets=[user.bucket])
    with downloads(user):
        before = wait_for(world, 2, 15)
        assert len(before) == 2
    # At once, while it is still open.
    world.server.restart()
    with downloads(user, clients.s3(world.server)):
        time.sleep(5)
        after = events(world)
    assert [event["id"] for event in after] == [event["id"] for event in before]
    assert not any("end" in event for event in after)
    end = time.monotonic() + 15
    while events(world, "--open") and time.monotonic() < end:
        time.sleep(0.2)
    assert [(event["id"], "end" in event) for event in events(world)] == [(event["id"], True) for event in before]


def test_refused_requests_are_an_event(world):
    user = world.user(size=10)
    world.weir("requester", "limit", user.name, "--bucket", user.bucket, "--qps", "5")
    found = []
    end = time.monotonic() + 20
    while time.monotonic() < end and not found:
        with contextlib.suppress(Exception):
            user.s3.head_object(Bucket=user.bucket, Key="object")
        found = [event for event in events(world) if event["name"] == "RequesterQpsThresholdExceeded"]
    event, = found
    assert event["subject"] == f"requester {user.name} at bucket {user.bucket}" and event["unit"] == "requests/s"
