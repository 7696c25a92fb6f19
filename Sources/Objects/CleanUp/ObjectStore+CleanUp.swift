import Metadata
import Primitives
import Ring
import Volumes

// Work that an operation left for smaller commits. Every step deletes rows and drops the references that they
// held in one commit, so it may be interrupted anywhere and taken up again.
extension ObjectStore {
  /// Takes up what a crash or a failure interrupted. Only before anything is served: a Complete in progress
  /// guards the manifest rows that it writes ahead with a clean-up of its own.
  ///
  /// What the disk refuses, because it is full or damaged, is left for the next start and given back: it must not keep
  /// the store from being read.
  func resumeCleanUps() async throws(ObjectError) -> [StorageFailure] {
    var ids: [CleanUpID] = []
    try await forEachRow(of: ObjectTables.cleanUps) { (key, _) throws(ObjectError) in
      guard key.count == 10 else { throw .damaged("a clean-up key") }
      ids.append(CleanUpID(timestamp: key[1..<9].reduce(0) { $0 << 8 | UInt64($1) }, index: key[9]))
    }
    var failures: [StorageFailure] = []
    for id in ids {
      do throws(ObjectError) {
        try await cleanUp(id)
      } catch {
        guard case .storage(let failure) = error else { throw error }
        failures.append(failure)
      }
    }
    return failures
  }

  /// Does a clean-up now. Should it fail, its record stays and the next start takes it up.
  func attemptCleanUp(_ id: CleanUpID) async {
    do throws(ObjectError) {
      try await cleanUp(id)
    } catch {}
  }

  private func cleanUp(_ id: CleanUpID) async throws(ObjectError) {
    guard let value = try await metadata.row(id.key) else { return }
    let record = try decoding { () throws(RecordError) in try CleanUpRecord(decoding: value) }
    switch record.work {
    case .releaseManifest(let manifest, let rows):
      try await releaseManifest(record.bucket, manifest, rows)
    case .discardManifest(let manifest, let rows):
      try await discardManifest(record.bucket, manifest, rows)
    case .discardParts(let upload, let kept):
      try await discardParts(record.bucket, upload, kept)
    case .discardUploads:
      try await discardUploads(record.bucket)
    case .discardChanges:
      try await discardRows(ObjectTables.bucketPrefix(ObjectTables.changes, record.bucket), record.bucket)
    case .discardAppends(let key, let version):
      try await discardRows(
        ObjectTables.appendPrefix(record.bucket, key.bytes, version.rawValue), record.bucket)
    case .dropReference(let blob, let extents):
      let piece = Piece.slice(BlobSlice(blob: blob, extents: extents))
      try await warm(ReferenceOrigins.rowKeys([piece]))
      return try await step(record.bucket) { (book) throws(ObjectError) in
        guard try book.transaction.row(id.key) != nil else { return }
        try book.ledger.drop([piece])
        book.transaction.delete(id.key)
      }
    }
    CrashPoint.cleanUpDone.reach()
    try await step(record.bucket) { (book) throws(ObjectError) in book.transaction.delete(id.key) }
  }

  /// One row of a manifest a commit.
  private func releaseManifest(
    _ bucket: UInt64, _ manifest: ManifestID, _ rows: Int
  ) async throws(ObjectError) {
    for index in 0..<rows {
      let key = ObjectTables.manifestRow(bucket, manifest, index)
      guard let value = try await metadata.row(key) else { continue }
      let parts = try decoding { () throws(RecordError) in try ManifestRow.decode(value) }
      let pieces = parts.flatMap(\.pieces)
      try await warm(ReferenceOrigins.rowKeys(pieces))
      try await step(bucket) { (book) throws(ObjectError) in
        guard try book.transaction.row(key) != nil else { return }
        try book.ledger.drop(pieces)
        book.transaction.delete(key)
      }
    }
  }

  private func discardManifest(
    _ bucket: UInt64, _ manifest: ManifestID, _ rows: Int
  ) async throws(ObjectError) {
    let size = limits.rowsPerCleanup
    for start in stride(from: 0, to: rows, by: size) {
      try await step(bucket) { (book) throws(ObjectError) in
        for index in start..<min(start + size, rows) {
          book.transaction.delete(ObjectTables.manifestRow(bucket, manifest, index))
        }
      }
    }
  }

  private func discardParts(
    _ bucket: UInt64, _ upload: UploadID, _ kept: PartSet
  ) async throws(ObjectError) {
    let prefix = ObjectTables.partPrefix(bucket, upload)
    let size = limits.rowsPerCleanup
    while true {
      let rows = try await metadata.read { (reader) throws(ObjectError) in
        try PartRow.read(reader, prefix: prefix, after: 0, limit: size)
      }
      if rows.isEmpty { return }
      try await discard(bucket, rows, kept)
    }
  }

  private func discard(
    _ bucket: UInt64, _ rows: [PartRow], _ kept: PartSet
  ) async throws(ObjectError) {
    let dropped = rows.filter { !kept.contains($0.number) }.flatMap(\.record.pieces)
    try await warm(rows.map(\.key) + ReferenceOrigins.rowKeys(dropped))
    try await step(bucket) { (book) throws(ObjectError) in
      for row in rows where try book.transaction.row(row.key) != nil {
        if !kept.contains(row.number) { try book.ledger.drop(row.record.pieces) }
        book.transaction.delete(row.key)
      }
    }
  }

  private func discardUploads(_ bucket: UInt64) async throws(ObjectError) {
    let prefix = ObjectTables.bucketPrefix(ObjectTables.uploads, bucket)
    while true {
      let rows = try await metadata.read { (reader) throws(ObjectError) in
        try Self.rows(reader, from: prefix, prefix: prefix, limit: self.limits.rowsPerCleanup).map(\.key)
      }
      if rows.isEmpty { return }
      for row in rows {
        guard let id = UploadID(rowKey: row) else { throw .damaged("an upload key") }
        try await discardParts(bucket, id, PartSet())
        try await step(bucket) { (book) throws(ObjectError) in book.transaction.delete(row) }
      }
    }
  }

  /// Deletes all rows with a prefix, which refer to nothing.
  func discardRows(_ prefix: [UInt8], _ bucket: UInt64) async throws(ObjectError) {
    while true {
      let keys = try await metadata.read { (reader) throws(ObjectError) in
        try Self.rows(reader, from: prefix, prefix: prefix, limit: self.limits.rowsPerCleanup).map(\.key)
      }
      if keys.isEmpty { return }
      try await step(bucket) { (book) throws(ObjectError) in
        for key in keys { book.transaction.delete(key) }
      }
    }
  }

  /// One commit of a clean-up. It conflicts with nothing: what it deletes nobody can reach any more.
  private func step(
    _ bucket: UInt64, _ body: @escaping @Sendable (inout CommitBook) throws(ObjectError) -> Void
  ) async throws(ObjectError) {
    CrashPoint.cleanUpStep.reach()
    let dead = try await metadata.update(.key(bucket: bucket, key: []), for: .free) {
      (transaction) throws(ObjectError) in
      var book = CommitBook(transaction)
      try body(&book)
      return book.ledger.dead
    }
    if !dead.isEmpty { volumes.markDead(dead) }
  }

  /// Brings rows into memory before a closure that reads many: it would be run once for each that is not.
  func warm(_ keys: [[UInt8]]) async throws(ObjectError) {
    if keys.isEmpty { return }
    do throws(MetadataError) {
      _ = try await metadata.getMany(keys)
    } catch {
      throw ObjectError(error)
    }
  }
}
