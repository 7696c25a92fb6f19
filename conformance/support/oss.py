"""The SDKs of Alibaba Cloud OSS, pointed at a server: oss2 and alibabacloud-oss-v2 (here `v2`), each with signature
version 1 and 4, and a thin coat that lets one test drive all of them."""

import contextlib
import dataclasses
import datetime
import urllib.parse

import alibabacloud_oss_v2 as v2
import oss2
import pytest
from oss2.models import BatchDeleteObjectVersion, BatchDeleteObjectVersionList

from support.server import ACCESS_KEY, SECRET_KEY

REGION = "us-east-1"
KINDS = ["oss2-v1", "oss2-v4", "v2-v1", "v2-v4"]


def crc64(data):
    """CRC-64/XZ, as OSS prints it."""
    crc = oss2.utils.Crc64(0)
    crc.update(data)
    return str(crc.crc)


def endpoint(server, style):
    return server.endpoint if style == "path" else server.virtual_endpoint


def auth(version, access_key=ACCESS_KEY, secret_key=SECRET_KEY):
    return oss2.make_auth(access_key, secret_key, version)


def oss2_session(server):
    """oss2 has no setting for a certificate authority but its session's."""
    session = oss2.Session()
    session.session.trust_env = False  # a bundle that the environment names would go before
    session.session.verify = server.ca if server.tls else True
    return session


def oss2_bucket(server, name, version="v4", style="path", region=REGION, **keys):
    return oss2.Bucket(auth(version, **keys), endpoint(server, style), name, region=region,
                       session=oss2_session(server), connect_timeout=60)


def oss2_service(server, version="v4", style="path", region=REGION, **keys):
    return oss2.Service(auth(version, **keys), endpoint(server, style), region=region, session=oss2_session(server))


class SignsMore(v2.signer.SignerV4):
    """Signs additional headers: version 1.4.1 has a setting for them and does not hand it on to its signer."""

    def __init__(self, names):
        self.names = set(names)

    def sign(self, signing_ctx):
        signing_ctx.additional_headers = self.names
        super().sign(signing_ctx)


def v2_client(server, version="v4", style="path", region=REGION, access_key=ACCESS_KEY, secret_key=SECRET_KEY,
              additional_headers=(), **settings):
    """A client of the newer SDK: no retries, so that every answer is seen as it is."""
    config = v2.config.load_default()
    config.credentials_provider = v2.credentials.StaticCredentialsProvider(access_key, secret_key)
    config.region, config.endpoint, config.signature_version = region, endpoint(server, style), version
    config.retry_max_attempts = 1
    config.readwrite_timeout = 60
    config.insecure_skip_verify = server.tls
    for name, value in settings.items():
        setattr(config, name, value)
    return v2.Client(config, signer=SignsMore(additional_headers)) if additional_headers else v2.Client(config)


def make(server, kind, style="path", **keys):
    """One of KINDS under its coat."""
    sdk, version = kind.split("-")
    return {"oss2": OSS2, "v2": V2}[sdk](server, version, style, **keys)


# Failures

class Refused:
    """What a refused call answered; `elements` are those of the error document as far as the SDK tells them."""
    code = status = message = ec = request_id = headers = None
    elements = {}


def read_failure(error):
    """Either SDK's exception."""
    seen = Refused()
    if isinstance(error, v2.exceptions.OperationError):
        error = error.unwrap()
        assert isinstance(error, v2.exceptions.ServiceError), error
        seen.status, seen.elements = error.status_code, error.error_fileds or {}
    else:
        seen.status, seen.elements = error.status, error.details
    seen.code, seen.message, seen.ec = error.code, error.message, error.ec
    seen.request_id, seen.headers = error.request_id, error.headers
    return seen


@contextlib.contextmanager
def refused(code, status):
    """Expects a call to fail with this code and HTTP status."""
    seen = Refused()
    try:
        yield seen
    except (oss2.exceptions.OssError, v2.exceptions.OperationError) as error:
        seen.__dict__.update(read_failure(error).__dict__)
        assert (seen.code, seen.status) == (code, status), error
        return
    raise AssertionError(f"expected {status} {code}, but the call succeeded")


# One coat for both

