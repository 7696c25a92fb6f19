"""A server without configured credentials makes a pair once and keeps it."""

import os
import re
import stat
import subprocess

from support.server import BINARY, Server, wait_until


def test_generated_root(tmp_path):
    server = Server(data=tmp_path / "data", log=tmp_path / "log")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WEIR_ROOT")}
    log = open(tmp_path / "log", "wb")
    process = subprocess.Popen(
        [str(BINARY), "serve", "--data", str(tmp_path / "data"), "--listen", "127.0.0.1:0",
         "--admin-listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=log, env=environment, text=True)
    try:
        import json
        server.ready = json.loads(process.stdout.readline())
        kept = (tmp_path / "data" / "root-credentials")
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        values = dict(line.split("=", 1) for line in kept.read_text().split())
        assert wait_until(lambda: values["secret_key"] in (tmp_path / "log").read_text())
        from support import clients
        s3 = clients.s3(server, access_key=values["access_key"], secret_key=values["secret_key"])
        assert s3.list_buckets()["Buckets"] == []
    finally:
        process.terminate()
        process.wait(30)
    again = subprocess.Popen(
        [str(BINARY), "serve", "--data", str(tmp_path / "data"), "--listen", "127.0.0.1:0",
         "--admin-listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
        text=True)
    again.stdout.readline()
    again.terminate()
    assert not re.search(re.escape(values["secret_key"]), again.communicate(timeout=30)[1])
