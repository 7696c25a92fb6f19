"""What the server does by itself comes after everybody else, and counts against none of them."""

import contextlib
import threading
import time

import pytest

from flow.conftest import World
from flow.load import Load, loads
from support.command import weir
from support.server import Server

pytestmark = pytest.mark.clocked

MIB = 1 << 20


@pytest.fixture
def world():
    server = Server(settings={"rings": "2", "scrub.rate": "0"}).start()
    yield World(server)
    server.close()


@contextlib.contextmanager
def scrubbing(world):
    """Reads everything meanwhile, as fast as it may."""
    thread = threading.Thread(target=lambda: weir(world.server, "scrub", "--rate", "0"), daemon=True)
    thread.start()
    yield thread
    thread.join(60)
    assert not thread.is_alive()


def moved(world, kind="background", node="background"):
    name = f'weir_flow_bytes_total{{kind="{kind}",node="{node}",direction="download",scope="total"}}'
    return world.server.metrics().get(name, 0)


def rate(world, seconds):
    """MiB/s that the background reads."""
    before, start = moved(world), time.monotonic()
    time.sleep(seconds)
    return (moved(world) - before) / (time.monotonic() - start) / MIB


def test_a_scrub_gets_what_downloads_leave(world):
    user = world.user(size=64 * MIB)
    pool = world.pool(buckets=[user.bucket])
    world.weir("flow", "limit-server", "--download", "8MiB/s")
    with scrubbing(world):
        with loads(Load(world.server, world.get_url(user), 4)) as (load,):
            time.sleep(1)
            # What it has at any rate; all else is the downloads'.
            assert 0.6 <= rate(world, 4) <= 1.5
            assert load.between(1, 5) >= 6.4 * MIB
        # Nobody else wants anything any more.
        assert rate(world, 2) >= 6
    assert moved(world) >= 64 * MIB
    # None of it counts for the tenants.
    tenants = sum(count for _, count in load.moved)
    assert moved(world, "pool", pool) <= tenants + 4 * MIB


def test_it_has_a_limit_of_its_own(world):
    world.user(size=16 * MIB)
    reply = world.weir("flow", "limit-background", "--download", "4MiB/s")
    node, = reply["nodes"]
    assert (node["kind"], node["name"], node["download"]) == ("background", "background", 4 * MIB)
    start = time.monotonic()
    with scrubbing(world):
        pass
    assert moved(world) >= 16 * MIB and 3 <= time.monotonic() - start <= 8
    assert "cannot be forbidden" in weir(world.server, "flow", "limit-background", "--download", "0", status=1)
    world.weir("flow", "limit-background", "--clear")
    assert world.weir("flow", "show")["nodes"] == []
