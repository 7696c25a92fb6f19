import Metadata
import Primitives

/// Puts a part's row in place of whatever is there, if its upload still exists.
struct PartRowWrite: Sendable {
  let bucket: BucketEntry
  let key: ObjectKey
  let uploadID: UploadID
  let number: Int
  let size: UInt64
  let etag: ETag
  let checksum: [UInt8]
  let pieces: [Piece]
  /// Whether the upload takes its parts in order only.
  let isSequential: Bool

  /// Runs inside a commit closure. References of the new part must have been taken before.
  /// Returns the time of the commit.
  func perform(_ book: inout CommitBook) throws(ObjectError) -> Timestamp {
    let transaction = book.transaction
    try bucket.check(in: transaction)
    let id = bucket.id
    let uploadKey = ObjectTables.upload(id, key.bytes, uploadID)
    guard var upload = try transaction.row(uploadKey) else { throw .noSuchUpload(id: uploadID.text) }
    guard upload.count >= UploadRecord.fixedLength else { throw .damaged("an upload row") }

    if isSequential { try expectSequence(transaction) }
    let partKey = ObjectTables.part(id, uploadID, number)
    if let old = try transaction.row(partKey) {
      let record = try decoding { () throws(RecordError) in try PartRecord(decoding: old) }
      try book.ledger.drop(record.pieces)
    }
    let now = transaction.timestamp
    let modified = Timestamp(milliseconds: now.milliseconds)
    let record = PartRecord(
      lastModified: modified, size: size, etag: etag, checksum: checksum, pieces: pieces)
    transaction.put(partKey, record.encode())
    // Complete and Abort see by this that the parts are no longer those that they read.
    ObjectRow.store(now.rawValue, at: UploadRecord.partsChangedOffset, in: &upload)
    transaction.put(uploadKey, upload)
    return modified
  }

  /// Whether the part before is there and the one behind is not. Throws `.partNotSequential`.
  private func expectSequence(_ transaction: Transaction) throws(ObjectError) {
    let id = bucket.id
    if number > 1, try transaction.row(ObjectTables.part(id, uploadID, number - 1)) == nil {
      throw .partNotSequential(number: number)
    }
    guard try transaction.row(ObjectTables.part(id, uploadID, number + 1)) == nil else {
      throw .partNotSequential(number: number)
    }
  }

  /// What is answered once the commit is durable.
  func info(_ modified: Timestamp, _ upload: UploadRecord) -> PartInfo {
    PartRecord(lastModified: modified, size: size, etag: etag, checksum: checksum, pieces: [])
      .info(number: number, upload)
  }
}
