"""Webhooks: events come at least once, over restarts of both sides, signed; what is not taken ends in the dead letters."""

import base64
import contextlib
import os
import signal
import time

import pytest

from flow.conftest import World
from flow.receiver import Receiver, is_genuine
from support.command import weir
from support.server import Server, make_certificate, wait_until

SETTINGS = {"rings": "2", "flow.event_after": "1s", "notify.first_delay": "100ms", "notify.timeout": "2s"}


@pytest.fixture
def make_world():
    servers = []

    def make(**settings):
        servers.append(Server(settings={**SETTINGS, **settings}).start())
        return World(servers[-1])

    yield make
    for server in servers:
        server.close()


@contextlib.contextmanager
def receiving(*arguments, **options):
    receiver = Receiver(*arguments, **options)
    try:
        yield receiver
    finally:
        receiver.close()


def make_event(world):
    """Has a limit of requests crossed; the event's id."""
    user = world.user(size=10)
    world.weir("requester", "limit", user.name, "--bucket", user.bucket, "--qps", "5")
    subject = f"requester {user.name} at bucket {user.bucket}"
    end = time.monotonic() + 15
    while time.monotonic() < end:
        with contextlib.suppress(Exception):
            user.s3.head_object(Bucket=user.bucket, Key="object")
        found = [event for event in world.weir("flow", "events")["events"]
                 if event["subject"] == subject and event["name"] == "RequesterQpsThresholdExceeded"]
        if found:
            return found[0]["id"]
    raise AssertionError("no event")


ONLY = ("--type", "weir.flow.RequesterQpsThresholdExceeded")


def hook(world, name="hook"):
    return next(hook for hook in world.weir("notify", "list")["hooks"] if hook["name"] == name)


def test_an_event_is_delivered_and_can_be_verified(make_world):
    world = make_world(**{"notify.source": "/weir/one"})
    with receiving() as receiver:
        secret = world.weir("notify", "add", "hook", receiver.url, *ONLY)["secret"]
        event_id = make_event(world)
        (headers, body), = receiver.wait(1)
        assert is_genuine(secret, headers, body)
        assert not is_genuine("whsec_" + base64.b64encode(bytes(32)).decode(), headers, body)
        assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
        assert headers["content-type"] == "application/cloudevents+json; charset=utf-8"
        event, = receiver.events
        assert event["specversion"] == "1.0" and event["source"] == "/weir/one"
        assert event["id"] == headers["webhook-id"] == event_id
        assert event["type"] == "weir.flow.RequesterQpsThresholdExceeded"
        assert event["subject"] == event["data"]["subject"] and event["data"]["limit"] == 5
        assert event["datacontenttype"] == "application/json" and event["time"].endswith("Z")
        assert wait_until(lambda: hook(world)["waiting"] == 0)
        assert world.server.metrics()["weir_notify_delivered_total"] == 1
        # The secret is nowhere but in the reply to the one who added the webhook.
        assert "secret" not in hook(world)
        log = world.server.log_path.read_text()
        assert secret.removeprefix("whsec_") not in log and "hook: added" in log
        raw = base64.b64decode(secret.removeprefix("whsec_"))
        world.server.stop()
        for path, _, files in os.walk(world.server.data):
            for name in files:
                with open(os.path.join(path, name), "rb") as file:
                    assert raw not in file.read(), name


def test_one_delivery_over_restarts_of_both_sides(make_world):
    world = make_world()
    with receiving() as receiver:
        port = receiver.port
        world.weir("notify", "add", "hook", receiver.url, *ONLY)
    # The receiver is away; so is the server then, twice.
    event_id = make_event(world)
    assert hook(world)["waiting"] == 1
    for _ in range(2):
        world.server.stop()
        world.server.start()
    assert hook(world)["waiting"] == 1
    time.sleep(1)
    with receiving(port) as receiver:
        receiver.wait(1)
        assert [event["id"] for event in receiver.events] == [event_id]
        assert wait_until(lambda: hook(world)["waiting"] == 0)
        world.server.stop()
        world.server.start()
        time.sleep(1.5)
        assert len(receiver.calls) == 1
    assert [event["id"] for event in world.weir("flow", "events")["events"]
            if event["name"] == "RequesterQpsThresholdExceeded"] == [event_id]


def test_duplicates_carry_the_same_id(make_world):
    world = make_world()
    with receiving(answers=[None, 500, 302]) as receiver:
        world.weir("notify", "add", "hook", receiver.url, *ONLY)
        event_id = make_event(world)
        calls = receiver.wait(4)
        assert [headers["webhook-id"] for headers, _ in calls] == [event_id] * 4
        assert len({body for _, body in calls}) == 1
        assert wait_until(lambda: hook(world)["waiting"] == 0)


