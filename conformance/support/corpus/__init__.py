"""Malformed requests, and what each of them must get by RFC 9110, RFC 9112 and AWS's documentation.

A module for each topic; each case has one outcome, down to the code of the error and, where HTTP refuses a head, its
reason. What could hide behind an early 403 is signed.
"""

from support.corpus import authentication, aws_chunks, chunks, framing, heads, request_line, targets  # noqa: F401
from support.corpus.case import BUCKET, CASES, CLOSED, KEPT, KEY, Outcome  # noqa: F401
