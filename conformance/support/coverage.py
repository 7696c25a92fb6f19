"""When a whole run ends: did every operation work for every client on every way, was each error code seen that the
operation names, and did it name each that was seen?

What the server has comes from `weir operations --json`, what the session saw from `seen`. A gap fails the run.
"""

import json
import pathlib
import subprocess

import pytest

from support import seen
from support.server import BINARY

ROOT = pathlib.Path(__file__).resolve().parents[1]
SUITE = [ROOT / name for name in ("s3", "oss", "versioning", "operations", "malformed", "clients/test_clients.py",
                                  "clients/test_every_operation.py", "clients/test_versions.py")]

# Codes that only a fault from outside brings about; each with the test that sees it.
OUTSIDE = {
    ("s3", "InternalError"): "damaged data: disks/test_damage.py",
    ("s3", "InsufficientStorage"): "a full disk: disks/test_full_disk.py",
    ("s3", "ServiceUnavailable"): "a failing disk: disks/test_failing_disk.py",
    ("s3", "OperationAborted"): "a race lost inside the store: ErrorTests.aConditionalWriteThatRacesSaysSo",
    ("s3", "ConditionalRequestConflict"): "the same",
    ("iam", "InsufficientStorage"): "a full disk: disks/test_full_disk.py",
    ("iam", "ServiceFailure"): "metadata that fails: IAMServiceTests.storageFailuresAreNotTold",
}

# The same where a family has them: what takes a crowd of clients, or limits.
OUTSIDE_OF_FAMILIES = {
    ("s3", "signed", "SlowDown"): "beyond a limit of requests: flow/test_requests.py",
    ("s3", "unrouted", "SlowDown"): "no memory: overload/test_overload.py",
    ("oss", "unrouted", "ServiceUnavailable"): "the same",
    ("oss", "signed", "ServiceUnavailable"): "the same",
}
# The families whose codes s3/test_error_families.py provokes for each operation, but for those that take a server, or a
# body, of their own.
EACH = {"signed", "bucket", "document", "upload"}
ONCE = {"InvalidChunkSizeError", "RequestTimeout", "SlowDown"}

TAGS = {f"{verb}{what}Tagging" for verb in ("Get", "Put", "Delete") for what in ("Bucket", "Object")}
LOCKS = {f"{verb}Object{what}" for verb in ("Get", "Put") for what in ("LockConfiguration", "Retention", "LegalHold")}

CORS = {f"{verb}BucketCors" for verb in ("Get", "Put", "Delete")}
LIFECYCLE = {"GetBucketLifecycleConfiguration", "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle"}

# What no client sends: it is for pages. boto3 signs it, and s3/test_post_object.py posts what it has signed.
FORM = "PostObject"
# Codes that forms of OSS meet before their fields have shown whose they are, so that the log may not say so.
UNSIGNED = {"FieldItemTooLong", "IncorrectNumberOfFilesInPOSTRequest", "MalformedPOSTRequest",
            "MaxPOSTPreDataLengthExceededError"}

# What a client has no word for. boto3 and the AWS CLI have one for everything.
CANNOT = {
    "boto3": set(),
    "awscli": set(),
    "s3cmd": {"GetBucketVersioning", "GetObjectAttributes", "HeadBucket", "ListObjectVersions", "ListObjectsV2",
              "PutBucketVersioning", *TAGS, *LOCKS},
    "rclone": {"DeleteObjects", "GetBucketLocation", "GetObjectAttributes", "HeadBucket", "ListParts", *TAGS, *LOCKS, *CORS,
               *LIFECYCLE},
    "s5cmd": {"AbortMultipartUpload", "DeleteObject", "GetBucketLocation", "GetObjectAttributes",
              "ListMultipartUploads", "ListParts", "RestoreObject", "UploadPartCopy", *TAGS, *LOCKS, *CORS,
              *LIFECYCLE},
    "minio": {"GetObjectAttributes", "ListMultipartUploads", "ListParts", "RestoreObject", *CORS},
}
HAS_USERS = {"boto3", "awscli"}

