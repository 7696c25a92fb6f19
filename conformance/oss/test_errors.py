"""How failures are told, and what is declared and not built."""

import json
import pathlib
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from support import oss, raw
from support.oss_raw import Request, ask, md5
from support.server import BINARY

TABLE = json.loads(subprocess.run([BINARY, "operations", "--json"], capture_output=True, check=True).stdout)["operations"]
# (scope, sub-resource, method) of each operation that is declared and not built.
ROWS = sorted({(row["scope"], row["query"][0], row["method"]) for row in TABLE
               if row["service"] == "oss" and not row["built"]})
SOURCE = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "API" / "OSS" / "OSSNotImplemented.swift"


def declared():
    """The same, read from the table's source."""
    text = SOURCE.read_text()
    for scope, name, group in re.findall(r'group\(\s*\.(\w+), "([\w-]+)",\s*\[(.*?)\]\)', text, re.DOTALL):
        for method in re.findall(r"\.(\w+): \"", group):
            yield scope, name, method.upper()
    for name in re.findall(r'configuration\("([\w-]+)", "\w+"\)', text):
        yield from (("bucket", name, method) for method in ("GET", "PUT", "DELETE"))


def test_the_table_is_whole():
    """What the source declares the binary lists, and nothing else; one sub-resource makes each."""
    assert ROWS == sorted(set(declared()))
    rows = [row for row in TABLE if row["service"] == "oss" and not row["built"]]
    assert len(rows) == len(ROWS) and all(len(row["query"]) == 1 for row in rows)


@pytest.mark.parametrize("scope, name, method", ROWS)
def test_not_built(server, bucket, scope, name, method):
    where = {"service": ("", ""), "bucket": (bucket, ""), "object": (bucket, "k")}[scope]
    for version in ("v1", "v4"):
        reply = ask(server, method, *where, query=name, version=version)
        assert (reply.status, reply.code) == (400, "NotImplemented"), reply.body
        check_document(server, reply)


def check_document(server, reply, host=None):
    """Every failure has these, and no namespace."""
    assert reply.headers["content-type"] == "application/xml"
    root = ElementTree.fromstring(reply.body)
    assert root.tag == "Error"
    names = [child.tag for child in root]
    assert names[:4] == ["Code", "Message", "RequestId", "HostId"] and "EC" in names
    assert root.findtext("Message")
    assert root.findtext("RequestId") == reply.headers["x-oss-request-id"]
    assert re.fullmatch("[0-9A-F]{24}", root.findtext("RequestId"))
    assert root.findtext("HostId") == (host or server.authority)
    assert re.fullmatch(r"\d{4}-\d{8}", root.findtext("EC"))
    assert root.findtext("EC") == reply.headers["x-oss-ec"]
    assert not [header for header in reply.headers if header.startswith("x-amz-")]
    return root


@pytest.mark.parametrize("version", ["v1", "v4"])
def test_documents(server, bucket, version):
    for reply in (ask(server, "GET", bucket, "none", version=version),
                  ask(server, "GET", "none-such-bucket", version=version),
                  ask(server, "GET", bucket, version=version, secret_key="wrong"),
                  ask(server, "GET", bucket, version=version, access_key="nobody"),
                  ask(server, "PUT", bucket, "k", version=version, body=b"x", headers={"content-md5": md5(b"y")}),
                  ask(server, "GET", bucket, query="max-keys=x", version=version)):
        assert reply.status >= 400
        check_document(server, reply)


def test_the_host_is_the_client_s(server, bucket):
    authority = server.virtual_endpoint.partition("://")[2]
    reply = ask(server, "GET", bucket, "none", host=f"{bucket}.{authority}", virtual=True)
    check_document(server, reply, f"{bucket}.{authority}")


def test_codes_keep_their_number(server, bucket):
    one, other, third = (ask(server, "GET", bucket, key) for key in ("none", "none2", "none3"))
    assert one.headers["x-oss-ec"] == other.headers["x-oss-ec"] == third.headers["x-oss-ec"]
    assert one.headers["x-oss-request-id"] != other.headers["x-oss-request-id"]
    assert one.headers["x-oss-ec"] != ask(server, "GET", "none-such-bucket").headers["x-oss-ec"]


def test_elements(server, bucket):
    root = ElementTree.fromstring(ask(server, "GET", bucket, "a <&> ä").body)
    assert root.findtext("Key") == "a <&> ä"
    root = ElementTree.fromstring(ask(server, "GET", "none-such-bucket").body)
    assert root.findtext("BucketName") == "none-such-bucket"
    root = ElementTree.fromstring(ask(server, "GET", bucket, query="max-keys=x").body)
    assert root.find("ArgumentName") is not None and root.findtext("ArgumentValue") == "x"


def test_success_has_an_id_too(client, bucket):
    put = client.put(bucket, "k", b"x")
    assert re.fullmatch("[0-9A-F]{24}", put.headers["x-oss-request-id"])
    assert put.result.request_id == put.headers["x-oss-request-id"]
    assert not [header for header in put.headers if header.lower().startswith("x-amz-")]


def test_both_sdks_read_the_failure(client, bucket):
    with oss.refused("NoSuchKey", 404) as seen:
        client.get(bucket, "none")
    assert seen.message == "The specified key does not exist." and len(seen.request_id) == 24
    assert re.fullmatch(r"\d{4}-\d{8}", seen.ec) and seen.elements["HostId"] == client.server.authority


@pytest.mark.parametrize("method, query, status, code", [
    ("DELETE", "acl", 405, "MethodNotAllowed"), ("PUT", "stat", 405, "MethodNotAllowed"),
    ("PATCH", "", 405, "MethodNotAllowed"), ("POST", "location", 405, "MethodNotAllowed")])
def test_methods(server, bucket, method, query, status, code):
    reply = ask(server, method, bucket, query=query)
    assert (reply.status, reply.code) == (status, code)


@pytest.mark.parametrize("method, query", [("PUT", ""), ("POST", "append&position=0")])
def test_short_bodies(server, bucket, method, query):
    """Nothing is stored of a body that did not come whole."""
    request = Request(method, bucket, "k", query, body=b"x" * 100, headers={"content-length": "200"})
    headers = request.v4_headers(server)
    with raw.connect(server) as connection:
        connection.sendall(raw.request_bytes(method, f"{request.path}?{query}", headers, request.body))
        connection.shutdown(1)
        reply = raw.read_reply(connection)
    assert reply is None or (reply.status, reply.code) == (400, "IncompleteBody")
    assert oss.make(server, "v2-v4").exists(bucket, "k") is False


def test_too_much_metadata(client, bucket):
    with oss.refused("InvalidArgument", 400):
        client.put(bucket, "k", b"x", {"x-oss-meta-a": "v" * 7000, "x-oss-meta-b": "v" * 1200})
    assert client.put(bucket, "k", b"x", {"x-oss-meta-a": "v" * 4000, "x-oss-meta-b": "v" * 4000}).status == 200


def test_a_limited_url(server, bucket):
    """The limit may come as a parameter, too: what is wrong in a header is wrong there. See conformance/flow."""
    oss.make(server, "v2-v4").put(bucket, "k", b"x")
    assert ask(server, "GET", bucket, "k", headers={"x-oss-traffic-limit": "819200"}).status == 200
    assert ask(server, "GET", bucket, "k", "x-oss-traffic-limit=819200").status == 200
    header = ask(server, "GET", bucket, "k", headers={"x-oss-traffic-limit": "819199"})
    parameter = ask(server, "GET", bucket, "k", "x-oss-traffic-limit=819199")
    assert header.code == parameter.code == "InvalidArgument"
