import Metadata
import Primitives

/// The commit that turns an upload into an object.
struct CompleteCommit: Sendable {
  let write: ObjectRowWrite
  let id: UploadID
  /// What the upload's row must still say.
  let partsChanged: UInt64
  let manifest: ManifestID
  /// Manifest rows that were not written ahead.
  let rows: [(index: Int, value: [UInt8])]
  let guardID: CleanUpID?
  let listed: PartSet
  /// All part rows, when they are few enough to go at once.
  let partKeys: [[UInt8]]?
  /// What the parts that were not listed refer to, when they go at once.
  let unlisted: [Piece]

  /// Runs inside a commit closure. Nil: the upload is gone or its parts were changed.
  func perform(
    _ transaction: Transaction
  ) throws(ObjectError) -> (ObjectRowWrite.Written, Aftermath)? {
    let bucket = write.bucket.id
    let uploadKey = ObjectTables.upload(bucket, write.key.bytes, id)
    guard let upload = try transaction.row(uploadKey),
      try UploadRecord.partsChanged(upload) == partsChanged
    else { return nil }
    var book = CommitBook(transaction)
    let written = try write.perform(&book)
    for row in rows {
      transaction.put(ObjectTables.manifestRow(bucket, manifest, row.index), row.value)
    }
    if let guardID { transaction.delete(guardID.key) }
    transaction.delete(uploadKey)
    transaction.addCounter(ObjectTables.bucketCounter(bucket, ObjectTables.uploadCount), -1)
    if let partKeys {
      for key in partKeys { transaction.delete(key) }
      try book.ledger.drop(unlisted)
    } else {
      book.leave(CleanUpRecord(bucket: bucket, work: .discardParts(id, kept: listed)))
    }
    return (written, book.aftermath)
  }
}

extension UploadRecord {
  /// The timestamp of the last change of a part, from an encoded record.
  static func partsChanged(_ value: [UInt8]) throws(ObjectError) -> UInt64 {
    guard value.count >= fixedLength, value[0] == recordVersion else { throw .damaged("an upload row") }
    return value[partsChangedOffset..<(partsChangedOffset + 8)].reduce(0) { $0 << 8 | UInt64($1) }
  }
}
