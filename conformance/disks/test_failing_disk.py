"""A volume whose writes fail turns read-only and says so; reads, deletes and what lies in the metadata go on. The
disk is made to fail by a preloaded library, so on the poll back end, whose calls go through libc."""

import json
import os
import pathlib
import shutil
import subprocess
import time
import urllib.error
import urllib.request

import botocore.exceptions
import pytest

from support import clients
from support.checks import refused
from support.server import Server, wait_until

pytestmark = pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler")


@pytest.fixture(params=["writes", "syncs"])
def failing(request, tmp_path):
    library, when = tmp_path / "failing.so", tmp_path / "fail"
    source = pathlib.Path(__file__).with_name("failing.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    variables = {"LD_PRELOAD": str(library), "FAIL_PATH": "/segments", "FAIL_WHEN": str(when)}
    if request.param == "writes":
        variables["FAIL_WRITES"] = "1"
    with Server(io="poll", variables=variables, settings={"log.format": "json"}, is_recorded=False) as server:
        yield server, when


def ready(server):
    try:
        with urllib.request.urlopen(server.admin + "/readyz", timeout=10) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def lines(server):
    return [json.loads(line) for line in server.log_path.read_text().splitlines() if line[:1] == "{"]


def test_a_volume_that_fails_turns_read_only(failing):
    server, when = failing
    s3 = clients.s3(server)
    s3.create_bucket(Bucket="bucket")
    bodies = {"inline": b"i" * 100, "packed": os.urandom(20_000), "large": os.urandom(3 << 20)}
    for key, body in bodies.items():
        s3.put_object(Bucket="bucket", Key=key, Body=body)
    s3.put_object(Bucket="bucket", Key="gone", Body=os.urandom(20_000))

    when.touch()
    codes = []
    for number in range(12):
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            s3.put_object(Bucket="bucket", Key=f"lost-{number}", Body=os.urandom((20_000, 600_000)[number % 2]))
        codes.append((caught.value.response["Error"]["Code"],
                      caught.value.response["ResponseMetadata"]["HTTPStatusCode"]))
        if codes[-1] == ("InternalError", 500):
            # A segment that could not be made is not tried again for a second: what comes sooner fails without a try.
            time.sleep(1.1)
    assert codes[0] == ("InternalError", 500)
    assert codes[-1] == ("ServiceUnavailable", 503)
    # Once it has turned it stays, also when the disk is well again.
    first = codes.index(codes[-1])
    assert first <= 6 and set(codes[first:]) == {codes[-1]}
    when.unlink()
    with refused("ServiceUnavailable", 503) as seen:
        s3.put_object(Bucket="bucket", Key="lost", Body=os.urandom(20_000))
    assert "cannot write to its disk" in seen.error["Message"]
    upload = s3.create_multipart_upload(Bucket="bucket", Key="parts")["UploadId"]
    with refused("ServiceUnavailable", 503):
        s3.upload_part(Bucket="bucket", Key="parts", UploadId=upload, PartNumber=1, Body=os.urandom(5 << 20))

    # Reads, deletes, and what the metadata holds by itself.
    for key, body in bodies.items():
        assert s3.get_object(Bucket="bucket", Key=key)["Body"].read() == body
    s3.delete_object(Bucket="bucket", Key="gone")
    s3.put_object(Bucket="bucket", Key="inline", Body=b"new")
    bodies["inline"] = b"new"

    status, text = ready(server)
    assert status == 503 and "only reads and deletes" in text and "errno 5" in text
    metrics = server.metrics()
    assert metrics["weir_volume_read_only"] == 1
    assert metrics["weir_volume_segment_failures_total"] >= 3
    assert metrics['weir_storage_failures_total{kind="read_only"}'] >= 3
    assert wait_until(lambda: any(line["level"] == "critical" for line in lines(server)))
    told = [line for line in lines(server) if line["level"] == "critical"]
    assert len(told) == 1 and told[0]["volume"] == "0" and told[0]["errno"] == "5"

    server.restart()
    s3 = clients.s3(server)
    assert ready(server) == (200, "ready\n")
    s3.put_object(Bucket="bucket", Key="new", Body=bodies["large"])
    bodies["new"] = bodies["large"]
    for key, body in bodies.items():
        assert s3.get_object(Bucket="bucket", Key=key)["Body"].read() == body
    assert s3.list_objects_v2(Bucket="bucket")["KeyCount"] == len(bodies)
