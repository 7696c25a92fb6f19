"""The checker itself: histories made by hand, of which it is known whether they are linearizable, and random
ones that a real register has produced, whole and with one answer spoilt."""

import random

import pytest

from crash.history import ABSENT, FAILED, NEVER, OK, REFUSED, UNKNOWN, Operation, Value
from crash.linearizability import check, holds

A, B, C = Value("a", "1"), Value("b", "2"), Value("c", "3")


def write(start, end, value, condition=None, outcome=OK):
    return Operation("k", "write", start, end, outcome, value, condition)


def maybe(start, value, condition=None, until=NEVER):
    return write(start, until, value, condition, UNKNOWN)


def delete(start, end, outcome=OK):
    return Operation("k", "delete", start, end, outcome)


def read(start, end, seen):
    return Operation("k", "read", start, end, OK, seen=seen)


LINEARIZABLE = {
    "nothing": [],
    "one after another": [write(0, 1, A), read(2, 3, A), delete(4, 5), read(6, 7, None), write(8, 9, B)],
    "a read beside a write sees the old": [write(0, 1, A), write(2, 9, B), read(3, 4, A)],
    "a read beside a write sees the new": [write(0, 1, A), write(2, 9, B), read(3, 4, B), read(5, 6, B)],
    "two writes beside each other, the first seen last": [write(0, 9, A), write(1, 8, B), read(10, 11, A)],
    "two readers of two writes in one order":
        [write(0, 9, A), write(0, 9, B), read(1, 3, A), read(2, 4, A), read(5, 6, B), read(7, 8, B)],
    "a long delete removes what is written meanwhile": [delete(0, 10), write(1, 2, A), read(3, 4, None)],
    "one of two creates": [write(0, 5, A, ABSENT), write(1, 6, B, ABSENT, REFUSED), read(7, 8, A)],
    "create after delete": [write(0, 1, A), delete(2, 9), write(3, 4, B, ABSENT), read(5, 6, B)],
    "replace what matches": [write(0, 1, A), write(2, 3, B, "a"), write(4, 5, C, "a", REFUSED), read(6, 7, B)],
    "replace beside the write that it needs": [write(0, 9, A), write(1, 8, B, "a"), read(10, 11, B)],
    "a listing shows the tag only": [write(0, 1, A), read(2, 3, Value("a"))],
    "a write without an answer happened": [maybe(0, A), read(5, 6, A)],
    "a write without an answer never happened": [maybe(0, A), read(5, 6, None)],
    "a write without an answer happens late": [maybe(0, A), read(5, 6, None), write(7, 8, B), read(9, 9, A)],
    "a delete without an answer happened": [write(0, 1, A), delete(2, NEVER, UNKNOWN), read(3, 4, None)],
    "a condition without an answer did not hold": [write(0, 1, B), maybe(2, A, ABSENT), read(3, 4, B)],
    "a create without an answer explains a refusal": [maybe(0, A, ABSENT), write(1, 2, B, ABSENT, REFUSED)],
    "a failed write": [write(0, 1, A), write(2, 3, B, outcome=FAILED), read(4, 5, A)],
    "happened in time": [maybe(0, A, until=5), read(6, 7, A)],
    "in time before a refusal that it does not touch":
        [write(0, 1, B), maybe(2, A, until=5), write(6, 7, C, "c", REFUSED), read(8, 9, A)],
    "in time beside a read that began in time": [maybe(0, A, until=5), read(4, 9, None), read(10, 11, A)],
}

