"""Keeps the processors of a virtual machine awake for as long as a session of tests lasts.

An idle one is handed back to its host, and comes back when the host likes: on a busy host a timer of 2 ms then takes up
to 200, which breaks what is held against the clock, and makes all else half as slow again. What spins here is of the
kernel's idle class, so it gets no time that anything else wants; it is what `idle=poll` is to a kernel.
"""

import os
import subprocess
import sys

SPIN = """
import os
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(1_000_000):
        pass
"""

_spinning = []


def start():
    _spinning.extend(subprocess.Popen([sys.executable, "-c", SPIN]) for _ in os.sched_getaffinity(0))


def stop():
    for process in _spinning:
        process.kill()
    while _spinning:
        _spinning.pop().wait()
