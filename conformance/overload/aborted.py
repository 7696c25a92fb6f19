"""Uploads that are cut in the middle, in a process of its own.

    python -m overload.aborted PORT COUNT BUCKET UPLOAD_ID SEED
"""

import asyncio
import json
import random
import socket
import struct
import sys
import types

from overload.crowd import signed

BODY = 300 << 10
NOISE = bytes(BODY)


async def upload(loop, number, port, bucket, upload_id, dice):
    """Half are parts; half are cut by a reset; where they are cut is up to the dice."""
    server = types.SimpleNamespace(port=port)
    query = f"partNumber={1 + number % 10_000}&uploadId={upload_id}" if number % 2 else ""
    key = "parts" if query else f"cut-{number}"
    head = signed(server, "PUT", f"/{bucket}/{key}", query, {"content-length": str(BODY)})
    client = socket.socket()
    client.setblocking(False)
    try:
        await loop.sock_connect(client, ("127.0.0.1", port))
        await loop.sock_sendall(client, head + NOISE[:dice.randrange(BODY)])
        if dice.random() < 0.5:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return "cut"
    except OSError as error:
        return type(error).__name__
    finally:
        client.close()


async def main():
    port, count, bucket, upload_id, seed = (
        int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5]))
    loop = asyncio.get_running_loop()
    dice = random.Random(seed)
    gate = asyncio.Semaphore(32)
    seen = {}

    async def one(number):
        async with gate:
            result = await upload(loop, number, port, bucket, upload_id, dice)
            seen[result] = seen.get(result, 0) + 1

    await asyncio.gather(*(one(number) for number in range(count)))
    print(json.dumps(seen))


if __name__ == "__main__":
    asyncio.run(main())
