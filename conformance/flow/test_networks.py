"""Which network a client is in: by its address, behind proxies too; by the listener; by the host name that it calls."""

import http.client
import socket
import subprocess
import types

import pytest

from support import clients
from support.command import weir
from support.server import BINARY, Server

pytestmark = pytest.mark.clocked


def ask(port, target, forwarded=(), host=None, source=None):
    """A GET over a connection of its own; the status."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=10, source_address=(source, 0) if source else None)
    connection.putrequest("GET", target, skip_host=True)
    connection.putheader("Host", host or f"127.0.0.1:{port}")
    for line in forwarded:
        connection.putheader("X-Forwarded-For", line)
    connection.endheaders()
    reply = connection.getresponse()
    reply.read()
    connection.close()
    return reply.status


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Link:
    """An object that the extranet must not read, and a presigned URL to it."""

    def __init__(self, server):
        self.port = server.port
        s3 = clients.s3(server)
        s3.create_bucket(Bucket="data")
        s3.put_object(Bucket="data", Key="k", Body=b"x")
        weir(server, "flow", "limit-bucket", "data", "--extranet-download", "0")

    def status(self, *forwarded, source=None, port=None, host=None):
        port = port or self.port
        # Signed for the host that is asked.
        authority = host or f"127.0.0.1:{port}"
        there = types.SimpleNamespace(endpoint=f"http://{authority}", tls=False)
        url = clients.s3(there).generate_presigned_url("get_object", Params={"Bucket": "data", "Key": "k"})
        return ask(port, url.split(authority, 1)[1], forwarded, authority, source)


INTRANET, EXTRANET = 200, 403


def test_behind_proxies():
    settings = {"rings": "1", "trusted_proxies": "127.0.0.1,192.0.2.0/24", "flow.intranet_sources": "10.0.0.0/8"}
    with Server(settings=settings) as server:
        link = Link(server)
        assert link.status() == EXTRANET  # the proxy asks for itself
        assert link.status("10.1.2.3") == INTRANET
        assert link.status("203.0.113.9") == EXTRANET
        assert link.status("10.1.2.3, 203.0.113.9") == EXTRANET  # what the client says of itself
        assert link.status("203.0.113.9, 10.1.2.3") == INTRANET
        assert link.status("10.1.2.3, 192.0.2.7") == INTRANET  # by two proxies
        assert link.status("10.1.2.3", "203.0.113.9, 192.0.2.7") == EXTRANET  # in two lines
        assert link.status("10.1.2.3, nonsense") == EXTRANET
        # Whoever is no trusted proxy is not believed.
        assert link.status("10.1.2.3", source="127.0.0.2") == EXTRANET
        server.stop()
        with open(server.settings["access_log"], encoding="utf-8") as log:
            seen = {line.split("] ", 1)[1].split(" ", 1)[0] for line in log if "GET /data/k" in line}
        assert {"10.1.2.3", "203.0.113.9", "127.0.0.1", "127.0.0.2", "192.0.2.7"} >= seen
        assert {"10.1.2.3", "203.0.113.9", "127.0.0.1", "127.0.0.2"} <= seen
        server.start()


def test_nobody_is_trusted_unless_named():
    with Server(settings={"rings": "1", "flow.intranet_sources": "10.0.0.0/8"}) as server:
        link = Link(server)
        assert link.status("10.1.2.3") == EXTRANET


def test_by_listener():
    inside, outside = free_port(), free_port()
    settings = {"rings": "1", "listen": f"127.0.0.1:{outside},127.0.0.1:{inside}", "flow.intranet_sources": "",
                "flow.intranet_listeners": f"127.0.0.1:{inside}"}
    with Server(settings=settings) as server:
        link = Link(server)
        assert server.port == outside
        assert link.status() == EXTRANET and link.status(port=inside) == INTRANET


def test_by_host_name():
    with Server(settings={"rings": "1", "flow.intranet_sources": "", "flow.intranet_hosts": ".internal"}) as server:
        link = Link(server)
        assert link.status() == EXTRANET
        assert link.status(host="oss.internal") == INTRANET
        assert link.status(host="oss.internal.example") == EXTRANET


@pytest.mark.parametrize("setting, words", [
    ("trusted_proxies=proxy.example", "trusted_proxies: "), ("trusted_proxies=10.0.0.0/40", "trusted_proxies: "),
    ("flow.intranet_listeners=127.0.0.1:1", "is in neither listen nor tls_listen"),
    ("flow.minimum_bandwidth=fast", "not a rate")])
def test_wrong_settings(tmp_path, setting, words):
    done = subprocess.run([str(BINARY), "serve", "--data", str(tmp_path / "data"), "--set", setting],
                          capture_output=True, text=True, timeout=30)
    assert done.returncode != 0 and words in done.stderr, done.stderr
    assert not (tmp_path / "data").exists()
