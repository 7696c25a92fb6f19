"""What the SDKs build on the operations: uploads and downloads in parts, iterators, files, progress."""

import os

import alibabacloud_oss_v2 as v2
import oss2
import pytest

from support import oss
from support.oss import crc64

BODY = os.urandom(1_300_001)
PART = 200 * 1024


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source"
    path.write_bytes(BODY)
    return str(path)


# oss2

@pytest.fixture
def old(server, bucket, version):
    return oss.oss2_bucket(server, bucket, version)


def test_resumable_upload_and_download(old, source, tmp_path):
    for threads in (1, 4):
        result = oss2.resumable_upload(old, "dir/ä +", source, store=oss2.ResumableStore(root=str(tmp_path)),
                                       multipart_threshold=PART, part_size=PART, num_threads=threads)
        assert str(result.crc) == crc64(BODY)
        target = tmp_path / f"target{threads}"
        oss2.resumable_download(old, "dir/ä +", str(target), store=oss2.ResumableDownloadStore(root=str(tmp_path)),
                                multiget_threshold=PART, part_size=PART, num_threads=threads)
        assert target.read_bytes() == BODY


def test_an_upload_is_resumed(old, source, tmp_path, monkeypatch):
    """The second attempt asks ListParts what is there already."""
    store = oss2.ResumableStore(root=str(tmp_path))
    upload_part = oss2.Bucket.upload_part
    sent = []

    def fails(self, key, upload_id, number, data, **more):
        sent.append(number)
        if number == 4 and sent.count(4) == 1:
            raise oss2.exceptions.RequestError(OSError("cut"))
        return upload_part(self, key, upload_id, number, data, **more)
    monkeypatch.setattr(oss2.Bucket, "upload_part", fails)
    options = dict(store=store, multipart_threshold=PART, part_size=PART, num_threads=1)
    with pytest.raises(oss2.exceptions.RequestError):
        oss2.resumable_upload(old, "k", source, **options)
    oss2.resumable_upload(old, "k", source, **options)
    assert sorted(sent) == [1, 2, 3, 4, 4, 5, 6, 7]
    assert old.get_object("k").read() == BODY


