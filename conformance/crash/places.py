"""Where the data lies, and what a crash is there."""

import pathlib
import shutil
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
        shutil.rmtree(self.data)

    def close(self):
        shutil.rmtree(self.home, ignore_errors=True)


class PowerCut:
    """A data directory on a disk of its own, with a volatile cache; the crash is a power cut. The server outlives it by a moment, in
    which it must acknowledge nothing that is not on the disk."""

    def __init__(self):
        self.disk = disk.CachedDisk()
        self.data = self.disk.path / "data"

    def strike(self, server):
        self.disk.cut()
        time.sleep(0.05)
        server.process.kill()

    def recover(self):
        self.disk.restore()

    def renew(self):
        self.disk.close()
        self.__init__()

    def close(self):
        self.disk.close()
