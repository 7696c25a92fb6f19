package import Primitives

/// An object that a copy reads.
package struct CopySource: Sendable {
  package var bucket: BucketInfo
  package var key: ObjectKey
  /// Nil: the current one.
  package var version: VersionLabel?
  /// Nil: now.
  package var asOf: Moment?
  package var conditions: ReadConditions

  package init(
    bucket: BucketInfo, key: ObjectKey, version: VersionLabel? = nil, asOf: Moment? = nil,
    conditions: ReadConditions = .none
  ) {
    self.bucket = bucket
    self.key = key
    self.version = version
    self.asOf = asOf
    self.conditions = conditions
  }
}

/// Where a copy takes its metadata from (`x-amz-metadata-directive`).
package enum MetadataDirective: Sendable {
  /// From the source, the website redirect excepted.
  case copy
  /// From the request alone.
  case replace(SystemMetadata, UserMetadata)
}

/// A copy within the server (AWS API reference, CopyObject).
package struct CopyObjectRequest: Sendable {
  package var source: CopySource
  package var bucket: BucketInfo
  package var key: ObjectKey
  package var owner: PrincipalID
  package var metadata = MetadataDirective.copy
  /// Never taken from the source.
  package var websiteRedirectLocation: String?
  /// Nil: the bucket's, whatever the source has.
  package var storageClass: StorageClass?
  /// Whether the request named an encryption: like the fields above it makes a copy onto itself legal.
  package var namesEncryption = false
  /// Nil: the source's algorithm.
  package var checksumAlgorithm: ChecksumAlgorithm?
  package var conditions = WriteConditions.none
  /// Nil: the source's tags (`x-amz-tagging-directive: COPY`).
  package var tags: TagSet?
  /// Whether a symbolic link is copied as one, and not what it stands for.
  package var copiesLinks = false
  /// Never taken from the source.
  package var lock = LockTerms()

  package init(source: CopySource, bucket: BucketInfo, key: ObjectKey, owner: PrincipalID) {
    self.source = source
    self.bucket = bucket
    self.key = key
    self.owner = owner
  }
}

/// What a copy made.
package struct CopyObjectResult: Hashable, Sendable {
  package let etag: ETag
  package let size: UInt64
  package let checksum: ObjectChecksum?
  package let lastModified: Timestamp
  package let version: VersionID
  /// What clients are shown of it; nil in a bucket that has never had versioning.
  package let label: VersionLabel?
  /// The version that was copied; nil where its bucket has never had versioning.
  package let sourceLabel: VersionLabel?
}
