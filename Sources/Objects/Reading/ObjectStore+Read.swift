import Metadata
package import Primitives

extension ObjectStore {
  /// What is known of an object: of its current version, of the one named, or of what was current as of a moment. Of
  /// a symbolic link it is what readers of it get if `follows`, else what is known of the link itself. Throws
  /// `.noSuchKey`, `.noSuchVersion`, `.deleteMarker`, `.notRestorable`, `.momentInFuture`, `.noSymlinkTarget`,
  /// `.symlinkToSymlink`.
  package func objectInfo(
    bucket: BucketInfo, key: ObjectKey, version: VersionLabel? = nil, asOf: Moment? = nil,
    follows: Bool = false
  ) async throws(ObjectError) -> ObjectInfo {
    do throws(ObjectError) {
      if version == nil, asOf == nil, let value = try rowInMemory(bucket, key) {
        let record = try Self.record(value)
        if !follows || record.row.kind != .symlink {
          return record.info(key: key, bucketOwner: bucket.owner)
        }
      }
      return try await found(bucket, key, version, asOf, follows: follows).info(key, bucket)
    } catch {
      throw error.naming(bucket, key)
    }
  }

  /// An object ready to be read; what it gives is of one version, whatever happens to the key meanwhile. In the place
  /// of a symbolic link it is what that stands for, unless not `follows`. Throws as `objectInfo`.
  package func openObject(
    bucket: BucketInfo, key: ObjectKey, version: VersionLabel? = nil, asOf: Moment? = nil,
    follows: Bool = true
  ) async throws(ObjectError) -> OpenObject {
    let ticket = epochs.enter()
    do throws(ObjectError) {
      if version == nil, asOf == nil, let value = try rowInMemory(bucket, key) {
        let record = try Self.record(value)
        if record.row.contentKind != .manifest, record.row.kind != .symlink {
          return open(record, [], bucket, key, ObjectTables.object(bucket.id, key.bytes), ticket)
        }
      }
      let found = try await found(bucket, key, version, asOf, rows: true, follows: follows)
      return open(
        try found.version.record(), found.manifestRows, bucket, key, found.rowKey, ticket,
        link: found.link == nil ? nil : try found.info(key, bucket))
    } catch {
      epochs.leave(ticket)
      throw error.naming(bucket, key)
    }
  }

  /// Where part `number` (1 ... N) of an object lies. Of an object written at once part 1 is all of it.
  /// Throws `.invalidPartNumber`, and as `objectInfo`.
  package func objectPart(
    bucket: BucketInfo, key: ObjectKey, version: VersionLabel? = nil, asOf: Moment? = nil, number: Int
  ) async throws(ObjectError) -> (info: ObjectInfo, part: ObjectPart) {
    let object = try await openObject(bucket: bucket, key: key, version: version, asOf: asOf)
    return (object.info, try object.part(number))
  }

  /// The parts of an object after `after`; of one written at once none.
  package func objectParts(
    bucket: BucketInfo, key: ObjectKey, version: VersionLabel? = nil, asOf: Moment? = nil, after: Int,
    limit: Int
  ) async throws(ObjectError) -> (info: ObjectInfo, page: ObjectPartsPage) {
    let object = try await openObject(bucket: bucket, key: key, version: version, asOf: asOf)
    let bounded = max(0, min(limit, limits.pageLength))
    let start = max(0, after)
    let parts = try object.pieces { () throws(ObjectError) in
      try object.map.parts(after: start, limit: bounded)
    }
    let total = object.info.partCount ?? 0
    let next = parts.last?.number ?? start
    return (
      object.info,
      ObjectPartsPage(total: total, parts: parts, isTruncated: bounded > 0 && next < total, next: next)
    )
  }

  /// The value of a current object's row, if memory has it: most reads end here, and a call that cannot wait costs
  /// less than one that may. Throws `.noSuchKey` if memory knows that there is none; nil if it is to be looked for.
  private func rowInMemory(_ bucket: BucketInfo, _ key: ObjectKey) throws(ObjectError) -> [UInt8]? {
    let entry = try buckets.entry(bucket)
    switch try metadata.rowInMemory(ObjectTables.object(bucket.id, key.bytes)) {
    case .found(let value): return value
    case .absent:
      // In a versioned bucket there may be a delete marker.
      if entry.info.isVersioned { return nil }
      throw .noSuchKey(key)
    case .notInMemory: return nil
    }
  }

  private static func record(_ value: [UInt8]) throws(ObjectError) -> ObjectRecord {
    try decoding { () throws(RecordError) in try ObjectRecord(decoding: value) }
  }