# The versions of OSS's signature, as its access logs call them.
OSS_VERSIONS = ["OSSV1", "OSSV4"]
# What no SDK of OSS sends: forms are for pages, and HeadBucket is for S3's habits.
NO_OSS_SDK = {FORM, "HeadBucket"}
# What an SDK of OSS has no word for. oss2 had its last release before these came; the newer one sends whatever it is
# told by `invoke_operation`.
OSS_CANNOT = {
    "oss2": {"CleanRestoredObject", "GetBucketPolicyStatus", "OptionObject", "PutBucketResourcePoolBucketGroup",
             "SealAppendObject", "ListResourcePoolBucketGroups", "ListResourcePoolBucketGroupQoSInfos",
             *(f"{verb}BucketObjectWormConfiguration" for verb in ("Get", "Put")),
             *(f"{verb}Object{what}" for verb in ("Get", "Put") for what in ("LegalHold", "Retention")),
             *(f"{verb}ResourcePool{what}" for verb in ("Get", "Put", "Delete") for what in (
                 "BucketGroupQoSInfo", "PriorityQosConfiguration", "RequesterPriorityQosConfiguration"))},
    "ossv2": set(),
}
# What is sent without a signature, by a browser's rules.
OSS_UNSIGNED = {"OptionObject"}
PATH_WAYS = ["uring-plain-path", "poll-plain-path", "uring-tls-path"]
VIRTUAL = "uring-plain-virtual"

_seen = set()
_gaps = []


def is_whole(config):
    """Whether all of the suite was asked for, and not a choice of it."""
    option = config.option
    if option.keyword or option.markexpr or option.deselect or getattr(option, "lf", False):
        return False
    asked = [(config.invocation_params.dir / argument).resolve() for argument in config.args]
    return all(any(one == path or one in path.parents for one in asked) for path in SUITE)


