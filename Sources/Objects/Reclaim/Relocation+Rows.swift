import Metadata
import Primitives
import Volumes

// The three kinds of rows that refer to blobs: objects, rows of their manifests, parts of uploads. Each commit finds
// the row as it was read, or does nothing.
extension Relocation {
  /// Moves what the rows of the key's versions and their manifests refer to.
  func moveObject(_ owner: RowOwner) async throws(ObjectError) {
    try await moveVersion(owner, ObjectTables.object(owner.bucket.id, owner.key.bytes))
    for prefix in [
      ObjectTables.versionPrefix(owner.bucket.id, owner.key.bytes),
      ObjectTables.removedPrefix(owner.bucket.id, owner.key.bytes),
    ] {
      var from = prefix
      while true {
        let (start, limit) = (from, store.limits.rowsPerStep)
        let keys = try await store.metadata.read { (reader) throws(ObjectError) in
          try ObjectStore.rows(reader, from: start, prefix: prefix, limit: limit).map(\.key)
        }
        for key in keys { try await moveVersion(owner, key) }
        guard keys.count == limit, let last = keys.last else { break }
        from = last + [0]
      }
    }
  }

  /// Moves what the row of a version and its manifest refer to.
  func moveVersion(_ owner: RowOwner, _ rowKey: [UInt8]) async throws(ObjectError) {
    guard let value = try await store.metadata.row(rowKey) else { return }
    let version = try KeyVersion(KeyVersion.Place(rowKey: rowKey), value)
    if version.row.contentKind == .inline { return }
    var record = try version.record()
    switch record.content {
    case .inline: return
    case .pieces(let pieces):
      guard concerns(pieces) else { return }
      try await inTurn(pieces) { () async throws(ObjectError) in
        let moved = try await copy(pieces, for: owner, record.row.storageClass)
        record.content = .pieces(moved.pieces)
        try await commitObject(owner, rowKey, value, version, record, moved)
      }
    case .parts(let parts):
      guard parts.contains(where: { concerns($0.pieces) }) else { return }
      try await inTurn(parts.flatMap(\.pieces)) { () async throws(ObjectError) in
        let (moved, entries) = try await copy(parts, for: owner, record.row.storageClass)
        record.content = .parts(entries)
        try await commitObject(owner, rowKey, value, version, record, moved)
      }
    case .manifest(let manifest):
      try await moveManifest(owner, rowKey, value, version, record, manifest)
    }
  }

  private func copy(
    _ parts: [PartEntry], for owner: RowOwner, _ storageClass: StorageClass
  ) async throws(ObjectError) -> (MovedPieces, [PartEntry]) {
    var all = MovedPieces()
    var entries: [PartEntry] = []
    do throws(ObjectError) {
      for part in parts {
        let moved = try await copy(part.pieces, for: owner, storageClass)
        all.append(moved)
        entries.append(
          PartEntry(
            number: part.number, size: part.size, etag: part.etag, checksum: part.checksum,
            pieces: moved.pieces))
      }
    } catch {
      store.volumes.markDead(all.newExtents)
      throw error
    }
    return (all, entries)
  }

  private func commitObject(
    _ owner: RowOwner, _ rowKey: [UInt8], _ value: [UInt8], _ version: KeyVersion, _ record: ObjectRecord,
    _ moved: MovedPieces
  ) async throws(ObjectError) {
    var record = record
    record.moves &+= 1
    guard let encoded = version.stored(record, upTo: store.limits.recordBytes) else {
      return refuse(owner, moved)
    }
    try await commit(owner, moved) { (transaction) throws(ObjectError) in
      guard try transaction.row(rowKey) == value else { return false }
      transaction.put(rowKey, encoded)
      return true
    }
  }

  /// Leaves a row as it is that would be too long with the moved content: its new blobs have more extents than its old
  /// ones, since no segment had room for longer.
  private func refuse(_ owner: RowOwner, _ moved: MovedPieces) {
    store.volumes.markDead(moved.newExtents)
    report.tooLong += 1
    leftOwners.insert(owner)
  }

  /// One row of the manifest a commit, with the object's row, whose count of moves says that something changed.
  private func moveManifest(
    _ owner: RowOwner, _ rowKey: [UInt8], _ value: [UInt8], _ version: KeyVersion, _ record: ObjectRecord,
    _ manifest: ManifestReference
  ) async throws(ObjectError) {
    var (value, record) = (value, record)
    for index in manifest.rows.indices {
      let manifestKey = ObjectTables.manifestRow(owner.bucket.id, manifest.id, index)
      guard let row = try await store.metadata.row(manifestKey) else { return }
      let parts = try decoding { () throws(RecordError) in try ManifestRow.decode(row) }
      guard parts.contains(where: { concerns($0.pieces) }) else { continue }
      record.moves &+= 1
      let before = value
      guard let after = version.stored(record, upTo: store.limits.recordBytes) else { return }
      var isDone = false
      try await inTurn(parts.flatMap(\.pieces)) { () async throws(ObjectError) in
        let (moved, entries) = try await copy(parts, for: owner, version.row.storageClass)
        let newRow = ManifestRow.encode(entries)
        guard newRow.count <= store.limits.recordBytes else { return refuse(owner, moved) }
        isDone = try await commit(owner, moved) { (transaction) throws(ObjectError) in
          guard try transaction.row(rowKey) == before, try transaction.row(manifestKey) == row else {
            return false
          }
          transaction.put(manifestKey, newRow)
          transaction.put(rowKey, after)
          return true
        }
      }
      guard isDone else { return }
      value = after
    }
  }

