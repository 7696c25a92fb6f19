import Metadata
package import Primitives

extension ObjectStore {
  /// What is known of an object (HEAD). Throws `.noSuchKey`.
  package func objectInfo(
    bucket: BucketInfo, key: ObjectKey
  ) async throws(ObjectError) -> ObjectInfo {
    do throws(ObjectError) {
      var value = try rowInMemory(bucket, key)
      if value == nil { value = try await row(bucket, key) }
      return try record(value, key).info(key: key, bucketOwner: bucket.owner)
    } catch {
      throw error.naming(bucket, key)
    }
  }

  /// An object ready to be read; what it gives is of one version, whatever happens to the key meanwhile.
  /// Throws `.noSuchKey`.
  package func openObject(
    bucket: BucketInfo, key: ObjectKey
  ) async throws(ObjectError) -> OpenObject {
    let ticket = epochs.enter()
    do throws(ObjectError) {
      var value = try rowInMemory(bucket, key)
      if value == nil { value = try await row(bucket, key) }
      let record = try record(value, key)
      if case .manifest = record.content { return try await openManifest(bucket, key, ticket) }
      return open(record, [], bucket, key, ticket)
    } catch {
      epochs.leave(ticket)
      throw error.naming(bucket, key)
    }
  }

  /// Where part `number` (1 ... N) of an object lies. Of an object written at once part 1 is all of it.
  /// Throws `.invalidPartNumber`.
  package func objectPart(
    bucket: BucketInfo, key: ObjectKey, number: Int
  ) async throws(ObjectError) -> (info: ObjectInfo, part: ObjectPart) {
    let object = try await openObject(bucket: bucket, key: key)
    return (object.info, try object.part(number))
  }

  /// The parts of an object after `after`; of one written at once none.
  package func objectParts(
    bucket: BucketInfo, key: ObjectKey, after: Int, limit: Int
  ) async throws(ObjectError) -> (info: ObjectInfo, page: ObjectPartsPage) {
    let object = try await openObject(bucket: bucket, key: key)
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

  /// The value of an object's row, if memory has it: most reads end here, and a call that cannot wait costs less
  /// than one that may. Throws `.noSuchKey` if memory knows that there is none.
  private func rowInMemory(_ bucket: BucketInfo, _ key: ObjectKey) throws(ObjectError) -> [UInt8]? {
    _ = try buckets.entry(bucket)
    switch try metadata.rowInMemory(ObjectTables.object(bucket.id, key.bytes)) {
    case .found(let value): return value
    case .absent: throw .noSuchKey(key)
    case .notInMemory: return nil
    }
  }

  /// The value of an object's row, wherever it is; nil when there is none.
  private func row(_ bucket: BucketInfo, _ key: ObjectKey) async throws(ObjectError) -> [UInt8]? {
    try await metadata.row(ObjectTables.object(bucket.id, key.bytes))
  }

  private func record(_ value: [UInt8]?, _ key: ObjectKey) throws(ObjectError) -> ObjectRecord {
    guard let value else { throw .noSuchKey(key) }
    return try decoding { () throws(RecordError) in try ObjectRecord(decoding: value) }
  }

  /// The record and the rows of its manifest from one snapshot: an overwrite deletes the rows.
  private func openManifest(
    _ bucket: BucketInfo, _ key: ObjectKey, _ ticket: ReadEpochs.Readers
  ) async throws(ObjectError) -> OpenObject {
    let (record, rows) = try await metadata.read { (reader) throws(ObjectError) in
      guard let value = try reader.row(ObjectTables.object(bucket.id, key.bytes)) else {
        throw .noSuchKey(key)
      }
      let record = try decoding { () throws(RecordError) in try ObjectRecord(decoding: value) }
      var rows: [[UInt8]] = []
      if case .manifest(let manifest) = record.content {
        for index in manifest.rows.indices {
          guard let row = try reader.row(ObjectTables.manifestRow(bucket.id, manifest.id, index)) else {
            throw .damaged("a manifest row is missing")
          }
          rows.append(row)
        }
      }
      return (record, rows)
    }
    return open(record, rows, bucket, key, ticket)
  }

  private func open(
    _ record: consuming ObjectRecord, _ rows: [[UInt8]], _ bucket: BucketInfo, _ key: ObjectKey,
    _ ticket: ReadEpochs.Readers
  ) -> OpenObject {
    let content = record.content
    let moves = record.moves
    let info = record.info(key: key, bucketOwner: bucket.owner)
    return OpenObject(
      map: ContentMap(info: info, content: content, manifestRows: rows, moves: moves), volumes: volumes,
      bucket: bucket, epochs, ticket)
  }
}
