"""docs/oss.md can be pasted: every snippet, in order, into one Python and a shell beside it."""

import os
import pathlib
import re
import subprocess

import pytest

from support import clients, oss
from support.command import moment
from support.server import ACCESS_KEY, SECRET_KEY, Server

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "oss.md"
# Of whoever reads: the page's server has its usual address, and the past is another.
ADDRESS, THEN = "http://127.0.0.1:9000", "2026-11-20T10:00:00.250Z"
NOT_TRIED = "### ossutil and ossfs for mounting"
# Examples that need what the suite has not are `py`, or in the section that says so.
SNIPPETS = [(language, text) for section in re.split(r"^(?=###? )", PAGE.read_text(), flags=re.MULTILINE)
            if not section.startswith(NOT_TRIED)
            for language, text in re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL) if language != "py"]


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """A folder with what the page's snippets read, and a server that nobody has used."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "big.bin").write_bytes(os.urandom(8 << 20))
    (tmp_path / "photo.jpg").write_bytes(b"a photo")
    with Server(data=tmp_path / "data", log=tmp_path / "log") as server:
        command = tmp_path / "bin" / "weir"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec {server.binary} "$@" --admin {server.admin}\n')
        command.chmod(0o755)
        yield server


def past_of(server):
    """A moment at which `data` had an object that it has no more."""
    s3, one = clients.s3(server), {"Bucket": "data", "Key": "then.txt"}
    s3.put_bucket_versioning(Bucket="data", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(**one, Body=b"then")
    then = moment()
    s3.delete_object(**one)
    return then


def sees_the_past(names):
    """What the client `past` of a snippet reads: either SDK's."""
    past = names["past"]
    if isinstance(past, names["oss2"].Bucket):
        return past.get_object("then.txt").read()
    return past.get_object(names["oss"].GetObjectRequest("data", "then.txt")).body.read()


def test_page(reader):
    environment = {**os.environ, "WEIR_ROOT_ACCESS_KEY": ACCESS_KEY, "WEIR_ROOT_SECRET_KEY": SECRET_KEY}
    names, looked_back = {"AK": ACCESS_KEY, "SK": SECRET_KEY}, 0
    for language, text in SNIPPETS:
        if language == "sh":
            subprocess.run(["bash", "-eu", "-c", text], check=True, env=environment, stdin=subprocess.DEVNULL)
            continue
        assert language == "python"
        text = text.replace(ADDRESS, reader.endpoint)
        if THEN in text:
            text = text.replace(THEN, past_of(reader))
        exec(compile(text, str(PAGE), "exec"), names)
        if "past = " in text:
            assert sees_the_past(names) == b"then"
            looked_back += 1
    assert looked_back == 2
    check_what_it_did(reader)


def check_what_it_did(server):
    """The snippets that print nothing have done what the page says."""
    client, s3 = oss.make(server, "v2-v4"), clients.s3(server)
    assert client.get("data", "in/photo.jpg").body == b"a photo"
    assert client.get("data", "log.txt").body == b"one\ntwo\n"
    with oss.refused("FileImmutable", 409):
        client.delete("records", "kept.txt")
    assert s3.head_object(Bucket="data", Key="big.bin")["ContentLength"] == 8 << 20
