"""Bytes that can be told apart: made from a seed, so that any of them can be made again."""

import hashlib
import random

POOL = 16 << 20


class Contents:
    """Bodies by name. A body is its name and then a stretch of one pool of random bytes that starts at a place
    of its own, so that parts of two bodies, or a body with a hole, never pass for another."""

    def __init__(self, seed):
        self.pool = random.Random(seed).randbytes(POOL)

    def body(self, name, size):
        head = f"{name}:{size}\n".encode()[:size]
        start = int.from_bytes(hashlib.md5(head).digest()[:3], "big") % (POOL // 2)
        return head + self.pool[start:start + size - len(head)]


def md5(data):
    return hashlib.md5(data).hexdigest()


def multipart_etag(etags):
    """The tag of an object of parts with these tags."""
    digest = hashlib.md5(b"".join(bytes.fromhex(etag) for etag in etags)).hexdigest()
    return f"{digest}-{len(etags)}"
