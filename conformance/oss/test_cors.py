"""Cross-origin rules in OSS's words, and the same rules in S3's."""

import alibabacloud_oss_v2 as v2
import oss2
import pytest

from support import clients, oss, raw
from support.oss import refused
from support.oss_raw import ask

PAGE = "https://page.example"


class Cors:
    """The rules of a bucket through either SDK: (origins, methods, headers, exposed, seconds) each."""

    def __init__(self, client, bucket):
        self.client, self.bucket = client, bucket
        self.is_oss2 = client.sdk == "oss2"

    def put(self, *rules, vary=None):
        if self.is_oss2:
            listed = oss2.models.BucketCors([oss2.models.CorsRule(*rule) for rule in rules])
            listed.response_vary = vary
            return self.client.bucket(self.bucket).put_bucket_cors(listed).status
        listed = [v2.CORSRule(allowed_origins=origins, allowed_methods=methods, allowed_headers=headers,
                              expose_headers=exposed, max_age_seconds=seconds)
                  for origins, methods, headers, exposed, seconds in rules]
        return self.client.client.put_bucket_cors(v2.PutBucketCorsRequest(
            self.bucket, cors_configuration=v2.CORSConfiguration(cors_rules=listed, response_vary=vary))).status_code

    def get(self):
        """The rules, and whether replies always vary."""
        if self.is_oss2:
            told = self.client.bucket(self.bucket).get_bucket_cors()
            rules, vary = told.rules, told.response_vary
        else:
            told = self.client.client.get_bucket_cors(v2.GetBucketCorsRequest(self.bucket)).cors_configuration
            rules, vary = told.cors_rules, told.response_vary
        return [(one.allowed_origins, one.allowed_methods, one.allowed_headers or [], one.expose_headers or [],
                 one.max_age_seconds) for one in rules], vary

    def delete(self):
        if self.is_oss2:
            return self.client.bucket(self.bucket).delete_bucket_cors().status
        return self.client.client.delete_bucket_cors(v2.DeleteBucketCorsRequest(self.bucket)).status_code


FULL = (["https://*.example"], ["PUT", "GET"], ["x-oss-*"], ["ETag"], 600)
PLAIN = (["*"], ["GET"], [], [], None)


@pytest.fixture
def cors(client, bucket):
    return Cors(client, bucket)


def test_rules_come_back(cors):
    with refused("NoSuchCORSConfiguration", 404):
        cors.get()
    assert cors.put(FULL, PLAIN) == 200
    assert cors.get() == ([FULL, PLAIN], False)
    cors.put(PLAIN, vary=True)
    assert cors.get() == ([PLAIN], True)
    assert cors.delete() == 204
    assert cors.delete() == 204
    with refused("NoSuchCORSConfiguration", 404):
        cors.get()


@pytest.mark.parametrize("rules, code", [
    ([PLAIN] * 21, "InvalidArgument"), ([(["*.*"], ["GET"], [], [], None)], "InvalidArgument"),
    ([(["*"], ["PATCH"], [], [], None)], "InvalidArgument"), ([(["*"], ["GET"], [], ["*"], None)], "InvalidArgument"),
    ([], "MalformedXML")])
def test_rules_that_cannot_be(cors, rules, code):
    with refused(code, 400):
        cors.put(*rules)


def test_both_dialects(server, cors, bucket):
    cors.put(FULL)
    told = clients.s3(server).get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert told == [{"AllowedOrigins": FULL[0], "AllowedMethods": FULL[1], "AllowedHeaders": FULL[2],
                     "ExposeHeaders": FULL[3], "MaxAgeSeconds": 600}]
    clients.s3(server).put_bucket_cors(Bucket=bucket, CORSConfiguration={
        "CORSRules": [{"ID": "x", "AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]})
    assert cors.get() == ([PLAIN], False)


def test_preflights(server, version, bucket):
    client = oss.make(server, f"v2-{version}")

    def option(method="PUT", headers="x-oss-date"):
        return client.client.option_object(v2.OptionObjectRequest(
            bucket, "k", origin=PAGE, access_control_request_method=method, access_control_request_headers=headers))

    with refused("AccessForbidden", 403):
        option()
    Cors(client, bucket).put(FULL)
    told = option()
    assert (told.access_control_allow_origin, told.access_control_allow_methods) == (PAGE, "PUT, GET")
    assert (told.access_control_allow_headers, told.access_control_expose_headers) == ("x-oss-date", "ETag")
    assert str(told.access_control_max_age) == "600"
    with refused("AccessForbidden", 403):
        option("DELETE")
    with refused("BadRequest", 400):
        option("PATCH")


@pytest.mark.parametrize("vary", [False, True])
def test_replies(server, bucket, vary):
    client = oss.make(server, "v2-v4")
    Cors(client, bucket).put(FULL, vary=vary)
    client.put(bucket, "k", b"body")
    for origin, is_told in ((PAGE, True), ("http://else", False), (None, False)):
        reply = ask(server, "GET", bucket, "k", headers={"origin": origin} if origin else {})
        assert reply.status == 200
        assert reply.headers.get("access-control-allow-origin") == (PAGE if is_told else None)
        assert reply.headers.get("access-control-expose-headers") == ("ETag" if is_told else None)
        assert reply.headers.get("vary") == ("Origin" if vary else None)


def test_a_page_that_nobody_knows(server, bucket):
    Cors(oss.make(server, "v2-v4"), bucket).put(FULL)
    headers = {"host": server.authority, "origin": PAGE, "x-oss-meta-a": "1"}
    reply = raw.send(server, raw.request_bytes("GET", f"/{bucket}/k", headers))
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (403, PAGE)
