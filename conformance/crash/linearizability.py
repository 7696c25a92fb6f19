"""Is a history of one key linearizable? The search of Wing and Gong with the memory of Lowe.

A history is linearizable when its operations can be put in one order in which each takes effect at an instant
between its invocation and its return, and each answer is what a register would have given. An operation with
an unknown outcome may take effect at any instant before its `returned`, or never.

Answered operations are placed one by one, sorted by invocation. Where the search stands is (base, taken,
state, used): the answered operations before `base` are placed, and those whose bit is set in `taken`, counted
from `base`. Next comes one that was invoked before the first return of any that is not placed, so only a
short window is ever looked at.

An unanswered write matters only to what observes it. So it is placed only directly before an operation that
is impossible without it; `used` are the bits of those placed. Of two ways to the same place, the one that has
used less is at least as good, and the other is not followed.
"""

from crash.history import ABSENT, NEVER, OK, REFUSED, UNKNOWN

ILLEGAL = object()


def matches(state, seen):
    """Whether a read may have seen `seen` in this state."""
    if state is None or seen is None:
        return state is seen
    return state.etag == seen.etag and (seen.mark is None or state.mark == seen.mark)


def holds(state, condition):
    """Whether the condition of a write holds in this state."""
    if condition is None:
        return True
    if condition == ABSENT:
        return state is None
    return state is not None and state.etag == condition


def step(state, operation):
    """The state after an operation with this outcome, or ILLEGAL."""
    if operation.kind == "read":
        return state if matches(state, operation.seen) else ILLEGAL
    if operation.kind == "delete":
        return None
    allowed = holds(state, operation.condition)
    if operation.outcome == UNKNOWN:
        return operation.value if allowed else state
    if allowed != (operation.outcome == OK):
        return ILLEGAL
    return operation.value if allowed else state


class Verdict:
    """Whether a history is linearizable, and if not, how far the search came."""

    def __init__(self, ok, operations=(), base=0, states=()):
        self.ok, self.operations, self.base, self.states = ok, operations, base, states

    def __bool__(self):
        return self.ok

    def explain(self, around=6):
        """The operations around the place where every order fails."""
        if self.ok:
            return "linearizable"
        lines = [f"no order explains operation {self.base} of {len(self.operations)}; the key may then hold "
                 + " or ".join(sorted(map(str, self.states)))]
        first, start = max(0, self.base - around), self.operations[0].invoked
        for index, operation in enumerate(self.operations[first:self.base + around], first):
            lines.append(f"{'>' if index == self.base else ' '} {operation.describe(start)}")
        return "\n".join(lines)


def check(operations, initial=None):
    """Judges the operations of one key that held `initial`."""
    assert all(o.outcome != REFUSED or o.condition for o in operations), "only a condition can refuse"
    by_invocation = sorted(operations, key=lambda o: o.invoked)
    return Search([o for o in by_invocation if o.outcome in (OK, REFUSED)],
                  [o for o in by_invocation if o.outcome == UNKNOWN and o.kind != "read"]).run(initial)


class Search:
    def __init__(self, answered, unanswered):
        self.answered, self.unanswered = answered, unanswered
        self.met = {}
        self.deepest, self.states = 0, set()

    def run(self, initial):
        stack = [(0, 0, initial, 0)]
        while stack:
            base, taken, state, used = self.settled(*stack.pop())
            if base == len(self.answered):
                return Verdict(True)
            if self.is_new(base, taken, state, used):
                self.note(base, state)
                stack.extend(self.next(base, taken, state, used))
        everything = sorted(self.answered + self.unanswered, key=lambda o: o.invoked)
        return Verdict(False, everything, everything.index(self.answered[self.deepest]), self.states)

    def is_new(self, base, taken, state, used):
        """Whether nobody came here before who had used no more."""
        ways = self.met.setdefault((base, taken, state), [])
        if any(way & used == way for way in ways):
            return False
        ways[:] = [way for way in ways if way & used != used] + [used]
        return True

    def note(self, base, state):
        """Remembers where the search came furthest."""
        if base > self.deepest:
            self.deepest, self.states = base, set()
        if base == self.deepest:
            self.states.add(state)

    def window(self, base, taken):
        """The answered operations that may come next."""
        horizon = NEVER
        for index in range(base, len(self.answered)):
            operation = self.answered[index]
            if operation.invoked > horizon:
                return
            if not taken >> (index - base) & 1:
                yield index, operation
                horizon = min(horizon, operation.returned)

    def settled(self, base, taken, state, used):
        """After all that can be placed without a choice: what changes nothing and fits the state may come at
        once, unless it would then be too late for an unanswered operation."""
        while True:
            for index, operation in self.window(base, taken):
                if (changes_nothing(operation) and step(state, operation) is not ILLEGAL
                        and not self.would_be_late(operation, used)):
                    base, taken = advance(base, taken | 1 << (index - base))
                    break
            else:
                return base, taken, state, used

    def would_be_late(self, operation, used):
        return any(other.returned < operation.invoked and not used >> number & 1
                   for number, other in enumerate(self.unanswered))

    def next(self, base, taken, state, used):
        """Where one choice leads to."""
        possible = list(self.window(base, taken))
        for index, operation in possible:
            after = step(state, operation)
            if after is not ILLEGAL:
                yield *advance(base, taken | 1 << (index - base)), after, used
                if not (changes_nothing(operation) and self.would_be_late(operation, used)):
                    continue
            for before, more in self.helped(operation, base, taken, state, used, possible):
                yield *advance(base, taken | 1 << (index - base)), step(before, operation), more

    def helped(self, operation, base, taken, state, used, possible):
        """States in which the operation is possible, reached by unanswered operations."""
        stack = [(state, used)]
        while stack:
            state, used = stack.pop()
            for number in self.usable(base, taken, used, possible):
                after = step(state, self.unanswered[number])
                more = used | 1 << number
                if after is state:
                    continue
                if step(after, operation) is not ILLEGAL:
                    yield after, more
                elif any(holds(after, o.condition) and not holds(state, o.condition) for o in self.unanswered):
                    stack.append((after, more))

    def usable(self, base, taken, used, possible):
        """The numbers of the unanswered operations that may come next."""
        horizon = min(o.returned for _, o in possible)
        latest = max((o.invoked for o in self.placed(base, taken, used)), default=-NEVER)
        deletes = set()
        for number, operation in enumerate(self.unanswered):
            if used >> number & 1 or operation.invoked > horizon or latest > operation.returned:
                continue
            if operation.kind == "delete":
                # One delete is as good as another that may happen for as long.
                if operation.returned in deletes:
                    continue
                deletes.add(operation.returned)
            yield number

    def placed(self, base, taken, used):
        """The placed operations of which one was invoked last."""
        if base:
            yield self.answered[base - 1]
        for index in range(taken.bit_length()):
            if taken >> index & 1:
                yield self.answered[base + index]
        for number, operation in enumerate(self.unanswered):
            if used >> number & 1:
                yield operation


def changes_nothing(operation):
    return operation.outcome == REFUSED or operation.kind == "read"


def advance(base, taken):
    """Moves the base over all that is placed."""
    while taken & 1:
        base, taken = base + 1, taken >> 1
    return base, taken