NOT_LINEARIZABLE = {
    "stale read": [write(0, 1, A), write(2, 3, B), read(4, 5, A)],
    "stale read after another saw the new": [write(0, 1, A), write(2, 9, B), read(3, 4, B), read(5, 6, A)],
    "lost write": [write(0, 1, A), read(2, 3, None)],
    "lost update": [write(0, 1, A), write(2, 5, B, "a"), write(3, 6, C, "a"), read(7, 8, C)],
    "both creates succeed": [write(0, 5, A, ABSENT), write(1, 6, B, ABSENT)],
    "create over something": [write(0, 1, A), write(2, 3, B, ABSENT)],
    "a create refused of an absent key": [write(0, 1, A, ABSENT, REFUSED)],
    "a replacement refused that matches": [write(0, 1, A), write(2, 3, B, "a", REFUSED)],
    "a torn value": [write(0, 1, A), write(2, 3, B), read(4, 5, Value("a+b"))],
    "the right bytes under another's metadata": [write(0, 1, A), read(2, 3, Value("a", "2"))],
    "deleted comes back": [write(0, 1, A), delete(2, 3), read(4, 5, None), read(6, 7, A)],
    "a value from nowhere": [read(0, 1, A)],
    "read before it was written": [read(0, 1, A), write(2, 3, A)],
    "two readers see two orders":
        [write(0, 9, A), write(0, 9, B), read(1, 2, A), read(3, 4, B), read(5, 6, A)],
    "a listing of the old": [write(0, 1, A), write(2, 3, B), read(4, 5, Value("a"))],
    "seen, and never happened": [maybe(0, A), read(1, 2, A), read(3, 4, None)],
    "happened twice": [maybe(0, A), read(1, 2, A), write(3, 4, B), read(5, 6, B), read(7, 8, A)],
    "happened too late": [maybe(0, A, until=5), read(6, 7, None), read(8, 9, A)],
    "a failed write is seen": [write(0, 1, A, outcome=FAILED), read(2, 3, A)],
    "deletes do not explain a lost write": [delete(0, 1), write(2, 3, A), read(4, 5, None), delete(6, 7)],
}


@pytest.mark.parametrize("name", LINEARIZABLE)
def test_linearizable(name):
    verdict = check(LINEARIZABLE[name])
    assert verdict, verdict.explain()


@pytest.mark.parametrize("name", NOT_LINEARIZABLE)
def test_not_linearizable(name):
    assert not check(NOT_LINEARIZABLE[name])


def test_initial_value():
    assert check([read(0, 1, A)], initial=A)
    assert not check([read(0, 1, None)], initial=A)


def test_explanation_names_the_place():
    text = check([write(0, 1, A), write(2, 3, B), read(4, 5, A), read(6, 7, B)]).explain()
    assert "operation 2 of 4" in text and "> [0.00 .. 0.00] read" in text


def produced(random, length=300, workers=6):
    """A history that a register has produced: each operation takes effect at an instant of its own."""
    now, state, running, history = 0, None, [], []
    while len(history) < length or running:
        now += 1
        if not running or len(history) < length and len(running) < workers and random.random() < 0.6:
            operation = chosen(random, now, len(history))
            history.append(operation)
            running.append([operation, False])
            continue
        entry = random.choice(running)
        if random.random() < 0.01:
            entry[0].outcome = UNKNOWN
            running.remove(entry)
        elif not entry[1]:
            state = take_effect(entry[0], state)
            entry[1] = True
        else:
            entry[0].returned = now
            running.remove(entry)
    return history


def chosen(random, now, number):
    kind = random.choice(["read", "read", "read", "write", "write", "delete"])
    value = Value(f"v{number}", "m") if kind == "write" else None
    condition = random.choice([None, None, ABSENT, f"v{max(0, number - 3)}"]) if kind == "write" else None
    return Operation("k", kind, now, value=value, condition=condition)


def take_effect(operation, state):
    if operation.kind == "read":
        operation.outcome, operation.seen = OK, state
        return state
    if operation.kind == "delete":
        operation.outcome = OK
        return None
    operation.outcome = OK if holds(state, operation.condition) else REFUSED
    return operation.value if operation.outcome == OK else state


@pytest.mark.parametrize("seed", range(60))
def test_what_a_register_produces(seed):
    history = produced(random.Random(seed))
    verdict = check(history)
    assert verdict, f"seed {seed}: {verdict.explain()}"


@pytest.mark.parametrize("seed", range(30))
def test_one_answer_spoilt(seed):
    """A read that saw a value which was gone for long when it began."""
    chance = random.Random(seed)
    history = produced(chance)
    late = [o for o in history[150:] if o.kind == "read" and o.outcome == OK and o.seen is not None]
    chance.choice(late).seen = Value("v1", "m")
    assert not check(history), f"seed {seed}"
