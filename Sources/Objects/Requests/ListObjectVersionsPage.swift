package import Primitives

/// A page of a bucket's versions (AWS API reference, ListObjectVersions).
package struct ListObjectVersionsRequest: Sendable {
  package var bucket: BucketInfo
  package var prefix: [UInt8] = []
  /// Empty: no grouping.
  package var delimiter: [UInt8] = []
  /// Only what sorts after this key; with `versionMarker`, after that version of it. Empty: from the start.
  package var keyMarker: [UInt8] = []
  package var versionMarker: VersionLabel?
  /// Entries wanted; at most `ObjectLimits.pageLength` are given.
  package var limit = 1000
  /// Nil: now.
  package var asOf: Moment?
  /// Keys that do not begin with this are not there (a view of a part of the bucket).
  package var within: [UInt8] = []
  /// Whether restores of what is archived are wanted.
  package var showsRestores = false

  package init(bucket: BucketInfo) {
    self.bucket = bucket
  }
}

/// What a listing of versions shows of one.
package struct VersionListEntry: Hashable, Sendable {
  package let key: ObjectKey
  package let version: VersionID
  package let label: VersionLabel
  package let isLatest: Bool
  package let isDeleteMarker: Bool
  package let kind: ObjectKind
  package let lastModified: Timestamp
  package let etag: ETag
  /// Bytes.
  package let size: UInt64
  package let storageClass: StorageClass
  package let checksumAlgorithm: ChecksumAlgorithm?
  package let checksumType: ChecksumType?
  package let owner: PrincipalID
  /// Of what is archived, where the listing wants it: the restore that was asked for last.
  package var restore: ArchiveRestore?
}

/// A page of versions and common prefixes: keys in the order of their bytes, within a key the newest first.
package struct ListObjectVersionsPage: Sendable {
  package enum Entry: Hashable, Sendable {
    case version(VersionListEntry)
    /// A common prefix.
    case prefix([UInt8])
  }

  package internal(set) var entries: [Entry] = []
  package internal(set) var isTruncated = false
  /// Where the next page goes on, when truncated: the last entry's key or prefix, and its version (nil behind a
  /// prefix).
  package internal(set) var nextKeyMarker: [UInt8] = []
  package internal(set) var nextVersionMarker: VersionLabel?

  package init() {}
}
