"""Crashes of the real server."""

import os
import random

from crash.harness import Run, perform, report

CYCLES = int(os.environ.get("CRASH_CYCLES", 30))


def test_kill():
    seed = random.SystemRandom().getrandbits(32)
    with Run(seed) as run:
        good = perform(run, CYCLES)
        assert good, report(run, f"python -m crash.harness --seed {seed} --cycles {CYCLES}")
        assert run.cycles == CYCLES and run.acknowledged > 10 * CYCLES and run.unanswered > 0


def test_kill_while_objects_move():
    """Several volumes: lifecycle moves objects from two to a third, and one of the two is drained now and then."""
    seed = random.SystemRandom().getrandbits(32)
    cycles = max(5, CYCLES // 6)
    with Run(seed, volumes=True) as run:
        good = perform(run, cycles)
        assert good, report(run, f"python -m crash.harness --seed {seed} --cycles {cycles} --volumes")
        assert run.cycles == cycles and run.moved > 0
