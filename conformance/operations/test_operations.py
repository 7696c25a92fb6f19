"""Running it: health, metrics, logs, drain, TLS reload, refusals to start."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request

import pytest

from support import clients, raw
from support.server import BINARY, Server, make_certificate, wait_until
from support.ways import shared_server


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as reply:
        return reply.status, reply.read().decode()


def test_health(server):
    assert fetch(server.admin + "/healthz")[0] == 200
    assert fetch(server.admin + "/readyz")[0] == 200
    with pytest.raises(urllib.error.HTTPError) as seen:
        fetch(server.admin + "/nothing")
    assert seen.value.code == 404


def test_ready_line(server):
    assert server.ready["event"] == "ready"
    assert re.fullmatch(r"127\.0\.0\.1:\d+", server.ready["s3"])
    assert re.fullmatch(r"127\.0\.0\.1:\d+", server.ready["admin"])
    assert server.ready["io"] == "uring"


def test_metrics_count(server, s3, own_bucket):
    name = 'weir_requests_total{operation="GetObject",code="200"}'
    s3.put_object(Bucket=own_bucket, Key="k", Body=b"12345")
    before = server.metrics()
    s3.get_object(Bucket=own_bucket, Key="k")["Body"].read()
    assert wait_until(lambda: server.metrics().get(name, 0) >= before.get(name, 0) + 1)
    metrics = server.metrics()
    for wanted in ("weir_http_connections", "weir_buffers_outstanding", "weir_metadata_updates_total",
                   "weir_metadata_groups_total", "weir_volume_written_bytes_total", "weir_volume_syncs_total",
                   "weir_ring_operations_total{ring=\"0\"}", "weir_process_resident_bytes",
                   'weir_request_seconds_count{operation="GetObject"}'):
        assert wanted in metrics, wanted


def test_listings_clear_away_what_they_step_over():
    """Keys that were overwritten are listed until a flush, which the listings have paid for, leaves one entry of each.

    On a server of its own: what others do to a shared one may flush too.
    """
    keys = [f"{index:03}" for index in range(100)]
    with Server() as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="overwritten")
        for _ in range(12):
            for key in keys:
                s3.put_object(Bucket="overwritten", Key=key, Body=b"x")

        def hidden():
            before = server.metrics()["weir_metadata_hidden_entries_total"]
            assert [row["Key"] for row in s3.list_objects_v2(Bucket="overwritten")["Contents"]] == keys
            return server.metrics()["weir_metadata_hidden_entries_total"] - before

        first = hidden()
        assert 0 < first
        cleared = server.metrics()["weir_metadata_scan_flushes_total"]
        # The least price is 16,384 entries, and some 900 are met each time.
        assert wait_until(lambda: hidden() == 0, 60)
        assert server.metrics()["weir_metadata_scan_flushes_total"] > cleared


def test_metrics_are_well_formed(server):
    _, text = fetch(server.admin + "/metrics")
    families = set()
    for line in text.splitlines():
        if line.startswith("# TYPE"):
            assert line.split()[2] not in families, f"{line}: twice"
            families.add(line.split()[2])
        elif not line.startswith("#"):
            assert re.fullmatch(r'[a-z_0-9]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [-+0-9.eEInf]+', line), line


def test_access_log(tmp_path):
    log = tmp_path / "access.log"
    with Server(data=tmp_path / "data", log=tmp_path / "log", settings={"access_log": log}) as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="logged")
        s3.put_object(Bucket="logged", Key="a key", Body=b"12345")
        s3.get_object(Bucket="logged", Key="a key")["Body"].read()
        with pytest.raises(s3.exceptions.NoSuchKey):
            s3.get_object(Bucket="logged", Key="absent")
        assert wait_until(lambda: log.exists() and log.read_text().count("\n") >= 4)
        os.rename(log, tmp_path / "rotated")
        server.process.send_signal(signal.SIGHUP)
        assert wait_until(log.exists)
        s3.list_buckets()
        s3.head_bucket(Bucket="logged")
        assert wait_until(lambda: "REST.HEAD.BUCKET" in log.read_text())
    lines = (tmp_path / "rotated").read_text().splitlines()
    get = next(line for line in lines if "REST.GET.OBJECT" in line)
    fields = re.findall(r'"[^"]*"|\[[^\]]*\]|\S+', get)
    assert len(fields) >= 26
    assert fields[1] == "logged" and fields[6] == "REST.GET.OBJECT" and fields[9] == "200"
    assert fields[11] == fields[12] == "5"
    assert any("NoSuchKey" in line and " 404 " in line for line in lines)


def test_log_is_json_when_asked(tmp_path):
    with Server(data=tmp_path / "data", log=tmp_path / "log", settings={"log.format": "json"}):
        pass
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines and all("message" in json.loads(line) for line in lines)


def test_no_secret_in_the_log(tmp_path):
    with Server(data=tmp_path / "data", log=tmp_path / "log", settings={"log.level": "trace"}) as server:
        clients.s3(server).list_buckets()
        raw.signed(server, "GET", "/", secret_key="wrong")
    from support.server import SECRET_KEY
    assert SECRET_KEY not in (tmp_path / "log").read_text()


def test_drain_finishes_what_is_under_way(tmp_path):
    with Server(data=tmp_path / "data", log=tmp_path / "log") as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="drain")
        body = os.urandom(1 << 20)
        signature = raw.Signature("PUT", "/drain/k", payload="UNSIGNED-PAYLOAD")
        headers = signature.build(f"127.0.0.1:{server.port}")
        headers["content-length"] = str(len(body))
        busy = raw.connect(server)
        busy.sendall(raw.request_bytes("PUT", "/drain/k", headers, body[:1000]))
        idle = raw.connect(server)
        idle.sendall(raw.request_bytes("GET", "/", raw.Signature("GET", "/").build("x")))
        raw.read_reply(idle)
        time.sleep(0.3)
        codes = []
        stopper = threading.Thread(target=lambda: codes.append(server.stop()))
        stopper.start()
        idle.settimeout(5)
        assert idle.recv(1) == b""
        busy.sendall(body[1000:])
        assert raw.read_reply(busy).status == 200
        stopper.join(30)
        assert codes == [0]
        server.start()
        assert clients.s3(server).get_object(Bucket="drain", Key="k")["Body"].read() == body


def test_restart_keeps_everything(tmp_path):
    bodies = {f"k{size}": os.urandom(size) for size in (0, 10, 4096, 50_000, 3 << 20)}
    with Server(data=tmp_path / "data", log=tmp_path / "log") as server:
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="kept")
        for key, body in bodies.items():
            s3.put_object(Bucket="kept", Key=key, Body=body)
        made = s3.create_multipart_upload(Bucket="kept", Key="mpu")
        part = s3.upload_part(Bucket="kept", Key="mpu", UploadId=made["UploadId"], PartNumber=1, Body=b"part")
        for how in (signal.SIGTERM, signal.SIGKILL):
            server.stop(how)
            server.start()
            s3 = clients.s3(server)
            for key, body in bodies.items():
                assert s3.get_object(Bucket="kept", Key=key)["Body"].read() == body
        s3.complete_multipart_upload(Bucket="kept", Key="mpu", UploadId=made["UploadId"], MultipartUpload={
            "Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
        assert s3.get_object(Bucket="kept", Key="mpu")["Body"].read() == b"part"


def serve(*arguments):
    return subprocess.run([str(BINARY), "serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0",
                           *map(str, arguments)], capture_output=True, text=True, timeout=30)


def test_two_servers_on_one_directory(tmp_path):
    with Server(data=tmp_path / "data", log=tmp_path / "log"):
        done = serve("--data", tmp_path / "data")
        assert done.returncode != 0 and "in use by another process" in done.stderr


def test_foreign_directory(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "precious").write_text("x")
    done = serve("--data", tmp_path / "data")
    assert done.returncode != 0 and "not a data directory" in done.stderr
    assert os.listdir(tmp_path / "data") == ["precious"]


def test_newer_format(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "FORMAT").write_text("weir data directory, format 99\n")
    done = serve("--data", tmp_path / "data")
    assert done.returncode != 0 and "newer" in done.stderr


@pytest.mark.parametrize("text, message", [
    ("no.such=1", "unknown setting"), ("log.level=loud", "is not one of"), ("rings=many", "is not a number"),
    ("timeouts.idle=forever", "is not a duration"), ("limits.headers=tiny", "is not a size")])
def test_bad_settings(tmp_path, text, message):
    done = serve("--data", tmp_path / "data", "--set", text)
    assert done.returncode != 0 and message in done.stderr


def test_configuration_file(tmp_path):
    config = tmp_path / "weir.yaml"
    config.write_text(f"data: {tmp_path}/data\nregion: eu-test-1\nlog:\n  format: json\n")
    with Server(data=tmp_path / "data", log=tmp_path / "log") as server:
        server.stop()
    done = subprocess.run([str(BINARY), "config", "check", str(config)], capture_output=True, text=True)
    assert done.returncode == 0
    config.write_text("timeouts:\n  idel: 3s\n")
    done = subprocess.run([str(BINARY), "config", "check", str(config)], capture_output=True, text=True)
    assert done.returncode != 0 and "timeouts.idle" in done.stderr


def test_certificate_is_read_again(tmp_path):
    with Server(data=tmp_path / "data", log=tmp_path / "log", tls=True) as server:
        def serial():
            context = ssl._create_unverified_context()
            with socket.create_connection(("127.0.0.1", server.port)) as plain:
                with context.wrap_socket(plain) as secure:
                    return secure.getpeercert(binary_form=True)
        first = serial()
        (server.home / "certificate.pem").unlink()
        make_certificate(server.home)
        assert wait_until(lambda: serial() != first, 20, 0.5)
        (server.home / "certificate.pem").write_text("nonsense")
        time.sleep(6)
        serial()  # the good one stays in use


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_versions(version):
    server = shared_server("uring", True)
    context = ssl.create_default_context(cafile=server.ca)
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", server.port)) as plain:
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
            assert secure.version() == {ssl.TLSVersion.TLSv1_2: "TLSv1.2",
                                        ssl.TLSVersion.TLSv1_3: "TLSv1.3"}[version]


def test_plain_and_tls_side_by_side():
    server = shared_server("uring", True)
    plain = "http://" + server.ready["s3"]
    with pytest.raises(urllib.error.HTTPError) as seen:
        urllib.request.urlopen(plain)
    assert seen.value.code == 403
