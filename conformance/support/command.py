"""The `weir` command, pointed at a server."""

import datetime
import json
import os
import subprocess
import time

from support.server import ACCESS_KEY, SECRET_KEY


def weir(server, *arguments, status=0):
    """Runs a subcommand that talks to a server; returns what it printed. A failure's message comes with it."""
    environment = {**os.environ, "WEIR_ROOT_ACCESS_KEY": ACCESS_KEY, "WEIR_ROOT_SECRET_KEY": SECRET_KEY}
    done = subprocess.run([str(server.binary), *map(str, arguments), "--admin", server.admin], capture_output=True,
                          text=True, timeout=120, env=environment, stdin=subprocess.DEVNULL)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout if status == 0 else done.stdout + done.stderr


def weir_json(server, *arguments, status=0):
    """The same with `--json`, read."""
    return json.loads(weir(server, *arguments, "--json", status=status))


def moment():
    """Now to the millisecond, with room on both sides."""
    time.sleep(0.005)
    now = datetime.datetime.now(datetime.timezone.utc)
    time.sleep(0.005)
    return now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03}Z"