  /// The version asked for, with the rows of its manifest if `rows`, from one snapshot: a removal deletes the rows.
  private func found(
    _ bucket: BucketInfo, _ key: ObjectKey, _ label: VersionLabel?, _ asOf: Moment?, rows: Bool = false,
    follows: Bool
  ) async throws(ObjectError) -> FoundVersion {
    let entry = try buckets.entry(bucket)
    if let asOf { try await expectPast(asOf) }
    // Of what was named, and of what that links to.
    let fresh = VersionSearch.Progress(stepLimit: limits.rowsPerListing)
    return try await inReads([fresh, fresh]) { (progress, reader) throws(ObjectError) in
      guard var located = try Self.locate(entry.info, key, label, asOf, reader, &progress[0]) else {
        return nil
      }
      var link: KeyVersion?
      if follows, located.version.row.kind == .symlink {
        link = located.version
        guard let target = try Self.locate(target: located.version, entry.info, asOf, reader, &progress[1])
        else { return nil }
        located = target
      }
      return FoundVersion(
        rowKey: located.rowKey, version: located.version, link: link,
        manifestRows: rows ? try Self.manifestRows(located.version, bucket.id, reader) : [])
    }
  }

  /// The object that a version or a moment names, in a snapshot; nil: another read has to go on.
  static func locate(
    _ bucket: BucketInfo, _ key: ObjectKey, _ label: VersionLabel?, _ asOf: Moment?,
    _ reader: any MetadataReader, _ progress: inout VersionSearch.Progress
  ) throws(ObjectError) -> LocatedVersion? {
    if let asOf { try expectWhole(bucket, asOf, below: key.bytes, reader) }
    let search = VersionSearch(reader, bucket: bucket.id, key: key, asOf: asOf)
    let located: LocatedVersion?
    if let label {
      located = try search.version(label, &progress)
    } else {
      located = try search.current(&progress)
    }
    if progress.isUnfinished { return nil }
    guard let located else {
      if let label { throw .noSuchVersion(key, version: label) }
      throw .noSuchKey(key)
    }
    let row = located.version.row
    guard !row.isDeleteMarker else {
      throw .deleteMarker(
        DeleteMarkerInfo(
          key: key, label: row.label, lastModified: row.lastModified, isNamed: label != nil))
    }
    return located
  }

  /// What a symbolic link stands for, which is always the current object: a version is of the link. Nil: another read
  /// has to go on.
  private static func locate(
    target link: KeyVersion, _ bucket: BucketInfo, _ asOf: Moment?, _ reader: any MetadataReader,
    _ progress: inout VersionSearch.Progress
  ) throws(ObjectError) -> LocatedVersion? {
    guard let target = try link.record().target else { throw .damaged("a link without a target") }
    let located: LocatedVersion?
    do throws(ObjectError) {
      located = try locate(bucket, target, nil, asOf, reader, &progress)
    } catch .noSuchKey {
      throw .noSymlinkTarget(target)
    } catch .deleteMarker {
      throw .noSymlinkTarget(target)
    } catch {
      throw error
    }
    if let located, located.version.row.kind == .symlink { throw .symlinkToSymlink(target) }
    return located
  }

  /// The rows of a version's manifest; none when it has no manifest.
  static func manifestRows(
    _ version: KeyVersion, _ bucket: UInt64, _ reader: any MetadataReader
  ) throws(ObjectError) -> [[UInt8]] {
    guard
      case .manifest(let manifest) = version.row.contentKind == .manifest ? try version.record().content : nil
    else { return [] }
    var rows: [[UInt8]] = []
    for index in manifest.rows.indices {
      guard let row = try reader.row(ObjectTables.manifestRow(bucket, manifest.id, index)) else {
        throw .damaged("a manifest row is missing")
      }
      rows.append(row)
    }
    return rows
  }

  private func open(
    _ record: consuming ObjectRecord, _ rows: [[UInt8]], _ bucket: BucketInfo, _ key: ObjectKey,
    _ rowKey: [UInt8], _ ticket: ReadEpochs.Readers, link: ObjectInfo? = nil
  ) -> OpenObject {
    let content = record.content
    let moves = record.moves
    let info = record.info(key: key, bucketOwner: bucket.owner)
    return OpenObject(
      map: ContentMap(info: info, content: content, manifestRows: rows, moves: moves), volumes: volumes,
      bucket: bucket, rowKey: rowKey, link: link, epochs, ticket)
  }
}

/// A version that was looked for, out of its snapshot.
private struct FoundVersion: Sendable {
  let rowKey: [UInt8]
  let version: KeyVersion
  /// The symbolic link that led to it.
  let link: KeyVersion?
  let manifestRows: [[UInt8]]

  /// What readers are shown.
  func info(_ key: ObjectKey, _ bucket: BucketInfo) throws(ObjectError) -> ObjectInfo {
    let own = try version.record().info(key: key, bucketOwner: bucket.owner)
    guard let link else { return own }
    return try link.record().info(key: key, bucketOwner: bucket.owner).standing(for: own)
  }
}
