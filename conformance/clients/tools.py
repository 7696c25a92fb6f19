"""Runs command-line clients, on every way to the server."""

import os
import pathlib
import shutil
import subprocess
import sys

from support.server import ACCESS_KEY, DOMAIN, SECRET_KEY
from support.ways import shared_server

PATH_WAYS = {"uring": ("uring", False), "poll": ("poll", False), "tls": ("uring", True)}
WAYS = [*PATH_WAYS, "virtual"]
# TLS crossed with the rest, for boto3 alone: it finds a domain's name without a proxy.
CROSSED_WAYS = ["tls-virtual", "tls-poll"]

BIN = pathlib.Path(sys.executable).parent


def find(name):
    """The client's path: beside this Python, or on PATH."""
    own = BIN / name
    path = str(own) if own.exists() else shutil.which(name)
    assert path, f"{name} is not installed: make conformance installs it"
    return path


class Virtual:
    """A server by its domain's name, which no resolver knows: clients get the server itself as their proxy."""
    style = "virtual"

    def __init__(self, server):
        self._server = server
        self.endpoint = server.virtual_endpoint
        self.authority = f"{DOMAIN}:{server.port}"

    def __getattr__(self, name):
        return getattr(self._server, name)

    def environment(self, **more):
        config = self.home / "virtual.ini"
        config.write_text("[default]\ns3 =\n  addressing_style = virtual\n")
        return {**self._server.environment(), "AWS_ENDPOINT_URL": self.endpoint, "AWS_CONFIG_FILE": str(config),
                "http_proxy": self._server.endpoint, "HTTP_PROXY": self._server.endpoint, **more}


def reach(way):
    """The server as clients see it on one of `WAYS` or `CROSSED_WAYS`."""
    if way in ("virtual", "tls-virtual"):
        return Virtual(shared_server("uring", way == "tls-virtual"))
    if way == "tls-poll":
        return shared_server("poll", True)
    return shared_server(*PATH_WAYS[way])


def rclone_options(server):
    options = ["--s3-provider=Other", f"--s3-endpoint={server.endpoint}", f"--s3-access-key-id={ACCESS_KEY}",
               f"--s3-secret-access-key={SECRET_KEY}", "--s3-region=us-east-1", "--retries=1",
               f"--s3-force-path-style={'true' if server.style == 'path' else 'false'}",
               "--low-level-retries=1", "--config=/dev/null"]
    return options + (["--ca-cert", server.ca] if server.tls else [])


def s3cmd_options(server):
    config = server.home / f"s3cmd-{server.style}.ini"
    virtual = server.style == "virtual"
    proxy = f"proxy_host = 127.0.0.1\nproxy_port = {server.port}\n" if virtual else ""
    config.write_text("[default]\nmultipart_copy_chunk_size_mb = 5\n" + proxy)
    options = [f"--host={server.authority}",
               f"--host-bucket={'%(bucket)s.' if virtual else ''}{server.authority}",
               f"--access_key={ACCESS_KEY}", f"--secret_key={SECRET_KEY}", "--region=us-east-1", "--no-progress",
               "-c", config]
    return options + ([f"--ca-certs={server.ca}", "--ssl"] if server.tls else ["--no-ssl"])


def s5cmd_options(server):
    more = ["--no-verify-ssl"] if server.tls else []
    return ["--endpoint-url", server.endpoint, "--retry-count=0", *more]


def minio_client(server, **more):
    import urllib3
    from minio import Minio
    pool = urllib3.PoolManager(ca_certs=server.ca) if server.tls else None
    client = Minio(server.authority, ACCESS_KEY, SECRET_KEY, secure=server.tls, http_client=pool, **more)
    if server.style == "virtual":
        client.enable_virtual_style_endpoint()
    return client


def run(server, *command, ok=True, stdin=None, **more):
    """Runs a client in the server's environment; returns what it printed."""
    environment = server.environment(**more)
    if server.tls and command[0] == "aws":
        environment["AWS_CA_BUNDLE"] = server.ca
    done = subprocess.run([find(command[0]), *map(str, command[1:])], capture_output=True, input=stdin,
                          env=environment, timeout=600)
    out = done.stdout.decode(errors="replace")
    assert (done.returncode == 0) == ok, f"{command}: {done.returncode}\n{out}\n{done.stderr.decode()}"
    return out if ok else out + done.stderr.decode(errors="replace")


def tree(root, files, seed=1):
    """Makes a tree of small files of many sizes; returns {relative path: bytes}."""
    import random
    chance = random.Random(seed)
    made = {}
    for number in range(files):
        name = f"d{number % 17}/e{number % 5}/f {number}.bin"
        body = chance.randbytes(chance.choice([0, 1, 100, 4096, 5000, 20_000, 70_000]))
        path = pathlib.Path(root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        # Last-Modified has whole seconds: a file of this very second would look newer than its object.
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 10))
        made[name] = body
    return made


def same_tree(root, made):
    """Whether a folder holds just these files."""
    found = {os.path.relpath(os.path.join(folder, name), root)
             for folder, _, names in os.walk(root) for name in names}
    assert found == set(made)
    for name, body in made.items():
        assert (pathlib.Path(root) / name).read_bytes() == body, name