  /// Moves what the parts of the key's uploads refer to.
  func moveUploads(_ owner: RowOwner) async throws(ObjectError) {
    let prefix = ObjectTables.uploadPrefix(owner.bucket.id, owner.key.bytes)
    let limit = store.limits.rowsPerStep
    var from = prefix
    while true {
      let start = from
      let uploads = try await store.metadata.read { (reader) throws(ObjectError) in
        try ObjectStore.rows(reader, from: start, prefix: prefix, limit: limit).map(\.key)
      }
      for uploadKey in uploads { try await moveParts(of: uploadKey, owner) }
      guard uploads.count == limit, let last = uploads.last else { return }
      from = last + [0]
    }
  }

  private func moveParts(of uploadKey: [UInt8], _ owner: RowOwner) async throws(ObjectError) {
    guard let id = UploadID(rowKey: uploadKey) else { throw .damaged("an upload key") }
    guard let row = try await store.metadata.row(uploadKey) else { return }
    let storageClass = try decoding { () throws(RecordError) in try UploadRecord(decoding: row).storageClass }
    let limit = store.limits.rowsPerStep
    var after = 0
    while true {
      let start = after
      let parts = try await store.metadata.read { (reader) throws(ObjectError) in
        try PartRow.read(
          reader, prefix: ObjectTables.partPrefix(owner.bucket.id, id), after: start, limit: limit)
      }
      for part in parts where concerns(part.record.pieces) {
        try await move(part, of: uploadKey, owner, storageClass)
      }
      guard parts.count == limit, let last = parts.last else { return }
      after = last.number
    }
  }

  private func move(
    _ part: PartRow, of uploadKey: [UInt8], _ owner: RowOwner, _ storageClass: StorageClass
  ) async throws(ObjectError) {
    let before = part.record.encode()
    try await inTurn(part.record.pieces) { () async throws(ObjectError) in
      let moved = try await copy(part.record.pieces, for: owner, storageClass)
      var record = part.record
      record.pieces = moved.pieces
      let after = record.encode()
      guard after.count <= store.limits.recordBytes else { return refuse(owner, moved) }
      try await commit(owner, moved) { (transaction) throws(ObjectError) in
        guard var upload = try transaction.row(uploadKey), upload.count >= UploadRecord.fixedLength,
          try transaction.row(part.key) == before
        else { return false }
        transaction.put(part.key, after)
        ObjectRow.store(transaction.timestamp.rawValue, at: UploadRecord.partsChangedOffset, in: &upload)
        transaction.put(uploadKey, upload)
        return true
      }
    }
  }

  /// Commits a rewritten row with its references. `write` returns false when the row is not what was read; then
  /// nothing is done, and the new blobs are dead.
  @discardableResult
  private func commit(
    _ owner: RowOwner, _ moved: MovedPieces,
    _ write: @escaping @Sendable (Transaction) throws(ObjectError) -> Bool
  ) async throws(ObjectError) -> Bool {
    guard let entry = store.buckets.entry(id: owner.bucket.id) else {
      store.volumes.markDead(moved.newExtents)
      return false
    }
    let holds = goal.movesSharers
    typealias Done = (dead: [ExtentLocation], held: [HeldBlob])
    let done: Done?
    do throws(ObjectError) {
      try await store.warm(moved.rowKeys)
      done = try await store.metadata.update(
        .key(bucket: owner.bucket.id, key: owner.key.bytes), for: .free
      ) { (transaction) throws(ObjectError) -> Done? in
        try entry.checkKept(in: transaction)
        guard try write(transaction) else { return nil }
        var book = CommitBook(transaction)
        let held = try moved.commit(&book, bucket: owner.bucket.id, holds: holds)
        return (book.ledger.dead, held)
      }
    } catch {
      store.giveBack(moved.newExtents, after: error)
      throw error
    }
    guard let done else {
      store.volumes.markDead(moved.newExtents)
      return false
    }
    store.volumes.markDead(done.dead)
    for blob in done.held {
      self.moved[blob.old] = blob.new
      held.append(blob.cleanUp)
    }
    report.rows += 1
    return true
  }
}
