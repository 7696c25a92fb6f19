package import Primitives

/// An upload that is neither completed nor aborted.
package struct UploadInfo: Hashable, Sendable {
  package let id: UploadID
  package let key: ObjectKey
  package let owner: PrincipalID
  package let initiated: Timestamp
  package let storageClass: StorageClass
  /// What the client declared; nil when it declared nothing (the object then gets CRC64NVME).
  package let checksumAlgorithm: ChecksumAlgorithm?
  package let checksumType: ChecksumType?
  package let system: SystemMetadata
  package let user: UserMetadata
}

/// A part of an upload or of an object.
package struct PartInfo: Hashable, Sendable {
  package let number: Int
  /// Bytes.
  package let size: UInt64
  package let etag: ETag
  package let lastModified: Timestamp
  /// The part's own checksum; nil when the client declared no algorithm.
  package let checksum: ObjectChecksum?
}

/// A part of a completed object, by its position in it.
package struct ObjectPart: Hashable, Sendable {
  /// 1 ... N, its position; gaps in the numbers of the upload are closed.
  package let number: Int
  /// Where its bytes lie in the object.
  package let range: Range<UInt64>
  /// The part's own checksum where the object's is composite.
  package let checksum: ObjectChecksum?
}
