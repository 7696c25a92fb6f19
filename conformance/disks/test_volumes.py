"""Several volumes: what lies on which, what moves between them, and what a start refuses."""

import os
import re
import shutil
import signal
import subprocess

import pytest

from disks.test_refusals import refusal
from support import clients
from support.command import weir, weir_json
from support.server import Server, wait_until

SIZE = 300_000
BODIES = {f"k{n}": os.urandom(SIZE + n) for n in range(12)}


def settings(home, names=("fast", "hdd1", "hdd2", "vault"), **more):
    return {"volumes.directories": ",".join(f"{name}={home / name}" for name in names),
            "classes.standard_ia_volumes": "hdd1,hdd2", "classes.glacier_ir_volumes": "hdd1,hdd2",
            "classes.glacier_volumes": "vault", "classes.onezone_ia_volumes": "fast",
            "reclaim.interval": "200ms", **more}


def volumes(server):
    return {volume["name"]: volume for volume in weir_json(server, "volume", "list")["volumes"]}


def put(s3, key, storage_class="STANDARD"):
    s3.put_object(Bucket="data", Key=key, Body=BODIES[key], StorageClass=storage_class)


def get(s3, key):
    return s3.get_object(Bucket="data", Key=key)["Body"].read()


@pytest.fixture(params=["uring", "poll"])
def server(request, tmp_path):
    with Server(io=request.param, data=tmp_path / "data", settings=settings(tmp_path)) as server:
        clients.s3(server).create_bucket(Bucket="data")
        yield server


def test_classes_lie_on_their_volumes(server, tmp_path):
    s3 = clients.s3(server)
    classes = {"STANDARD": {"main"}, "ONEZONE_IA": {"fast"}, "STANDARD_IA": {"hdd1", "hdd2"}, "GLACIER": {"vault"}}
    keys = iter(BODIES)
    for storage_class, names in classes.items():
        before = volumes(server)
        some = [next(keys) for _ in range(3)]
        for key in some:
            put(s3, key, storage_class)
        after = volumes(server)
        grown = {name for name in after if after[name]["live_bytes"] > before[name]["live_bytes"]}
        assert grown == names, storage_class
        assert all(storage_class in after[name]["classes"] for name in names)
    # The same files after a kill, through new processes.
    server.stop(signal.SIGKILL)
    server.start()
    s3 = clients.s3(server)
    for key in list(BODIES)[:9]:
        assert get(s3, key) == BODIES[key]
    assert {name for name in volumes(server)} == {"main", "fast", "hdd1", "hdd2", "vault"}
    weir(server, "fsck", "--read-data")
    metrics = server.metrics()
    assert metrics['weir_volumes_live_bytes{volume="vault"}'] == volumes(server)["vault"]["live_bytes"] > 3 * SIZE
    table = weir(server, "volume", "list").splitlines()
    assert table[0].split()[:4] == ["VOLUME", "STATE", "DATA", "DEAD"] and len(table) == 6
    assert re.search(rf"^hdd1 +active .* STANDARD_IA,GLACIER_IR +{re.escape(str(tmp_path / 'hdd1'))}$",
                     "\n".join(table), re.M)


def test_a_change_of_class_takes_the_bytes_along(server):
    s3 = clients.s3(server)
    put(s3, "k0")
    s3.copy_object(Bucket="data", Key="k0", CopySource="data/k0", StorageClass="STANDARD_IA")
    now = volumes(server)
    assert now["hdd1"]["live_bytes"] + now["hdd2"]["live_bytes"] > SIZE and get(s3, "k0") == BODIES["k0"]
    assert now["main"]["live_bytes"] < SIZE
    # Without one it shares them.
    s3.copy_object(Bucket="data", Key="again", CopySource="data/k0", StorageClass="STANDARD_IA")
    later = volumes(server)
    assert later["hdd1"]["live_bytes"] + later["hdd2"]["live_bytes"] < 2 * SIZE
    upload = s3.create_multipart_upload(Bucket="data", Key="parts", StorageClass="GLACIER")["UploadId"]
    part = s3.upload_part(Bucket="data", Key="parts", UploadId=upload, PartNumber=1, Body=b"p" * (5 << 20))
    copied = s3.upload_part_copy(Bucket="data", Key="parts", UploadId=upload, PartNumber=2, CopySource="data/k0")
    s3.complete_multipart_upload(Bucket="data", Key="parts", UploadId=upload, MultipartUpload={"Parts": [
        {"PartNumber": 1, "ETag": part["ETag"]}, {"PartNumber": 2, "ETag": copied["CopyPartResult"]["ETag"]}]})
    assert volumes(server)["vault"]["live_bytes"] > (5 << 20) + SIZE


