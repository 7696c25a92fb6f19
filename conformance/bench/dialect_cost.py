"""What a second dialect costs a request: instructions of the server for the same work asked in S3's words and in OSS's,
counted by valgrind; and what S3's requests pay to be told from OSS's.

A 4 KiB GET, a 4 KiB PUT and a page of 1,000 keys, presigned by version 4 of each dialect, the two in turn. One connection,
one ring, epoll: so that the counts of two rounds differ by what the server does and not by how requests meet. All
instructions of the process in user space are counted, those of its background threads too; the kernel's are not.
"""

import argparse
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from bench.flow_cost import bench, under_valgrind, without_debug_information  # noqa: E402
from support import clients  # noqa: E402
from support.server import Server  # noqa: E402

AIM = 1.1
# What is asked: (name, mode of `weir bench`, requests that are counted in a round).
WORK = [("GET 4 KiB", "get", 3000), ("PUT 4 KiB", "put", 3000), ("page of 1,000 keys", "list", 200)]
SETTINGS = {"rings": 1}


def counted(options, home, server, mode, count, dialect):
    """Instructions of one request by what they are spent on, in one round."""
    control = ["callgrind_control", str(server.process.pid)]
    arguments = ["--no-prepare", "--dialect", dialect]
    bench(options.weir, server, max(count // 10, 20), *arguments, mode=mode)
    for step in (["-z"], ["-i", "on"]):
        subprocess.run([*control, *step], check=True, capture_output=True)
    bench(options.weir, server, count, *arguments, mode=mode)
    before = set(home.glob("counts.*"))
    for step in (["-i", "off"], ["-d"]):
        subprocess.run([*control, *step], check=True, capture_output=True)
    (dump,) = set(home.glob("counts.*")) - before

    def each(pattern, *annotate):
        text = subprocess.run(["callgrind_annotate", "--threshold=100", *annotate, str(dump)], check=True,
                              capture_output=True, text=True).stdout
        found = re.findall(pattern, text, re.MULTILINE)
        assert found, f"nothing like {pattern} in {dump}"
        return sum(int(number.replace(",", "")) for number in found) / count

    return {"whole": each(r"^ *([\d,]+) .*PROGRAM TOTALS"),
            "cryptography": each(r"^ *([\d,]+) .*\[\S*/libcrypto\S*\]$"),
            "recognition": each(r"^ *([\d,]+) .*DialectRecognition.*\[", "--inclusive=yes")}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weir", required=True, type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each dialect, whose medians are told")
    parser.add_argument("--only", choices=[mode for _, mode, _ in WORK], help="one kind of request")
    options = parser.parse_args()
    options.weir = options.weir.resolve()
    home = pathlib.Path(tempfile.mkdtemp(prefix="weir-cost-"))
    with Server(binary=options.weir, io="poll", is_recorded=False, settings=SETTINGS) as plain:
        clients.s3(plain).create_bucket(Bucket="bench")
        bench(options.weir, plain, 2000)
        plain.stop()
        binary = under_valgrind(without_debug_information(options.weir, home), home, home / "counts")
        server = Server(binary=binary, io="poll", is_recorded=False, settings=SETTINGS, data=plain.data).start()
        try:
            for name, mode, count in [work for work in WORK if options.only in (None, work[1])]:
                rounds = {"s3": [], "oss": []}
                for _ in range(options.rounds):
                    for dialect, seen in rounds.items():
                        seen.append(counted(options, home, server, mode, count, dialect))
                s3, oss = ({part: statistics.median(one[part] for one in seen) for part in seen[0]}
                           for seen in rounds.values())
                print(f"{name:20} S3 {s3['whole']:11,.0f} instructions ({s3['whole'] - s3['cryptography']:,.0f} without"
                      f" cryptography), OSS {oss['whole']:11,.0f} ({oss['whole'] - oss['cryptography']:,.0f}): ratio"
                      f" {oss['whole'] / s3['whole']:.3f} (aim: at most {AIM}); told apart for"
                      f" {s3['recognition']:,.0f}, {s3['recognition'] / s3['whole']:.2%} of S3's", flush=True)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
