package import Primitives

/// A name under which clients read a bucket, or the part of it below a prefix, as it was at a moment.
package struct ViewInfo: Hashable, Sendable {
  /// Names of views and of buckets are one set.
  package let name: BucketName
  package let bucketID: UInt64
  package let bucketName: BucketName
  package let asOf: Moment
  /// Empty: the whole bucket.
  package let prefix: [UInt8]
  package let created: Timestamp
  /// Nil: when it is deleted.
  package let expires: Timestamp?

  /// Views that one bucket may have: each is looked at whenever something in the bucket is removed.
  package static let limitPerBucket = 100

  func isExpired(at now: Timestamp) -> Bool { expires.map { $0 <= now } ?? false }

  /// What it keeps from being removed.
  var cut: ProtectedCut { ProtectedCut(asOf: asOf, prefix: prefix) }
}
