import Primitives

/// A bucket's row.
enum BucketRecord {
  static let recordVersion: UInt8 = 1

  static func encode(_ bucket: BucketInfo) -> [UInt8] {
    var writer = ByteWriter(capacity: 96 + bucket.owner.string.utf8.count)
    writer.u8(recordVersion)
    writer.u64(bucket.id)
    writer.i64(bucket.created.milliseconds)
    writer.string(bucket.owner.string)
    writer.string(bucket.region)
    BucketSettingsCoding.encode(bucket.settings, to: &writer)
    return writer.bytes
  }

  static func decode(name: [UInt8], _ value: [UInt8]) throws(RecordError) -> BucketInfo {
    guard let name = BucketName(lookup: String(decoding: name, as: UTF8Text.self)) else {
      throw .badValue("bucket name")
    }
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard version == recordVersion else { throw .unknownVersion(version) }
    let id = try reader.u64()
    let created = Timestamp(milliseconds: try reader.i64())
    let owner = PrincipalID(try reader.string())
    let region = try reader.string()
    var settings = BucketSettings()
    var last: UInt8 = 0
    while let (tag, field) = try reader.field(after: last) {
      last = tag
      try BucketSettingsCoding.take(tag, field, &settings)
    }
    return BucketInfo(
      id: id, name: name, owner: owner, created: created, region: region, settings: settings)
  }
}
