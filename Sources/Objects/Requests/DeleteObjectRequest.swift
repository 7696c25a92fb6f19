package import Primitives

/// One key to delete.
package struct DeleteObjectRequest: Sendable {
  package var bucket: BucketInfo
  package var key: ObjectKey
  /// If-Match; an absent key then gives `.noSuchKey`.
  package var ifMatch: ETagMatch?

  package init(bucket: BucketInfo, key: ObjectKey, ifMatch: ETagMatch? = nil) {
    self.bucket = bucket
    self.key = key
    self.ifMatch = ifMatch
  }
}

/// What a deletion did.
package struct DeleteObjectResult: Hashable, Sendable {
  /// Whether there was an object.
  package let existed: Bool
}
