import Metadata
import Primitives
import Volumes

// Who refers to what lies in the segments: first whom the extents' own headers name, then everybody.
extension Relocation {
  /// Owners that are worked on at the same time: their small blobs share writes and syncs.
  private static let concurrency = 16
  /// Rows looked at in one step of a search.
  private static let rowsPerStep = 2048

  /// Empties segments.
  func empty(_ segments: Set<SegmentID>) async throws(ObjectError) {
    do throws(ObjectError) {
      for segment in segments.sorted() { try await move(try await namedOwners(segment)) }
      if !isEmpty(segments) {
        report.scanned = true
        for table in ObjectTables.recordTables { try await searchObjects(table) }
        try await searchUploads()
      }
    } catch {
      await release()
      throw error
    }
    await release()
  }

  /// Gives up the references that kept shared blobs.
  private func release() async {
    for id in held { await store.attemptCleanUp(id) }
    held = []
  }

  private func isEmpty(_ segments: Set<SegmentID>) -> Bool {
    store.volumes.segmentUsage().allSatisfy { !segments.contains($0.id) || $0.liveBytes == 0 }
  }

  /// The objects that the headers of a segment's extents name, each once, in the order of their bytes; none where the
  /// segment cannot be read: the search through all rows then finds whose they are.
  private func namedOwners(_ segment: SegmentID) async throws(ObjectError) -> [RowOwner] {
    var owners: [RowOwner] = []
    var seen: Set<RowOwner> = []
    let extents: [WalkedExtent]
    do throws(VolumeError) {
      extents = try await store.volumes.walk(segment)
    } catch {
      guard error.code == .damaged || error.code == .io else { throw ObjectError(error) }
      return []
    }
    for extent in extents {
      guard let entry = store.buckets.entry(id: extent.description.bucket) else { continue }
      let owner = RowOwner(bucket: entry.info, key: ObjectKey(stored: extent.description.key))
      if seen.insert(owner).inserted { owners.append(owner) }
    }
    return owners
  }

  private func move(_ owners: [RowOwner]) async throws(ObjectError) {
    let failure = await withTaskGroup(of: ObjectError?.self) { group in
      var next = 0
      var failure: ObjectError?
      while next < min(Self.concurrency, owners.count) {
        let owner = owners[next]
        group.addTask { await self.attempt(owner) }
        next += 1
      }
      while let result = await group.next() {
        failure = failure ?? result
        guard failure == nil, next < owners.count else { continue }
        let owner = owners[next]
        group.addTask { await self.attempt(owner) }
        next += 1
      }
      return failure
    }
    if let failure { throw failure }
  }

  /// Whether a disk could not read what is to be moved: as damage it stays, and the rest goes on.
  private func isUnreadable(_ failure: StorageFailure) -> Bool {
    guard failure.code == .io, let place = failure.place, let segment = place.segment,
      case .empty(let segments) = goal
    else { return false }
    return segments.contains(SegmentID(volume: place.volume, segment: segment))
  }

  /// Moves what an owner refers to. Damage is reported and left where it is.
  private func attempt(_ owner: RowOwner) async -> ObjectError? {
    if leftOwners.contains(owner) { return nil }
    do throws(ObjectError) {
      try await moveObject(owner)
      try await moveUploads(owner)
      return nil
    } catch {
      switch error.naming(owner.bucket, owner.key) {
      case .storage(let failure) where failure.code == .damaged || isUnreadable(failure):
        report.damaged.append(failure)
        leftOwners.insert(owner)
        return nil
      case .noSuchBucket: return nil
      default: return error
      }
    }
  }

  private func searchObjects(_ table: UInt8) async throws(ObjectError) {
    try await search(table) { (reader, row) throws(ObjectError) -> RowOwner? in
      let version = try KeyVersion(KeyVersion.Place(rowKey: row.key), row.value)
      let key = table == ObjectTables.objects ? Array(row.key[9...]) : try VersionRowKey(row.key).key
      guard version.row.contentKind != .inline, let owner = self.owner(key[...], bucketOf: row.key) else {
        return nil
      }
      switch try version.record().content {
      case .inline: return nil
      case .pieces(let pieces): return self.concerns(pieces) ? owner : nil
      case .parts(let parts): return parts.contains { self.concerns($0.pieces) } ? owner : nil
      case .manifest(let manifest):
        for index in manifest.rows.indices {
          let key = ObjectTables.manifestRow(owner.bucket.id, manifest.id, index)
          guard let value = try reader.row(key) else { continue }
          let parts = try decoding { () throws(RecordError) in try ManifestRow.decode(value) }
          if parts.contains(where: { self.concerns($0.pieces) }) { return owner }
        }
        return nil
      }
    }
  }

  private func searchUploads() async throws(ObjectError) {
    try await search(ObjectTables.uploads) { (reader, row) throws(ObjectError) -> RowOwner? in
      let (key, id) = try UploadLister.decode(row.key)
      guard let owner = self.owner(key[...], bucketOf: row.key) else { return nil }
      let prefix = ObjectTables.partPrefix(owner.bucket.id, id)
      let cursor = reader.cursor(lower: prefix, upper: upperBound(ofPrefix: prefix))
      try cursor.move(to: prefix)
      while cursor.isValid {
        // SAFETY: the value is copied before the cursor moves.
        let value = unsafe [UInt8](cursor.value)
        let part = try decoding { () throws(RecordError) in try PartRecord(decoding: value) }
        if self.concerns(part.pieces) { return owner }
        try cursor.advance()
      }
      return nil
    }
  }

  /// Moves what the owners that `find` names of a table's rows refer to, step by step.
  private func search(
    _ table: UInt8,
    _ find: @escaping @Sendable (any MetadataReader, MetadataEntry) throws(ObjectError) -> RowOwner?
  ) async throws(ObjectError) {
    var from: [UInt8] = [table]
    while true {
      let start = from
      let (owners, last) = try await store.metadata.read {
        (reader) throws(ObjectError) -> ([RowOwner], [UInt8]?) in
        let rows = try ObjectStore.rows(reader, from: start, prefix: [table], limit: Self.rowsPerStep)
        var owners: [RowOwner] = []
        for row in rows {
          guard row.key.count > 9 else { throw .damaged("a row's key") }
          if let owner = try find(reader, row) { owners.append(owner) }
        }
        return (owners, rows.count == Self.rowsPerStep ? rows.last?.key : nil)
      }
      try await move(owners)
      guard let last else { return }
      from = last + [0]
    }
  }

  private func owner(_ key: ArraySlice<UInt8>, bucketOf rowKey: [UInt8]) -> RowOwner? {
    let id = rowKey[1..<9].reduce(0) { $0 << 8 | UInt64($1) }
    guard let entry = store.buckets.entry(id: id) else { return nil }
    return RowOwner(bucket: entry.info, key: ObjectKey(stored: Array(key)))
  }
}
