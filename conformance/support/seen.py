"""What a session's servers have answered, by operation, code and client: read from their access logs.

The log is the servers' own word for every client alike, be it boto3, a shell command or raw bytes. Answers to
what never became a request are not in it; `raw` notes those.
"""

import re
from typing import NamedTuple

DOMAIN = "s3.weir.test"
FIELDS = re.compile(r'"(?:[^"\\]|\\.)*"|\[[^\]]*\]|\S+')
CLIENTS = {"aws-cli/": "awscli", "Boto3/": "boto3", "rclone/": "rclone", "S5cmd/": "s5cmd", "s5cmd/": "s5cmd",
           "aws-sdk-go/": "s5cmd", "aliyun-sdk-python/": "oss2", "alibabacloud-python-sdk-v2/": "ossv2", "MinIO ": "minio", "curl/": "curl"}


class Answer(NamedTuple):
    log: str  # the operation's name in the log
    code: str  # an error code, or the status where there is none
    client: str
    way: str  # io back end, TLS, address style
    version: str = ""  # of the signature: as the log has it; "-" where there was none


answers = set()


def client_of(agent, authentication):
    """s3cmd alone signs its headers and gives no name."""
    if agent == "-" and authentication == "AuthHeader":
        return "s3cmd"
    return next((name for mark, name in CLIENTS.items() if agent.startswith(mark)), "raw")


def read(path, io):
    """Takes note of an access log's lines."""
    with open(path, encoding="utf-8") as log:
        for line in log:
            field = FIELDS.findall(line)
            if len(field) != 27:
                continue
            operation, target, status, code = field[6], field[8], field[9], field[10]
            if operation == "REST.GET.BUCKET" and "list-type=2" in target:
                operation = "REST.GET.BUCKET.V2"
            # What OSS's clients saw tells nothing of S3. Their requests have ids of 24 digits, however they ended.
            if len(field[5]) == 24:
                operation = "OSS." + operation
            tls = "tls" if field[23] != "-" else "plain"
            style = "virtual" if DOMAIN in field[22] else "path"
            answers.add(Answer(operation, status if code == "-" else code, client_of(field[16].strip('"'), field[21]),
                               f"{io}-{tls}-{style}", field[19]))


def note(reply):
    """Takes note of a reply to raw bytes."""
    if reply and reply.status >= 400 and reply.code:
        answers.add(Answer("HTTP", reply.code, "raw", ""))
    return reply
