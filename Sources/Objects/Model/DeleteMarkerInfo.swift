package import Primitives

/// A delete marker that was met where an object was wanted.
package struct DeleteMarkerInfo: Hashable, Sendable {
  package let key: ObjectKey
  package let label: VersionLabel
  package let lastModified: Timestamp
  /// Whether the request named this version; else it is the key's current one.
  package let isNamed: Bool
}

/// Why a change does not go with what the bucket is.
package enum BucketStateConflict: Hashable, Sendable {
  /// Object Lock needs versioning.
  case versioningNotEnabled
  /// Versioning of a bucket with Object Lock cannot be suspended.
  case objectLockForbidsSuspension
}
