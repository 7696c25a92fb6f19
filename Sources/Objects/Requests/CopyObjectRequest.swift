package import Primitives

/// An object that a copy reads.
package struct CopySource: Sendable {
  package var bucket: BucketInfo
  package var key: ObjectKey
  package var conditions: ReadConditions

  package init(bucket: BucketInfo, key: ObjectKey, conditions: ReadConditions = .none) {
    self.bucket = bucket
    self.key = key
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
  /// Nil: `.standard`, whatever the source has.
  package var storageClass: StorageClass?
  /// Whether the request named an encryption: like the fields above it makes a copy onto itself legal.
  package var namesEncryption = false
  /// Nil: the source's algorithm.
  package var checksumAlgorithm: ChecksumAlgorithm?
  package var conditions = WriteConditions.none

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
}
