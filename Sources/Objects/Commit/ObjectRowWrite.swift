import Metadata
import Primitives

/// Puts an object's row in place of whatever is there: the one way in which objects come to be.
struct ObjectRowWrite: Sendable {
  let bucket: BucketEntry
  let key: ObjectKey
  /// The encoded record; the version is stamped by the commit.
  let value: [UInt8]
  let size: UInt64
  /// Nil: the time of the commit.
  let lastModified: Timestamp?
  let conditions: WriteConditions

  /// What the commit made of it.
  struct Written: Sendable {
    let version: VersionID
    let lastModified: Timestamp
  }

  /// Runs inside a commit closure. References of the new content must have been taken before: the old content
  /// may be the same blob.
  func perform(_ book: inout CommitBook) throws(ObjectError) -> Written {
    let transaction = book.transaction
    try bucket.check(in: transaction)
    let id = bucket.info.id
    let rowKey = ObjectTables.object(id, key.bytes)
    let old = try transaction.row(rowKey)
    var oldRow: ObjectRow?
    if let old { oldRow = try decoding { () throws(RecordError) in try ObjectRow(old) } }
    try conditions.check(oldRow?.etag, key: key)
    if let old { try book.release(old, bucket: id) }

    let now = transaction.timestamp
    var stamped = value
    ObjectRow.stamp(
      &stamped, version: now.rawValue, lastModified: lastModified == nil ? now.milliseconds : nil)
    transaction.put(rowKey, stamped)
    book.count(
      bucket: id, objects: old == nil ? 1 : 0,
      bytes: Int64(clamping: size) &- Int64(clamping: oldRow?.size ?? 0))
    return Written(
      version: VersionID(rawValue: now.rawValue),
      lastModified: lastModified ?? Timestamp(milliseconds: now.milliseconds))
  }
}

extension WriteConditions {
  /// Judges against the current object's tag, nil when there is none.
  func check(_ current: ETag?, key: ObjectKey) throws(ObjectError) {
    if ifNoneMatchAny && current != nil { throw .preconditionFailed(.ifNoneMatch) }
    guard let ifMatch else { return }
    guard let current else { throw .noSuchKey(key) }
    guard ifMatch.matches(current) else { throw .preconditionFailed(.ifMatch) }
  }
}
