"""Where the data lies, and what a crash is there."""

import os
import pathlib
import shutil
import signal
import tempfile
import time

from crash import disk


class Kill:
    """A data directory on the file system at hand; the crash is `kill -9`."""

    def __init__(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="weir-crash-"))
        self.data = self.home / "data"

    def strike(self, server):
        server.process.kill()

    def recover(self):
        pass

    def renew(self):
        for path in self.home.iterdir():
            shutil.rmtree(path)

    def close(self):
        shutil.rmtree(self.home, ignore_errors=True)


class PowerCut:
    """A data directory on a disk of its own, with a volatile cache; the crash is a power cut.

    The server is stopped before: a sync that ext4's shutdown interrupts may return success without having
    synced anything, and a server that ran on would believe it, as it could not with a real power cut."""

    def __init__(self):
        self.disk = disk.CachedDisk()
        self.data = self.disk.path / "data"

    def strike(self, server):
        freeze(server.process.pid)
        self.disk.cut()
        server.process.kill()

    def recover(self):
        self.disk.restore()

    def renew(self):
        self.disk.close()
        self.__init__()

    def close(self):
        self.disk.close()


def freeze(pid):
    """Stops a process; returns when none of its threads can run a line of it any more."""
    os.kill(pid, signal.SIGSTOP)
    while any(state(pid, thread) in "RS" for thread in os.listdir(f"/proc/{pid}/task")):
        time.sleep(0.0005)


def state(pid, thread):
    """R and S become T (stopped) at once; D waits for the kernel, and stops before it returns from it."""
    try:
        return pathlib.Path(f"/proc/{pid}/task/{thread}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "gone"
