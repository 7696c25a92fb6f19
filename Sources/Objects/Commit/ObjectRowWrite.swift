import Metadata
import Primitives

/// Puts an object in place as its key's current version: the one way in which objects come to be.
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
    /// Nil in a bucket that has never had versioning.
    let label: VersionLabel?
    let lastModified: Timestamp
  }

  /// Runs inside a commit closure. References of the new content must have been taken before: the old content
  /// may be the same blob.
  func perform(_ book: inout CommitBook) throws(ObjectError) -> Written {
    let transaction = book.transaction
    var versions = try KeyVersions(bucket, key, transaction)
    let old = try versions.object()
    try conditions.check(old?.row.etag, key: key)
    let written = try versions.put(value, size: size, lastModified: lastModified, over: old, &book)
    return Written(
      version: written.version, label: written.label,
      lastModified: lastModified ?? Timestamp(milliseconds: transaction.timestamp.milliseconds))
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
