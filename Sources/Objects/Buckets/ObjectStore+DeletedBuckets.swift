import Metadata
package import Primitives

/// A deleted bucket of which something is kept for its recovery window.
package struct DeletedBucketInfo: Hashable, Sendable {
  package let id: UInt64
  package let name: BucketName
  package let deleted: Timestamp
  /// When the last of it is let go of.
  package let restorableUntil: Timestamp
}

extension ObjectStore {
  /// The deleted buckets that can be made again with their past, the newest first.
  package func deletedBuckets() async throws(ObjectError) -> [DeletedBucketInfo] {
    var found: [DeletedBucketInfo] = []
    try await forEachRow(of: ObjectTables.deletedBuckets) { (_, value) throws(ObjectError) in
      let record = try decoding { () throws(RecordError) in try DeletedBucket(decoding: value) }
      let deleted = Moment(rawValue: record.deleted).time
      let window = record.bucket.settings.recoveryMilliseconds
      found.append(
        DeletedBucketInfo(
          id: record.bucket.id, name: record.bucket.name, deleted: deleted,
          restorableUntil: Timestamp(milliseconds: deleted.milliseconds + window)))
    }
    return found.sorted { $0.deleted > $1.deleted }
  }

  /// Makes a deleted bucket again, empty as it was when it was deleted, with its settings and its past: a restore then
  /// brings objects back. Throws `.noSuchBucket`, `.bucketAlreadyExists`, and `.conflict` while its uploads are still
  /// being discarded.
  package func undeleteBucket(id: UInt64) async throws(ObjectError) -> BucketInfo {
    let bucket = try await metadata.update(.system) { (transaction) throws(ObjectError) in
      guard let row = try transaction.row(ObjectTables.deletedBucket(id)) else {
        throw .noSuchBucket(name: VersionID(rawValue: id).text)
      }
      let record = try decoding { () throws(RecordError) in try DeletedBucket(decoding: row) }
      let name = record.bucket.name.string
      for taken in [ObjectTables.bucket(name), ObjectTables.view(name)]
      where try transaction.row(taken) != nil {
        throw .bucketAlreadyExists(name: name)
      }
      try Self.endDiscarding(id, transaction)
      transaction.delete(ObjectTables.deletedBucket(id))
      transaction.put(ObjectTables.bucket(name), BucketRecord.encode(record.bucket))
      return record.bucket
    }
    buckets.forget(id: id)
    buckets.insert(BucketEntry(bucket, limits.calendar))
    return bucket
  }

  /// What was left to discard a deleted bucket's uploads must not meet those of its second life.
  private static func endDiscarding(_ id: UInt64, _ transaction: Transaction) throws(ObjectError) {
    if try transaction.any(ObjectTables.bucketPrefix(ObjectTables.uploads, id)) { throw .conflict }
    for row in try transaction.rows([ObjectTables.cleanUps]) {
      let record = try decoding { () throws(RecordError) in try CleanUpRecord(decoding: row.value) }
      if record.bucket == id && record.work == .discardUploads { transaction.delete(row.key) }
    }
  }
}
