"""Concurrent clients that do a bit of everything, and write down what they did."""

import random
import threading
import time

from crash.client import Client, Unanswered, Unsent
from crash.history import ABSENT, FAILED, OK, REFUSED, Value
from crash.uploads import UploadSteps
from crash.verify import read_problems
from crash.world import KIB, MARK, MIB

# What a worker does, by weight; the second worker of a kind has other dice, not other weights.
SMALL = {"put_inline": 25, "put_packed": 12, "create": 8, "replace": 8, "get": 10, "head": 6, "delete": 8,
         "delete_many": 2, "copy": 8, "list": 3}
LARGE = {"put_large": 10, "get_large": 4, "copy_large": 4, "delete_large": 3}
UPLOADS = {"upload": 1}
# Seconds between the operations of those that move many bytes.
PACE = {"large": (0.03, 0.12), "uploads": (0.02, 0.08)}


class Worker(threading.Thread):
    """One client. Ends when told to, or when an answer does not come."""

    def __init__(self, server, world, history, role, name, stop, paced=True):
        super().__init__(daemon=True, name=name)
        self.world, self.history, self.role, self.stop = world, history, role, stop
        self.paced = paced
        self.client = Client(server)
        self.random = random.Random(f"{world.seed}/{name}")
        self.serial = 0
        self.uploads = []
        self.problems = []          # (time, kind, path, text): what must not be while the server is well
        self.lost_at = None         # when an answer did not come
        self.failure = None
        self.steps = UploadSteps(self)

    def run(self):
        weights = {"small": SMALL, "large": LARGE, "uploads": UPLOADS}[self.role]
        names, numbers = list(weights), list(weights.values())
        try:
            while not self.stop.is_set():
                getattr(self, self.random.choices(names, numbers)[0])()
                if self.paced and self.role in PACE:
                    time.sleep(self.random.uniform(*PACE[self.role]))
        except (Unanswered, Unsent):
            self.lost_at = time.monotonic_ns()
        except Exception as error:  # a fault of the harness: the main thread raises it
            self.failure = error
        finally:
            self.client.close()

    # Helpers

    def mark(self):
        self.serial += 1
        return f"{self.name}.{self.serial}"

    def path(self, *kinds):
        return self.random.choice(self.world.paths(self.random.choice(kinds)))

    def problem(self, kind, path, text):
        self.problems.append((time.monotonic_ns(), kind, path, text))

    def record(self, operation, send, expected=()):
        """Sends an operation that is noted; returns its answer when it was carried out."""
        try:
            answer = send()
        except Unsent:
            operation.end(FAILED)
            raise
        if answer.ok:
            operation.end(OK)
            return answer
        if answer.status in expected:
            operation.end(FAILED if answer.status == 409 else REFUSED)
            return None
        if answer.status < 500:
            operation.end(FAILED)
        self.problem("unexpected answer", operation.key, f"{operation.kind} was answered {answer}")
        return None

    # Writes

    def write(self, path, size, condition=None):
        version, body = self.world.plain(path, self.mark(), size)
        headers = dict(version.headers)
        if condition == ABSENT:
            headers["if-none-match"] = "*"
        elif condition:
            headers["if-match"] = f'"{condition}"'
        operation = self.history.begin(path, "write", version.value, condition)
        answer = self.record(operation, lambda: self.client.put(path, body, headers),
                             (404, 409, 412) if condition else ())
        self.written(path, version, answer)

    def written(self, path, version, answer):
        if answer is None:
            return
        self.world.last[path] = version.etag
        if "x-amz-version-id" in answer.headers:
            self.world.keep(path, answer.headers["x-amz-version-id"], version)
        if answer.etag != version.etag:
            self.problem("wrong ETag", path, f"answered {answer.etag} for {version}")

    def small_size(self, path):
        if "/inline/" in path:
            return self.random.choice([100, 4095, 4096, self.random.randint(100, 4096)])
        return self.random.randint(20 * KIB, 200 * KIB)

    def put_inline(self):
        path = self.path("inline")
        self.write(path, self.small_size(path))

    def put_packed(self):
        path = self.path("packed")
        self.write(path, self.small_size(path))

    def put_large(self):
        self.write(self.path("large"), int(MIB * 8 ** self.random.random()))

    def create(self):
        path = self.path("inline", "packed")
        self.write(path, self.small_size(path), ABSENT)

    def replace(self):
        path = self.path("inline", "packed")
        self.write(path, self.small_size(path), self.world.last.get(path, "0" * 32))

    def copy(self, *kinds):
        source, path = self.path(*(kinds or ("packed",))), self.path(*(kinds or ("packed",)))
        etag = self.world.last.get(source)
        original = self.world.by_etag.get(etag)
        if original is None or source == path:
            return
        version = self.world.copied(path, self.mark(), original)
        read = self.history.begin(source, "read")
        operation = self.history.begin(path, "write", version.value)
        answer = self.record(
            operation, lambda: self.client.copy(path, source, f'"{etag}"', version.headers), (404, 412))
        if operation.outcome == REFUSED:
            # The source had changed: nothing was written, and what is there instead is not known.
            operation.outcome = FAILED
        if answer is not None:
            read.end(OK, Value(etag))
        self.written(path, version, answer)

    def copy_large(self):
        self.copy("large", "parts")

    def delete(self, *kinds):
        path = self.path(*(kinds or ("inline", "packed")))
        operation = self.history.begin(path, "delete")
        if self.record(operation, lambda: self.client.delete(path)):
            self.world.last.pop(path, None)

    def delete_large(self):
        self.delete("large", "parts")

    def delete_many(self):
        bucket = self.random.choice(self.world.buckets)
        paths = self.random.sample(self.world.paths("inline", bucket) + self.world.paths("packed", bucket), 3)
        operations = [self.history.begin(path, "delete") for path in paths]
        answer = self.client.delete_many(bucket, [path.split("/", 2)[2] for path in paths])
        gone = {entry.findtext("Key") for entry in answer.document().iter("Deleted")} if answer.ok else ()
        for path, operation in zip(paths, operations):
            if path.split("/", 2)[2] in gone:
                operation.end(OK)
                self.world.last.pop(path, None)
            else:
                self.problem("unexpected answer", path, f"it is not among the deleted: {answer}")

    # Reads

    def get(self, *kinds):
        self.look(self.path(*(kinds or ("inline", "packed"))), whole=True)

    def get_large(self):
        self.get("large", "parts")

    def head(self):
        self.look(self.path("inline", "packed", "large", "parts"), whole=False)

    def look(self, path, whole):
        operation = self.history.begin(path, "read")
        answer = self.client.get(path) if whole else self.client.head(path)
        if answer.status not in (200, 404):
            self.problem("unexpected answer", path, f"a read was answered {answer}")
            return
        operation.end(OK, Value(answer.etag, answer.headers.get(MARK)) if answer.ok else None)
        if answer.ok:
            self.world.last[path] = answer.etag
            self.problems += [(operation.returned, *p) for p in read_problems(self.world, path, answer, whole)]

    def list(self):
        bucket, kind = self.random.choice(self.world.buckets), self.random.choice(list(self.world.keys))
        operations = [self.history.begin(path, "read") for path in self.world.paths(kind, bucket)]
        listed = self.client.list(bucket, kind + "/")
        if listed is None:
            self.problem("unexpected answer", f"/{bucket}", "a listing was refused")
            return
        for operation in operations:
            entry = listed.get(operation.key.split("/", 2)[2])
            operation.end(OK, entry and Value(entry[0]))

    def upload(self):
        self.steps.next()
