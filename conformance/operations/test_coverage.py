"""The check at the end of a whole run can fail: it misses what was not seen."""

import json
import subprocess

from support import coverage
from support.seen import Answer
from support.server import BINARY

TABLE = json.loads(subprocess.run([BINARY, "operations", "--json"], capture_output=True, check=True).stdout)
OSS = [row for row in TABLE["operations"] if row["service"] == "oss" and row["built"]]


def whole():
    """All that a run could have seen of OSS."""
    for row in OSS:
        yield Answer("OSS." + coverage.log_name(row), "200", "oss2", "uring-plain-path")
        yield from (Answer(coverage.oss_log_name(row, code), code, "raw", "uring-plain-path") for code in row["errors"])


def test_nothing_is_missing():
    assert len(OSS) > 50 and list(coverage.missing_oss(OSS, set(whole()))) == []


def test_each_answer_counts():
    everything = set(whole())
    for row in OSS:
        if row["operation"] in ("HeadBucket", "OptionObject"):
            continue
        # No SDK sends forms.
        worked = [Answer("OSS." + coverage.log_name(row), "200", "oss2", "uring-plain-path")]
        for missed in worked * (row["operation"] != coverage.FORM) + [
                Answer(coverage.oss_log_name(row, code), code, "raw", "uring-plain-path") for code in row["errors"]]:
            gaps = list(coverage.missing_oss(OSS, everything - {missed}))
            assert gaps and all(gap.startswith("OSS ") for gap in gaps), missed


def test_s3_s_answers_tell_nothing_of_oss():
    answers = {Answer(answer.log.removeprefix("OSS."), *answer[1:]) for answer in whole()}
    gaps = list(coverage.missing_oss(OSS, answers))
    assert len(gaps) > len(OSS)
