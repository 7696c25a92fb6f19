"""A well-behaved client: one request after another on one connection, and how long each took."""

import os
import time

from support import raw


class Steady:
    def __init__(self, server, bucket, size=4096):
        self.server, self.bucket = server, bucket
        self.body = os.urandom(size)
        self.connection = raw.connect(server)
        self.failures = []
        self.ask("PUT")

    def ask(self, method):
        """One request; the seconds until its answer was whole."""
        path = f"/{self.bucket}/steady"
        body = self.body if method == "PUT" else b""
        signature = raw.Signature(method, path, payload="UNSIGNED-PAYLOAD")
        headers = signature.build(f"127.0.0.1:{self.server.port}")
        if method == "PUT":
            headers["content-length"] = str(len(body))
        data = raw.request_bytes(method, path, headers, body)
        start = time.perf_counter()
        self.connection.sendall(data)
        reply = raw.read_reply(self.connection)
        spent = time.perf_counter() - start
        if reply is None or reply.status != 200 or (method == "GET" and reply.body != self.body):
            self.failures.append((method, reply and (reply.status, reply.code)))
            self.connection.close()
            self.connection = raw.connect(self.server)
        return spent

    def window(self, method, seconds):
        """The 99th percentile of the requests of a short time."""
        times = []
        end = time.perf_counter() + seconds
        while time.perf_counter() < end or len(times) < 20:
            times.append(self.ask(method))
        times.sort()
        return times[int(len(times) * 0.99)]

    def close(self):
        self.connection.close()
