"""The crash harness: real clients, the real binary, killed again and again on the same data.

    python -m crash.harness --cycles 200 --seed 7          kill -9
    python -m crash.harness --cycles 50 --power-cut        a power cut on a loop device (root)
    python -m crash.harness --cycles 50 --volumes          several volumes: objects move between them, one is drained
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from crash import disk  # noqa: E402
from crash.client import Client  # noqa: E402
from crash.history import OK, UNKNOWN, History  # noqa: E402
from crash.places import Kill, PowerCut  # noqa: E402
from crash.verify import Verification, Violation  # noqa: E402
from crash.workload import Worker  # noqa: E402
from crash.world import VERSIONED, World  # noqa: E402
from support.server import ACCESS_KEY, BINARY, SECRET_KEY, Server  # noqa: E402

ROLES = ("small", "small", "small", "small", "large", "uploads")
MIB = 1 << 20


class Run:
    """Cycles on one data directory; what was seen, and what was wrong."""

    def __init__(self, seed, io="both", power_cut=False, binary=BINARY, variables=None, volumes=False):
        self.seed, self.io, self.random = seed, io, random.Random(seed)
        self.world = World(seed)
        self.place = PowerCut() if power_cut else Kill()
        self.volumes = volumes
        self.moved = 0
        self.logs = pathlib.Path(tempfile.mkdtemp(prefix="weir-crash-log-"))
        self.server = Server(data=self.place.data, log=self.logs / "server.log", binary=binary,
                             variables=variables, is_recorded=False)
        self.violations = []
        self.cycles = self.operations = self.acknowledged = self.unanswered = self.crashes = 0
        self.slowest_start = 0.0

    # One cycle

    def cycle(self):
        number = self.cycles
        if self.server.process is None and not self.start():
            return False
        history, stop = History(), threading.Event()
        workers = self.workers(number, history, stop)
        for worker in workers:
            worker.start()
        time.sleep(self.random.uniform(0.1, 1.5))
        if self.volumes:
            self.drain_or_not()
            time.sleep(self.random.uniform(0.1, 1.5))
            self.moved += self.server.metrics()["weir_lifecycle_transitions_total"]
        struck = time.monotonic_ns()
        self.strike()
        died = time.monotonic_ns()
        stop.set()
        for worker in workers:
            worker.join()
        history.close(died)
        self.count(history)
        self.judge(number, workers, struck)
        return self.restart_and_verify(number, history, workers, died)

    def workers(self, number, history, stop):
        made = [Worker(self.server, self.world, history, role, f"{number}.{index}", stop)
                for index, role in enumerate(ROLES)]
        made[ROLES.index("uploads")].uploads = self.world.uploads
        return made

    def restart_and_verify(self, number, history, workers, died):
        if self.random.random() < 0.2:
            self.crash_while_starting()
        if not self.start():
            return False
        uploads = [upload for worker in workers for upload in worker.uploads]
        creates = [upload.path for upload in uploads if upload.id is None]
        found = Verification(self.server, self.world, history, [u for u in uploads if u.id], creates, died).run()
        self.blame(number, found)
        self.cycles += 1
        if not found and self.random.randrange(3) == 0:
            self.check()
        if not found and self.used_bytes() > 1024 * MIB:
            self.audit()
            self.place.renew()
            self.server.data = self.place.data
        return not self.violations

    def check(self):
        """What `weir fsck` says of the running server, every byte read."""
        done = self.weir("fsck", "--read-data")
        if done.returncode:
            self.blame(self.cycles, [Violation("fsck", "", (done.stdout + done.stderr)[:2000])])

    def live_bytes(self):
        """Live bytes once the reclaimer has let go of what it was moving."""
        deadline = time.monotonic() + 10
        while (live := self.server.metrics()["weir_volume_live_bytes"]) and time.monotonic() < deadline:
            time.sleep(0.1)
        return live

    def used_bytes(self):
        metrics = self.server.metrics()
        return metrics["weir_volume_live_bytes"] + metrics["weir_volume_dead_bytes"]

    def drain_or_not(self):
        """Begins to empty the second volume, or takes it back."""
        how = self.random.choice([[], ["--cancel"]])
        self.weir("volume", "drain", "second", *how)

    def weir(self, *arguments):
        return subprocess.run(
            [str(self.server.binary), *arguments, "--json", "--admin", self.server.admin], capture_output=True,
            text=True, timeout=300,
            env=dict(os.environ, WEIR_ROOT_ACCESS_KEY=ACCESS_KEY, WEIR_ROOT_SECRET_KEY=SECRET_KEY))

    def count(self, history):
        self.operations += len(history.operations)
        self.acknowledged += history.count(OK)
        self.unanswered += history.count(UNKNOWN)

    def judge(self, number, workers, struck):
        """What the workers saw that must not be while nothing has happened to the server."""
        for worker in workers:
            if worker.failure:
                raise worker.failure
            self.blame(number, [Violation(*problem[1:]) for problem in worker.problems
                                if problem[0] < struck or problem[1] != "unexpected answer"])
            if worker.lost_at and worker.lost_at < struck:
                self.blame(number, [Violation("no answer", "", "a request was not answered before the crash")])

    def blame(self, number, violations):
        self.violations += [(number, violation) for violation in violations]

    # The server

    def start(self):
        """Starts it with the settings that the dice give. False: it would not."""
        self.server.io = self.io if self.io != "both" else self.random.choice(["uring", "poll"])
        self.server.settings = {
            "rings": 2,
            "volumes.segment_size": self.random.choice([16, 64, 256]) * MIB,
            "volumes.direct_io": self.random.choice(["auto", "off"]),
            "metadata.write_buffer": self.random.choice([1, 64]) * MIB,
            "reclaim.interval": self.random.choice(["100ms", "1s"]),
            "reclaim.threshold": self.random.choice([5, 50]),
            "reclaim.rate": 0,
        }
        if self.volumes:
            self.server.settings |= {
                "volumes.directories": f"second={self.place.data}-second,cool={self.place.data}-cool",
                "classes.standard_volumes": "main,second", "classes.glacier_ir_volumes": "cool",
                "lifecycle.day": "1s", "lifecycle.interval": "100ms", "lifecycle.move_rate": 0}
        began = time.monotonic()
        try:
            self.server.start()
        except RuntimeError as error:
            self.end_process()
            self.blame(self.cycles, [Violation("will not start", "", str(error))])
            return False
        self.slowest_start = max(self.slowest_start, time.monotonic() - began)
        if self.cycles == 0 or not self.world.state and not self.world.uploads:
            self.make_buckets()
        return True

    def make_buckets(self):
        client = Client(self.server)
        for bucket in self.world.buckets:
            assert client.call("PUT", f"/{bucket}").status in (200, 409)
            if bucket in VERSIONED:
                assert client.enable_versioning(bucket).ok
            if self.volumes:
                assert client.cool_down(bucket, 1).ok
        client.close()

    def strike(self):
        self.crashes += 1
        self.place.strike(self.server)
        self.end_process()
        self.place.recover()

    def end_process(self):
        if self.server.process is not None:
            self.server.stop(signal.SIGKILL)

    def crash_while_starting(self):
        """Another crash, at a random moment of the start that follows the first."""
        timer = threading.Timer(self.random.uniform(0, 0.15), self.kill_if_running)
        timer.start()
        try:
            self.server.start()
        except (RuntimeError, ValueError):
            pass  # as it should be: it was killed before it was ready
        timer.join()
        self.strike() if self.server.process is not None else self.place.recover()

    def kill_if_running(self):
        process = self.server.process
        if process is not None:
            process.kill()

    def audit(self):
        """Deletes everything; then nothing may be live, neither now nor after a restart."""
        client = Client(self.server)
        for bucket in self.world.buckets:
            names = list(client.list(bucket))
            if names:
                assert client.delete_many(bucket, names).ok
            if bucket in VERSIONED:
                for name, version_id, _, _ in client.list_versions(bucket):
                    assert client.delete_version(f"/{bucket}/{name}", version_id).ok
            for name, upload in client.list_uploads(bucket):
                assert client.abort(f"/{bucket}/{name}", upload).ok
        client.close()
        self.world.forget({})
        self.world.uploads, self.world.kept = [], {}
        for when in ("after deleting everything", "after deleting everything and a restart"):
            live = self.live_bytes()
            if live:
                self.blame(self.cycles, [Violation("space", "", f"{live:.0f} live bytes {when}")])
            self.server.stop()
            if when.endswith("everything") and not self.start():
                return

    def close(self):
        try:
            self.end_process()
        finally:
            self.place.close()
            shutil.rmtree(self.logs, ignore_errors=True)
            self.server.close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


# Command line

def progress(run, cycles):
    return (f"cycle {run.cycles}/{cycles}  {run.operations:,} operations  {run.acknowledged:,} acknowledged  "
            f"{run.unanswered} unanswered  slowest start {run.slowest_start:.2f} s  "
            f"{len(run.violations)} violations")


def summary(run):
    return {"seed": run.seed, "cycles": run.cycles, "crashes": run.crashes, "operations": run.operations,
            "acknowledged": run.acknowledged, "unanswered": run.unanswered,
            "slowest_start_seconds": round(run.slowest_start, 3),
            "violations": [{"cycle": n, **v._asdict()} for n, v in run.violations]}


def report(run, replay):
    """What was wrong, for a person, and how to see it again."""
    lines = [f"cycle {number}: {v.kind} {v.path}: {v.text}" for number, v in run.violations[:20]]
    return "\n".join([f"{len(run.violations)} violations, seed {run.seed}; again: {replay}", *lines])


def perform(run, cycles, show=lambda run: None):
    """Runs cycles until something is wrong, then audits the space."""
    while run.cycles < cycles and run.cycle():
        show(run)
    show(run)
    if not run.violations and run.server.process is not None:
        run.audit()
    return not run.violations


def parse(arguments=None):
    parser = argparse.ArgumentParser(prog="crash.harness", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cycles", type=int, default=30)
    parser.add_argument("--seed", type=int, default=None, help="dice of an earlier run; otherwise new ones")
    parser.add_argument("--weir", default=BINARY, help="the binary")
    parser.add_argument("--io", default="both", choices=["uring", "poll", "both"])
    parser.add_argument("--power-cut", action="store_true", help="cut the power of a loop device (needs root)")
    parser.add_argument("--volumes", action="store_true", help="several volumes, between which objects move")
    parser.add_argument("--json", action="store_true", help="print a summary in JSON")
    options = parser.parse_args(arguments)
    if options.seed is None:
        options.seed = int.from_bytes(os.urandom(4), "big")
    return options


def main():
    options = parse()
    reason = options.power_cut and disk.why_not()
    if reason:
        raise SystemExit(f"no power cuts here: {reason}")
    replay = (f"python -m crash.harness --seed {options.seed} --cycles {options.cycles} --io {options.io}"
              + (" --power-cut" if options.power_cut else "") + (" --volumes" if options.volumes else ""))
    end = "\r" if sys.stderr.isatty() else "\n"
    with Run(options.seed, options.io, options.power_cut, options.weir, volumes=options.volumes) as run:
        good = perform(run, options.cycles, lambda run: print(
            progress(run, options.cycles), end=end, file=sys.stderr, flush=True))
        print(file=sys.stderr)
        if options.json:
            print(json.dumps(summary(run)))
        if not good:
            raise SystemExit(report(run, replay))
    print(f"seed {options.seed}: no acknowledged write was lost or torn", file=sys.stderr)


if __name__ == "__main__":
    main()
