import Primitives

/// A view's row (docs/format/metadata.md, "View record").
enum ViewRecord {
  static let recordVersion: UInt8 = 1

  static func encode(_ view: ViewInfo) -> [UInt8] {
    var writer = ByteWriter(capacity: 64 + view.prefix.count)
    writer.u8(recordVersion)
    writer.u64(view.bucketID)
    writer.string(view.bucketName.string)
    writer.u64(view.asOf.rawValue)
    writer.i64(view.created.milliseconds)
    writer.i64(view.expires?.milliseconds ?? 0)
    writer.bytes(view.prefix)
    return writer.bytes
  }

  static func decode(name: [UInt8], _ value: [UInt8]) throws(RecordError) -> ViewInfo {
    guard let name = BucketName(lookup: String(decoding: name, as: UTF8Text.self)) else {
      throw .badValue("view name")
    }
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard version == recordVersion else { throw .unknownVersion(version) }
    let bucket = try reader.u64()
    guard let bucketName = BucketName(lookup: try reader.string()) else { throw .badValue("bucket name") }
    let asOf = Moment(rawValue: try reader.u64())
    let created = Timestamp(milliseconds: try reader.i64())
    let expires = try reader.i64()
    let prefix = try reader.bytes()
    try reader.expectEnd()
    return ViewInfo(
      name: name, bucketID: bucket, bucketName: bucketName, asOf: asOf, prefix: Array(prefix),
      created: created, expires: expires == 0 ? nil : Timestamp(milliseconds: expires))
  }
}
