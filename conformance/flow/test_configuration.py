"""Pools, groups and limits: the commands, what is kept, what is refused."""

import json
import shlex

import pytest

from support import clients
from support.command import weir, weir_json
from support.server import ROOT, Server, wait_until


def test_tour(one_world):
    user = one_world.user(size=0)
    server = one_world.server
    pool = one_world.pool("--download", "2Gbps", "--upload", "1Gbps")
    weir(server, "pool", "add-bucket", pool, user.bucket, "--group", "training")
    assert weir(server, "group", "set", f"{pool}/training", "--download", "1Gbps", "--guarantee", "500Mbps",
                "--priority", "5") == (
        f"group {pool}/training: download 1Gbps, guaranteed download 500Mbps, priority 5\n")
    one_world.weir("requester", "limit", user.name, "--pool", pool, "--download", "50MiB/s", "--qps", "2000",
                   "--weight", "3")
    one_world.weir("requester", "limit", user.name, "--bucket", user.bucket, "--extranet-upload", "0")
    shown = one_world.weir("flow", "show")
    [made] = [each for each in shown["pools"] if each["name"] == pool]
    assert [(each["name"], each["group"]) for each in made["buckets"]] == [(user.bucket, "training")]
    nodes = {each["name"]: each for each in shown["nodes"]}
    assert nodes[f"pool {pool}"]["download"] == 250_000_000
    assert nodes[f"requester {user.name} at pool {pool}"] == {
        "name": f"requester {user.name} at pool {pool}", "kind": "requester", "pool": pool, "user": user.name,
        "download": 50 << 20, "qps": 2000, "weight": 3}
    assert nodes[f"requester {user.name} at bucket {user.bucket}"]["extranet_upload"] == 0
    text = weir(server, "flow", "show")
    assert f"{pool}  training  {user.bucket}" in text and "extranet upload forbidden" in text
    user.s3.put_object(Bucket=user.bucket, Key="k", Body=b"x" * 100_000)
    user.s3.get_object(Bucket=user.bucket, Key="k")["Body"].read()
    moved = [each for each in json.loads(weir(server, "flow", "top", "--count", "1", "--json"))["flows"]
             if each["user"] == user.name and each.get("bucket") == user.bucket]
    assert [(each["pool"], each["group"]) for each in moved] == [(pool, "training")]
    # One limit goes, the others stay; then all of them go.
    assert "qps" not in weir(server, "requester", "limit", user.name, "--pool", pool, "--qps", "none")
    assert "no limits" in weir(server, "requester", "limit", user.name, "--pool", pool, "--clear")
    # Two letters will do: a pool is named by whoever makes it.
    weir(server, "pool", "create", "ai", "--download", "20Gbps", "--upload", "10Gbps")
    weir(server, "pool", "delete", "ai")
    # A pool in use stays.
    assert "has 1 buckets" in weir(server, "pool", "delete", pool, status=1)
    weir(server, "pool", "remove-bucket", pool, user.bucket)
    weir(server, "pool", "delete", pool)
    assert pool not in weir(server, "flow", "show")


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_the_tour_of_the_docs(more):
    """docs/flow-control.md as it stands there, and every command of it in JSON."""
    text = (ROOT / "docs/flow-control.md").read_text().split("\n## A tour\n")[1].split("\n## ")[0]
    commands = [shlex.split(line)[1:] for line in text.splitlines() if line.startswith("    weir ")]
    assert len(commands) >= 7
    with Server(settings={"rings": "1"}) as server:
        for bucket in ("data", "logs"):
            clients.s3(server).create_bucket(Bucket=bucket)
        weir(server, "user", "create", "alice")
        for command in commands:
            told = weir(server, *command, *(["--count", "1"] if command[:2] == ["flow", "top"] else []), *more)
            assert json.loads(told) if more else told
        shown = weir_json(server, "flow", "show")
        assert [(each["name"], each["group"]) for pool in shown["pools"] for each in pool["buckets"]
                if "group" in each] == [("data", "training")]
        nodes = {each["name"]: each for each in shown["nodes"]}
        assert set(nodes) == {"pool ai", "group ai/training", "requester alice at pool ai"}
        assert nodes["group ai/training"]["guarantee_download"] == 187_500_000
        assert nodes["requester alice at pool ai"]["weight"] == 3


