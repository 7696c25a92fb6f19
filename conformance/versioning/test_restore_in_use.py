"""A restore of a bucket that is read and written meanwhile: no reader sees a mixture, no writer loses anything."""

import collections
import concurrent.futures
import random
import threading

from support import clients
from support.command import moment, weir_json
from support.server import wait_until

KEYS = 300
RATE = 60  # keys a second, so that it takes some seconds


def key(number):
    return f"k{number:03}"


def body(number, mark):
    """Of small objects and larger ones, which lie in different places."""
    size = 100 if number % 2 else 9_000
    return (mark.encode() * size)[:size]


def put(s3, bucket, number, mark):
    """An object of which everything carries one mark."""
    s3.put_object(Bucket=bucket, Key=key(number), Body=body(number, mark), ContentType=f"x/{mark}",
                  Metadata={"mark": mark}, Tagging=f"mark={mark}")


def marks(s3, bucket, number):
    """What one answer carries, and the tags of the version that it was of: one mark if it is whole."""
    got = s3.get_object(Bucket=bucket, Key=key(number))
    mark = got["Metadata"]["mark"]
    tags = s3.get_object_tagging(Bucket=bucket, Key=key(number), VersionId=got["VersionId"])["TagSet"]
    is_whole = got["Body"].read() == body(number, mark) and tags == [{"Key": "mark", "Value": mark}]
    return {mark, got["ContentType"].removeprefix("x/"), *([] if is_whole else ["a mixture"])}


class Use:
    """Readers of all keys, and writers of half of them each, until they are stopped."""

    def __init__(self, server, bucket):
        self.server, self.bucket = server, bucket
        self.is_over = threading.Event()
        self.may_write = threading.Event()
        self.written = {}  # {number: the last mark}
        self.seen = collections.Counter()

    def read(self, seed):
        s3, chance = clients.s3(self.server), random.Random(seed)
        while not self.is_over.is_set():
            found = marks(s3, self.bucket, chance.randrange(KEYS))
            assert len(found) == 1, found
            self.seen[found.pop()[:3]] += 1

    def write(self, which):
        s3, chance, count = clients.s3(self.server), random.Random(which), 0
        self.may_write.wait(60)
        while not self.is_over.is_set():
            # Not the last: those are left for the restore alone.
            number, mark, count = chance.randrange(which, KEYS - 50, 2), f"by{which}-{count}", count + 1
            put(s3, self.bucket, number, mark)
            self.written[number] = mark


def test_a_restore_in_use(server, s3, own_bucket):
    s3.put_bucket_versioning(Bucket=own_bucket, VersioningConfiguration={"Status": "Enabled"})
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: put(s3, own_bucket, number, "old"), range(KEYS)))
        then = moment()
        list(pool.map(lambda number: put(s3, own_bucket, number, "new"), range(KEYS)))
    use = Use(server, own_bucket)

    def is_running():
        jobs = weir_json(server, "restore", "list")["restores"]
        return any(job["bucket"] == own_bucket and job["state"] == "running" for job in jobs)

    with concurrent.futures.ThreadPoolExecutor() as pool:
        users = [pool.submit(use.read, seed) for seed in range(2)] + [pool.submit(use.write, which) for which in range(2)]
        try:
            restore = pool.submit(weir_json, server, "restore", "--bucket", own_bucket, "--as-of", then, "--rate", RATE,
                                  "--diff")
            assert wait_until(is_running, 30)
            use.may_write.set()  # from here on everything is written after the restore began
            job = restore.result(120)
        finally:
            use.may_write.set()
            use.is_over.set()
        for user in users:
            user.result()
    assert job["state"] == "done" and job["failed"]["keys"] == 0
    for number in range(KEYS):
        assert marks(s3, own_bucket, number) == {use.written.get(number, "old")}, key(number)
    check_report(job, use)
    assert min(use.seen["old"], use.seen["new"]) > 3, f"hardly anything was read while it ran: {use.seen}"


def check_report(job, use):
    """Every key is accounted for, once; those that were skipped are named, and somebody wrote each."""
    actions = {change["key"]: change["action"] for change in job["changes"]}
    assert len(actions) == len(job["changes"]) == KEYS
    skipped = {one for one, action in actions.items() if action == "skip"}
    assert len(skipped) == job["skipped"]["keys"] and job["replaced"]["keys"] == KEYS - len(skipped)
    assert 0 < len(skipped) and skipped <= {key(number) for number in use.written}
    assert set(actions.values()) == {"skip", "replace"}
