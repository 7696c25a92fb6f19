"""What requests leave behind in a server: what they hold while they go on, and what they keep afterwards.

With one ring, and with nobody else about, every number is exact.
"""

import collections
import os
import re
import time

HELD = {"connections": "weir_http_connections", "buffers": "weir_buffers_outstanding", "writers": "weir_volume_writers",
        "memory": "weir_memory_claimed_bytes"}


def descriptors(server):
    """{what is open: how often}, without numbers in names. RocksDB opens tables as it reads them, and each once."""
    opened = collections.Counter()
    folder = f"/proc/{server.process.pid}/fd"
    for name in os.listdir(folder):
        try:
            target = os.readlink(f"{folder}/{name}")
        except FileNotFoundError:
            continue
        if not target.endswith(".sst"):
            opened[re.sub(r"\d+", "#", target)] += 1
    return dict(opened)


def files(server):
    """{path: its size} in the volumes, their journals aside: these say what has happened. Segments have the whole of
    their size from the beginning, so that no disk space comes and goes unseen below it."""
    volumes = server.data / "volumes"
    return {str(path.relative_to(volumes)): path.stat().st_size for path in volumes.rglob("*")
            if path.is_file() and "journal" not in path.parts}


def state(server):
    """What is held, and what is kept: bytes and rows, what is left in the volumes' files, and the files."""
    metrics = server.metrics()
    return {**{name: metrics[metric] for name, metric in HELD.items()}, "descriptors": descriptors(server),
            "live": metrics["weir_volume_live_bytes"], "segments": metrics["weir_volume_segments"],
            "rest": metrics["weir_volume_dead_bytes"] + metrics["weir_volume_unreserved_bytes"],
            "rows": metrics["weir_rocksdb_estimated_keys"], "files": files(server)}


def is_idle(server):
    """Whether nothing is held by anybody."""
    metrics = server.metrics()
    return not any(metrics[metric] for metric in HELD.values())


def changes(before, now):
    """What has changed of two numbers or tables."""
    if not isinstance(before, dict):
        return before, now
    return {name: (before.get(name), now.get(name)) for name in before.keys() | now.keys()
            if before.get(name) != now.get(name)}


def differences(server, before, seconds):
    """{what: (before, now)} of what has not come back to what it was within a time; nothing where all has."""
    end = time.monotonic() + seconds
    while True:
        now = state(server)
        found = {name: changes(before[name], now[name]) for name in before if now[name] != before[name]}
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.05)
