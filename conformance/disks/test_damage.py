"""Bits that turn on the disk: the client gets an error or a cut connection, never wrong bytes; the operator a
metric and a log line that names the object and the place."""

import http.client
import json
import random
import urllib.parse

import botocore.exceptions
import pytest

from support import clients
from support.checks import refused
from support.server import Server, wait_until

BLOCK = 64 << 10
SIZE = 5 << 20
KEY = "deep/ünder"


@pytest.fixture(params=["uring", "poll"])
def damaged(request):
    """A server whose bucket holds a large and a packed object, and the means to flip their bits."""
    with Server(io=request.param, settings={"log.format": "json"}, is_recorded=False) as server:
        yield Damaged(server)


class Damaged:
    def __init__(self, server):
        self.server = server
        self.s3 = clients.s3(server)
        self.s3.create_bucket(Bucket="bucket")
        dice = random.Random(7)
        self.bodies = {KEY: dice.randbytes(SIZE), "packed": dice.randbytes(20_000),
                       "sound": dice.randbytes(300_000)}
        for key, body in self.bodies.items():
            self.s3.put_object(Bucket="bucket", Key=key, Body=body)

    def flip(self, key, position):
        """Stops the server, flips a bit of the object's bytes, starts it again; where in which segment."""
        self.server.stop()
        wanted = self.bodies[key][position:position + 4096]
        for path in sorted((self.server.data / "volumes" / "segments").iterdir()):
            content = path.read_bytes()
            offset = content.find(wanted)
            if offset >= 0:
                with open(path, "r+b") as file:
                    file.seek(offset)
                    file.write(bytes([content[offset] ^ 0x10]))
                break
        else:
            raise AssertionError("the bytes are in no segment")
        self.server.start()
        self.s3 = clients.s3(self.server)
        return int(path.name[:8], 16), offset

    def get(self, key, **range):
        return self.s3.get_object(Bucket="bucket", Key=key, **range)["Body"].read()

    def lines(self):
        """The log's lines about damage."""
        lines = (json.loads(line) for line in self.server.log_path.read_text().splitlines() if line[:1] == "{")
        return [line for line in lines if line.get("failure", "").startswith("damaged")]

    def counted(self, kind):
        return self.server.metrics()[f'weir_storage_failures_total{{kind="{kind}"}}']


def test_damage_in_the_first_block_is_an_error(damaged):
    for key in ("packed", KEY):
        segment, offset = damaged.flip(key, 100)
        with refused("InternalError", 500) as seen:
            damaged.get(key)
        assert wait_until(lambda: any(line["key"] == key for line in damaged.lines()))
        line = [line for line in damaged.lines() if line["key"] == key][-1]
        assert line["level"] == "error" and line["bucket"] == "bucket"
        assert line["request_id"] == seen.response["ResponseMetadata"]["RequestId"]
        assert (int(line["volume"]), int(line["segment"])) == (0, segment)
        assert int(line["offset"]) == offset - 100
        assert int(line["version"]) > 0
        assert damaged.counted("damaged_block") == 1


def test_damage_behind_the_head_cuts_the_connection(damaged):
    """Whatever arrives is right, and less than was announced."""
    body = damaged.bodies[KEY]
    block = 37
    damaged.flip(KEY, block * BLOCK + 9)
    url = damaged.s3.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": KEY})
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    connection.request("GET", f"{parts.path}?{parts.query}")
    reply = connection.getresponse()
    assert reply.status == 200 and int(reply.headers["Content-Length"]) == SIZE
    arrived = b""
    try:
        arrived = reply.read()
    except http.client.IncompleteRead as error:
        arrived = error.partial
    except ConnectionResetError:
        pass
    connection.close()
    assert len(arrived) <= block * BLOCK and body.startswith(arrived)
    with pytest.raises((botocore.exceptions.IncompleteReadError, botocore.exceptions.ResponseStreamingError)):
        damaged.get(KEY)
    assert damaged.counted("damaged_block") == 2


def test_the_rest_is_served(damaged):
    """Ranges without the damaged block, and other objects."""
    body = damaged.bodies[KEY]
    damaged.flip(KEY, 10 * BLOCK)
    bad = range(10 * BLOCK, 11 * BLOCK)
    for first, last in ((0, bad.start - 1), (bad.stop, SIZE - 1), (5, 5), (SIZE - 1, SIZE - 1)):
        assert damaged.get(KEY, Range=f"bytes={first}-{last}") == body[first:last + 1]
    for first in (bad.start, bad.stop - 1):
        with refused("InternalError", 500):
            damaged.get(KEY, Range=f"bytes={first}-{first}")
    assert damaged.get("sound") == damaged.bodies["sound"]
    assert damaged.get("packed") == damaged.bodies["packed"]
    head = damaged.s3.head_object(Bucket="bucket", Key=KEY)
    assert head["ContentLength"] == SIZE


def test_a_hot_damaged_object_does_not_flood_the_log(damaged):
    damaged.flip("packed", 50)
    for _ in range(200):
        with refused("InternalError", 500):
            damaged.get("packed")
    assert damaged.counted("damaged_block") == 200
    assert wait_until(damaged.lines)
    assert len(damaged.lines()) == 1


def test_a_copy_that_reads_damage_names_its_source(damaged):
    """A copy within the server moves no bytes unless another checksum is wanted: then they are read."""
    damaged.flip("packed", 50)
    with refused("InternalError", 500):
        damaged.s3.copy_object(Bucket="bucket", Key="copy", CopySource={"Bucket": "bucket", "Key": "packed"},
                               ChecksumAlgorithm="SHA1")
    assert wait_until(damaged.lines)
    assert damaged.lines()[0]["key"] == "packed"
    upload = damaged.s3.create_multipart_upload(Bucket="bucket", Key="parts", ChecksumAlgorithm="SHA1")["UploadId"]
    with refused("InternalError", 500):
        damaged.s3.upload_part_copy(Bucket="bucket", Key="parts", UploadId=upload, PartNumber=1,
                                    CopySource={"Bucket": "bucket", "Key": "packed"})
    with refused("NoSuchKey", 404):
        damaged.get("copy")
