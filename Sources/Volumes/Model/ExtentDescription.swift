/// What an extent says about itself on disk, so that a volume can be audited against metadata and metadata
/// rebuilt from volumes. Volumes attaches no meaning to it.
package struct ExtentDescription: Hashable, Sendable {
  /// The blob that the extent is part of.
  package let blob: BlobID
  /// The bucket's id.
  package let bucket: UInt64
  /// The bucket's name when the blob was written; at most 255 bytes of UTF-8.
  package let bucketName: String
  /// The key that the blob was written for; at most 1,024 bytes.
  package let key: [UInt8]
  /// The object's version.
  package let version: UInt64

  /// A description. The lengths of `bucketName` and `key` are preconditions.
  package init(blob: BlobID, bucket: UInt64, bucketName: String, key: [UInt8], version: UInt64) {
    precondition(bucketName.utf8.count <= VolumeFormat.bucketNameBytesMax)
    precondition(key.count <= VolumeFormat.keyBytesMax)
    self.blob = blob
    self.bucket = bucket
    self.bucketName = bucketName
    self.key = key
    self.version = version
  }

  /// Bytes that an unpadded header with this description takes.
  var headerLength: Int { VolumeFormat.extentHeaderFixed + bucketName.utf8.count + key.count }
}
