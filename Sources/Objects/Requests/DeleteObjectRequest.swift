package import Primitives

/// One key to delete.
package struct DeleteObjectRequest: Sendable {
  package var bucket: BucketInfo
  package var key: ObjectKey
  /// If-Match; an absent key then gives `.noSuchKey`.
  package var ifMatch: ETagMatch?
  /// The version to delete for good; nil: the key, which in a versioned bucket adds a delete marker.
  package var version: VersionLabel?
  /// Whether a retention of mode GOVERNANCE may be ignored: asked for, and allowed.
  package var bypassesGovernance = false

  package init(bucket: BucketInfo, key: ObjectKey, ifMatch: ETagMatch? = nil, version: VersionLabel? = nil) {
    self.bucket = bucket
    self.key = key
    self.ifMatch = ifMatch
    self.version = version
  }
}

/// What a deletion did.
package struct DeleteObjectResult: Hashable, Sendable {
  /// Whether there was something to delete.
  package let existed: Bool
  /// The version that was deleted for good, or the delete marker that was added; nil in a bucket that has never had
  /// versioning.
  package let label: VersionLabel?
  /// Whether that is a delete marker.
  package let isDeleteMarker: Bool
}
