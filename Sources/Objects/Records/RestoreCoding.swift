import Primitives

extension ObjectRecord {
  /// The restore in a row's value, without what a listing has no use for. Throws `.damaged`.
  static func restore(
    in value: UnsafeRawBufferPointer, _ row: ObjectRow
  ) throws(ObjectError) -> ArchiveRestore? {
    // SAFETY: the record ends within the value, as the row has checked; it is copied.
    let fields = unsafe Array(
      UnsafeRawBufferPointer(rebasing: value[ObjectRow.fixedLength..<row.recordLength]))
    return try decoding { () throws(RecordError) in
      var reader = ByteReader(fields)
      var last: UInt8 = 0
      while let (tag, field) = try reader.field(after: last) {
        if tag == RecordTag.restore { return try RestoreCoding.decode(field) }
        last = tag
      }
      return nil
    }
  }
}

/// A restore as a field of an object record: tier (1), days (varint), ready and until (8 each, milliseconds since 1970
/// UTC).
enum RestoreCoding {
  static func encode(_ restore: ArchiveRestore) -> [UInt8] {
    var value = ByteWriter(capacity: 22)
    value.u8(restore.tier.rawValue)
    value.varint(UInt64(restore.days))
    value.i64(restore.ready.milliseconds)
    value.i64(restore.until.milliseconds)
    return value.bytes
  }

  static func decode(_ field: ArraySlice<UInt8>) throws(RecordError) -> ArchiveRestore {
    var reader = ByteReader(Array(field))
    guard let tier = RestoreTier(rawValue: try reader.u8()) else { throw .badValue("restore tier") }
    guard let days = UInt32(exactly: try reader.varint()) else { throw .badValue("restore days") }
    let restore = ArchiveRestore(
      tier: tier, days: days, ready: Timestamp(milliseconds: try reader.i64()),
      until: Timestamp(milliseconds: try reader.i64()))
    try reader.expectEnd()
    return restore
  }
}
