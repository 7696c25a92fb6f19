"""Browsers' forms: made by hand, posted by `requests` or as bytes."""

import base64
import datetime
import hashlib
import hmac
import json

import requests

from support.server import ACCESS_KEY, SECRET_KEY

BOUNDARY = "----WeirFormBoundary7MA4YWxk"


def policy(*conditions, expiration=None):
    """A policy in base64; an hour from now by default."""
    until = expiration or datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    text = json.dumps({"expiration": until.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "conditions": list(conditions)})
    return base64.b64encode(text.encode()).decode()


def sha1(text, secret=SECRET_KEY):
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()


def v4(text, when, region, service, secret=SECRET_KEY):
    """The signature of a policy, in the way of AWS (`s3`) or OSS (`oss`)."""
    start, end = ("aliyun_v4", "aliyun_v4_request") if service == "oss" else ("AWS4", "aws4_request")
    key = (start + secret).encode()
    for part in (when.strftime("%Y%m%d"), region, service, end):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def s3_fields(fields, *conditions, version="v4", secret=SECRET_KEY, **named):
    """A whole form of S3's that covers what it holds, but for what `conditions` say of it."""
    when = datetime.datetime.now(datetime.timezone.utc)
    if version == "v2":
        proof = {"AWSAccessKeyId": ACCESS_KEY}
    else:
        proof = {"x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-date": when.strftime("%Y%m%dT%H%M%SZ"),
                 "x-amz-credential": f"{ACCESS_KEY}/{when:%Y%m%d}/us-east-1/s3/aws4_request"}
    said = {str(next(iter(c)) if isinstance(c, dict) else c[1]).lstrip("$").lower() for c in conditions}
    covered = [{name: value} for name, value in {**fields, **proof}.items()
               if name.lower() not in said and name != "AWSAccessKeyId"]
    text = policy(*covered, *conditions, **named)
    signature = {"signature": sha1(text, secret)} if version == "v2" else {
        "x-amz-signature": v4(text, when, "us-east-1", "s3", secret)}
    return {**fields, **proof, "policy": text, **signature}


def oss_fields(fields, *conditions, version="v4", region="us-east-1", secret=SECRET_KEY, **named):
    """A whole form of OSS's."""
    when = datetime.datetime.now(datetime.timezone.utc)
    if version == "v1":
        text = policy(*conditions, **named)
        return {**fields, "OSSAccessKeyId": ACCESS_KEY, "policy": text, "Signature": sha1(text, secret)}
    proof = {"x-oss-signature-version": "OSS4-HMAC-SHA256", "x-oss-date": when.strftime("%Y%m%dT%H%M%SZ"),
             "x-oss-credential": f"{ACCESS_KEY}/{when:%Y%m%d}/{region}/oss/aliyun_v4_request"}
    text = policy(*({name: value} for name, value in proof.items()), *conditions, **named)
    return {**fields, **proof, "policy": text, "x-oss-signature": v4(text, when, region, "oss", secret)}


def post(server, bucket, fields, file=b"data", filename="f.txt", **named):
    """Posts a form as a browser does."""
    return requests.post(f"{server.endpoint}/{bucket}", data=fields, files={"file": (filename, file)},
                         verify=getattr(server, "ca", None) or True, allow_redirects=False, timeout=30, **named)


def body(fields, file=b"data", filename="f.txt", behind=b""):
    """A form as bytes."""
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
             for name, value in fields.items()]
    if file is not None:
        parts.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
                     "Content-Type: text/plain\r\n\r\n".encode() + file + b"\r\n")
    return b"".join(parts) + behind + f"--{BOUNDARY}--\r\n".encode()


def send(server, bucket, data, content_type=f"multipart/form-data; boundary={BOUNDARY}", **named):
    """Posts bytes as a form."""
    return requests.post(f"{server.endpoint}/{bucket}", data=data, headers={"content-type": content_type},
                         allow_redirects=False, timeout=30, **named)


def code(reply):
    """The error code of a reply."""
    start = reply.content.find(b"<Code>")
    return reply.content[start + 6:reply.content.find(b"</Code>")].decode() if start >= 0 else None
