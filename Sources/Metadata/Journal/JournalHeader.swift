import Primitives

/// The header of a journal file (docs/format/journal.md).
struct JournalHeader: Hashable, Sendable {
  /// The history that its records belong to.
  var history: UInt64
  /// The sequence number before that of the first record.
  var start: UInt64
  /// Every record from behind this number up to `start` is in earlier files of the history.
  var origin: UInt64
  /// Whether the history was empty at `origin`, so that the journal alone is all of it.
  var isFromEmpty: Bool

  static let length = 48
  private static let magic = Array("WEIRJRN1".utf8)
  private static let version: UInt8 = 1

  func encode() -> [UInt8] {
    var writer = ByteWriter(capacity: Self.length)
    writer.raw(Self.magic)
    writer.u8(Self.version)
    writer.bool(isFromEmpty)
    writer.raw([UInt8](repeating: 0, count: 6))
    writer.u64(history)
    writer.u64(start)
    writer.u64(origin)
    writer.u32(0)
    writer.u32(CRC.crc32c(writer.bytes))
    return writer.bytes
  }

  /// The header at the start of `file`; nil when there is none (a file whose beginning was never written).
  /// Throws `.format` for a later version.
  static func decode(_ file: [UInt8]) throws(MetadataError) -> JournalHeader? {
    guard file.count >= length, file.starts(with: magic) else { return nil }
    guard let (version, header) = try? fields(Array(file[8..<length])) else { return nil }
    var sum = ByteReader(Array(file[44..<length]))
    guard (try? sum.u32()) == CRC.crc32c(Array(file[..<44])) else { return nil }
    guard version == Self.version else {
      throw MetadataError(.format, "a journal file has version \(version), newer than this program's")
    }
    return header
  }

  private static func fields(_ bytes: [UInt8]) throws(RecordError) -> (version: UInt8, JournalHeader) {
    var reader = ByteReader(bytes)
    let version = try reader.u8()
    let flags = try reader.u8()
    _ = try reader.raw(6)
    let header = JournalHeader(
      history: try reader.u64(), start: try reader.u64(), origin: try reader.u64(),
      isFromEmpty: flags & 1 == 1)
    return (version, header)
  }
}

/// The names of journal files: the number as 8 digits and more, and `.journal`.
enum JournalName {
  static let suffix = ".journal"

  static func string(_ number: UInt64) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits + suffix
  }

  /// The greatest number that is taken for one: there is always a next.
  static let greatest = UInt64(Int64.max)

  /// The number of a journal file; nil for every other name.
  static func number(_ name: String) -> UInt64? {
    guard name.hasSuffix(suffix), let number = UInt64(name.dropLast(suffix.count)),
      (1...greatest).contains(number), string(number) == name
    else { return nil }
    return number
  }
}