@pytest.fixture
def cut_download(old, tmp_path, monkeypatch):
    """A download of `k` that was cut at its fourth part: the parts asked for, what goes on with it, and its target."""
    whole, asked = oss2.Bucket.get_object, []
    old.put_object("k", BODY)

    def fails(self, key, byte_range=None, **more):
        asked.append(byte_range[0] // PART)
        if len(asked) == 4:
            raise oss2.exceptions.RequestError(OSError("cut"))
        return whole(self, key, byte_range=byte_range, **more)
    monkeypatch.setattr(oss2.Bucket, "get_object", fails)
    options = dict(store=oss2.ResumableDownloadStore(root=str(tmp_path)), multiget_threshold=PART, part_size=PART,
                   num_threads=1)
    target = tmp_path / "target"

    def download():
        oss2.resumable_download(old, "k", str(target), **options)
    with pytest.raises(oss2.exceptions.RequestError):
        download()
    assert not target.exists()
    return asked, download, target


def test_a_download_is_resumed(cut_download):
    """The second attempt asks for no part that the first has fetched."""
    asked, download, target = cut_download
    download()
    assert asked == [0, 1, 2, 3, 3, 4, 5, 6] and target.read_bytes() == BODY


def test_a_download_of_what_changed_begins_again(old, cut_download):
    """Parts of two objects are not put together."""
    asked, download, target = cut_download
    other = BODY[::-1]
    old.put_object("k", other)
    download()
    assert asked[4:] == [0, 1, 2, 3, 4, 5, 6] and target.read_bytes() == other


def test_files(old, source, tmp_path):
    old.put_object_from_file("k.json", source)
    target = tmp_path / "target"
    old.get_object_to_file("k.json", str(target))
    assert target.read_bytes() == BODY
    assert old.head_object("k.json").headers["Content-Type"] == "application/json"


def test_progress(old):
    seen = []
    old.put_object("k", BODY, progress_callback=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(BODY), len(BODY)) and seen == sorted(seen)
    seen.clear()
    result = old.get_object("k", progress_callback=lambda done, total: seen.append((done, total)))
    assert result.read() == BODY and seen[-1] == (len(BODY), len(BODY))
    assert result.client_crc == result.server_crc


def test_iterators(old):
    names = [f"dir/{number:02}" for number in range(7)]
    old.batch_delete_objects(names)
    for name in names:
        old.put_object(name, b"x")
    for iterator in (oss2.ObjectIterator, oss2.ObjectIteratorV2):
        assert [one.key for one in iterator(old, max_keys=3)] == names
        assert [one.key for one in iterator(old, delimiter="/", max_keys=3)] == ["dir/"]
    upload = old.init_multipart_upload("k").upload_id
    for number in range(1, 6):
        old.upload_part("k", upload, number, b"x")
    assert [one.part_number for one in oss2.PartIterator(old, "k", upload, max_parts=2)] == [1, 2, 3, 4, 5]


def test_iterator_of_a_key_s_uploads(old):
    uploads = [old.init_multipart_upload("k").upload_id for _ in range(3)]
    seen = [one.upload_id for one in oss2.ObjectUploadIterator(old, "k", max_uploads=2)]
    assert sorted(seen) == sorted(uploads)


def test_update_object_meta(old):
    old.put_object("k", BODY)
    old.update_object_meta("k", {"x-oss-meta-a": "b", "Content-Type": "text/x-weir"})
    head = old.head_object("k")
    assert (head.headers["x-oss-meta-a"], head.headers["Content-Type"]) == ("b", "text/x-weir")
    assert old.get_object("k").read() == BODY


def test_ranges(old):
    old.put_object("k", BODY)
    assert old.get_object("k", byte_range=(5, 9)).read() == BODY[5:10]
    assert old.get_object("k", byte_range=(None, 9)).read() == BODY[-9:]
    assert old.get_object("k", byte_range=(5, None)).read() == BODY[5:]


# alibabacloud-oss-v2

@pytest.fixture
def new(server, version):
    return oss.v2_client(server, version)


def test_uploader(new, bucket, source, tmp_path):
    seen = []
    done = new.uploader(part_size=PART, parallel_num=3).upload_file(
        v2.PutObjectRequest(bucket, "dir/ä +", progress_fn=lambda *state: seen.append(state)), source)
    assert done.hash_crc64 == crc64(BODY) and done.upload_id
    assert max(state[1] for state in seen) == len(BODY)
    with open(source, "rb") as stream:
        assert new.uploader(part_size=PART).upload_from(v2.PutObjectRequest(bucket, "stream"), stream).upload_id
    assert new.get_object(v2.GetObjectRequest(bucket, "stream")).body.read() == BODY


def test_uploader_of_little(new, bucket, tmp_path):
    path = tmp_path / "little"
    path.write_bytes(b"little")
    assert new.uploader().upload_file(v2.PutObjectRequest(bucket, "k"), str(path)).upload_id is None
    assert new.get_object(v2.GetObjectRequest(bucket, "k")).body.read() == b"little"


def test_uploader_goes_on(new, bucket, source, tmp_path, monkeypatch):
    """From its checkpoint, with the parts that ListParts tells."""
    whole, sent = v2.Client.upload_part, []

    def fails(self, request, **more):
        sent.append(request.part_number)
        if request.part_number == 4 and sent.count(4) == 1:
            raise OSError("cut")
        return whole(self, request, **more)
    monkeypatch.setattr(v2.Client, "upload_part", fails)
    uploader = new.uploader(part_size=PART, parallel_num=1, leave_parts_on_error=True, enable_checkpoint=True,
                            checkpoint_dir=str(tmp_path))
    with pytest.raises(Exception):
        uploader.upload_file(v2.PutObjectRequest(bucket, "k"), source)
    uploader.upload_file(v2.PutObjectRequest(bucket, "k"), source)
    assert sent.count(1) == 1 and sent.count(4) == 2
    assert new.get_object(v2.GetObjectRequest(bucket, "k")).body.read() == BODY


def test_downloader(new, bucket, tmp_path):
    new.put_object(v2.PutObjectRequest(bucket, "k ä", body=BODY))
    target = tmp_path / "target"
    seen = []
    done = new.downloader(part_size=PART, parallel_num=3).download_file(
        v2.GetObjectRequest(bucket, "k ä", progress_fn=lambda *state: seen.append(state)), str(target))
    assert done.written == len(BODY) and target.read_bytes() == BODY
    assert max(state[1] for state in seen) == len(BODY)
    new.downloader(part_size=PART, enable_checkpoint=True, checkpoint_dir=str(tmp_path), verify_data=True,
                   use_temp_file=True).download_file(v2.GetObjectRequest(bucket, "k ä"), str(target))
    assert target.read_bytes() == BODY
    new.get_object_to_file(v2.GetObjectRequest(bucket, "k ä"), str(target))
    assert target.read_bytes() == BODY


def test_downloader_goes_on(new, bucket, tmp_path, monkeypatch):
    """From its checkpoint, with the parts that are in its file."""
    whole, asked = v2.Client.get_object, []
    new.put_object(v2.PutObjectRequest(bucket, "k", body=BODY))

    def fails(self, request, **more):
        asked.append(request.range_header)
        if len(asked) == 4:
            raise OSError("cut")
        return whole(self, request, **more)
    monkeypatch.setattr(v2.Client, "get_object", fails)
    downloader = new.downloader(part_size=PART, parallel_num=1, enable_checkpoint=True, checkpoint_dir=str(tmp_path),
                                verify_data=True)
    target = tmp_path / "target"
    with pytest.raises(Exception):
        downloader.download_file(v2.GetObjectRequest(bucket, "k"), str(target))
    assert len(asked) == 4
    done = downloader.download_file(v2.GetObjectRequest(bucket, "k"), str(target))
    starts = [int(one.removeprefix("bytes=").partition("-")[0]) // PART for one in asked]
    assert starts == [0, 1, 2, 3, 3, 4, 5, 6], "no part that was there was asked for again"
    assert done.written == len(BODY) and target.read_bytes() == BODY


@pytest.mark.parametrize("shallow", [True, False])
def test_copier(new, bucket, shallow):
    new.put_object(v2.PutObjectRequest(bucket, "source +", body=BODY, metadata={"a": "b"}, tagging="c=d"))
    copier = new.copier(part_size=PART, multipart_copy_threshold=PART, disable_shallow_copy=not shallow)
    done = copier.copy(v2.CopyObjectRequest(bucket, "copy", source_bucket=bucket, source_key="source +"))
    assert (done.upload_id is None) == shallow
    got = new.get_object(v2.GetObjectRequest(bucket, "copy"))
    assert got.body.read() == BODY and got.hash_crc64 == crc64(BODY) and got.metadata == {"a": "b"}
    tags = new.get_object_tagging(v2.GetObjectTaggingRequest(bucket, "copy")).tag_set.tags
    assert [(tag.key, tag.value) for tag in tags] == [("c", "d")]


def test_copier_replaces(new, bucket):
    new.put_object(v2.PutObjectRequest(bucket, "source", body=BODY, metadata={"a": "b"}, tagging="c=d"))
    copier = new.copier(part_size=PART, multipart_copy_threshold=PART, disable_shallow_copy=True)
    copier.copy(v2.CopyObjectRequest(bucket, "copy", source_bucket=bucket, source_key="source", metadata={"e": "f"},
                                     metadata_directive="REPLACE", tagging_directive="REPLACE", tagging="g=h"))
    assert new.head_object(v2.HeadObjectRequest(bucket, "copy")).metadata == {"e": "f"}
    tags = new.get_object_tagging(v2.GetObjectTaggingRequest(bucket, "copy")).tag_set.tags
    assert [(tag.key, tag.value) for tag in tags] == [("g", "h")]


@pytest.mark.parametrize("prefetch", [False, True])
def test_open_file(new, bucket, prefetch):
    new.put_object(v2.PutObjectRequest(bucket, "k", body=BODY))
    options = dict(enable_prefetch=True, prefetch_num=3, chunk_size=PART, prefetch_threshold=0) if prefetch else {}
    with new.open_file(bucket, "k", **options) as file:
        assert file.read() == BODY
        file.seek(100_000)
        assert file.read(5) == BODY[100_000:100_005]
        file.seek(-3, os.SEEK_END)
        assert file.read() == BODY[-3:]


def test_paginators(new, bucket):
    names = [f"dir/{number:02}" for number in range(7)]
    for name in names:
        new.put_object(v2.PutObjectRequest(bucket, name, body=b"x"))
    for paginator, request in ((new.list_objects_paginator, v2.ListObjectsRequest),
                               (new.list_objects_v2_paginator, v2.ListObjectsV2Request)):
        pages = list(paginator(limit=3).iter_page(request(bucket)))
        assert [len(page.contents) for page in pages] == [3, 3, 1]
        assert [one.key for page in pages for one in page.contents] == names
    upload = new.initiate_multipart_upload(v2.InitiateMultipartUploadRequest(bucket, "k")).upload_id
    for number in range(1, 6):
        new.upload_part(v2.UploadPartRequest(bucket, "k", part_number=number, upload_id=upload, body=b"x"))
    pages = new.list_parts_paginator(limit=2).iter_page(v2.ListPartsRequest(bucket, "k", upload_id=upload))
    assert [one.part_number for page in pages for one in page.parts] == [1, 2, 3, 4, 5]


def test_existence(new, bucket, name):
    assert new.is_bucket_exist(bucket) is True and new.is_bucket_exist(name) is False
    new.put_object(v2.PutObjectRequest(bucket, "k", body=b"x"))
    assert new.is_object_exist(bucket, "k") is True and new.is_object_exist(bucket, "none") is False
    with oss.refused("NoSuchBucket", 404):
        new.is_object_exist(name, "k")


def test_put_from_file(new, bucket, source):
    done = new.put_object_from_file(v2.PutObjectRequest(bucket, "k"), source)
    assert done.hash_crc64 == crc64(BODY)