def collect(session):
    """At the end of a worker, or of the only process, when its servers are closed."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["seen"] = json.dumps(sorted(seen.answers))
        return
    _seen.update(seen.answers)
    if is_whole(session.config) and session.exitstatus in (0, 1):
        _gaps.extend(gaps(_seen))
        if _gaps:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    output = getattr(node, "workeroutput", {})
    _seen.update(seen.Answer(*answer) for answer in json.loads(output.get("seen", "[]")))


def summarize(terminalreporter):
    if _gaps:
        terminalreporter.section("not covered", red=True)
        for gap in _gaps:
            terminalreporter.write_line(gap)


def gaps(answers):
    """A line for each thing that the server has and no test came to."""
    out = subprocess.run([BINARY, "operations", "--json"], capture_output=True, check=True).stdout
    table = json.loads(out)
    built = [row for row in table["operations"] if row["built"]]
    oss = [row for row in built if row["service"] == "oss"]
    built = [row for row in built if row["service"] != "oss"]
    return [*missing_codes(built, table["errors"], answers), *missing_clients(built, answers),
            *missing_oss(oss, answers), *missing_in_families(table, answers), *unnamed(table, answers)]


def missing_oss(built, answers):
    """Each operation of OSS worked for each of its SDKs that has a word for it, with each version of the signature; and
    each code that it has was seen."""
    codes = {(answer.log, answer.code) for answer in answers}
    for row in built:
        for code in row["errors"]:
            if not any((log, code) in codes for log in oss_log_names(row, code)):
                yield f"OSS {row['operation']}: no test provoked {code}"
    worked = {(answer.log, answer.client, answer.version) for answer in answers if answer.code.startswith("2")}
    for row in built:
        for client, version in oss_clients(row):
            if ("OSS." + log_name(row), client, version) not in worked:
                yield f"OSS {row['operation']}: never worked for {client}, {version}"


def oss_clients(row):
    """(SDK, version of the signature as the log has it) of each that has a word for an operation of OSS."""
    versions = ["-"] if row["operation"] in OSS_UNSIGNED else OSS_VERSIONS
    return [(client, version) for client, cannot in OSS_CANNOT.items() for version in versions
            if row["operation"] not in cannot | NO_OSS_SDK]


def oss_log_names(row, code):
    """Under which names `seen` may have an operation of OSS that was refused with a code."""
    return ["OSS." + log_name(row)] + [log_name(row)] * (row["operation"] == FORM and code in UNSIGNED)


def missing_codes(built, errors, answers):
    codes = {(answer.log, answer.code) for answer in answers}
    for row in built:
        for code in row["errors"]:
            if (log_name(row), code) not in codes:
                yield f"{row['operation']}: no test provoked {code}"
    words = {({"IAM": "iam", "OSS": "oss"}.get(log.partition(".")[0], "s3"), code) for log, code in codes}
    for error in errors:
        word = error["service"], error["code"]
        if word[0] == "oss" and word[1] in UNSIGNED and ("s3", word[1]) in words:
            continue
        if word not in words and word not in OUTSIDE:
            yield f"{word[0]}: no test provoked {word[1]}"


def family_codes(table):
    """{(service, family): its codes}."""
    return {(family["service"], family["family"]): set(family["errors"]) for family in table["families"]}


def full_log_name(row):
    """Under which name `seen` has an operation of any service."""
    return "OSS." * (row["service"] == "oss") + log_name(row)


def is_unrouted(log):
    """Whether a name in the log is that of a request of which the operation was not known."""
    return log.endswith(".UNKNOWN")


def missing_in_families(table, answers):
    """Each code of a family was seen: on each operation of S3 that meets it, where one test can go through them all, and
    else on one of them."""
    seen_codes = {(answer.log, answer.code) for answer in answers}
    for (service, family), codes in family_codes(table).items():
        rows = [row for row in table["operations"] if row["service"] == service and family in row["families"]]
        logs = {full_log_name(row) for row in rows}
        if family in ("unrouted", "action"):
            marks = {"s3": "REST.", "oss": "OSS.REST.", "iam": "IAM."}[service]
            logs |= {log for log, _ in seen_codes if is_unrouted(log) and log.startswith(marks)}
        for code in sorted(codes):
            if (service, family, code) in OUTSIDE_OF_FAMILIES:
                continue
            if not any((log, code) in seen_codes for log in logs):
                yield f"{service}, {family}: no test provoked {code}"
            elif service == "s3" and family in EACH and code not in ONCE:
                for row in rows:
                    if row["built"] and row["operation"] != FORM and (log_name(row), code) not in seen_codes:
                        yield f"{row['operation']}, {family}: no test provoked {code}"


def named(table):
    """{name in the log: every code that it may have there}. Operations of one name are told apart by nobody."""
    families, codes = family_codes(table), {}
    for row in table["operations"]:
        mine = codes.setdefault(full_log_name(row), set())
        mine |= set(row["errors"])
        for family in row["families"]:
            mine |= families[row["service"], family]
        if row["service"] == "oss" and row["operation"] == FORM:
            codes.setdefault(log_name(row), set()).update(UNSIGNED)
        if row["service"] == "oss" and row["operation"] == "OptionObject":  # a browser's question is nobody's
            codes.setdefault(log_name(row), set()).update(row["errors"])
    return codes


def unnamed(table, answers):
    """A line for each code that an operation has answered and neither it nor one of its families names."""
    codes, families = named(table), family_codes(table)
    outside = {service: {code for one, code in OUTSIDE if one == service} for service in ("s3", "iam")}
    found = set()
    for answer in answers:
        if answer.code.isdigit() or answer.log == "HTTP":
            continue
        service = {"IAM": "iam", "OSS": "oss"}.get(answer.log.partition(".")[0], "s3")
        known = set(codes.get(answer.log, ()))
        if is_unrouted(answer.log):
            known |= families[service, "action" if service == "iam" else "unrouted"]
        if answer.code not in known | outside.get(service, outside["s3"]):
            found.add(f"{answer.log}: answered {answer.code}, which no operation of that name lists")
    return sorted(found)


def missing_clients(built, answers):
    worked = {(answer.client, answer.log, answer.way) for answer in answers if answer.code.startswith("2")}
    for client, cannot in CANNOT.items():
        for row in built:
            is_iam = row["service"] == "iam"
            if row["operation"] in cannot or row["operation"] == FORM or is_iam and client not in HAS_USERS:
                continue
            for way in PATH_WAYS + [VIRTUAL] * (not is_iam and client != "s5cmd"):
                if (client, log_name(row), way) not in worked:
                    yield f"{row['operation']}: never worked for {client}, {way}"


def log_name(row):
    """Both listings of objects have one name in S3's logs; `seen` tells them apart by their query."""
    return row["log"] + ".V2" * (row["operation"] == "ListObjectsV2")
