"""After a crash and a restart: is everything there that was acknowledged, and nothing that was not asked for?

The server is idle but for the reads made here, so what they see is what the crash has left behind.
"""

import collections
import time

from crash.client import Client, Unanswered
from crash.content import md5
from crash.history import FAILED, OK, UNKNOWN, Value
from crash.linearizability import check
from crash.world import MARK, VERSIONED

Violation = collections.namedtuple("Violation", "kind path text")

# Bytes of an extent beside its payload: docs/format/volume.md. A large blob may lie in two extents.
HEADER_LEAST, HEADER_MOST, TRAILER, BLOCK = 96, 4096, 48, 65536


def read_problems(world, path, answer, whole):
    """What is wrong with an object that was read."""
    version = world.versions.get((path, answer.headers.get(MARK)))
    if version is None:
        return [Violation("never written", path, f"it holds {answer.headers}, which nobody wrote there")]
    found = []
    if answer.etag != version.etag:
        found.append(Violation("wrong ETag", path, f"{answer.etag} instead of {version}"))
    for name, value in version.headers.items():
        if answer.headers.get(name) != value:
            found.append(Violation(
                "wrong metadata", path, f"{name}: {answer.headers.get(name)} instead of {value}"))
    if int(answer.headers.get("content-length", -1)) != version.size:
        found.append(Violation(
            "wrong size", path, f"{answer.headers.get('content-length')} instead of {version}"))
    elif whole and md5(answer.body) != version.md5:
        found.append(Violation("torn", path, f"the bytes read are not those of {version}"))
    return found