def test_lifecycle_takes_the_bytes_along(tmp_path):
    with Server(data=tmp_path / "data", settings=settings(
            tmp_path, **{"lifecycle.day": "4s", "lifecycle.interval": "200ms"})) as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="data")
        s3.put_bucket_lifecycle_configuration(Bucket="data", LifecycleConfiguration={"Rules": [
            {"ID": "cool", "Status": "Enabled", "Filter": {}, "Transitions": [
                {"Days": 1, "StorageClass": "GLACIER_IR"}, {"Days": 3, "StorageClass": "GLACIER"}]}]})
        for key in BODIES:
            put(s3, key)
        total = sum(map(len, BODIES.values()))

        def lies(*names):
            return sum(volumes(server)[name]["live_bytes"] for name in names) > total

        assert wait_until(lambda: lies("hdd1", "hdd2"), 30)
        assert all(get(s3, key) == body for key, body in BODIES.items())
        assert wait_until(lambda: lies("vault"), 40)
        assert wait_until(lambda: not lies("hdd1", "hdd2") and volumes(server)["hdd1"]["live_bytes"] == 0, 20)
        assert {entry["StorageClass"] for entry in s3.list_objects_v2(Bucket="data")["Contents"]} == {"GLACIER"}
        for key in BODIES:
            s3.restore_object(Bucket="data", Key=key, RestoreRequest={"Days": 1})
            assert get(s3, key) == BODIES[key]
        weir(server, "fsck", "--read-data")


def test_drain_and_remove(server, tmp_path):
    s3 = clients.s3(server)
    s3.put_bucket_versioning(Bucket="data", VersioningConfiguration={"Status": "Enabled"})
    for key in BODIES:
        put(s3, key, "STANDARD_IA")
        put(s3, key, "STANDARD_IA")
    live = volumes(server)["hdd1"]["live_bytes"]
    assert live > SIZE
    assert weir(server, "volume", "drain", "hdd1", "--dry-run").startswith("would move ")
    assert volumes(server)["hdd1"]["state"] == "active"
    # What cannot be.
    assert "stays" in weir(server, "volume", "drain", "main", status=1)
    assert "nothing else is left for the class GLACIER" in weir(server, "volume", "drain", "vault", status=1)
    assert "weir volume drain hdd1" in weir(server, "volume", "remove", "hdd1", status=1)
    assert "no volume hdd9" in weir(server, "volume", "drain", "hdd9", status=1)
    # Begun, taken back, begun again; it goes on through a kill.
    weir(server, "volume", "drain", "hdd1")
    assert weir_json(server, "volume", "drain", "hdd1", "--cancel")["state"] == "active"
    weir(server, "volume", "drain", "hdd1")
    server.stop(signal.SIGKILL)
    server.start()
    s3 = clients.s3(server)
    assert volumes(server)["hdd1"]["state"] == "draining"
    put(s3, "k0", "STANDARD_IA")
    assert weir_json(server, "volume", "drain", "hdd1", "--wait")["live_bytes"] == 0
    for version in s3.list_object_versions(Bucket="data")["Versions"]:
        body = s3.get_object(Bucket="data", Key=version["Key"], VersionId=version["VersionId"])["Body"].read()
        assert body == BODIES[version["Key"]]
    # The last one stays, so that its number is not used again.
    assert wait_until(lambda: len(list((tmp_path / "hdd1" / "segments").glob("*.seg"))) <= 1, 20)
    assert "volumes.directories" in weir(server, "volume", "remove", "hdd1")
    weir(server, "fsck", "--read-data")
    # Still named, it is refused; not named any more, it is not missed.
    server.stop()
    arguments = [part for name, value in server.settings.items() for part in ("--set", f"{name}={value}")]
    assert "hdd1 was removed" in refusal(server.data, *arguments)
    server.settings |= settings(tmp_path, ("fast", "hdd2", "vault"), **{
        "classes.standard_ia_volumes": "hdd2", "classes.glacier_ir_volumes": "hdd2"})
    shutil.rmtree(tmp_path / "hdd1")
    server.start()
    assert "hdd1" not in volumes(server) and get(clients.s3(server), "k3") == BODIES["k3"]


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """What a server with two volumes left behind."""
    home = tmp_path_factory.mktemp("volumes")
    with Server(data=home / "data", settings=settings(home), is_recorded=False) as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="data")
        for key in BODIES:
            put(s3, key, "STANDARD_IA")
    return home


