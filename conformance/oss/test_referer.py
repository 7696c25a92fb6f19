"""From which pages objects may be linked to, and the configurations whose answer is always the same."""

import alibabacloud_oss_v2 as v2
import oss2
import pytest

from support import clients, oss, raw
from support.oss import refused
from support.oss_raw import Request, ask

PAGE = "http://page.example/a?b"


class Referers:
    """The rules of a bucket through either SDK."""

    def __init__(self, client, bucket):
        self.client, self.bucket = client, bucket
        self.is_oss2 = client.sdk == "oss2"

    def put(self, allowed=(), denied=(), empty=True, query=None, path=None):
        if self.is_oss2:
            assert path is None
            return self.client.bucket(self.bucket).put_bucket_referer(oss2.models.BucketReferer(
                empty, list(allowed), allow_truncate_query_string=query, black_referers=list(denied))).status
        return self.client.client.put_bucket_referer(v2.PutBucketRefererRequest(
            self.bucket, referer_configuration=v2.RefererConfiguration(
                allow_empty_referer=empty, allow_truncate_query_string=query, truncate_path=path,
                referer_list=v2.RefererList(referers=list(allowed)),
                referer_blacklist=v2.RefererBlacklist(referers=list(denied)) if denied else None))).status_code

    def get(self):
        """Those that may, those that may not, whether none will do."""
        if self.is_oss2:
            told = self.client.bucket(self.bucket).get_bucket_referer()
            return told.referers, told.black_referers or [], told.allow_empty_referer
        told = self.client.client.get_bucket_referer(v2.GetBucketRefererRequest(self.bucket)).referer_configuration
        return (told.referer_list.referers if told.referer_list else None) or [], \
            (told.referer_blacklist.referers if told.referer_blacklist else None) or [], told.allow_empty_referer


@pytest.fixture
def referers(client, bucket):
    return Referers(client, bucket)


def test_rules_come_back(referers):
    assert referers.get() == ([], [], True)
    assert referers.put(["http://a", "http://*.b"], ["http://c"], empty=False) == 200
    assert referers.get() == (["http://a", "http://*.b"], ["http://c"], False)
    referers.put()
    assert referers.get() == ([], [], True)


def links(server, bucket):
    """A URL of each kind, by its name."""
    request = Request("GET", bucket, "k")
    yield from ((version, request.link(server, version)) for version in ("v1", "v4"))
    for signature in ("s3v4", "s3"):
        url = clients.s3(server, signature=signature).generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": "k"})
        yield signature, url.partition(server.authority)[2]


def open_link(server, target, page):
    headers = {"host": server.authority, **({"referer": page} if page is not None else {})}
    return raw.send(server, raw.request_bytes("GET", target, headers))


def test_links(server, bucket):
    client = oss.make(server, "v2-v4")
    client.put(bucket, "k", b"body")
    rules = Referers(client, bucket)
    cases = [
        (dict(allowed=["http://page.example/a"], empty=False), {PAGE: 200, "http://else/": 403, "": 403, None: 403}),
        (dict(allowed=["http://page.example/?"]), {PAGE: 200, "http://else/": 403, "": 200, None: 200}),
        (dict(allowed=["http://page.example"], path=True), {PAGE: 200, "http://page.example.org/": 403}),
        (dict(allowed=["http://page.example/a"], query=False), {PAGE: 403, "http://page.example/a": 200}),
        (dict(denied=["*page*"]), {PAGE: 403, "http://else/": 200, None: 200}),
        (dict(allowed=["*"], denied=["http://page.*"]), {PAGE: 403, "http://else/": 200}),
        (dict(empty=False), {PAGE: 200, None: 200}),
    ]
    for rule, wanted in cases:
        rules.put(**rule)
        for kind, target in links(server, bucket):
            for page, status in wanted.items():
                reply = open_link(server, target, page)
                assert (reply.status, reply.code) == (status, "AccessDenied" if status == 403 else None), \
                    (rule, kind, page)
    rules.put(["http://page.example/a"], empty=False)
    reply = open_link(server, next(links(server, bucket))[1], None)
    assert b"<Message>You are denied by bucket referer policy.</Message>" in reply.body


