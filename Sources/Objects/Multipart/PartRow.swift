import Metadata
import Primitives

/// A part as it was read.
struct PartRow: Sendable {
  let key: [UInt8]
  let number: Int
  let record: PartRecord

  /// Up to `limit` parts of an upload whose numbers are greater than `after`.
  static func read(
    _ reader: any MetadataReader, prefix: [UInt8], after: Int, limit: Int
  ) throws(ObjectError) -> [PartRow] {
    var start = prefix
    ObjectTables.append(UInt16(clamping: min(max(0, after), 0xFFFE) + 1), to: &start)
    return try ObjectStore.rows(reader, from: start, prefix: prefix, limit: limit).map {
      (entry) throws(ObjectError) in
      guard entry.key.count == prefix.count + 2 else { throw .damaged("a part key") }
      let number = Int(entry.key[prefix.count]) << 8 | Int(entry.key[prefix.count + 1])
      let record = try decoding { () throws(RecordError) in try PartRecord(decoding: entry.value) }
      return PartRow(key: entry.key, number: number, record: record)
    }
  }
}

extension UploadID {
  /// From the end of an upload row's key.
  init?(rowKey: [UInt8]) {
    guard rowKey.count >= 27 else { return nil }
    let bytes = rowKey.suffix(16)
    created = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    random = bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
