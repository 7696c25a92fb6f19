"""The check at the end of a whole run can fail: it misses what was not seen, and finds what is not listed."""

import json
import subprocess

import oss2
import pytest

from support import coverage
from support.seen import Answer
from support.server import BINARY

TABLE = json.loads(subprocess.run([BINARY, "operations", "--json"], capture_output=True, check=True).stdout)
OSS = [row for row in TABLE["operations"] if row["service"] == "oss" and row["built"]]


def worked(row):
    """What the SDKs may have seen of an operation."""
    return [Answer("OSS." + coverage.log_name(row), "200", client, "uring-plain-path", version)
            for client, version in coverage.oss_clients(row)]


def whole():
    """All that a run could have seen of OSS."""
    for row in OSS:
        yield from worked(row)
        yield from (Answer(coverage.oss_log_names(row, code)[0], code, "raw", "uring-plain-path") for code in row["errors"])


def test_nothing_is_missing():
    assert len(OSS) > 50 and list(coverage.missing_oss(OSS, set(whole()))) == []


def test_each_answer_counts():
    everything = set(whole())
    for row in OSS:
        for missed in worked(row) + [
                Answer(coverage.oss_log_names(row, code)[0], code, "raw", "uring-plain-path") for code in row["errors"]]:
            gaps = list(coverage.missing_oss(OSS, everything - {missed}))
            assert gaps and all(gap.startswith("OSS ") for gap in gaps), missed


def test_nobody_is_excused_for_nothing():
    """Who cannot send an operation is listed, and each operation but two is sent by somebody, with both versions."""
    names = {row["operation"] for row in OSS}
    assert all(cannot <= names for cannot in coverage.OSS_CANNOT.values()) and coverage.NO_OSS_SDK <= names
    for row in OSS:
        versions = {version for _, version in coverage.oss_clients(row)}
        assert versions == (set() if row["operation"] in coverage.NO_OSS_SDK else
                            {"-"} if row["operation"] in coverage.OSS_UNSIGNED else {"OSSV1", "OSSV4"})


def test_what_oss2_cannot_it_has_no_method_for():
    """A name on the list that the SDK does have would hide a hole."""
    methods = {name.replace("_", "") for kind in (oss2.Bucket, oss2.Service) for name in dir(kind)}
    assert not [name for name in coverage.OSS_CANNOT["oss2"] if name.lower() in methods]


def test_s3_s_answers_tell_nothing_of_oss():
    answers = {Answer(answer.log.removeprefix("OSS."), *answer[1:]) for answer in whole()}
    gaps = list(coverage.missing_oss(OSS, answers))
    assert len(gaps) > len(OSS)


def in_families():
    """All that a run could have seen of what operations have in common."""
    families = coverage.family_codes(TABLE)
    for row in TABLE["operations"]:
        for family in row["families"]:
            yield from (Answer(coverage.full_log_name(row), code, "raw", "uring-plain-path")
                        for code in families[row["service"], family])
    for service, log in (("s3", "REST.GET.UNKNOWN"), ("oss", "OSS.REST.GET.UNKNOWN")):
        yield from (Answer(log, code, "raw", "uring-plain-path") for code in families[service, "unrouted"])


def test_nothing_of_a_family_is_missing():
    assert list(coverage.missing_in_families(TABLE, set(in_families()))) == []


def test_each_operation_of_a_family_counts():
    everything = set(in_families())
    for log, code in [("REST.PUT.PART", "MissingContentLength"), ("REST.PUT.BUCKET", "MaxMessageLengthExceeded"),
                      ("REST.GET.LOCATION", "InvalidRequest"), ("REST.GET.UNKNOWN", "InvalidURI")]:
        missed = {answer for answer in everything if answer[:2] == (log, code)}
        (gap,) = coverage.missing_in_families(TABLE, everything - missed)
        assert code in gap, gap
    missed = {answer for answer in everything if answer.code == "RequestTimeout" and answer.log.startswith("OSS.")}
    assert len(list(coverage.missing_in_families(TABLE, everything - missed))) == 2  # documents, uploads


def test_what_is_listed_may_be_answered():
    listed = {Answer(coverage.full_log_name(row), code, "raw", "") for row in TABLE["operations"] for code in row["errors"]}
    assert coverage.unnamed(TABLE, listed | set(in_families())) == []


@pytest.mark.parametrize("log, code", [
    ("REST.GET.LOCATION", "NoSuchKey"), ("REST.PUT.PART", "EntityTooSmall"), ("OSS.REST.GET.OBJECT", "SlowDown"),
    ("REST.GET.OBJECT", "FileImmutable"), ("IAM.ListUsers", "NoSuchEntity"), ("IAM.UNKNOWN", "AccessForbidden"),
    ("REST.GET.UNKNOWN", "NoSuchKey"), ("REST.NO.SUCH.OPERATION", "AccessDenied")])
def test_what_is_not_listed_is_found(log, code):
    (found,) = coverage.unnamed(TABLE, {Answer(log, code, "raw", ""), Answer(log, "200", "boto3", "")})
    assert log in found and code in found
