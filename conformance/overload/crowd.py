"""A crowd of clients that no server likes, in a process of its own.

    python -m overload.crowd PORT CONNECTIONS BUCKET UPLOAD_ID

Each connection is of one kind and stays until the crowd is told to go (a line on standard input). Answers nothing of
what it sends is waited for; what has been received by then is counted and printed as one line of JSON.
"""

import asyncio
import collections
import json
import resource
import socket
import sys
import types

from support import raw

# Shares of the connections, in percent.
KINDS = {
    "idle": 25,    # sends nothing
    "head": 25,    # a header section that never ends, a byte at a time
    "upload": 20,  # a body that dribbles, of an object
    "part": 10,    # the same of a part
    "reader": 20,  # asks for a large object and does not read it
}
BODY = 1 << 20
DRIBBLE = b"x" * 2048
LARGE = "large"


class Guest:
    def __init__(self, kind, number, port, bucket, upload):
        self.kind, self.number = kind, number
        self.socket = socket.socket()
        self.socket.setblocking(False)
        if kind == "reader":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self.greeting, self.rest = greeting(kind, number, port, bucket, upload)
        self.data = b""
        self.is_gone = False

    async def connect(self, loop, port):
        await loop.sock_connect(self.socket, ("127.0.0.1", port))
        if self.greeting:
            await loop.sock_sendall(self.socket, self.greeting)

    def dribble(self):
        if not self.rest or self.is_gone:
            return
        try:
            # Whoever has been answered is not being served any more.
            if self.kind in ("upload", "part") and self.hear():
                self.is_gone = True
                return
            self.socket.send(self.rest)
        except BlockingIOError:
            pass
        except OSError:
            self.is_gone = True

    def hear(self):
        """Takes what has been received; false while there is nothing."""
        try:
            self.data = self.data or self.socket.recv(4096)
            return True
        except BlockingIOError:
            return False

    def listen(self):
        """What the server has said so far: a status, "nothing", or "closed" without a word."""
        try:
            if not self.hear():
                return "nothing"
        except OSError:
            return "closed"
        if not self.data:
            return "closed"
        status = self.data.split(b" ", 2)[1].decode()
        return status + (" SlowDown" if b"<Code>SlowDown</Code>" in self.data else "")


def greeting(kind, number, port, bucket, upload):
    """What a guest sends at once, and what it sends again and again."""
    if kind == "idle":
        return b"", b""
    if kind == "head":
        return b"GET /" + bucket.encode() + b"/k HTTP/1.1\r\nHost: h\r\nX-Slow: ", b"x"
    server = types.SimpleNamespace(port=port)
    if kind == "reader":
        return signed(server, "GET", f"/{bucket}/{LARGE}"), b""
    query = f"partNumber={1 + number % 10_000}&uploadId={upload}" if kind == "part" else ""
    key = "parts" if kind == "part" else f"slow-{number}"
    head = signed(server, "PUT", f"/{bucket}/{key}", query, {"content-length": str(BODY)})
    return head + DRIBBLE, DRIBBLE


def signed(server, method, path, query="", headers=None):
    signature = raw.Signature(method, path, query, dict(headers or {}), "UNSIGNED-PAYLOAD")
    all_headers = signature.build(f"127.0.0.1:{server.port}")
    return raw.request_bytes(method, path + ("?" + query if query else ""), all_headers)


async def crowd(port, count, bucket, upload):
    loop = asyncio.get_running_loop()
    kinds = [kind for kind, share in KINDS.items() for _ in range(share)]
    # 37 and 100 have no common divisor: the kinds come well mixed.
    guests = [Guest(kinds[n * 37 % 100], n, port, bucket, upload) for n in range(count)]
    gate = asyncio.Semaphore(128)
    failures = collections.Counter()

    async def enter(guest):
        async with gate:
            try:
                await guest.connect(loop, port)
            except OSError as error:
                guest.is_gone = True
                failures[f"{guest.kind} {type(error).__name__}"] += 1

    await asyncio.gather(*(enter(guest) for guest in guests))
    print(json.dumps({"event": "in", "connections": count, "failures": failures}), flush=True)
    reader = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
    while not reader.done():
        # Everybody sends a little every four seconds, spread out.
        for start in range(0, len(guests), 64):
            for guest in guests[start:start + 64]:
                guest.dribble()
            await asyncio.sleep(4 * 64 / len(guests))
            if reader.done():
                break
    seen = {kind: collections.Counter() for kind in KINDS}
    for guest in guests:
        seen[guest.kind][guest.listen()] += 1
        guest.socket.close()
    print(json.dumps({"event": "out", "seen": seen}), flush=True)


def main():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    port, count, bucket, upload = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    asyncio.run(crowd(port, count, bucket, upload))


if __name__ == "__main__":
    main()
