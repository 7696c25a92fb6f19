import Metadata
package import Primitives

extension ObjectStore {
  /// Discards an upload and its parts. Throws `.noSuchUpload`, except when the upload was completed and its
  /// object is still there: then there is nothing to do.
  package func abortMultipartUpload(
    bucket: BucketInfo, key: ObjectKey, uploadID: String
  ) async throws(ObjectError) {
    _ = try await abortMultipartUpload(bucket: bucket, key: key, uploadID: uploadID, ifLifecycle: nil)
  }

  /// As above; by lifecycle rules only if they are still the bucket's: `generation` is theirs. Returns whether they
  /// are.
  func abortMultipartUpload(
    bucket: BucketInfo, key: ObjectKey, uploadID: String, ifLifecycle generation: UInt64?
  ) async throws(ObjectError) -> Bool {
    let entry = try buckets.entry(bucket)
    let id = try Self.uploadID(uploadID)
    let uploadKey = ObjectTables.upload(bucket.id, key.bytes, id)
    guard let value = try await metadata.row(uploadKey) else {
      if try await wasCompleted(bucket, key, id) { return true }
      throw .noSuchUpload(id: uploadID)
    }
    let upload = try decoding { () throws(RecordError) in try UploadRecord(decoding: value) }
    // Few parts that nobody touches meanwhile go in the same commit.
    let limit = min(limits.rowsPerCleanup, limits.rowsPerStep - 1)
    let step = try await partStep(bucket, key, id, upload, after: 0)
    var rows: [PartRow]?
    if case .rows(let found) = step, found.count <= limit { rows = found }
    let few = rows
    if let few { try await warm(ReferenceOrigins.rowKeys(few.flatMap(\.record.pieces))) }
    let aftermath = try await metadata.update(
      .key(bucket: bucket.id, key: key.bytes), for: .free
    ) { (transaction) throws(ObjectError) -> Aftermath? in
      let info = try entry.check(in: transaction)
      if let generation, info.settings.lifecycle?.generation != generation { return nil }
      guard let row = try transaction.row(uploadKey) else { throw .noSuchUpload(id: uploadID) }
      var book = CommitBook(transaction)
      transaction.delete(uploadKey)
      transaction.addCounter(ObjectTables.bucketCounter(bucket.id, ObjectTables.uploadCount), -1)
      if let few, try UploadRecord.partsChanged(row) == upload.partsChanged {
        for part in few {
          try book.ledger.drop(part.record.pieces)
          transaction.delete(part.key)
        }
      } else {
        book.leave(CleanUpRecord(bucket: bucket.id, work: .discardParts(id, kept: PartSet())))
      }
      return book.aftermath
    }
    guard let aftermath else { return false }
    await settle(aftermath)
    return true
  }

  private func wasCompleted(
    _ bucket: BucketInfo, _ key: ObjectKey, _ id: UploadID
  ) async throws(ObjectError) -> Bool {
    guard let value = try await metadata.row(ObjectTables.object(bucket.id, key.bytes)) else { return false }
    return try decoding { () throws(RecordError) in try ObjectRecord(decoding: value) }.upload == id
  }
}
