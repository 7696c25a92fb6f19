"""Weir beside nginx and the raw disk, on this machine, in one run: prints ratios of medians.

The server under test is pinned to one core and the load to another, so that what is compared is CPU of the
server per request. Each figure is measured in rounds that alternate between the two sides.
"""

import argparse
import hashlib
import http.client
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from bench import past  # noqa: E402
from support import clients  # noqa: E402
from support.server import ACCESS_KEY, SECRET_KEY, Server  # noqa: E402

NGINX = """
{user}
worker_processes 1;
daemon off;
pid {home}/nginx.pid;
error_log stderr error;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  client_body_temp_path {home}/t1;
  proxy_temp_path {home}/t2;
  fastcgi_temp_path {home}/t3;
  uwsgi_temp_path {home}/t4;
  scgi_temp_path {home}/t5;
  server {{ listen 127.0.0.1:{port}; root {home}/files; }}
}}
"""


def pinned(core, command):
    return ["taskset", "-c", str(core)] + command


class Bench:
    def __init__(self, options):
        self.options = options
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="weir-bench-", dir=options.directory)).resolve()
        self.rows = []

    # Servers

    def start_nginx(self):
        (self.home / "files").mkdir()
        for name, size in (("4k", 4096), ("1m", 1 << 20), ("64m", 64 << 20)):
            (self.home / "files" / name).write_bytes(os.urandom(size))
        config = self.home / "nginx.conf"
        config.write_text(NGINX.format(
            home=self.home, port=self.options.nginx_port,
            # Its worker would otherwise be one who may not enter this folder.
            user="user root;" if os.geteuid() == 0 else ""))
        self.nginx = subprocess.Popen(pinned(0, ["nginx", "-c", str(config)]))

    def start_weir(self):
        self.weir = Server(binary=self.options.weir, data=self.home / "data", log=self.home / "weir.log", is_recorded=False,
                           settings={"rings": 1, "io": self.options.io, **self.options.set})
        self.weir.start()
        subprocess.run(["taskset", "-a", "-cp", "0", str(self.weir.process.pid)],
                       check=True, capture_output=True)
        self.s3 = clients.s3(self.weir)
        self.s3.create_bucket(Bucket="bench")

    # Load

    def wrk(self, url, connections):
        out = subprocess.run(
            pinned(1, ["wrk", "-t1", f"-c{connections}", f"-d{self.options.seconds}s", url]),
            check=True, capture_output=True, text=True).stdout
        errors = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
        if errors:
            raise SystemExit(f"{errors.group(1)} error answers from {url[:80]}")
        return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))

    def bench(self, mode, *arguments):
        environment = dict(os.environ, AWS_ACCESS_KEY_ID=ACCESS_KEY, AWS_SECRET_ACCESS_KEY=SECRET_KEY)
        out = subprocess.run(
            pinned(1, [self.options.weir, "bench", mode, "--endpoint", self.weir.endpoint, "--json",
                       *map(str, arguments)]),
            capture_output=True, text=True, env=environment)
        if out.returncode:
            raise SystemExit(f"weir bench {mode} failed: {out.stdout}{out.stderr}")
        return json.loads(out.stdout)

    def rounds(self, ours, theirs):
        pairs = [(ours(), theirs()) for _ in range(self.options.rounds)]
        return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)

    def row(self, name, ours, theirs, unit, target, against):
        ratio = ours / theirs if theirs else 0
        self.rows.append({"figure": name, "weir": ours, "other": theirs, "unit": unit,
                          "ratio": ratio, "target": target, "against": against})
        mark = "ok " if ratio >= target else "low"
        print(f"  {mark} {name:<28} {ours:>12,.1f} {theirs:>12,.1f} {unit:<10} "
              f"ratio {ratio:5.2f} (aim {target}) against {against}", flush=True)

    # Figures

    def get(self, name, key, file, size, connections, target):
        self.s3.put_object(Bucket="bench", Key=key, Body=os.urandom(size))
        url = self.s3.generate_presigned_url(
            "get_object", Params={"Bucket": "bench", "Key": key}, ExpiresIn=86400)
        ours, theirs = self.rounds(
            lambda: self.wrk(url, connections),
            lambda: self.wrk(f"http://127.0.0.1:{self.options.nginx_port}/{file}", connections))
        self.row(name, ours, theirs, "requests/s", target, "nginx, static file")

    def put_small(self):
        seconds = self.options.seconds

        def ours():
            return self.bench("put", "--size", "4KiB", "--connections", 64,
                              "--duration", f"{seconds}s")["requests_per_second"]

        def ceiling():
            folder = self.home / "fio"
            folder.mkdir(exist_ok=True)
            out = subprocess.run(
                pinned(0, ["fio", "--name=append", f"--directory={folder}", "--rw=write", "--bs=4k",
                               "--size=64m", "--fdatasync=1", "--numjobs=64", "--group_reporting",
                               "--time_based", f"--runtime={seconds}", "--fallocate=none",
                               "--output-format=json"]),
                check=True, capture_output=True, text=True).stdout
            shutil.rmtree(folder)
            return json.loads(out[out.index("{"):])["jobs"][0]["write"]["iops"]

        ours, theirs = self.rounds(ours, ceiling)
        self.row("4 KiB durable PUT, 64 conn.", ours, theirs, "requests/s", 0.4,
                 "fio: 4 KiB append + fdatasync, 64 jobs")

    def put_large(self):
        block = os.urandom(64 << 20)

        def ours():
            result = self.bench("put", "--size", "64MiB", "--connections", 4, "--objects", 8,
                                "--duration", f"{self.options.seconds}s", "--prefix", "large/")
            return result["bytes_per_second"] / 1e6

        def md5():
            start = time.perf_counter()
            for _ in range(4):
                hashlib.md5(block).digest()
            return 4 * len(block) / (time.perf_counter() - start) / 1e6

        ours, theirs = self.rounds(ours, md5)
        self.row("64 MiB PUT", ours, theirs, "MB/s", 0.6, "MD5 on one core")

    def listing(self):
        keys = self.options.keys
        self.s3.create_bucket(Bucket="many")
        # A full page of prefixes, with as many keys below each.
        names = ["--bucket", "many", "--prefix", "", "--objects", keys, "--directories", 1_000]
        self.bench("put", *names, "--count", keys, "--size", "1", "--connections", 64)
        rates = [self.bench("list", *names,
                            "--connections", 4, "--duration", f"{self.options.seconds}s")
                 ["keys_per_second"] for _ in range(self.options.rounds)]
        self.row(f"ListObjectsV2 over {keys:,}", statistics.median(rates), 300_000, "keys/s", 1.0,
                 "the aim of 300,000")
        times = [self.first_page() for _ in range(21)]
        self.row("first page, delimiter", 5.0, statistics.median(times), "ms", 1.0,
                 "the aim of 5 ms (aim first)")

    def first_page(self):
        url = self.s3.generate_presigned_url(
            "list_objects_v2", Params={"Bucket": "many", "Delimiter": "/"})
        connection = http.client.HTTPConnection("127.0.0.1", self.weir.port)
        connection.connect()
        start = time.perf_counter()
        connection.request("GET", url.split(f":{self.weir.port}", 1)[1])
        reply = connection.getresponse()
        body = reply.read()
        spent = (time.perf_counter() - start) * 1000
        connection.close()
        if reply.status != 200 or body.count(b"<CommonPrefixes>") != min(1_000, self.options.keys):
            raise SystemExit(f"listing answered {reply.status}, {body[:500]}")
        return spent

    def run(self):
        self.start_nginx()
        self.start_weir()
        print("Weir beside the reference, medians of "
              f"{self.options.rounds} alternating rounds of {self.options.seconds} s, one core each:")
        chosen = self.options.only
        figures = {
            "get4k": lambda: self.get("4 KiB GET, SigV4", "k4", "4k", 4096, 64, 0.6),
            "get1m": lambda: self.get("1 MiB GET, SigV4", "k1m", "1m", 1 << 20, 16, 0.8),
            "get64m": lambda: self.get("64 MiB GET, SigV4", "k64m", "64m", 64 << 20, 4, 0.8),
            "put4k": self.put_small,
            "put64m": self.put_large,
            "list": self.listing,
            "past": lambda: past.measure(self),
            "rewritten": lambda: past.rewritten(self),
        }
        for name, figure in figures.items():
            if not chosen or name in chosen:
                figure()
        if self.options.json:
            print(json.dumps(self.rows))

    def close(self):
        for process in (getattr(self, "nginx", None),):
            if process:
                process.terminate()
                process.wait()
        if getattr(self, "weir", None):
            self.weir.close()
        shutil.rmtree(self.home, ignore_errors=True)


def setting(text):
    name, _, value = text.partition("=")
    return name, value


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weir", default="bin/weir")
    parser.add_argument("--directory", default=".", help="where the data goes: a real disk")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keys", type=int, default=1_000_000)
    parser.add_argument("--io", default="auto")
    parser.add_argument("--nginx-port", type=int, default=18080)
    parser.add_argument("--only", nargs="*", default=[],
                        help="get4k get1m get64m put4k put64m list past rewritten")
    parser.add_argument("--set", type=setting, action="append", default=[], help="NAME=VALUE")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.set = dict(options.set)
    bench = Bench(options)
    try:
        bench.run()
    finally:
        bench.close()


if __name__ == "__main__":
    main()
