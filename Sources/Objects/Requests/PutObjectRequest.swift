package import Primitives

/// What a PUT says of itself, its bytes aside.
package struct PutObjectRequest: Sendable {
  package var bucket: BucketInfo
  package var key: ObjectKey
  package var owner: PrincipalID
  package var system = SystemMetadata()
  package var user = UserMetadata()
  package var storageClass = StorageClass.standard
  /// Content-MD5, 16 bytes.
  package var contentMD5: [UInt8]?
  /// The algorithm to compute and store; nil stands for CRC64NVME (S3's default). With a trailing checksum it
  /// must be the trailer's.
  package var checksumAlgorithm: ChecksumAlgorithm?
  /// The value that came in a header.
  package var expectedChecksum: [UInt8]?
  package var conditions = WriteConditions.none
  package var tags = TagSet()
  package var lock = LockTerms()

  package init(bucket: BucketInfo, key: ObjectKey, owner: PrincipalID) {
    self.bucket = bucket
    self.key = key
    self.owner = owner
  }
}

/// What was stored.
package struct PutObjectResult: Hashable, Sendable {
  package let etag: ETag
  package let size: UInt64
  package let checksum: ObjectChecksum
  package let lastModified: Timestamp
  package let version: VersionID
  /// What clients are shown of it; nil in a bucket that has never had versioning.
  package let label: VersionLabel?
}