def test_duplicates_over_restarts_carry_the_same_id(make_world):
    """A receiver has taken an event and not said so when both sides end, the server by kill -9: it comes again, as it
    was, and after that no more."""
    world = make_world(**{"notify.timeout": "30s"})
    with receiving(answers=["never"]) as receiver:
        port = receiver.port
        world.weir("notify", "add", "hook", receiver.url, *ONLY)
        event_id = make_event(world)
        calls = list(receiver.wait(1))
        world.server.stop(signal.SIGKILL)
    world.server.start()
    assert hook(world)["waiting"] == 1
    with receiving(port) as receiver:
        receiver.wait(1)
        assert wait_until(lambda: hook(world)["waiting"] == 0)
        world.server.restart()
        time.sleep(1.5)
        calls += receiver.calls
    assert [headers["webhook-id"] for headers, _ in calls] == [event_id] * 2
    assert len({body for _, body in calls}) == 1
    assert [event["id"] for event in world.weir("flow", "events")["events"]
            if event["name"] == "RequesterQpsThresholdExceeded"] == [event_id]


def test_a_bad_receivers_events_end_in_the_dead_letters(make_world):
    world = make_world(**{"notify.attempts": "2"})
    with receiving(answers=[500, 500]) as receiver:
        world.weir("notify", "add", "hook", receiver.url, *ONLY)
        event_id = make_event(world)
        assert wait_until(lambda: hook(world)["dead"] == 1) and len(receiver.calls) == 2
        world.server.stop()
        world.server.start()
        dead, = world.weir("notify", "dead", "list", "hook")["events"]
        assert (dead["id"], dead["attempts"], dead["problem"]) == (event_id, 2, "answered 500")
        assert dead["data"]["name"] == "RequesterQpsThresholdExceeded"
        assert world.server.metrics()['weir_notify_dead{webhook="hook"}'] == 1
        assert world.weir("notify", "dead", "retry", "hook", "--event", event_id)["queued"] == 1
        receiver.wait(3)
        assert wait_until(lambda: hook(world)["waiting"] == 0) and hook(world)["dead"] == 0
        # One that is gone for good is not asked again.
        receiver.answers = [410]
        make_event(world)
        assert wait_until(lambda: hook(world)["dead"] == 1)
        assert world.weir("notify", "dead", "clear", "hook")["forgotten"] == 1
        assert hook(world)["dead"] == 0


def test_a_removed_webhook_is_not_called(make_world):
    world = make_world(**{"notify.first_delay": "1s"})
    with receiving(answers=[500]) as receiver:
        world.weir("notify", "add", "hook", receiver.url, *ONLY)
        make_event(world)
        receiver.wait(1)
        world.weir("notify", "remove", "hook")
        assert world.weir("notify", "list")["hooks"] == []
        calls = len(receiver.calls)
        time.sleep(2.5)
        assert len(receiver.calls) == calls == 1
        assert "no webhook hook" in weir(world.server, "notify", "remove", "hook", status=1)


def test_a_receiver_that_hangs_holds_nothing_up(make_world):
    world = make_world()
    with receiving(answers=["never"] * 20) as slow, receiving() as good:
        world.weir("notify", "add", "slow", slow.url, *ONLY)
        world.weir("notify", "add", "good", good.url, *ONLY)
        make_event(world)
        good.wait(1)
        assert wait_until(lambda: hook(world, "good")["waiting"] == 0) and hook(world, "slow")["waiting"] == 1
        # A call under way does not hold up the end of the server either.
        start = time.monotonic()
        assert world.server.stop() == 0 and time.monotonic() - start < 5


def test_the_test_button_and_tls(make_world, tmp_path):
    certificate = make_certificate(tmp_path)
    world = make_world(**{"notify.ca_file": str(certificate[0])})
    with receiving(certificate=certificate) as receiver, receiving(answers=[500]) as failing:
        secret_file = tmp_path / "secret"
        secret_file.write_text("a secret of at least 24 bytes\n")
        made = world.weir("notify", "add", "hook", receiver.url, "--secret-file", str(secret_file))
        assert "secret" not in made
        result = world.weir("notify", "test", "hook")
        assert result["delivered"] and result["result"] == "answered 204"
        (headers, body), = receiver.calls
        secret = "whsec_" + base64.b64encode(b"a secret of at least 24 bytes").decode()
        assert is_genuine(secret, headers, body)
        assert receiver.events[0]["type"] == "weir.test" and receiver.events[0]["id"] == result["id"]
        world.weir("notify", "add", "failing", failing.url)
        assert "answered 500" in weir(world.server, "notify", "test", "failing", status=1)
        # It must prove who it is.
        world.weir("notify", "add", "other", receiver.url.replace("https://127.0.0.1", "https://localhost4.invalid"))
        weir(world.server, "notify", "test", "other", status=1)
        assert len(receiver.calls) == 1


@pytest.mark.parametrize("arguments, message", [
    (("a b", "http://h/"), "named"), (("hook", "ftp://h/"), "http://"), (("hook", "http://u@h/"), "user"),
    (("hook", "http://h/", "--type", "a*b"), "types"),
])
def test_a_bad_webhook_is_refused(one_world, arguments, message):
    assert message in weir(one_world.server, "notify", "add", *arguments, status=1)
    assert one_world.weir("notify", "list")["hooks"] == []