def test_signed_headers_are_no_page(server, bucket, version):
    client = oss.make(server, f"v2-{version}")
    client.put(bucket, "k", b"body")
    Referers(client, bucket).put(["http://page.example/"], empty=False)
    assert client.get(bucket, "k").body == b"body"
    assert ask(server, "GET", bucket, "k", headers={"referer": "http://else/"}, version=version).status == 200
    assert clients.s3(server).get_object(Bucket=bucket, Key="k")["Body"].read() == b"body"


@pytest.mark.parametrize("elements, code", [
    ("", "MalformedXML"), ("<AllowEmptyReferer>x</AllowEmptyReferer><RefererList/>", "MalformedXML"),
    ("<AllowEmptyReferer>true</AllowEmptyReferer>", "MalformedXML"),
    ("<AllowEmptyReferer>true</AllowEmptyReferer><AllowTruncateQueryString>false</AllowTruncateQueryString>"
     "<TruncatePath>true</TruncatePath><RefererList/>", "InvalidArgument")])
def test_documents(server, bucket, elements, code):
    body = f"<RefererConfiguration>{elements}</RefererConfiguration>".encode()
    reply = ask(server, "PUT", bucket, query="referer", body=body)
    assert (reply.status, reply.code) == (400, code)


# What is as it is


class OSS2Blocks:
    """Whether public access is blocked, of a bucket or without one of the account, as oss2 says it."""

    def __init__(self, client, bucket=None):
        where = client.bucket(bucket) if bucket else client.service()
        self.put, self._get, self.delete = (
            getattr(where, f"{verb}{'_bucket' * bool(bucket)}_public_access_block") for verb in ("put", "get", "delete"))

    def get(self):
        return self._get().block_public_access


class V2Blocks:
    """The same of the newer SDK."""

    def __init__(self, client, bucket=None):
        self.client, self.of = client.client, "Bucket" * bool(bucket)
        self.arguments = [bucket] * bool(bucket)

    def send(self, verb, **more):
        request = getattr(v2, f"{verb}{self.of}PublicAccessBlockRequest")(*self.arguments, **more)
        name = "_".join([verb, self.of, "public_access_block"]) if self.of else f"{verb}_public_access_block"
        return getattr(self.client, name.lower())(request)

    def put(self, is_blocked):
        self.send("Put", public_access_block_configuration=v2.PublicAccessBlockConfiguration(is_blocked))

    def get(self):
        return self.send("Get").public_access_block_configuration.block_public_access

    def delete(self):
        self.send("Delete")


@pytest.mark.parametrize("is_of_a_bucket", [True, False])
def test_public_access_is_blocked(client, bucket, is_of_a_bucket):
    blocks = {"oss2": OSS2Blocks, "v2": V2Blocks}[client.sdk](client, *[bucket] * is_of_a_bucket)
    assert blocks.get() is True
    blocks.put(True)
    with refused("NotImplemented", 400):
        blocks.put(False)
    assert blocks.get() is True
    blocks.delete()  # what the server blocks stays
    assert blocks.get() is True


def test_no_bucket_is_public(server, version, bucket):
    client = oss.v2_client(server, version)
    assert client.get_bucket_policy_status(v2.GetBucketPolicyStatusRequest(bucket)).policy_status.is_public is False


def test_the_owner_pays(server, version, bucket):
    old = oss.oss2_bucket(server, bucket, version)
    client = oss.make(server, f"v2-{version}").client

    def put(payer):
        client.put_bucket_request_payment(v2.PutBucketRequestPaymentRequest(
            bucket, request_payment_configuration=v2.RequestPaymentConfiguration(payer)))

    old.put_bucket_request_payment("BucketOwner")
    put("BucketOwner")
    with refused("NotImplemented", 400):
        put("Requester")
    with refused("MalformedXML", 400):
        put("Somebody")
    assert old.get_bucket_request_payment().payer == "BucketOwner"
    assert client.get_bucket_request_payment(v2.GetBucketRequestPaymentRequest(
        bucket)).request_payment_configuration.payer == "BucketOwner"