@dataclasses.dataclass
class Answer:
    """A reply: its headers are found in any case."""
    status: int
    headers: dict
    body: bytes = b""
    result: object = None

    @property
    def etag(self):
        return self.headers["ETag"]

    @property
    def crc(self):
        return self.headers.get("x-oss-hash-crc64ecma")

    @property
    def version(self):
        return self.headers.get("x-oss-version-id")


@dataclasses.dataclass
class Entry:
    """A line of a listing; `is_marker` of a delete marker."""
    key: str
    etag: str = None
    type: str = None
    size: int = None
    storage_class: str = None
    owner: str = None
    version: str = None
    is_latest: bool = None
    is_marker: bool = False


@dataclasses.dataclass
class Page:
    entries: list
    prefixes: list
    is_truncated: bool
    next: object
    result: object

    @property
    def keys(self):
        return [entry.key for entry in self.entries]


class OSS2:
    """oss2."""
    sdk = "oss2"

    def __init__(self, server, version, style="path", region=REGION, **keys):
        self.server, self.version, self.style, self.region, self.keys = server, version, style, region, keys

    def bucket(self, name):
        return oss2_bucket(self.server, name, self.version, self.style, self.region, **self.keys)

    def service(self):
        return oss2_service(self.server, self.version, self.style, self.region, **self.keys)

    @staticmethod
    def answer(result, body=b""):
        return Answer(result.status, result.headers, body, result)

    def make_bucket(self, bucket, **headers):
        return self.answer(self.bucket(bucket).create_bucket(headers=headers))

    def remove_bucket(self, bucket):
        return self.answer(self.bucket(bucket).delete_bucket())

    def buckets(self, prefix=""):
        return [one.name for one in oss2.BucketIterator(self.service(), prefix=prefix, max_keys=2)]

    def set_versioning(self, bucket, status):
        config = oss2.models.BucketVersioningConfig()
        config.status = status
        self.bucket(bucket).put_bucket_versioning(config)

    def versioning(self, bucket):
        return self.bucket(bucket).get_bucket_versioning().status

    def put(self, bucket, key, body=b"", headers=None):
        return self.answer(self.bucket(bucket).put_object(key, body, headers=headers))

    def link(self, bucket, key, target, headers=None):
        return self.answer(self.bucket(bucket).put_symlink(target, key, headers=headers))

    def link_target(self, bucket, key, version=None):
        """The target, and the answer."""
        result = self.bucket(bucket).get_symlink(key, params=of_version(version))
        return result.target_key, self.answer(result)

    def append(self, bucket, key, position, body=b"", headers=None, before=None):
        """With `before`, what the object holds, the SDK verifies the checksum of the whole."""
        crc = None if before is None else int(crc64(before))
        return self.answer(self.bucket(bucket).append_object(key, position, body, headers=headers, init_crc=crc))

    def get(self, bucket, key, headers=None, version=None):
        result = self.bucket(bucket).get_object(key, headers=headers, params=of_version(version))
        body = result.read()
        return self.answer(result, body)

    def head(self, bucket, key, headers=None, version=None):
        return self.answer(self.bucket(bucket).head_object(key, headers=headers, params=of_version(version)))

    def meta(self, bucket, key, version=None):
        return self.answer(self.bucket(bucket).get_object_meta(key, params=of_version(version)))

    def exists(self, bucket, key):
        return self.bucket(bucket).object_exists(key)

    def delete(self, bucket, key, version=None):
        return self.answer(self.bucket(bucket).delete_object(key, params=of_version(version)))

    def delete_many(self, bucket, *keys):
        """Keys, or pairs of a key and a version; returns (key, version, whether a marker, its version)."""
        if isinstance(keys[0], str):
            result = self.bucket(bucket).batch_delete_objects(list(keys))
        else:
            listed = BatchDeleteObjectVersionList([BatchDeleteObjectVersion(*pair) for pair in keys])
            result = self.bucket(bucket).delete_object_versions(listed)
        return [(one.key, one.versionid or None, bool(one.delete_marker), one.delete_marker_versionid or None)
                for one in result.delete_versions]

    def copy(self, source, target, headers=None, version=None):
        return self.answer(self.bucket(target[0]).copy_object(*source, target[1], headers=headers,
                                                              params=of_version(version)))

    def list(self, bucket, **arguments):
        result = self.bucket(bucket).list_objects(**arguments)
        return self.page(result, result.next_marker)

    def list_v2(self, bucket, **arguments):
        result = self.bucket(bucket).list_objects_v2(**arguments)
        return self.page(result, result.next_continuation_token)

    @staticmethod
    def page(result, next_token):
        entries = [Entry(one.key, one.etag, one.type, one.size, one.storage_class, one.owner and one.owner.id)
                   for one in result.object_list]
        return Page(entries, result.prefix_list, result.is_truncated, next_token, result)

    def list_versions(self, bucket, **arguments):
        """Markers behind the versions: the SDKs do not tell how they were mixed."""
        result = self.bucket(bucket).list_object_versions(**arguments)
        entries = [Entry(one.key, one.etag, one.type, one.size, one.storage_class, one.owner.id, one.versionid,
                         one.is_latest) for one in result.versions]
        entries += [Entry(one.key, owner=one.owner.id, version=one.versionid, is_latest=one.is_latest, is_marker=True)
                    for one in result.delete_marker]
        following = {"key_marker": result.next_key_marker, "versionid_marker": result.next_versionid_marker}
        return Page(entries, result.common_prefix, result.is_truncated, following, result)

    def initiate(self, bucket, key, headers=None, **parameters):
        return self.bucket(bucket).init_multipart_upload(key, headers=headers, params=parameters or None).upload_id

    def part(self, bucket, key, upload, number, body, headers=None):
        return self.answer(self.bucket(bucket).upload_part(key, upload, number, body, headers=headers))

    def part_copy(self, source, target, upload, number, span=None, headers=None):
        """`span` is first and last byte."""
        result = self.bucket(target[0]).upload_part_copy(*source, span, target[1], upload, number, headers=headers)
        return result.etag

    def complete(self, bucket, key, upload, parts, headers=None):
        """`parts` is (number, etag)."""
        listed = [oss2.models.PartInfo(number, etag) for number, etag in parts]
        return self.answer(self.bucket(bucket).complete_multipart_upload(key, upload, listed, headers=headers))

    def abort(self, bucket, key, upload):
        return self.answer(self.bucket(bucket).abort_multipart_upload(key, upload))

    def parts(self, bucket, key, upload, after=0, count=1000):
        """(number, etag, size, crc) of each, and whether there are more."""
        result = self.bucket(bucket).list_parts(key, upload, marker=str(after), max_parts=count)
        return [(one.part_number, one.etag.strip('"'), one.size, str(one.part_crc)) for one in result.parts], \
            result.is_truncated

    def uploads(self, bucket, **arguments):
        result = self.bucket(bucket).list_multipart_uploads(**arguments)
        return [(one.key, one.upload_id) for one in result.upload_list]

    def set_tags(self, bucket, tags, key=None, version=None):
        rules = oss2.models.TaggingRule()
        for name, value in tags.items():
            rules.add(name, value)
        tagging = oss2.models.Tagging(rules)
        if key is None:
            return self.answer(self.bucket(bucket).put_bucket_tagging(tagging))
        return self.answer(self.bucket(bucket).put_object_tagging(key, tagging, params=of_version(version)))

    def tags(self, bucket, key=None, version=None):
        if key is None:
            return self.bucket(bucket).get_bucket_tagging().tag_set.tagging_rule
        return self.bucket(bucket).get_object_tagging(key, params=of_version(version)).tag_set.tagging_rule

    def delete_tags(self, bucket, key=None, version=None):
        if key is None:
            return self.answer(self.bucket(bucket).delete_bucket_tagging())
        return self.answer(self.bucket(bucket).delete_object_tagging(key, params=of_version(version)))

    def sign_url(self, method, bucket, key, seconds=60, params=None, headers=None):
        return self.bucket(bucket).sign_url(method, key, seconds, params=params, headers=headers)


