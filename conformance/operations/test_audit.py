"""`weir scrub` and `weir fsck` find what is damaged, name it, and leave what is sound alone."""
import json
import os
import subprocess

import boto3
import pytest

from support.server import ACCESS_KEY, SECRET_KEY, Server, wait_until

SIZES = {"inline": 100, "packed": 20_000, "long": 3_000_000}


def weir(server, *arguments, status=0):
    environment = {**os.environ, "WEIR_ROOT_ACCESS_KEY": ACCESS_KEY, "WEIR_ROOT_SECRET_KEY": SECRET_KEY}
    done = subprocess.run([str(server.binary), *arguments], capture_output=True, text=True, timeout=120, env=environment)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def client(server):
    return boto3.client(
        "s3", endpoint_url=server.endpoint, aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY,
        region_name="us-east-1")


@pytest.fixture
def server(tmp_path):
    server = Server(data=tmp_path / "data", is_recorded=False)
    server.start()
    s3 = client(server)
    s3.create_bucket(Bucket="data")
    for name, size in SIZES.items():
        s3.put_object(Bucket="data", Key=name, Body=os.urandom(size))
    yield server
    server.close()


def turn_a_bit(server, name):
    """Turns a bit in the middle of an object's bytes on the volume."""
    body = client(server).get_object(Bucket="data", Key=name)["Body"].read()
    for path in sorted((server.data / "volumes" / "segments").iterdir()):
        content = path.read_bytes()
        at = content.find(body[:4096])
        if at >= 0:
            with open(path, "r+b") as file:
                file.seek(at + 1000)
                byte = file.read(1)[0]
                file.seek(at + 1000)
                file.write(bytes([byte ^ 4]))
            return path.name
    raise AssertionError(f"{name} is on no segment")


def test_sound(server):
    for command in (["scrub"], ["fsck"], ["fsck", "--read-data"]):
        report = json.loads(weir(server, *command, "--json", "--admin", server.admin))["report"]
        assert report["problem_count"] == 0 and report["problems"] == []
        assert report["extents"] == 2 and report["bytes"] == SIZES["packed"] + SIZES["long"]
    text = weir(server, "fsck", "--admin", server.admin)
    assert "1 bucket, 3 objects" in text and "no problems" in text


@pytest.mark.parametrize("name", ["packed", "long"])
def test_damage_is_named(server, name):
    segment = turn_a_bit(server, name)
    report = json.loads(weir(server, "scrub", "--json", "--admin", server.admin, status=1))["report"]
    assert report["problem_count"] == 1
    problem = report["problems"][0]
    assert (problem["kind"], problem["bucket"], problem["key"]) == ("damaged-data", "data", name)
    assert problem["version"].isdigit()
    assert problem["segment"] == int(segment.split(".")[0], 16) and problem["offset"] > 0
    text = weir(server, "fsck", "--read-data", "--admin", server.admin, status=1)
    assert f"data/{name}" in text and "1 problems" in text
    # The ends of the extent are sound: only reading the data finds it.
    weir(server, "fsck", "--admin", server.admin)
    others = [other for other in SIZES if other != name]
    for other in others:
        body = client(server).get_object(Bucket="data", Key=other)["Body"].read()
        assert len(body) == SIZES[other]


def test_offline(server):
    data = str(server.data)
    assert "--repair needs the server stopped" in subprocess.run(
        [str(server.binary), "fsck", "--data", data, "--repair"], capture_output=True, text=True).stderr
    server.stop()
    report = json.loads(weir(server, "fsck", "--data", data, "--read-data", "--json"))
    assert report["problem_count"] == 0 and report["objects"] == 3
    assert "no problems" in weir(server, "fsck", "--data", data, "--repair")
    server.start()
    assert client(server).head_object(Bucket="data", Key="long")["ContentLength"] == SIZES["long"]


def test_a_missing_segment(server):
    server.stop()
    for path in (server.data / "volumes" / "segments").iterdir():
        path.unlink()
    report = json.loads(weir(server, "fsck", "--data", str(server.data), "--json", status=1))
    kinds = {problem["kind"] for problem in report["problems"]}
    assert kinds == {"missing-segment", "damaged-data"}
    assert {problem.get("key") for problem in report["problems"]} >= {"packed", "long"}


def test_a_damaged_journal(server):
    """Nothing reads the journal until the metadata is lost: fsck does, and a new base mends it."""
    journal = server.data / "volumes" / "metadata" / "journal"
    s3 = client(server)
    for number in range(50):
        s3.put_object(Bucket="data", Key=f"more-{number}", Body=bytes(500))
    file = sorted(journal.glob("*.journal"))[0]
    assert wait_until(lambda: file.stat().st_size > 20_000)
    server.stop()

    def turn():
        with open(file, "r+b") as content:
            content.seek(10_000)
            byte = content.read(1)[0]
            content.seek(10_000)
            content.write(bytes([byte ^ 4]))

    sound = json.loads(weir(server, "fsck", "--data", str(server.data), "--json"))
    assert sound["rebuild"]["complete"] and sound["rebuild"]["missing"] == 0
    turn()
    report = json.loads(weir(server, "fsck", "--data", str(server.data), "--json", status=1))
    assert [problem["kind"] for problem in report["problems"]] == ["metadata-journal"]
    assert not report["problems"][0]["repairable"] and "takes a new base" in report["problems"][0]["message"]
    turn()
    server.start()
    turn()
    report = json.loads(weir(server, "fsck", "--json", "--admin", server.admin, status=1))["report"]
    assert [problem["kind"] for problem in report["problems"]] == ["metadata-journal"]

    def is_mended():
        environment = {**os.environ, "WEIR_ROOT_ACCESS_KEY": ACCESS_KEY, "WEIR_ROOT_SECRET_KEY": SECRET_KEY}
        command = [str(server.binary), "fsck", "--admin", server.admin]
        text = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment).stdout
        return "would begin with base" in text and "no problems" in text

    assert wait_until(is_mended, 20, 0.5)