def swap(home):
    (home / "hdd1").rename(home / "x")
    (home / "hdd2").rename(home / "hdd1")
    (home / "x").rename(home / "hdd2")


def copy_over(home):
    shutil.rmtree(home / "hdd2")
    shutil.copytree(home / "hdd1", home / "hdd2")


def lose_identity(home):
    (home / "hdd1" / "volume").unlink()


REFUSALS = {
    "not mounted": (lambda home: shutil.rmtree(home / "hdd1"), {}, ["hdd1 holds no volume", "mount its disk"]),
    "exchanged": (swap, {}, ["another's place"]),
    "a copy": (copy_over, {}, ["another's place", "was copied"]),
    "without identity": (lose_identity, {}, ["hdd1", "identity file is gone"]),
    "not named": (lambda home: None, {"volumes.directories": "", "classes.standard_ia_volumes": "",
                                      "classes.glacier_volumes": "", "classes.onezone_ia_volumes": "",
                                      "classes.glacier_ir_volumes": ""},
                  ["knows a volume fast", "volumes.directories"]),
    "a foreign one": (lambda home: shutil.copytree(home / "data" / "volumes", home / "new"),
                      {"volumes.directories": "fast={home}/fast,hdd1={home}/hdd1,hdd2={home}/hdd2,"
                                              "vault={home}/vault,new={home}/new"},
                  ["does not know", "empty directory"]),
    "no such volume": (lambda home: None, {"classes.glacier_volumes": "attic"}, ["attic", "volumes.directories"]),
    "no directory": (lambda home: None, {"volumes.directories": "hdd1"}, ["NAME=/DIRECTORY"]),
    "main": (lambda home: None, {"volumes.directories": "main=/tmp/x"}, ["NAME=/DIRECTORY", "not main"]),
    "twice": (lambda home: None, {"volumes.directories": "hdd1=/tmp/x,hdd1=/tmp/y"}, ["twice"]),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(left, tmp_path, name):
    spoil, changes, words = REFUSALS[name]
    home = shutil.copytree(left, tmp_path / "home")
    spoil(home)
    chosen = settings(home) | {key: value.format(home=home) for key, value in changes.items()}
    text = refusal(home / "data", *[part for key, value in chosen.items() for part in ("--set", f"{key}={value}")])
    for word in words:
        assert word in text, text


def test_an_offline_check_finds_the_volumes(left, tmp_path):
    with Server(data=left / "data", settings=settings(left), is_recorded=False) as server:
        assert get(clients.s3(server), "k1") == BODIES["k1"]
        environment = server.environment()
    done = subprocess.run([server.binary, "fsck", "--data", left / "data", "--read-data"], capture_output=True,
                          text=True, env=environment, timeout=60)
    assert done.returncode == 0 and "12 objects" in done.stdout and "no problems" in done.stdout, done
