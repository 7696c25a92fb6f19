/// Whether a bucket keeps versions (AWS user guide, "Using versioning in S3 buckets"). Once it has left
/// `unversioned` it never returns there.
package enum VersioningState: UInt8, Hashable, Sendable {
  /// Never set: a write replaces what is there.
  case unversioned = 0
  /// Every write adds a version with an id of its own.
  case enabled = 1
  /// Writes replace the version `null`; others stay.
  case suspended = 2
}
