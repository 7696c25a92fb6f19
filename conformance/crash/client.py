"""A small S3 client that costs little: one connection, header signatures, unsigned payloads, no retries.

A request without an answer raises `Unanswered`, or `Unsent` when it never left: what that says about the
server's state is the caller's business.
"""

import base64
import hashlib
import http.client
import urllib.parse
import xml.etree.ElementTree

from support.raw import Signature

# So that a server's access log tells it from clients without a name.
AGENT = "weir-crash-harness"


class Unanswered(Exception):
    """Sent at least in part, and no whole answer came: it may have been carried out."""


class Unsent(Exception):
    """There was no connection, so nothing was carried out."""


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def ok(self):
        return 200 <= self.status < 300

    @property
    def etag(self):
        """The entity tag in the header, or else in the document, without its quotes."""
        return (self.headers.get("etag") or self.text("ETag") or "").strip('"')

    def document(self):
        root = xml.etree.ElementTree.fromstring(self.body)
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
        return root

    def text(self, name):
        return self.document().findtext(name) if self.body.startswith(b"<") else None

    def __str__(self):
        return f"{self.status} {self.body[:300]!r}"


class Client:
    def __init__(self, server, timeout=30):
        self.host = f"127.0.0.1:{server.port}"
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)

    def close(self):
        self.connection.close()

    def call(self, method, path, query="", headers=None, body=b""):
        signed = Signature(method, path, query, headers or {}, "UNSIGNED-PAYLOAD").build(self.host)
        signed["user-agent"] = AGENT
        try:
            if self.connection.sock is None:
                self.connection.connect()
        except OSError as error:
            raise Unsent(str(error)) from error
        try:
            self.connection.request(method, path + ("?" + query if query else ""), body, signed)
            reply = self.connection.getresponse()
            content = reply.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise Unanswered(repr(error)) from error
        return Answer(reply.status, {k.lower(): v for k, v in reply.getheaders()}, content)

    # Objects

    def put(self, path, body, headers):
        return self.call("PUT", path, headers=headers, body=body)

    def get(self, path):
        return self.call("GET", path)

    def head(self, path):
        return self.call("HEAD", path)

    def delete(self, path):
        return self.call("DELETE", path)

    def copy(self, path, source, etag, headers):
        """Copies `source` if it still has that tag; the metadata is replaced."""
        return self.call("PUT", path, headers={
            "x-amz-copy-source": source, "x-amz-copy-source-if-match": etag,
            "x-amz-metadata-directive": "REPLACE", **headers})

    def delete_many(self, bucket, names):
        objects = "".join(f"<Object><Key>{name}</Key></Object>" for name in names)
        body = f"<Delete>{objects}</Delete>".encode()
        digest = base64.b64encode(hashlib.md5(body).digest()).decode()
        return self.call("POST", f"/{bucket}", "delete=", {"content-md5": digest}, body)

    # Versions

    def cool_down(self, bucket, days):
        """A lifecycle rule that moves everything to GLACIER_IR after so many days."""
        target = "<StorageClass>GLACIER_IR</StorageClass>"
        rule = ("<Rule><ID>cool</ID><Status>Enabled</Status>"
                "<Filter><ObjectSizeGreaterThan>1</ObjectSizeGreaterThan></Filter>"
                f"<Transition><Days>{days}</Days>{target}</Transition><NoncurrentVersionTransition>"
                f"<NoncurrentDays>{days}</NoncurrentDays>{target}</NoncurrentVersionTransition></Rule>")
        body = f"<LifecycleConfiguration>{rule}</LifecycleConfiguration>".encode()
        md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
        return self.call("PUT", f"/{bucket}", "lifecycle=", headers={"content-md5": md5}, body=body)

    def enable_versioning(self, bucket):
        body = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
        return self.call("PUT", f"/{bucket}", "versioning=", {"content-md5": base64.b64encode(
            hashlib.md5(body).digest()).decode()}, body)

    def version(self, path, version_id):
        return self.call("GET", path, urllib.parse.urlencode({"versionId": version_id}))

    def delete_version(self, path, version_id):
        return self.call("DELETE", path, urllib.parse.urlencode({"versionId": version_id}))

    def list_versions(self, bucket):
        """[(name, version id, is latest, size; None of a delete marker)], page by page."""
        found, markers = [], {}
        while True:
            answer = self.call("GET", f"/{bucket}", urllib.parse.urlencode(
                {"versions": "", "max-keys": 50, **markers}))
            assert answer.ok, str(answer)
            page = answer.document()
            for entry in page:
                if entry.tag in ("Version", "DeleteMarker"):
                    found.append((entry.findtext("Key"), entry.findtext("VersionId"),
                                  entry.findtext("IsLatest") == "true",
                                  int(entry.findtext("Size")) if entry.tag == "Version" else None))
            if page.findtext("IsTruncated") != "true":
                return found
            markers = {"key-marker": page.findtext("NextKeyMarker"),
                       "version-id-marker": page.findtext("NextVersionIdMarker")}

    # Listings

    def list(self, bucket, prefix="", page=1000):
        """{name: (etag, size)} of a bucket, page by page; None when a page is refused."""
        found, token = {}, None
        while True:
            query = {"list-type": 2, "max-keys": page, "prefix": prefix}
            if token:
                query["continuation-token"] = token
            answer = self.call("GET", f"/{bucket}", urllib.parse.urlencode(query))
            if not answer.ok:
                return None
            page_of_keys = answer.document()
            for entry in page_of_keys.iter("Contents"):
                assert entry.findtext("Key") not in found, f"{entry.findtext('Key')} is listed twice"
                found[entry.findtext("Key")] = (entry.findtext("ETag").strip('"'), int(entry.findtext("Size")))
            token = page_of_keys.findtext("NextContinuationToken")
            if not token:
                return found

    def list_uploads(self, bucket):
        """[(name, upload id)]"""
        answer = self.call("GET", f"/{bucket}", "uploads=")
        assert answer.ok, str(answer)
        return [(u.findtext("Key"), u.findtext("UploadId")) for u in answer.document().iter("Upload")]

    def list_parts(self, path, upload):
        """{number: (etag, size)}"""
        answer = self.call("GET", path, f"uploadId={upload}")
        assert answer.ok, str(answer)
        return {int(p.findtext("PartNumber")): (p.findtext("ETag").strip('"'), int(p.findtext("Size")))
                for p in answer.document().iter("Part")}

    # Multipart uploads

    def create_upload(self, path, headers):
        return self.call("POST", path, "uploads=", headers)

    def put_part(self, path, upload, number, body):
        return self.call("PUT", path, f"partNumber={number}&uploadId={upload}", body=body)

    def complete(self, path, upload, etags):
        body = "".join(f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>"
                       for number, etag in sorted(etags.items()))
        return self.call("POST", path, f"uploadId={upload}",
                         body=f"<CompleteMultipartUpload>{body}</CompleteMultipartUpload>".encode())

    def abort(self, path, upload):
        return self.call("DELETE", path, f"uploadId={upload}")
