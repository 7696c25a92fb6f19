"""What the clients know: which keys there are, what was ever written to them, which uploads they began."""

import dataclasses

from crash.content import Contents, md5, multipart_etag
from crash.history import Value

BUCKETS = ("crash-one", "crash-two", "crash-three")
# Those of them that keep versions.
VERSIONED = ("crash-two",)
KEYS = {"inline": 7, "packed": 5, "large": 2, "parts": 2}
KIB, MIB = 1 << 10, 1 << 20
# Objects up to this size live in the metadata and take no space in a volume.
INLINE = 4 * KIB
MARK = "x-amz-meta-mark"


@dataclasses.dataclass(slots=True)
class Version:
    """One write of one key: what must be read while it is the last."""
    etag: str
    mark: str
    md5: str
    size: int
    blobs: tuple        # (name, size) of what it keeps in a volume; copies share them
    note: str

    @property
    def value(self):
        return Value(self.etag, self.mark)

    @property
    def headers(self):
        """What is sent with the write and must come back with a read."""
        return {MARK: self.mark, "x-amz-meta-note": self.note, "content-type": f"text/x-{self.note}"}


@dataclasses.dataclass(slots=True)
class Part:
    etag: str
    name: str
    size: int
    acknowledged: bool = False


@dataclasses.dataclass(slots=True)
class Upload:
    path: str
    mark: str
    note: str
    id: str = None
    # By number, in the order sent: all that may be the part now. An acknowledged one replaces those before.
    parts: dict = dataclasses.field(default_factory=dict)
    ending: str = None          # "complete" or "abort", once one was sent
    ended: bool = False         # and acknowledged
    operation: object = None    # the write that a complete is in the history

    @property
    def headers(self):
        return {MARK: self.mark, "x-amz-meta-note": self.note, "content-type": f"text/x-{self.note}"}


class World:
    """Shared by the workers of a cycle; what they change concurrently is changed by single assignments."""

    def __init__(self, seed, buckets=BUCKETS, keys=None):
        self.seed, self.buckets, self.keys = seed, buckets, keys or KEYS
        self.contents = Contents(seed)
        self.versions = {}          # (path, mark): Version
        self.by_etag = {}           # etag: a Version with those bytes
        self.last = {}              # path: the tag that was last seen there
        self.state = {}             # path: Value after the last verification; absent keys are missing
        self.uploads = []           # open at the last verification
        self.kept = {}              # path: {version id: Version}, acknowledged, in buckets with versioning

    def paths(self, kind, bucket=None):
        return [f"/{b}/{kind}/{number}" for b in self.buckets if bucket in (None, b)
                for number in range(self.keys[kind])]

    def all_paths(self):
        return [path for kind in self.keys for path in self.paths(kind)]

    def keep(self, path, version_id, version):
        """A version was acknowledged under an id: it stays whatever is written or deleted on top."""
        self.kept.setdefault(path, {})[version_id] = version

    def remember(self, path, version):
        """Before a write is sent: from now on it may be seen."""
        self.versions[path, version.mark] = version
        self.by_etag[version.etag] = version
        return version

    def plain(self, path, mark, size):
        """A new version of one body, and the body."""
        body = self.contents.body(mark, size)
        digest = md5(body)
        blobs = ((mark, size),) if size > INLINE else ()
        return self.remember(path, Version(digest, mark, digest, size, blobs, note(mark))), body

    def copied(self, path, mark, source):
        """A new version with the bytes of another, which share its blobs."""
        return self.remember(
            path, Version(source.md5, mark, source.md5, source.size, source.blobs, note(mark)))

    def completed(self, upload):
        """A new version of an upload's parts, as they are acknowledged."""
        parts = [upload.parts[number][-1] for number in sorted(upload.parts)]
        body = b"".join(self.contents.body(part.name, part.size) for part in parts)
        return self.remember(upload.path, Version(
            multipart_etag([part.etag for part in parts]), upload.mark, md5(body), len(body),
            tuple((part.name, part.size) for part in parts), upload.note))

    def forget(self, state):
        """Keeps, of all versions, those that are there: no other may ever be seen again."""
        self.state = state
        self.versions = {(path, value.mark): self.versions[path, value.mark]
                         for path, value in state.items()}
        self.by_etag = {version.etag: version for version in self.versions.values()}
        self.last = {path: value.etag for path, value in state.items()}


def note(mark):
    return mark.replace(".", "-")
