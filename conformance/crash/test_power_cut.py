"""Power cuts: that the disk models them, that Weir survives them, and that a server which does not sync does
not (the negative control: without it, a harness that sees nothing would pass as well)."""

import ctypes.util
import mmap
import os
import pathlib
import random
import shutil
import signal
import subprocess

import pytest

from crash import disk
from crash.client import Client
from crash.harness import Run, perform, report
from support.server import Server

reason = disk.why_not()
pytestmark = pytest.mark.skipif(reason is not None, reason=str(reason))
CYCLES = 5


@pytest.fixture(params=[disk.Disk, disk.CachedDisk])
def small_disk(request):
    with request.param(128 << 20) as made:
        yield made


def write(path, data, sync=False, flags=os.O_CREAT):
    descriptor = os.open(path, os.O_WRONLY | flags)
    try:
        os.write(descriptor, data)
        if sync:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def page(letter):
    """A page of memory as direct writes want it."""
    memory = mmap.mmap(-1, 4096)
    memory[:] = letter * 4096
    return memory


def after_a_cut(made):
    made.cut()
    made.restore()
    return {file.name: file.read_bytes() for file in made.path.iterdir() if file.is_file()}


def test_what_is_synced_is_kept_and_what_is_not_is_lost(small_disk):
    write(small_disk.path / "synced", b"s" * 100_000, sync=True)
    write(small_disk.path / "lost", b"l" * 100_000)
    assert after_a_cut(small_disk) == {"synced": b"s" * 100_000}


def test_an_overwrite_without_a_sync_leaves_the_old_bytes(small_disk):
    write(small_disk.path / "file", b"o" * 100_000, sync=True)
    write(small_disk.path / "file", b"n" * 100_000, flags=0)
    assert after_a_cut(small_disk) == {"file": b"o" * 100_000}


def test_a_direct_write_without_a_sync_does_not_grow_the_file(small_disk):
    write(small_disk.path / "file", b"", sync=True)
    write(small_disk.path / "file", page(b"d"), flags=os.O_DIRECT)
    assert after_a_cut(small_disk) == {"file": b""}


def test_a_direct_write_without_a_flush_stays_in_the_cache_of_the_device(small_disk):
    """The one difference between the two."""
    write(small_disk.path / "file", b"o" * 4096, sync=True)
    write(small_disk.path / "file", page(b"n"), flags=os.O_DIRECT)
    kept = b"o" if isinstance(small_disk, disk.CachedDisk) else b"n"
    assert after_a_cut(small_disk) == {"file": kept * 4096}


def test_a_direct_write_with_a_sync_is_kept(small_disk):
    write(small_disk.path / "file", b"o" * 4096, sync=True)
    write(small_disk.path / "file", page(b"n"), sync=True, flags=os.O_DIRECT)
    assert after_a_cut(small_disk) == {"file": b"n" * 4096}


def test_a_sync_after_the_cut_fails(small_disk):
    write(small_disk.path / "file", b"o" * 4096, sync=True)
    descriptor = os.open(small_disk.path / "file", os.O_WRONLY)
    try:
        small_disk.cut()
        with pytest.raises(OSError):
            os.write(descriptor, b"n" * 4096)
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def test_power_cuts():
    seed = random.SystemRandom().getrandbits(32)
    with Run(seed, power_cut=True) as run:
        good = perform(run, CYCLES)
        assert good, report(run, f"python -m crash.harness --seed {seed} --cycles {CYCLES} --power-cut")
        assert run.cycles == CYCLES and run.acknowledged > 10 * CYCLES


@pytest.mark.parametrize("io", ["uring", "poll"])
def test_a_server_whose_disk_dies_acknowledges_nothing_and_reads_on(io):
    """No power cut: the disk refuses everything from some moment, and the server goes on."""
    with disk.CachedDisk() as dying, Server(io=io, data=dying.path / "data", is_recorded=False) as server:
        client = Client(server)
        assert client.call("PUT", "/dying").ok
        assert client.put("/dying/before", b"b" * 4000, {}).ok
        dying.cut()
        for number in range(50):
            body = b"a" * (100, 50_000, 300_000)[number % 3]
            assert client.put(f"/dying/after-{number}", body, {}).status in (500, 503)
            assert client.delete("/dying/before").status in (500, 503)
        assert client.get("/dying/before").body == b"b" * 4000
        assert server.process.poll() is None, "it has ended by itself"
        assert server.metrics()["weir_metadata_stopped"] == 1
        server.stop(signal.SIGKILL)


def kinds_under(variables):
    """What the harness finds wrong with a server in whose environment these variables are. The syncs of the poll
    back end and of RocksDB go through libc, where a preloaded library can take them."""
    seed = random.SystemRandom().getrandbits(32)
    with Run(seed, io="poll", power_cut=True, variables=variables) as run:
        assert run.start()
        run.place.disk.sync()
        perform(run, 3 * CYCLES)
        # Shown when the test fails.
        print(f"{run.cycles} cycles, {run.acknowledged} acknowledged; {report(run, 'not to be repeated')}")
        return {violation.kind for _, violation in run.violations}


@pytest.mark.skipif(not ctypes.util.find_library("eatmydata"), reason="eatmydata is not installed")
def test_a_server_that_never_syncs_is_found_out():
    assert {"lost", "unreadable", "will not start"} & kinds_under({"LD_PRELOAD": "libeatmydata.so"})


@pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler")
@pytest.mark.parametrize("forgotten, kinds", [
    ("/segments/", {"unreadable"}),
    # The journal on the volumes may know more than the log then, and a start notices that.
    (".log", {"lost", "will not start"}),
])
def test_a_server_that_forgets_some_syncs_is_found_out(tmp_path, forgotten, kinds):
    """Only those of the volumes, or only those of RocksDB's log."""
    source = pathlib.Path(__file__).with_name("forgetful.c")
    library = tmp_path / "forgetful.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    assert kinds & kinds_under({"LD_PRELOAD": str(library), "FORGET": forgotten})
