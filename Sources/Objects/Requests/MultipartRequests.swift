package import Primitives

/// Begins an upload in parts (AWS API reference, CreateMultipartUpload).
package struct CreateMultipartUploadRequest: Sendable {
  package var bucket: BucketInfo
  package var key: ObjectKey
  /// Who will own the object; also the initiator.
  package var owner: PrincipalID
  package var system = SystemMetadata()
  package var user = UserMetadata()
  package var storageClass = StorageClass.standard
  package var checksumAlgorithm: ChecksumAlgorithm?
  /// Nil: the algorithm's default.
  package var checksumType: ChecksumType?
  package var tags = TagSet()
  package var lock = LockTerms()
  /// Whether the parts must come in the order of their numbers, without gaps (OSS: `sequential`).
  package var isSequential = false

  package init(bucket: BucketInfo, key: ObjectKey, owner: PrincipalID) {
    self.bucket = bucket
    self.key = key
    self.owner = owner
  }
}

/// One part's bytes (AWS API reference, UploadPart).
package struct UploadPartRequest: Sendable {
  package var bucket: BucketInfo
  package var key: ObjectKey
  /// As the client sent it.
  package var uploadID: String
  package var number: Int
  package var contentMD5: [UInt8]?
  /// The algorithm that the client used, if any; it must be the upload's.
  package var checksumAlgorithm: ChecksumAlgorithm?
  /// The value that came in a header.
  package var expectedChecksum: [UInt8]?

  package init(bucket: BucketInfo, key: ObjectKey, uploadID: String, number: Int) {
    self.bucket = bucket
    self.key = key
    self.uploadID = uploadID
    self.number = number
  }
}

/// A part taken from an object (AWS API reference, UploadPartCopy).
package struct UploadPartCopyRequest: Sendable {
  package var source: CopySource
  /// Bytes of the source; nil: all of it. Must lie within the source.
  package var range: Range<UInt64>?
  package var bucket: BucketInfo
  package var key: ObjectKey
  package var uploadID: String
  package var number: Int

  package init(
    source: CopySource, range: Range<UInt64>? = nil, bucket: BucketInfo, key: ObjectKey, uploadID: String,
    number: Int
  ) {
    self.source = source
    self.range = range
    self.bucket = bucket
    self.key = key
    self.uploadID = uploadID
    self.number = number
  }
}

/// A part that was taken from an object.
package struct UploadPartCopyResult: Hashable, Sendable {
  package let part: PartInfo
  /// The version that was copied; nil where its bucket has never had versioning.
  package let sourceLabel: VersionLabel?
}

/// One part as CompleteMultipartUpload lists it.
package struct CompletedPart: Sendable {
  package var number: Int
  /// As the client sent it, without quotes.
  package var etag: String
  package var checksum: ExpectedChecksum?

  package init(number: Int, etag: String, checksum: ExpectedChecksum? = nil) {
    self.number = number
    self.etag = etag
    self.checksum = checksum
  }
}

/// Makes an object of parts (AWS API reference, CompleteMultipartUpload).
package struct CompleteMultipartUploadRequest: Sendable {
  package var bucket: BucketInfo
  package var key: ObjectKey
  package var uploadID: String
  package var parts: [CompletedPart]
  /// What the whole object's checksum must be.
  package var expectedChecksum: ExpectedChecksum?
  package var checksumType: ChecksumType?
  /// What the object's size must be, in bytes.
  package var objectSize: UInt64?
  package var conditions = WriteConditions.none

  package init(bucket: BucketInfo, key: ObjectKey, uploadID: String, parts: [CompletedPart]) {
    self.bucket = bucket
    self.key = key
    self.uploadID = uploadID
    self.parts = parts
  }
}

/// The object that an upload became.
package struct CompleteMultipartUploadResult: Hashable, Sendable {
  package let etag: ETag
  package let size: UInt64
  package let checksum: ObjectChecksum
  package let lastModified: Timestamp
  package let version: VersionID
  /// What clients are shown of it; nil in a bucket that has never had versioning.
  package let label: VersionLabel?
}
