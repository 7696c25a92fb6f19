"""Thirty crashes of the real server."""

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