def test_refusals(one_world):
    server, user = one_world.server, one_world.user(size=0)
    pool = one_world.pool("--download", "100MiB/s", buckets=[user.bucket])
    for arguments, words in [
        (["pool", "create", pool], "exists already"),
        (["pool", "create", "x"], "2 to 30"),
        (["pool", "set", "no-such-pool", "--qps", "1"], "no resource pool"),
        (["pool", "set", pool, "--download", "fast"], "not a bandwidth"),
        (["pool", "set", pool], "give a limit"),
        (["pool", "add-bucket", pool, "no-such-bucket"], "no bucket"),
        (["pool", "remove-bucket", pool, "no-such-bucket"], "no bucket"),
        (["requester", "limit", "nobody", "--pool", pool, "--qps", "1"], "no user"),
        (["requester", "limit", user.name, "--qps", "1"], "--pool or --bucket"),
        (["requester", "limit", user.name, "--pool", pool, "--download", "101MiB/s"], "more than that of its pool"),
        (["flow", "limit-bucket", user.bucket, "--download", "1MiB/s", "--guarantee", "2MiB/s"], "more than the limit"),
        (["flow", "limit-bucket", user.bucket, "--upload", "1MiB/s", "--intranet-upload", "2MiB/s"],
         "more than the total"),
        (["group", "set", pool, "--qps", "1"], "POOL/GROUP"),
        (["group", "set", f"{pool}/training", "--priority", "11"], "1 to 10"),
        # What would change nothing there.
        (["pool", "set", pool, "--guarantee", "1MiB/s"], "groups, buckets and requesters"),
        (["flow", "limit-server", "--priority", "3"], "groups, buckets and requesters"),
        (["flow", "limit-bucket", user.bucket, "--weight", "3"], "for requesters"),
    ]:
        done = _fails(server, arguments)
        assert words in done, (arguments, done)


def _fails(server, arguments):
    for status in (1, 64):
        try:
            return weir(server, *arguments, status=status)
        except AssertionError:
            if status == 64:
                raise
    return ""


def test_limits_survive_a_restart(tmp_path):
    with Server(settings={"rings": "1"}) as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="kept")
        weir(server, "pool", "create", "pool", "--download", "2MiB/s")
        weir(server, "pool", "add-bucket", "pool", "kept", "--group", "grp")
        before = weir_json(server, "requester", "limit", "root", "--bucket", "kept", "--qps", "7")
        server.restart()
        assert weir_json(server, "flow", "show") == before
        log = server.log_path.read_text()
        assert "flow control changed" in log and "requester root at bucket kept: qps 7" in log


def test_dry_runs_change_nothing(one_world):
    server, user = one_world.server, one_world.user(size=0)
    pool = one_world.pool("--download", "1Gbps", buckets=[user.bucket])
    before = one_world.weir("flow", "show")
    wanted = one_world.weir("requester", "limit", user.name, "--pool", pool, "--qps", "5", "--dry-run")
    [node] = [each for each in wanted["nodes"] if each["name"] == f"requester {user.name} at pool {pool}"]
    assert node["qps"] == 5 and wanted["generation"] == before["generation"] + 1
    for arguments, words in [
        (["flow", "limit-bucket", user.bucket, "--download", "1MiB/s"], "download 1MiB/s (dry run"),
        (["flow", "limit-server", "--qps", "9"], "qps 9"), (["pool", "create", "other", "--upload", "1Gbps"], "upload"),
        (["pool", "set", pool, "--clear"], "no limits"), (["group", "set", f"{pool}/grp", "--qps", "1"], "qps 1"),
        (["pool", "add-bucket", pool, user.bucket, "--group", "grp"], f"{pool}/grp"),
        (["pool", "remove-bucket", pool, user.bucket], "took"),
    ]:
        told = weir(server, *arguments, "--dry-run")
        assert words in told and "(dry run: nothing was changed)" in told, told
    # What would be refused is.
    assert "has 1 buckets" in weir(server, "pool", "delete", pool, "--dry-run", status=1)
    assert "more than that of its pool" in weir(
        server, "flow", "limit-bucket", user.bucket, "--download", "2Gbps", "--dry-run", status=1)
    assert one_world.weir("flow", "show") == before


def test_every_change_is_in_the_log(one_world):
    user = one_world.user(size=0)
    shown = one_world.weir("flow", "limit-bucket", user.bucket, "--qps", "77")
    path, change = one_world.server.log_path, f"bucket {user.bucket}: qps 77"
    assert wait_until(lambda: change in path.read_text())
    [line] = [line for line in path.read_text().splitlines() if change in line]
    for words in ("flow control changed", "root", str(shown["generation"])):
        assert words in line, line
