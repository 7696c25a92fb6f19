"""OSS requests as bytes, signed by hand from the specification: for what well-behaved SDKs never send."""

import base64
import dataclasses
import datetime
import hashlib
import hmac
import urllib.parse

from support import raw
from support.oss import REGION
from support.server import ACCESS_KEY, SECRET_KEY

# The sub-resources that version 1 signs, as far as the tests use them; in a sub-resource's value a blank is a blank.
SUBRESOURCES = {
    "acl", "append", "bucketInfo", "cname", "comp", "continuation-token", "cors", "delete", "encryption", "inventory",
    "inventoryId", "lifecycle", "live", "location", "logging", "metaQuery", "objectMeta", "partNumber", "policy",
    "position", "publicAccessBlock", "qos", "qosInfo", "redundancyTransition", "referer", "replication",
    "replicationLocation", "replicationProgress", "requestPayment", "requesterQosInfo", "resourceGroup",
    "resourcePool", "resourcePoolBuckets", "resourcePoolInfo", "response-cache-control",
    "response-content-disposition", "response-content-encoding", "response-content-language", "response-content-type",
    "response-expires", "restore", "security-token", "stat", "style", "styleName", "symlink", "tagging",
    "transferAcceleration", "uploadId", "uploads", "versionId", "versioning", "versions", "website", "worm", "wormExtend",
    "wormId",
    "accessPoint", "accessPointPolicy", "asyncFetch", "bucketArchiveDirectRead", "httpsConfig",
    "x-oss-async-process", "x-oss-process", "x-oss-traffic-limit",
    # What oss2 does not sign, and the newer SDK does.
    "cleanRestoredObject", "cloudboxes", "legalHold", "objectWorm", "overwriteConfig", "policyStatus", "quota",
    "retention", "rtc", "seal", "userDefinedLogFieldsConfig",
}


def utc(**ago):
    return datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**ago)


def md5(body):
    """Content-MD5 of a body."""
    return base64.b64encode(hashlib.md5(body).digest()).decode()


def pairs(query):
    """The parameters, decoded: `+` is a blank."""
    return [tuple(urllib.parse.unquote_plus(text) for text in part.partition("=")[::2])
            for part in query.split("&") if part]


def join(parameters):
    return "&".join(f"{name}={value}" if value else name for name, value in parameters)


