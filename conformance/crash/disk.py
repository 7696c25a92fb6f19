"""Disks whose power can be cut: ext4 file systems on loop devices.

The cut is ext4's own shutdown without flushing its journal: from that instant nothing more reaches the device,
and what only the page cache holds is gone when the file system is mounted again, after replaying its journal.
What a sync has brought down is kept.

That alone keeps what was sent to the device without a flush. `CachedDisk` is a device with a volatile cache: its
image lies on a disk of the same kind, where the loop driver turns a flush into a sync of the image. When that
outer disk is cut, writes that no flush followed are lost as well.
"""

import contextlib
import fcntl
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import time

GIB = 1 << 30
# _IOR('X', 125, __u32), and its flag "do not flush the log": include/uapi/linux/ext4.h
EXT4_IOC_SHUTDOWN = 2 << 30 | 4 << 16 | ord("X") << 8 | 125
NO_LOG_FLUSH = 2


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")


class Disk:
    """A mounted file system in a file of its own. Close it, or use it as a context manager."""

    def __init__(self, size=3 * GIB, directory=None):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="weir-disk-", dir=directory))
        self.image, self.path = self.home / "image", self.home / "mounted"
        self.path.mkdir()
        self.is_mounted = False
        try:
            with open(self.image, "wb") as image:
                image.truncate(size)
            run("mkfs.ext4", "-q", self.image)
            self.mount()
        except BaseException:
            self.close()
            raise

    def mount(self):
        # The journal is written when something is synced, and hardly ever by the clock: the less the file
        # system does unasked, the more an omitted sync loses.
        run("mount", "-t", "ext4", "-o", "loop,commit=600", self.image, self.path)
        self.is_mounted = True

    def unmount(self):
        """Waits for it: what a dead process had under way in io_uring keeps its files open for a moment."""
        end = time.monotonic() + 10
        while self.is_mounted:
            try:
                run("umount", self.path)
                self.is_mounted = False
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)

    def sync(self):
        with self.directory() as descriptor:
            run("sync", "-f", self.path)
            os.fsync(descriptor)

    def cut(self):
        """The power fails now. Who uses the file system meets I/O errors until `restore`."""
        with self.directory() as descriptor:
            fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))

    def restore(self):
        """The power is back. Nobody may have a file open."""
        self.unmount()
        self.mount()

    @contextlib.contextmanager
    def directory(self):
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def close(self):
        if self.is_mounted:
            try:
                self.unmount()
            except OSError:
                # Something still has a file open: out of the tree at once, gone when that ends.
                run("umount", "--lazy", self.path)
                self.is_mounted = False
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


class CachedDisk(Disk):
    """The same on a device that forgets what was not flushed."""

    def __init__(self, size=3 * GIB):
        self.device = Disk(size + size // 8)
        try:
            super().__init__(size, self.device.path)
            self.device.sync()
        except BaseException:
            self.device.close()
            raise

    def sync(self):
        super().sync()
        self.device.sync()

    def cut(self):
        self.device.cut()
        super().cut()

    def restore(self):
        self.unmount()
        self.device.restore()
        self.mount()

    def close(self):
        super().close()
        self.device.close()


def why_not():
    """Why no disk can be made here, or None."""
    if os.geteuid() != 0:
        return "mounting needs root"
    if not os.path.exists("/dev/loop-control"):
        return "there is no /dev/loop-control"
    if not shutil.which("mkfs.ext4"):
        return "mkfs.ext4 is not installed"
    try:
        with CachedDisk(64 << 20) as disk:
            disk.cut()
            disk.restore()
    except OSError as error:
        return f"a loop device cannot be mounted and cut: {error}"
    return None
