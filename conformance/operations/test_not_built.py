"""Each operation that is declared and not built answers 501, and nothing else."""

import json
import re
import subprocess

import botocore.session
import pytest

from support import raw
from support.server import BINARY

MODEL = botocore.session.get_session().get_service_model("s3")
TABLE = json.loads(subprocess.run([BINARY, "operations", "--json"], capture_output=True, check=True).stdout)
MISSING = sorted(row["operation"] for row in TABLE["operations"] if row["service"] == "s3" and not row["built"])


def required(shape, location):
    """The parameters that make a request this operation's: {name on the wire: value}."""
    members = shape.members.items() if shape else []
    return {member.serialization["name"]: "x" for name, member in members
            if name in shape.required_members and member.serialization.get("location") == location}


def request_for(name):
    """Method, path, query and headers as the service model has them."""
    if name == "ListDirectoryBuckets":  # by the model it differs from ListBuckets in its host only
        return "GET", "/", "max-directory-buckets=1", {}
    operation = MODEL.operation_model(name)
    path, _, query = operation.http["requestUri"].partition("?")
    path = re.sub(r"\{Key\+?\}", "key", path.replace("{Bucket}", "bucket"))
    query = "&".join([query] * bool(query) + [
        f"{key}={value}" for key, value in required(operation.input_shape, "querystring").items()])
    return operation.http["method"], path, query, required(operation.input_shape, "header")


@pytest.mark.parametrize("name", MISSING)
def test_answers_501(server, name):
    method, path, query, headers = request_for(name)
    reply = raw.signed(server, method, path, query=query, headers=headers)
    assert (reply.status, reply.code) == (501, "NotImplemented"), reply.body
    assert name.encode() in reply.body


def test_the_table_has_all_of_s3():
    """Whatever boto3 can ask for is in it, built or not, but the four that others have replaced."""
    known = {row["operation"] for row in TABLE["operations"] if row["service"] == "s3"}
    old = {name for name in MODEL.operation_names if MODEL.operation_model(name).deprecated}
    assert set(MODEL.operation_names) - known <= old