@dataclasses.dataclass
class Request:
    """A request; tests bend single fields. `signed_bucket` is what is signed where it is not the bucket asked for."""
    method: str
    bucket: str = ""
    key: str = ""
    query: str = ""
    headers: dict = dataclasses.field(default_factory=dict)
    body: bytes = b""
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY
    region: str = REGION
    product: str = "oss"
    terminator: str = "aliyun_v4_request"
    when: datetime.datetime = None
    additional: tuple = ()
    additional_text: str = None  # how the list is sent and signed, if not sorted and joined
    signed_bucket: str = None
    host: str = None
    virtual: bool = False
    payload: str = "UNSIGNED-PAYLOAD"

    def time(self):
        return self.when or utc()

    @property
    def path(self):
        if not self.bucket:
            return "/"
        bucket = "" if self.virtual else "/" + self.bucket
        return bucket + "/" + raw.quote(self.key, safe="/-._~") if self.key or self.virtual else bucket + "/"

    def base_headers(self, server):
        headers = {"host": self.host or server.authority,
                   **{name.lower(): value for name, value in self.headers.items()}}
        if self.body or self.method in ("PUT", "POST"):
            headers.setdefault("content-length", str(len(self.body)))
        return headers

    # Version 4

    def sign_v4(self, headers, query, date):
        """The signature over headers and parameters as they are."""
        bucket = self.bucket if self.signed_bucket is None else self.signed_bucket
        uri = raw.quote(f"/{bucket}/{self.key}" if bucket else "/", safe="/-._~")
        listed = sorted((raw.quote(name), raw.quote(value)) for name, value in query)
        covered = sorted(name for name in headers if name.startswith("x-oss-") or name in self.additional
                         or name in ("content-type", "content-md5"))
        canonical = "\n".join([
            self.method, uri, join(listed), "".join(f"{name}:{str(headers[name]).strip()}\n" for name in covered),
            self.additional_list, headers.get("x-oss-content-sha256", "UNSIGNED-PAYLOAD")])
        text = "\n".join(["OSS4-HMAC-SHA256", date, self.scope(date), hashlib.sha256(canonical.encode()).hexdigest()])
        key = ("aliyun_v4" + self.secret_key).encode()
        for part in (date[:8], self.region, self.product, "aliyun_v4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    @property
    def additional_list(self):
        return ";".join(sorted(self.additional)) if self.additional_text is None else self.additional_text

    def scope(self, date):
        return f"{date[:8]}/{self.region}/{self.product}/{self.terminator}"

    def v4_headers(self, server):
        date = self.time().strftime("%Y%m%dT%H%M%SZ")
        headers = {**self.base_headers(server), "x-oss-date": date}
        if self.payload:
            headers["x-oss-content-sha256"] = self.payload
        signature = self.sign_v4(headers, pairs(self.query), date)
        more = f",AdditionalHeaders={self.additional_list}" if self.additional_list else ""
        headers["authorization"] = (f"OSS4-HMAC-SHA256 Credential={self.access_key}/{self.scope(date)}{more},"
                                    f"Signature={signature}")
        return headers

    def v4_query(self, server, seconds=60):
        date = self.time().strftime("%Y%m%dT%H%M%SZ")
        query = [*pairs(self.query), ("x-oss-signature-version", "OSS4-HMAC-SHA256"),
                 ("x-oss-credential", f"{self.access_key}/{self.scope(date)}"), ("x-oss-date", date),
                 ("x-oss-expires", str(seconds))]
        if self.additional_list:
            query.append(("x-oss-additional-headers", self.additional_list))
        query.append(("x-oss-signature", self.sign_v4(self.base_headers(server), query, date)))
        return join([(raw.quote(name), raw.quote(value)) for name, value in query])

    # Version 1

    def sign_v1(self, headers, date):
        bucket = self.bucket if self.signed_bucket is None else self.signed_bucket
        listed = sorted(pair for pair in pairs(self.query) if pair[0] in SUBRESOURCES)
        resource = (f"/{bucket}/{self.key}" if bucket else "/") + ("?" + join(listed) if listed else "")
        covered = "".join(f"{name}:{str(headers[name]).strip()}\n" for name in sorted(headers)
                          if name.startswith("x-oss-"))
        text = "\n".join([self.method, headers.get("content-md5", ""), headers.get("content-type", ""), date,
                          covered + resource])
        digest = hmac.new(self.secret_key.encode(), text.encode(), hashlib.sha1).digest()
        return base64.b64encode(digest).decode()

    def v1_headers(self, server):
        date = self.time().strftime("%a, %d %b %Y %H:%M:%S GMT")
        headers = {"date": date, **self.base_headers(server)}
        signature = self.sign_v1(headers, headers.get("x-oss-date") or headers["date"])
        headers["authorization"] = f"OSS {self.access_key}:{signature}"
        return headers

    def v1_query(self, server, seconds=60):
        expires = str(int(self.time().timestamp()) + seconds)
        signature = self.sign_v1(self.base_headers(server), expires)
        return "&".join([self.query] * bool(self.query) + [
            f"OSSAccessKeyId={raw.quote(self.access_key)}", f"Expires={expires}", f"Signature={raw.quote(signature)}"])

    # Sending

    def send(self, server, version="v4", headers=None, **timeout):
        """Signs by a header and sends."""
        headers = headers or (self.v4_headers(server) if version == "v4" else self.v1_headers(server))
        target = self.path + ("?" + self.query if self.query else "")
        return raw.send(server, raw.request_bytes(self.method, target, headers, self.body),
                        head=self.method == "HEAD", **timeout)

    def link(self, server, version="v4", seconds=60):
        """Signs by the query; returns the target."""
        query = self.v4_query(server, seconds) if version == "v4" else self.v1_query(server, seconds)
        return self.path + "?" + query

    def follow(self, server, target, headers=None):
        """Sends it to a target as it is."""
        return raw.send(server, raw.request_bytes(self.method, target, {**self.base_headers(server), **(headers or {})},
                                                  self.body), head=self.method == "HEAD")


def ask(server, method, bucket="", key="", query="", version="v4", **bend):
    """A signed request and its reply."""
    return Request(method, bucket, key, query, **bend).send(server, version)
