"""What clients asked, when, and what came of it: the evidence that the checkers judge.

A key is a register. What it holds is a `Value`, or None for a key that is absent.
"""

import collections
import dataclasses
import time

# What came of an operation. UNKNOWN: no answer, so it may have been carried out or not.
OK, REFUSED, FAILED, UNKNOWN = "ok", "refused", "failed", "unknown"

# A condition of a write: the key must be absent (If-None-Match: *). Any other condition is an ETag (If-Match).
ABSENT = "absent"

NEVER = float("inf")

# `mark` tells apart writes of the same bytes; None where what was seen does not show it, as in a listing.
Value = collections.namedtuple("Value", "etag mark", defaults=(None,))


@dataclasses.dataclass(slots=True, eq=False)
class Operation:
    """One operation on one key. Times are of one clock, in nanoseconds."""
    key: str
    kind: str                  # "write", "delete" or "read"
    invoked: float
    returned: float = NEVER    # for an unknown outcome: when it can no longer happen
    outcome: str = UNKNOWN
    value: Value = None        # what a write writes
    condition: str = None      # of a write: ABSENT or an ETag
    seen: Value = None         # what a read saw; None is an absent key

    def end(self, outcome, seen=None):
        self.returned, self.outcome, self.seen = time.monotonic_ns(), outcome, seen
        return self

    def describe(self, start=0):
        """One line for a person, times in milliseconds since `start`."""
        times = f"{(self.invoked - start) / 1e6:.2f} .. {(self.returned - start) / 1e6:.2f}"
        what = {"write": self.value, "delete": "", "read": f"-> {self.seen}"}[self.kind]
        condition = f" if {self.condition}" if self.condition else ""
        return f"[{times}] {self.kind} {what}{condition}: {self.outcome}"


class History:
    """Operations in the order of their invocation. Threads may add at the same time."""

    def __init__(self):
        self.operations = []

    def begin(self, key, kind, value=None, condition=None):
        """Notes an operation before it is sent; until `end` its outcome is unknown."""
        operation = Operation(key, kind, time.monotonic_ns(), value=value, condition=condition)
        self.operations.append(operation)
        return operation

    def close(self, at):
        """Says that nothing unanswered can happen after `at`, because the server was dead by then."""
        for operation in self.operations:
            if operation.outcome == UNKNOWN:
                operation.returned = min(operation.returned, at)

    def by_key(self):
        keys = collections.defaultdict(list)
        for operation in self.operations:
            keys[operation.key].append(operation)
        return keys

    def count(self, outcome):
        return sum(1 for operation in self.operations if operation.outcome == outcome)
