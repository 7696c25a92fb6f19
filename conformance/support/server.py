"""Starts the real binary on loopback, on free ports, and ends it by its process id."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request

from support import seen

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("WEIR", ROOT / "bin" / "weir"))
ACCESS_KEY = "conformance-root"
SECRET_KEY = "conformance-secret-key-0123456789"
DOMAIN = seen.DOMAIN


class Server:
    """One running `weir serve` with its data directory."""
    style = "path"

    def __init__(self, io="uring", tls=False, settings=None, data=None, log=None, binary=BINARY,
                 variables=None, is_recorded=True):
        self.io, self.tls, self.binary = io, tls, binary
        self.variables = dict(variables or {})
        self.settings = dict(settings or {})
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="weir-"))
        if is_recorded:  # what was seen counts for coverage; a measurement does without
            self.settings.setdefault("access_log", self.home / "access.log")
        self.data = pathlib.Path(data) if data else self.home / "data"
        self.log_path = pathlib.Path(log) if log else self.home / "server.log"
        self.process = None
        self.ready = None

    def start(self):
        command = [
            str(self.binary), "serve", "--data", str(self.data), "--io", self.io,
            "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0",
            "--set", f"domains={DOMAIN}",
        ]
        if self.tls:
            certificate, key = make_certificate(self.home)
            command += ["--set", f"tls.certificate={certificate}", "--set", f"tls.key={key}",
                        "--set", "tls_listen=127.0.0.1:0"]
        for name, value in self.settings.items():
            command += ["--set", f"{name}={value}"]
        environment = dict(os.environ, WEIR_ROOT_ACCESS_KEY=ACCESS_KEY, WEIR_ROOT_SECRET_KEY=SECRET_KEY,
                           **self.variables)
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self.log, env=environment, text=True)
        line = self._first_line(30)
        if not line:
            raise RuntimeError(f"no ready line; log:\n{self.log_path.read_text()[-4000:]}")
        self.ready = json.loads(line)
        return self

    def _first_line(self, seconds):
        result = []
        reader = threading.Thread(target=lambda: result.append(self.process.stdout.readline()), daemon=True)
        reader.start()
        reader.join(seconds)
        return result[0] if result else ""

    @property
    def host_port(self):
        return self.ready["tls"] if self.tls else self.ready["s3"]

    @property
    def port(self):
        return int(self.host_port.rsplit(":", 1)[1])

    @property
    def authority(self):
        return f"127.0.0.1:{self.port}"

    @property
    def endpoint(self):
        return f"{'https' if self.tls else 'http'}://{self.authority}"

    @property
    def virtual_endpoint(self):
        """The endpoint under its domain name, for virtual-host style."""
        return f"{'https' if self.tls else 'http'}://{DOMAIN}:{self.port}"

    @property
    def ca(self):
        return str(self.home / "certificate.pem")

    @property
    def admin(self):
        return f"http://{self.ready['admin']}"

    def metrics(self):
        """`/metrics` as {name{labels}: value}."""
        with urllib.request.urlopen(self.admin + "/metrics", timeout=10) as reply:
            text = reply.read().decode()
        values = {}
        for line in text.splitlines():
            if line and not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                values[name] = float(value)
        return values

    def rss(self):
        """Resident bytes of the server."""
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        return 0

    def open_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def environment(self, **more):
        """The environment that clients on the command line read."""
        outside = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "WEIR_"))}
        return dict(
            outside, AWS_ACCESS_KEY_ID=ACCESS_KEY, AWS_SECRET_ACCESS_KEY=SECRET_KEY,
            AWS_DEFAULT_REGION="us-east-1", AWS_ENDPOINT_URL=self.endpoint,
            AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull,
            AWS_EC2_METADATA_DISABLED="true", HOME=str(self.home), **more)

    def stop(self, how=signal.SIGTERM, seconds=40):
        """Ends the server; returns its exit code."""
        if self.process is None:
            return None
        self.process.send_signal(how)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise RuntimeError(f"the server did not end; log:\n{self.log_path.read_text()[-4000:]}")
        finally:
            self.process.stdout.close()
            self.log.close()
            self.process = None
        return code

    def restart(self):
        self.stop()
        return self.start()

    def close(self):
        if self.process is not None:
            self.stop()
        log = self.settings.get("access_log")
        if log and pathlib.Path(log).exists():
            seen.read(log, self.io)
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *error):
        self.close()


def make_certificate(home):
    """A self-signed certificate for loopback and the domain, with its wildcard."""
    certificate, key = home / "certificate.pem", home / "key.pem"
    if not certificate.exists():
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-days", "2", "-keyout", str(key), "-out", str(certificate),
             "-subj", f"/CN={DOMAIN}", "-addext",
             f"subjectAltName=DNS:{DOMAIN},DNS:*.{DOMAIN},DNS:localhost,IP:127.0.0.1"],
            check=True, capture_output=True)
        os.chmod(key, 0o600)
    return certificate, key


def wait_until(condition, seconds=10, step=0.05):
    """Waits for a condition to become true; returns whether it did."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(step)
    return bool(condition())
