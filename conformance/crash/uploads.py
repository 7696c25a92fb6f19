"""Multipart uploads: begun, given parts, completed, aborted, or left open for a later cycle."""

from crash.content import md5
from crash.history import OK
from crash.world import KIB, MIB, Part, Upload, note

# S3 allows no smaller part but the last.
PART = 5 * MIB
OPEN = 3


class UploadSteps:
    """The uploads of one worker: one step at a time."""

    def __init__(self, worker):
        self.worker = worker

    def next(self):
        open_uploads = [upload for upload in self.worker.uploads if upload.id and not upload.ended]
        chance = self.worker.random
        if not open_uploads or len(open_uploads) < OPEN and chance.random() < 0.3:
            self.create()
            return
        upload = chance.choice(open_uploads)
        if upload.ending is not None:
            # It was not answered, and the server lives: the cycle is over in a moment.
            return
        if len(upload.parts) < 3 or chance.random() < 0.1:
            self.part(upload)
        elif chance.random() < 0.7:
            self.complete(upload)
        elif chance.random() < 0.5:
            self.abort(upload)

    def create(self):
        worker = self.worker
        mark = worker.mark()
        upload = Upload(worker.path("parts"), mark, note(mark))
        worker.uploads.append(upload)
        answer = worker.client.create_upload(upload.path, upload.headers)
        if not answer.ok:
            worker.problem("unexpected answer", upload.path, f"creating an upload was answered {answer}")
            return
        upload.id = answer.text("UploadId")

    def part(self, upload):
        """Parts 1 and 2 are large and 3 is small; one that is there may be sent again."""
        worker = self.worker
        missing = [number for number in (1, 2, 3) if number not in upload.parts]
        number = missing[0] if missing else worker.random.choice((1, 2, 3))
        size = worker.random.randint(20 * KIB, 300 * KIB) if number == 3 else PART
        name = worker.mark()
        body = worker.world.contents.body(name, size)
        part = Part(md5(body), name, size)
        upload.parts.setdefault(number, []).append(part)
        answer = worker.client.put_part(upload.path, upload.id, number, body)
        if not answer.ok or answer.etag != part.etag:
            worker.problem("unexpected answer", upload.path, f"part {part} was answered {answer}")
            return
        part.acknowledged = True
        upload.parts[number] = [part]

    def complete(self, upload):
        worker = self.worker
        version = worker.world.completed(upload)
        etags = {number: sent[-1].etag for number, sent in upload.parts.items()}
        upload.ending = "complete"
        upload.operation = worker.history.begin(upload.path, "write", version.value)
        answer = worker.record(
            upload.operation, lambda: worker.client.complete(upload.path, upload.id, etags))
        upload.ended = upload.operation.outcome == OK
        worker.written(upload.path, version, answer)

    def abort(self, upload):
        worker = self.worker
        upload.ending = "abort"
        answer = worker.client.abort(upload.path, upload.id)
        upload.ended = answer.ok
        if not answer.ok:
            worker.problem("unexpected answer", upload.path, f"an abort was answered {answer}")
