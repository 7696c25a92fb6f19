import Primitives

/// A bucket that is deleted, of which something is kept (docs/format/metadata.md, "Deleted bucket record").
struct DeletedBucket: Sendable {
  static let recordVersion: UInt8 = 1

  let bucket: BucketInfo
  /// The commit that deleted it.
  let deleted: UInt64

  init(bucket: BucketInfo, deleted: UInt64) {
    self.bucket = bucket
    self.deleted = deleted
  }

  func encode() -> [UInt8] {
    var writer = ByteWriter(capacity: 128)
    writer.u8(Self.recordVersion)
    writer.u64(deleted)
    writer.string(bucket.name.string)
    writer.bytes(BucketRecord.encode(bucket))
    return writer.bytes
  }

  init(decoding value: [UInt8]) throws(RecordError) {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard version == Self.recordVersion else { throw .unknownVersion(version) }
    deleted = try reader.u64()
    let name = try reader.string()
    bucket = try BucketRecord.decode(name: Array(name.utf8), try reader.bytes())
    try reader.expectEnd()
  }
}
