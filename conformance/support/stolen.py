"""What the host of a virtual machine takes of its processors, and tests that are measured again for it.

A rate over a second, or a time of milliseconds, says nothing of the server where the machine itself stood still
meanwhile. A test with the mark `clocked` that fails is run again if the host has taken more than `SHARE` of the processors
while it ran, when it takes less again, and `AGAIN` times at most. Where nothing was taken a failure is one at once.
"""

import time

from _pytest.runner import runtestprotocol

SHARE = 0.03
AGAIN = 4
# Seconds to wait for the host to let go, before each time.
PATIENCE = 60


def look():
    """Ticks that were stolen, and all, since the machine's start (proc(5), /proc/stat)."""
    with open("/proc/stat") as file:
        ticks = [int(word) for word in file.readline().split()[1:9]]
    return ticks[7], sum(ticks)


def share(before, after):
    """The part of the processors that the host has taken between two looks."""
    return (after[0] - before[0]) / max(1, after[1] - before[1])


def wait():
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        before = look()
        time.sleep(2)
        if share(before, look()) <= SHARE:
            break


def run(item, nextitem):
    """Runs a test, again where its failure may be the host's; True, as pytest's hook wants it."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for left in range(AGAIN, -1, -1):
        before = look()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        taken = share(before, look())
        if left == 0 or taken <= SHARE or not any(report.failed for report in reports):
            break
        print(f"\n{item.nodeid}: failed while the host took {taken:.0%} of the processors; again")
        wait()
        item._initrequest()
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
