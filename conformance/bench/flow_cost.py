"""What flow control costs a request: instructions of the server for a 4 KiB GET, counted by valgrind.

Three times the same requests: with nothing configured, with limits that are never reached at every level of the path, and
with the same among thousands of other requesters and groups. One connection, one ring, epoll: so that the counts of two
runs differ by what the server does and not by how requests meet. What is added is counted in the server's own code and
Swift's runtime: RocksDB's, which flow control has nothing to do with, depends on the heights that its lists happen to have.
It is held against all instructions of the process; the kernel's are not counted.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support import clients  # noqa: E402
from support.server import ACCESS_KEY, SECRET_KEY, Server  # noqa: E402

CAP = {"download": "1000Gbps", "upload": "1000Gbps"}
# Requesters that a pool may have.
USERS = 300
PATH = [{"kind": "server"}, {"kind": "pool", "pool": "cost-pool"},
        {"kind": "group", "pool": "cost-pool", "group": "busy"}, {"kind": "bucket", "bucket": "bench"},
        {"kind": "requester", "pool": "cost-pool", "user": "root"},
        {"kind": "requester", "bucket": "bench", "user": "root"}]


def admin(server, method, path, body):
    """One call of the admin API."""
    request = AWSRequest(method, server.admin + path, data=json.dumps(body).encode())
    S3SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY), "s3", "us-east-1").add_auth(request)
    signed = urllib.request.Request(request.url, data=request.data, headers=dict(request.headers), method=method)
    try:
        with urllib.request.urlopen(signed, timeout=60) as reply:
            reply.read()
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{method} {path} {body}: {error.read().decode()}") from error


def set_node(server, node):
    admin(server, "PUT", "/v1/flow/nodes", {"node": node, "limits": CAP})


def set_path(server, _):
    admin(server, "POST", "/v1/flow/pools", {"name": "cost-pool"})
    set_node(server, {"kind": "group", "pool": "cost-pool", "group": "busy"})
    admin(server, "PUT", "/v1/flow/pools/cost-pool/buckets/bench", {"group": "busy"})
    for node in PATH:
        set_node(server, node)


def set_many(server, options):
    """Others: as many users as a pool may have requesters, each at as many pools as it takes."""
    set_path(server, options)
    iam = clients.iam(server)
    for n in range(min(options.requesters, USERS)):
        iam.create_user(UserName=f"user-{n}")
    for n in range(options.requesters):
        pool = f"pool-{n // USERS}"
        if n % USERS == 0:
            admin(server, "POST", "/v1/flow/pools", {"name": pool})
        set_node(server, {"kind": "requester", "pool": pool, "user": f"user-{n % USERS}"})
        if n % 10 == 0 and n // 10 < options.groups:
            set_node(server, {"kind": "group", "pool": pool, "group": f"group-{n}"})
        if n % 500 == 499:
            print(f"\r  {n + 1:,} of {options.requesters:,} requesters", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def bench(weir, server, count, *arguments, mode="get"):
    """Lets `weir bench` send so many requests, one after the other."""
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    done = subprocess.run(
        [weir, "bench", mode, "--connections", "1", "--endpoint", server.endpoint, "--count", str(count), *arguments],
        env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"weir bench {mode}: {done.stdout}{done.stderr}")


def without_debug_information(weir, home):
    """A copy that valgrind can read: this compiler's debug information is too new for it."""
    copy = home / "weir-stripped"
    subprocess.run(["strip", "-g", weir, "-o", copy], check=True)
    return copy


def under_valgrind(binary, home, counts):
    """A program that runs the server under valgrind, which counts when it is told to."""
    script = home / "weir-counted"
    script.write_text(
        f"#!/bin/sh\nexec valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file={counts} {binary} \"$@\"\n")
    script.chmod(0o755)
    return script


def count(options, set_up):
    """Instructions of one request, after `set_up`: all of the process, and those of its own code."""
    home = pathlib.Path(tempfile.mkdtemp(prefix="weir-cost-"))
    settings = {"rings": 1}
    with Server(binary=options.weir, io="poll", is_recorded=False, settings=settings) as plain:
        clients.s3(plain).create_bucket(Bucket="bench")
        set_up(plain, options)
        bench(options.weir, plain, 1000)
        plain.stop()
        counts = home / "counts"
        binary = under_valgrind(without_debug_information(options.weir, home), home, counts)
        counted = Server(binary=binary, io="poll", is_recorded=False, settings=settings, data=plain.data).start()
        try:
            control = ["callgrind_control", str(counted.process.pid)]
            bench(options.weir, counted, 300, "--no-prepare")
            subprocess.run([*control, "-i", "on"], check=True, capture_output=True)
            bench(options.weir, counted, options.count, "--no-prepare")
            subprocess.run([*control, "-i", "off"], check=True, capture_output=True)
            subprocess.run([*control, "-d"], check=True, capture_output=True)
        finally:
            counted.stop()
    text = subprocess.run(["callgrind_annotate", "--threshold=100", *map(str, home.glob("counts.*"))], check=True,
                          capture_output=True, text=True).stdout
    def each(pattern):
        found = re.findall(pattern, text, re.MULTILINE)
        return sum(int(number.replace(",", "")) for number in found) / options.count

    return each(r"^ *([\d,]+) .*PROGRAM TOTALS"), each(r"^ *([\d,]+) .*\[\S*/(?:weir-stripped|libswift\w*\.so)\]$")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weir", required=True, type=pathlib.Path)
    parser.add_argument("--count", type=int, default=4000, help="requests that are counted")
    parser.add_argument("--requesters", type=int, default=10_000)
    parser.add_argument("--groups", type=int, default=1000)
    options = parser.parse_args()
    options.weir = options.weir.resolve()
    whole, base = count(options, lambda *_: None)
    print(f"nothing configured:       {whole:9,.0f} instructions a request, {base:,.0f} of them its own code")
    _, path = count(options, set_path)
    print(f"a limit at every level:   {path - base:+9,.0f} {(path - base) / whole:+.2%} (aim: at most +3 %)")
    _, many = count(options, set_many)
    print(f"the same among {options.requesters:,} requesters and {options.groups:,} groups:"
          f" {many - path:+,.0f} {(many - path) / whole:+.2%} to that (aim: within 1 %)")


if __name__ == "__main__":
    main()
