import Primitives

/// How far an appendable object is, beside its bytes (docs/format/metadata.md, field 43).
struct AppendProgress: Hashable, Sendable {
  /// The commit that appended last; 0: only the one that made the object.
  var last: UInt64 = 0
  /// Since when nothing can be appended; nil: it still can.
  var sealed: Timestamp?

  /// As a field of an object record.
  func encode(to writer: inout ByteWriter) {
    var value = ByteWriter(capacity: 16)
    value.u64(last)
    value.i64(sealed?.milliseconds ?? 0)
    writer.field(RecordTag.appending, value.bytes)
  }

  init(last: UInt64 = 0, sealed: Timestamp? = nil) {
    self.last = last
    self.sealed = sealed
  }

  init(decoding field: ArraySlice<UInt8>) throws(RecordError) {
    var reader = ByteReader(Array(field))
    last = try reader.u64()
    let sealed = try reader.i64()
    try reader.expectEnd()
    self.sealed = sealed == 0 ? nil : Timestamp(milliseconds: sealed)
  }
}

/// What an appendable object was until an append: bytes are only ever added at its end, so its length then, with what
/// clients are shown of it, is all that has to be kept of its past.
struct AppendState: Hashable, Sendable {
  static let recordVersion: UInt8 = 1

  /// Bytes.
  let size: UInt64
  let etag: ETag
  let lastModified: Timestamp
  /// Raw value, of the algorithm that the object has.
  let checksum: [UInt8]

  /// What an object is now.
  init(of record: ObjectRecord) {
    size = record.row.size
    etag = record.row.etag
    lastModified = record.row.lastModified
    checksum = record.checksum ?? []
  }

  init(decoding value: [UInt8]) throws(RecordError) {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard version == Self.recordVersion else { throw .unknownVersion(version) }
    size = try reader.u64()
    etag = ETag(high: try reader.u64(), low: try reader.u64(), partCount: 0)
    lastModified = Timestamp(milliseconds: try reader.i64())
    checksum = reader.rest()
  }

  func encode() -> [UInt8] {
    var writer = ByteWriter(capacity: 41)
    writer.u8(Self.recordVersion)
    writer.u64(size)
    writer.u64(etag.high)
    writer.u64(etag.low)
    writer.i64(lastModified.milliseconds)
    writer.raw(checksum)
    return writer.bytes
  }
}

extension ObjectRow {
  /// As it was in an earlier state.
  func asItWas(_ state: AppendState) -> ObjectRow {
    var row = self
    row.size = state.size
    row.etag = state.etag
    row.lastModified = state.lastModified
    return row
  }
}
