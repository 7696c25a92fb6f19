"""How long a start takes after a crash of a store with a million objects.

    python -m crash.million --objects 1000000 --crashes 5

Fills one bucket through `weir bench`, then kills the server under write load again and again, and measures from
the start of the process to its ready line. Fails when the slowest takes longer than --limit.
"""

import argparse
import json
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from crash.client import Client  # noqa: E402
from crash.places import Kill  # noqa: E402
from support.server import ACCESS_KEY, BINARY, SECRET_KEY, Server  # noqa: E402


def bench(server, *arguments, wait=True):
    """Runs, or only starts, the load generator."""
    environment = dict(os.environ, AWS_ACCESS_KEY_ID=ACCESS_KEY, AWS_SECRET_ACCESS_KEY=SECRET_KEY)
    command = [str(server.binary), "bench", "put", "--endpoint", server.endpoint, "--bucket", "many",
               "--connections", "64", *map(str, arguments)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if wait and process.wait():
        raise SystemExit(f"weir bench failed: {process.stderr.read().decode()}")
    return process


def fill(server, objects, size):
    began = time.monotonic()
    assert Client(server).call("PUT", "/many").ok
    bench(server, "--objects", objects, "--count", objects, "--size", size, "--prefix", "")
    spent = time.monotonic() - began
    print(f"{objects:,} objects written in {spent:.0f} s", file=sys.stderr)


def crash(server, objects, size):
    """Kills it under load."""
    load = bench(server, "--objects", objects, "--size", size, "--duration", "60s", "--prefix", "", wait=False)
    time.sleep(random.uniform(1.5, 4))
    server.stop(signal.SIGKILL)
    load.kill()
    load.communicate()


def start(server):
    began = time.monotonic()
    server.start()
    return time.monotonic() - began


def count(server):
    return len(Client(server, timeout=120).list("many"))


def measure(options, place):
    server = Server(io=options.io, data=place.data, binary=options.weir, is_recorded=False)
    try:
        first = start(server)
        fill(server, options.objects, options.size)
        times = []
        for _ in range(options.crashes):
            crash(server, options.objects, options.size)
            times.append(start(server))
            print(f"start after the crash: {times[-1]:.2f} s", file=sys.stderr)
        seen = count(server)
        assert seen == options.objects, f"{seen} objects are listed"
        return {"objects": options.objects, "empty_start_seconds": first, "start_seconds": times,
                "median": statistics.median(times), "slowest": max(times)}
    finally:
        if server.process is not None:
            server.stop(signal.SIGKILL)
        server.close()


def main():
    parser = argparse.ArgumentParser(prog="crash.million", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=1_000_000)
    parser.add_argument("--size", default="1", help="of an object; up to 4096 it lives in the metadata")
    parser.add_argument("--crashes", type=int, default=5)
    parser.add_argument("--limit", type=float, default=3.0, help="seconds")
    parser.add_argument("--io", default="auto")
    parser.add_argument("--weir", default=BINARY)
    options = parser.parse_args()
    place = Kill()
    try:
        result = measure(options, place)
    finally:
        place.close()
    print(json.dumps(result))
    if result["slowest"] > options.limit:
        raise SystemExit(f"the slowest start took {result['slowest']:.2f} s, more than {options.limit} s")


if __name__ == "__main__":
    main()
