import Primitives

/// One base: a backup on the volumes that the journal goes on from.
struct JournalBase: Hashable, Sendable {
  /// The backup engine's number.
  let id: UInt32
  let history: UInt64
  /// It holds everything up to this sequence number at least.
  let sequence: UInt64
  /// When it was taken, milliseconds since 1970 UTC.
  let milliseconds: Int64
  let bytes: UInt64
}

/// The file `bases` (docs/format/journal.md).
enum JournalBases {
  private static let magic = Array("WEIRBASE".utf8)
  private static let version: UInt8 = 1

  static func encode(_ bases: [JournalBase]) -> [UInt8] {
    var writer = ByteWriter()
    writer.raw(magic)
    writer.u8(version)
    writer.varint(UInt64(bases.count))
    for base in bases {
      writer.varint(UInt64(base.id))
      writer.u64(base.history)
      writer.u64(base.sequence)
      writer.i64(base.milliseconds)
      writer.varint(base.bytes)
    }
    writer.u32(CRC.crc32c(writer.bytes))
    return writer.bytes
  }

  /// The bases in the bytes of the file, oldest first; nil when they are damaged or of a later version.
  static func decode(_ bytes: [UInt8]) -> [JournalBase]? {
    var tail = ByteReader(Array(bytes.suffix(4)))
    let body = Array(bytes.dropLast(4))
    guard body.starts(with: magic), (try? tail.u32()) == CRC.crc32c(body) else { return nil }
    return try? fields(Array(body.dropFirst(magic.count)))
  }

  private static func fields(_ bytes: [UInt8]) throws(RecordError) -> [JournalBase] {
    var reader = ByteReader(bytes)
    guard try reader.u8() == version else { throw .badValue("the version") }
    let count = try reader.varint()
    var bases: [JournalBase] = []
    while UInt64(bases.count) < count {
      guard let id = UInt32(exactly: try reader.varint()) else { throw .badValue("a backup's number") }
      bases.append(
        JournalBase(
          id: id, history: try reader.u64(), sequence: try reader.u64(), milliseconds: try reader.i64(),
          bytes: try reader.varint()))
    }
    try reader.expectEnd()
    return bases
  }

  /// The bases that the journal in `directory` knows; none when the file is missing or damaged. Throws `.io`.
  static func load(_ directory: String) throws(MetadataError) -> [JournalBase] {
    let path = directory + "/bases"
    guard PlainFile.exists(path) else { return [] }
    return decode(try PlainFile.read(path).bytes) ?? []
  }

  static func store(_ bases: [JournalBase], in directory: String) throws(MetadataError) {
    try PlainFile.replace(directory + "/bases", with: encode(bases))
  }
}
