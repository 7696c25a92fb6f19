"""Real clients, pointed at a server."""

import contextlib
import socket

import boto3
from botocore.config import Config

from support.server import ACCESS_KEY, DOMAIN, SECRET_KEY

_getaddrinfo = socket.getaddrinfo


def resolve_domain():
    """Lets this process find DOMAIN and every bucket below it on loopback, without touching the system."""
    def getaddrinfo(host, *rest, **named):
        name = host.decode() if isinstance(host, bytes) else host
        if isinstance(name, str) and (name == DOMAIN or name.endswith("." + DOMAIN)):
            host = "127.0.0.1"
        return _getaddrinfo(host, *rest, **named)
    socket.getaddrinfo = getaddrinfo


def s3(server, style="path", access_key=ACCESS_KEY, secret_key=SECRET_KEY, signature="s3v4", region="us-east-1",
       **config):
    """A boto3 client: default checksums, no retries, so that every answer is seen as it is."""
    return boto3.client(
        "s3", endpoint_url=server.endpoint if style == "path" else server.virtual_endpoint,
        aws_access_key_id=access_key, aws_secret_access_key=secret_key, region_name=region,
        verify=server.ca if server.tls else None,
        config=Config(s3={"addressing_style": style}, signature_version=signature,
                      retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=60, **config))


@contextlib.contextmanager
def as_of(client, moment):
    """Has a boto3 client look back, at an ISO 8601 text, for as long as the context lasts."""
    def look_back(request, **_):
        request.headers["x-weir-as-of"] = moment
    client.meta.events.register("before-sign.s3", look_back)
    try:
        yield
    finally:
        client.meta.events.unregister("before-sign.s3", look_back)


def iam(server, access_key=ACCESS_KEY, secret_key=SECRET_KEY):
    return boto3.client(
        "iam", endpoint_url=server.endpoint, aws_access_key_id=access_key,
        aws_secret_access_key=secret_key, region_name="us-east-1",
        verify=server.ca if server.tls else None, config=Config(retries={"total_max_attempts": 1}))
