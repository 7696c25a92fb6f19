"""What a bucket's past costs: listings beside old versions and as of a moment, and a restore of what has changed."""

import statistics
import time

from support.command import weir_json

KEYS_WITH_VERSIONS = 10_000
VERSIONS = 100
CHANGED = 10_000
BLOB = 5 << 10
KEYS_REWRITTEN = 5_000
TIMES = (1, 3, 10, 50)


def measure(bench):
    """Prints the rows. `bench` is the run of side_by_side.py: its server, its load, its options."""
    versioned(bench, "single")
    versioned(bench, "hundred")
    put(bench, "single", KEYS_WITH_VERSIONS, KEYS_WITH_VERSIONS)
    put(bench, "hundred", KEYS_WITH_VERSIONS, KEYS_WITH_VERSIONS * VERSIONS)
    compare(bench, f"listing {KEYS_WITH_VERSIONS:,} keys of {VERSIONS} versions", "hundred", "single",
            KEYS_WITH_VERSIONS, 0.91, "one of one version each")

    keys = bench.options.keys
    versioned(bench, "lake")
    put(bench, "lake", keys, keys)
    # What is restored lies on the volumes: smaller objects lie in the metadata, where a restore writes them anew.
    put(bench, "lake", CHANGED, CHANGED, size=BLOB)
    then = weir_json(bench.weir, "view", "create", "lake-then", "--bucket", "lake")["as_of"]
    put(bench, "lake", CHANGED, CHANGED, size=2)
    compare(bench, f"listing {keys:,} keys as of then", "lake-then", "lake", keys, 0.5, "one of today")
    for name, flags in (("dry run", ["--dry-run"]), ("restore", [])):
        blobs = used(bench)
        start = time.monotonic()
        job = weir_json(bench.weir, "restore", "--bucket", "lake", "--as-of", then, "--yes", *flags)
        spent = time.monotonic() - start
        done = job["replaced"]["keys"]
        if done != CHANGED:
            raise SystemExit(f"a {name} of {CHANGED} changed keys was of {done}: {job}")
        if job["replaced"]["bytes"] != CHANGED * BLOB:
            raise SystemExit(f"a {name} brings back other objects than were put: {job}")
        if used(bench) != blobs:
            raise SystemExit(f"a {name} has written object data")
        bench.row(f"{name}, {CHANGED:,} of {keys:,} changed", 5.0, spent, "s", 1.0,
                  "the aim of 5 s (aim first)")


def rewritten(bench):
    """Listings as of a moment behind which every key was written again, some times."""
    for kind in ("versions", "window"):
        for times in TIMES:
            name = f"{kind}-{times}"
            if kind == "versions":
                versioned(bench, name)
            else:
                bench.s3.create_bucket(Bucket=name)
                weir_json(bench.weir, "bucket", "set-recovery-window", name, "7d")
            put(bench, name, KEYS_REWRITTEN, KEYS_REWRITTEN)
            weir_json(bench.weir, "view", "create", f"{name}-then", "--bucket", name)
            put(bench, name, KEYS_REWRITTEN, KEYS_REWRITTEN * times)
            kept = "noncurrent" if kind == "versions" else "in a recovery window"
            compare(bench, f"listing as of then, {times} since, {kept}", f"{name}-then", name, KEYS_REWRITTEN, 0.5,
                    "one of today")


def versioned(bench, name):
    bench.s3.create_bucket(Bucket=name)
    bench.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def put(bench, bucket, keys, count, size=1):
    bench.bench("put", "--bucket", bucket, "--prefix", "", "--objects", keys, "--count", count,
                "--size", size, "--connections", 64)


def compare(bench, name, ours, theirs, keys, target, against):
    """Listings of two buckets in turns: short ones, and so more of them, since the ratio is near its aim. The first
    come right behind the writes, when what was overwritten still lies in their way."""
    rates = {ours: [], theirs: []}
    for _ in range(5 * bench.options.rounds):
        for bucket in (ours, theirs):
            rates[bucket].append(
                bench.bench("list", "--bucket", bucket, "--prefix", "", "--objects", keys, "--connections", 1,
                            "--duration", f"{max(1, bench.options.seconds // 5)}s")["keys_per_second"])
    bench.row(name, statistics.median(rates[ours]), statistics.median(rates[theirs]), "keys/s", target, against)
    print("      turn by turn:", *(f"{a / b:.2f}" for a, b in zip(rates[ours], rates[theirs], strict=True)),
          flush=True)


def used(bench):
    """Bytes of object data that were ever written."""
    return bench.weir.metrics()["weir_volume_payload_written_bytes_total"]
