package import Primitives

/// What is appended to an object, its bytes aside. Metadata, tags and class count for the append only that makes the
/// object.
package struct AppendObjectRequest: Sendable {
  package var bucket: BucketInfo
  package var key: ObjectKey
  package var owner: PrincipalID
  /// The length that the object must have; 0 makes one that is not there.
  package var position: UInt64
  package var system = SystemMetadata()
  package var user = UserMetadata()
  package var storageClass = StorageClass.standard
  package var tags = TagSet()
  /// Content-MD5 of what is appended, 16 bytes.
  package var contentMD5: [UInt8]?

  package init(bucket: BucketInfo, key: ObjectKey, owner: PrincipalID, position: UInt64) {
    self.bucket = bucket
    self.key = key
    self.owner = owner
    self.position = position
  }
}

/// What an object has become by an append.
package struct AppendObjectResult: Hashable, Sendable {
  package let etag: ETag
  /// Bytes, and the position of the next append.
  package let size: UInt64
  /// Of all its bytes.
  package let checksum: ObjectChecksum
  package let lastModified: Timestamp
  /// How clients name the version; nil in a bucket that has never had versioning.
  package let label: VersionLabel?
  /// The moment from which on it is so.
  package let moment: Moment
}
