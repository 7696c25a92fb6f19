"""Shared assertions."""

import contextlib

import botocore.exceptions


class Refused:
    """What a refused call answered."""
    code = None
    status = None
    error = None
    response = None


@contextlib.contextmanager
def refused(code, status):
    """Expects a boto3 call to fail with this S3 error code and HTTP status."""
    seen = Refused()
    try:
        yield seen
    except botocore.exceptions.ClientError as error:
        seen.response = error.response
        seen.error = error.response["Error"]
        seen.code = seen.error["Code"]
        seen.status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        assert (seen.code, seen.status) == (code, status), error.response
        return
    raise AssertionError(f"expected {status} {code}, but the call succeeded")