def of_version(version):
    return {"versionId": version} if version else None


class V2:
    """alibabacloud-oss-v2."""
    sdk = "v2"

    def __init__(self, server, version, style="path", region=REGION, **settings):
        self.server, self.version, self.style = server, version, style
        self.client = v2_client(server, version, style, region, **settings)

    @staticmethod
    def answer(result, body=b""):
        return Answer(result.status_code, result.headers, body, result)

    def make_bucket(self, bucket, **headers):
        return self.answer(self.client.put_bucket(v2.PutBucketRequest(bucket, headers=headers or {})))

    def remove_bucket(self, bucket):
        return self.answer(self.client.delete_bucket(v2.DeleteBucketRequest(bucket)))

    def buckets(self, prefix=None):
        pages = self.client.list_buckets_paginator(limit=2).iter_page(v2.ListBucketsRequest(prefix=prefix))
        return [one.name for page in pages for one in page.buckets or []]

    def set_versioning(self, bucket, status):
        self.client.put_bucket_versioning(v2.PutBucketVersioningRequest(
            bucket, versioning_configuration=v2.VersioningConfiguration(status)))

    def versioning(self, bucket):
        return self.client.get_bucket_versioning(v2.GetBucketVersioningRequest(bucket)).version_status

    def put(self, bucket, key, body=b"", headers=None):
        return self.answer(self.client.put_object(v2.PutObjectRequest(bucket, key, body=body, headers=headers or {})))

    def link(self, bucket, key, target, headers=None):
        return self.answer(self.client.put_symlink(v2.PutSymlinkRequest(
            bucket, key, target=urllib.parse.quote(target, safe=""), headers=headers or {})))

    def link_target(self, bucket, key, version=None):
        """The target, and the answer."""
        result = self.client.get_symlink(v2.GetSymlinkRequest(bucket, key, version_id=version))
        return urllib.parse.unquote(result.target), self.answer(result)

    def append(self, bucket, key, position, body=b"", headers=None, before=None):
        """`before` is for oss2: this SDK verifies no checksum of what was appended to."""
        return self.answer(self.client.append_object(v2.AppendObjectRequest(
            bucket, key, position=position, body=body, headers=headers or {})))

    def get(self, bucket, key, headers=None, version=None):
        result = self.client.get_object(v2.GetObjectRequest(bucket, key, headers=headers or {}, version_id=version))
        with result.body as stream:
            return self.answer(result, stream.read())

    def head(self, bucket, key, headers=None, version=None):
        return self.answer(self.client.head_object(
            v2.HeadObjectRequest(bucket, key, headers=headers or {}, version_id=version)))

    def meta(self, bucket, key, version=None):
        return self.answer(self.client.get_object_meta(v2.GetObjectMetaRequest(bucket, key, version_id=version)))

    def exists(self, bucket, key):
        return self.client.is_object_exist(bucket, key)

    def delete(self, bucket, key, version=None):
        return self.answer(self.client.delete_object(v2.DeleteObjectRequest(bucket, key, version_id=version)))

    def delete_many(self, bucket, *keys):
        pairs = [(key, None) if isinstance(key, str) else key for key in keys]
        result = self.client.delete_multiple_objects(v2.DeleteMultipleObjectsRequest(
            bucket, encoding_type="url", objects=[v2.DeleteObject(*pair) for pair in pairs]))
        return [(one.key, one.version_id, bool(one.delete_marker), one.delete_marker_version_id)
                for one in result.deleted_objects or []]

    def copy(self, source, target, headers=None, version=None):
        return self.answer(self.client.copy_object(v2.CopyObjectRequest(
            *target, source_bucket=source[0], source_key=source[1], source_version_id=version, headers=headers or {})))

    def list(self, bucket, **arguments):
        result = self.client.list_objects(v2.ListObjectsRequest(bucket, encoding_type="url", **arguments))
        return self.page(result, result.next_marker)

    def list_v2(self, bucket, **arguments):
        result = self.client.list_objects_v2(v2.ListObjectsV2Request(bucket, encoding_type="url", **arguments))
        return self.page(result, result.next_continuation_token)

    @staticmethod
    def page(result, next_token):
        entries = [Entry(one.key, one.etag.strip('"'), one.object_type, one.size, one.storage_class,
                         one.owner and one.owner.id) for one in result.contents or []]
        return Page(entries, [one.prefix for one in result.common_prefixes or []], result.is_truncated, next_token,
                    result)

    def list_versions(self, bucket, **arguments):
        if "versionid_marker" in arguments:
            arguments["version_id_marker"] = arguments.pop("versionid_marker")
        result = self.client.list_object_versions(
            v2.ListObjectVersionsRequest(bucket, encoding_type="url", **arguments))
        entries = [Entry(one.key, one.etag.strip('"'), one.object_type, one.size, one.storage_class, one.owner.id,
                         one.version_id, one.is_latest) for one in result.version or []]
        entries += [Entry(one.key, owner=one.owner.id, version=one.version_id, is_latest=one.is_latest, is_marker=True)
                    for one in result.delete_marker or []]
        following = {"key_marker": result.next_key_marker, "versionid_marker": result.next_version_id_marker}
        return Page(entries, [one.prefix for one in result.common_prefixes or []], result.is_truncated, following,
                    result)

    def initiate(self, bucket, key, headers=None, **parameters):
        return self.client.initiate_multipart_upload(v2.InitiateMultipartUploadRequest(
            bucket, key, encoding_type="url", headers=headers or {}, parameters=parameters)).upload_id

    def part(self, bucket, key, upload, number, body, headers=None):
        return self.answer(self.client.upload_part(v2.UploadPartRequest(
            bucket, key, upload_id=upload, part_number=number, body=body, headers=headers or {})))

    def part_copy(self, source, target, upload, number, span=None, headers=None):
        return self.client.upload_part_copy(v2.UploadPartCopyRequest(
            *target, upload_id=upload, part_number=number, source_bucket=source[0], source_key=source[1],
            source_range=f"bytes={span[0]}-{span[1]}" if span else None, headers=headers or {})).etag.strip('"')

    def complete(self, bucket, key, upload, parts, headers=None):
        listed = [v2.UploadPart(part_number=number, etag=etag) for number, etag in parts]
        return self.answer(self.client.complete_multipart_upload(v2.CompleteMultipartUploadRequest(
            bucket, key, upload_id=upload, encoding_type="url", headers=headers or {},
            complete_multipart_upload=v2.CompleteMultipartUpload(parts=listed))))

    def abort(self, bucket, key, upload):
        return self.answer(self.client.abort_multipart_upload(
            v2.AbortMultipartUploadRequest(bucket, key, upload_id=upload)))

    def parts(self, bucket, key, upload, after=0, count=1000):
        result = self.client.list_parts(v2.ListPartsRequest(
            bucket, key, upload_id=upload, encoding_type="url", part_number_marker=after, max_parts=count))
        return [(one.part_number, one.etag.strip('"'), one.size, one.hash_crc64) for one in result.parts or []], \
            result.is_truncated

    def uploads(self, bucket, **arguments):
        result = self.client.list_multipart_uploads(
            v2.ListMultipartUploadsRequest(bucket, encoding_type="url", **arguments))
        return [(one.key, one.upload_id) for one in result.uploads or []]

    def set_tags(self, bucket, tags, key=None, version=None):
        tag_set = v2.TagSet(tags=[v2.Tag(name, value) for name, value in tags.items()])
        tagging = v2.Tagging(tag_set=tag_set)
        if key is None:
            return self.answer(self.client.put_bucket_tags(v2.PutBucketTagsRequest(bucket, tagging=tagging)))
        return self.answer(self.client.put_object_tagging(
            v2.PutObjectTaggingRequest(bucket, key, version_id=version, tagging=tagging)))

    def tags(self, bucket, key=None, version=None):
        if key is None:
            result = self.client.get_bucket_tags(v2.GetBucketTagsRequest(bucket)).tagging.tag_set
        else:
            result = self.client.get_object_tagging(v2.GetObjectTaggingRequest(bucket, key, version_id=version)).tag_set
        return {tag.key: tag.value or "" for tag in result.tags or []}

    def delete_tags(self, bucket, key=None, version=None):
        if key is None:
            return self.answer(self.client.delete_bucket_tags(v2.DeleteBucketTagsRequest(bucket)))
        return self.answer(self.client.delete_object_tagging(
            v2.DeleteObjectTaggingRequest(bucket, key, version_id=version)))

    def sign_url(self, method, bucket, key, seconds=60, params=None, headers=None):
        kind = {"GET": v2.GetObjectRequest, "PUT": v2.PutObjectRequest, "HEAD": v2.HeadObjectRequest}[method]
        return self.client.presign(kind(bucket, key, parameters=params or {}, headers=headers or {}),
                                   expires=datetime.timedelta(seconds=seconds)).url
