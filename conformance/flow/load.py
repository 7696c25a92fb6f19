"""Connections that load a server, each in a thread, and what came through in each second."""

import contextlib
import socket
import threading
import time
import urllib.parse

PIECE = 64 << 10


class Load:
    """`count` connections that ask the same again and again until they are stopped.

    Bytes of downloads are counted as they come, those of uploads once they are answered.
    """

    def __init__(self, server, url, count, body=None):
        """`url(i)` is the presigned URL of connection i; with `body` they put it, else they get."""
        self.address = ("127.0.0.1", server.port)
        self.url, self.body = url, body
        self.moved = []  # (time, bytes)
        self.refused = 0
        self.answers = 0
        self.failures = []
        self.begun = [0] * count  # requests of each connection
        self.ends = False
        self.start = time.monotonic()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._run, args=(i,), daemon=True) for i in range(count)]
        for thread in self.threads:
            thread.start()

    def _run(self, index):
        parts = urllib.parse.urlsplit(self.url(index))
        method = "GET" if self.body is None else "PUT"
        head = (f"{method} {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
                f"Content-Length: {len(self.body or b'')}\r\n\r\n").encode()
        with contextlib.suppress(OSError):
            with socket.create_connection(self.address, timeout=60) as connection:
                while not self.ends:
                    self.begun[index] += 1
                    connection.sendall(head)
                    if self.body:
                        connection.sendall(self.body)
                    self._answer(connection)

    def _answer(self, connection):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(PIECE)
            if not piece:
                raise OSError("closed")
            data += piece
        head, rest = data.split(b"\r\n\r\n", 1)
        lines = head.split(b"\r\n")
        status = int(lines[0].split()[1])
        length = next(int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:"))
        counts = status == 200
        with self.lock:
            self.answers += counts
            self.refused += status == 503
            if status not in (200, 503):
                self.failures.append(head)
        if counts and self.body is None:
            self.note(len(rest))
        left = length - len(rest)
        while left > 0 and not self.ends:
            piece = connection.recv(min(PIECE, left))
            if not piece:
                raise OSError("closed")
            left -= len(piece)
            if counts and self.body is None:
                self.note(len(piece))
        if counts and self.body is not None:
            self.note(len(self.body))
        if self.ends:
            raise OSError("over")

    def note(self, count):
        with self.lock:
            self.moved.append((time.monotonic(), count))

    def between(self, start, end):
        """Bytes a second between two moments, in seconds since the load began."""
        with self.lock:
            total = sum(count for moment, count in self.moved if start <= moment - self.start < end)
        return total / (end - start)

    def lately(self, seconds):
        """Bytes a second in the last so many seconds."""
        now = time.monotonic() - self.start
        return self.between(now - seconds, now)

    def stop(self):
        self.ends = True
        for thread in self.threads:
            thread.join(70)


@contextlib.contextmanager
def loads(*made):
    """Ends them all with the block."""
    try:
        yield made
    finally:
        for load in made:
            load.ends = True
        for load in made:
            load.stop()