class Verification:
    """One look at everything. `died` is when the last server process was gone."""

    def __init__(self, server, world, history, uploads, unknown_creates, died):
        self.server, self.world, self.history = server, world, history
        self.uploads, self.unknown_creates, self.died = uploads, list(unknown_creates), died
        self.client = Client(server)
        self.violations = []
        self.old_sizes = []

    def run(self):
        """The violations. Afterwards the world knows what is there."""
        before = self.world.state
        seen = {path: value for path in self.world.all_paths() if (value := self.read(path))}
        self.check_listings(seen)
        self.check_versions(seen)
        still_open = self.check_uploads()
        self.check_space(seen, still_open)
        self.check_histories(before)
        self.check_health()
        self.client.close()
        self.world.forget({p: v for p, v in seen.items() if (p, v.mark) in self.world.versions})
        self.world.uploads = still_open
        return self.violations

    def violate(self, kind, path, text):
        self.violations.append(Violation(kind, path, text))

    # Objects

    def read(self, path):
        """Reads a key in both ways; returns what it holds."""
        values = []
        for whole in (False, True):
            operation = self.history.begin(path, "read")
            try:
                answer = self.client.get(path) if whole else self.client.head(path)
            except Unanswered as error:
                self.violate("unreadable", path, f"{'GET' if whole else 'HEAD'} broke off: {error}")
                continue
            if answer.status not in (200, 404):
                self.violate("unreadable", path, f"{'GET' if whole else 'HEAD'} was answered {answer}")
                continue
            value = Value(answer.etag, answer.headers.get(MARK)) if answer.ok else None
            operation.end(OK, value)
            values.append(value)
            if answer.ok:
                self.violations += read_problems(self.world, path, answer, whole)
        if len(set(values)) > 1:
            self.violate("HEAD and GET differ", path, str(values))
        return values[-1] if values else None

    def check_listings(self, seen):
        """Listings, in small pages, show exactly what can be read."""
        for bucket in self.world.buckets:
            expected = {}
            for path, value in seen.items():
                version = self.world.versions.get((path, value.mark))
                if path.startswith(f"/{bucket}/") and version:
                    expected[path.split("/", 2)[2]] = (version.etag, version.size)
            listed = self.client.list(bucket, page=7)
            if listed is None:
                self.violate("unreadable", f"/{bucket}", "the listing is refused")
            elif listed != expected:
                self.violate("listing", f"/{bucket}", f"differs in {difference(listed, expected)}")

    def check_versions(self, seen):
        """Every version that was acknowledged is there under its id with its bytes; each key has one that is the latest,
        and it is the one that is read. Afterwards the older ones of each key are deleted for good."""
        self.old_sizes = []
        for bucket in set(self.world.buckets) & set(VERSIONED):
            listed = {}
            for name, version_id, is_latest, size in self.client.list_versions(bucket):
                listed.setdefault(f"/{bucket}/{name}", []).append((version_id, is_latest, size))
            for path, versions in listed.items():
                if [is_latest for _, is_latest, _ in versions] != [True] + [False] * (len(versions) - 1):
                    self.violate("versions", path, f"not one latest in front: {versions}")
                if (versions[0][2] is None) != (path not in seen):
                    self.violate("versions", path, f"reads {seen.get(path)}, the latest is {versions[0]}")
            for path, kept in self.world.kept.items():
                if path.startswith(f"/{bucket}/"):
                    self.check_kept(path, kept, {version_id for version_id, _, _ in listed.get(path, [])})
            for path, versions in listed.items():
                self.prune(path, versions)

    def check_kept(self, path, kept, listed):
        for version_id, version in kept.items():
            if version_id not in listed:
                self.violate("version lost", path, f"{version_id} is not listed: {version}")
                continue
            try:
                answer = self.client.version(path, version_id)
            except Unanswered as error:
                self.violate("unreadable", path, f"GET of {version_id} broke off: {error}")
                continue
            if answer.status >= 500:
                self.violate("unreadable", path, f"GET of {version_id} was answered {answer}")
            elif not answer.ok:
                self.violate("version lost", path, f"{version_id} was answered {answer}")
            elif (answer.etag, answer.headers.get(MARK), md5(answer.body)) != (
                    version.etag, version.mark, version.md5):
                self.violate("version torn", path, f"{version_id} is {answer.headers} instead of {version}")

    def prune(self, path, versions):
        """Deletes all but the newest three."""
        for version_id, _, size in versions[3:]:
            if not self.client.delete_version(path, version_id).ok:
                self.violate("unreadable", path, f"version {version_id} cannot be deleted")
            self.world.kept.get(path, {}).pop(version_id, None)
        self.old_sizes += [size for _, _, size in versions[1:3] if size]

    def check_histories(self, before):
        """Each key's history, from the state that the last verification saw to what this one sees."""
        for path, operations in self.history.by_key().items():
            verdict = check(operations, before.get(path))
            if verdict:
                continue
            alive = [operation for operation in operations if operation.invoked <= self.died]
            kind = "lost" if check(alive, before.get(path)) else "history"
            self.violate(kind, path, verdict.explain())

    # Uploads

    def check_uploads(self):
        """Each upload is open or gone as its client knows; returns those that are open."""
        listed = {}
        for bucket in self.world.buckets:
            for name, upload_id in self.client.list_uploads(bucket):
                listed[upload_id] = f"/{bucket}/{name}"
        still_open = [upload for upload in self.uploads if self.is_open(upload, listed)]
        for upload_id, path in listed.items():
            # The client has not learnt the name of an upload whose creation was not answered.
            if path in self.unknown_creates:
                self.unknown_creates.remove(path)
                self.client.abort(path, upload_id)
            else:
                self.violate("unknown upload", path, f"nobody began {upload_id}")
        for upload in still_open:
            self.check_parts(upload)
        return still_open

    def is_open(self, upload, listed):
        """Judges an upload by whether it is listed, and settles what its ending has done."""
        is_listed = listed.pop(upload.id, None) == upload.path
        was_sent = upload.ending == "complete" and upload.operation.outcome == UNKNOWN
        if is_listed and upload.ended:
            self.violate("upload came back", upload.path, str(upload))
        elif not is_listed and upload.ending is None:
            self.violate("upload lost", upload.path, str(upload))
        elif not is_listed and upload.ending == "complete" and not upload.ended:
            if not was_sent:
                self.violate("upload lost", upload.path, f"completing it was refused: {upload}")
            # The upload is gone, so it was completed, and before the crash.
            upload.operation.outcome = OK
        elif is_listed:
            if was_sent:
                upload.operation.outcome = FAILED
            upload.ending = upload.operation = None
        return is_listed and not upload.ended

    def check_parts(self, upload):
        """Parts that were acknowledged are there, and only such as were sent."""
        listed = self.client.list_parts(upload.path, upload.id)
        for number in set(listed) - set(upload.parts):
            self.violate("unknown part", upload.path, f"nobody sent part {number}")
        for number, sent in list(upload.parts.items()):
            present = [part for part in sent if (part.etag, part.size) == listed.get(number)]
            if number in listed and not present:
                self.violate("wrong part", upload.path, f"{listed[number]} is none of {sent}")
            if number not in listed and any(part.acknowledged for part in sent):
                self.violate("part lost", upload.path, f"part {number} of {upload}")
            if present:
                present[-1].acknowledged = True
                upload.parts[number] = present[-1:]
            else:
                del upload.parts[number]

    # The rest

    def check_space(self, seen, still_open):
        """The live bytes of the volumes are those of the blobs that something refers to."""
        references = []
        for path, value in seen.items():
            version = self.world.versions.get((path, value.mark))
            references += version.blobs if version else ()
        for upload in still_open:
            references += [(part.name, part.size) for sent in upload.parts.values() for part in sent]
        blobs = set(references)
        # Shared blobs count once, or once for each that refers to them when a crash found the reclaimer at work.
        least = sum(size + HEADER_LEAST + TRAILER + size // BLOCK * 4 for _, size in blobs)
        most = sum(size + 2 * (HEADER_MOST + TRAILER) + (size // BLOCK + 2) * 4 for _, size in references)
        # What older versions are made of is not known as exactly: a part may be as small as 64 KiB.
        most += sum(size + (size // BLOCK + 1) * (2 * (HEADER_MOST + TRAILER) + 4) for size in self.old_sizes)
        # What the reclaimer is moving is there twice for a moment.
        deadline = time.monotonic() + 10
        while True:
            live = self.server.metrics()["weir_volume_live_bytes"]
            if least <= live <= most or time.monotonic() > deadline:
                break
            time.sleep(0.1)
        if not least <= live <= most:
            self.violate("space", "", f"{live:.0f} live bytes, expected {least} to {most} for {len(blobs)} blobs")

    def check_health(self):
        metrics = self.server.metrics()
        for name in ("weir_metadata_stopped", "weir_volume_damaged_reads_total",
                     "weir_volume_sync_failures_total", "weir_metadata_background_errors_total"):
            if metrics[name]:
                self.violate("health", "", f"{name} is {metrics[name]:.0f}")


def difference(listed, expected):
    """The entries that two listings do not share, shortened."""
    keys = [key for key in sorted(set(listed) | set(expected)) if listed.get(key) != expected.get(key)]
    return ", ".join(f"{key}: listed {listed.get(key)}, read {expected.get(key)}" for key in keys[:5])
