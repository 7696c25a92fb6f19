"""A client that behaves, in a process of its own: reads and writes, in turn, until it is told to stop.

    python -m support.beside PORT BUCKET
"""

import contextlib
import json
import pathlib
import select
import subprocess
import sys
import types

from overload.steady import Steady

HERE = pathlib.Path(__file__).resolve().parents[1]


@contextlib.contextmanager
def client(server, bucket):
    """Runs one for as long as the context lasts. Afterwards `seen` has `requests`, `failures`, and the seconds of the
    `longest` request and of the 99th percentile."""
    process = subprocess.Popen([sys.executable, "-m", "support.beside", str(server.port), bucket], cwd=HERE, text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    seen = types.SimpleNamespace()
    try:
        assert process.stdout.readline() == "begun\n"
        yield seen
        said, _ = process.communicate("stop\n", timeout=30)
        vars(seen).update(json.loads(said))
    finally:
        process.kill()
        process.wait()


def main():
    port, bucket = int(sys.argv[1]), sys.argv[2]
    steady = Steady(types.SimpleNamespace(port=port, tls=False), bucket)
    print("begun", flush=True)
    times = []
    while not select.select([sys.stdin], [], [], 0)[0]:
        times += [steady.ask("GET"), steady.ask("PUT")]
    times.sort()
    print(json.dumps({"requests": len(times), "failures": steady.failures, "longest": times[-1],
                      "p99": times[int(len(times) * 0.99)]}))


if __name__ == "__main__":
    main()
