import Primitives

@testable import Metadata

/// The journal's files, as `RecordTarget` calls them: each as it is, and with magic number and checksum mended.
enum JournalTarget {
  static let header: RecordTarget.Check = { record throws(BrokenProperty) in
    _ = try? JournalHeader.decode(record)
    var mended = Array("WEIRJRN1".utf8) + [1] + record.prefix(35)
    mended += [UInt8](repeating: 0, count: 44 - mended.count)
    mended += bigEndian(CRC.crc32c(mended))
    guard let found = try? JournalHeader.decode(mended) else {
      throw BrokenProperty("a sound header is refused")
    }
    let again = try? JournalHeader.decode(found.encode())
    try require(again == found, "a journal's header encoded again")
  }

  /// A record of any writes is found again; those that can be read are what was written.
  static let record: RecordTarget.Check = { input throws(BrokenProperty) in
    if !input.isEmpty { _ = try? JournalSpan.find(in: input, at: 0) }
    guard let first = input.first, !input.dropFirst().isEmpty else { return }
    let writes = Array(input.dropFirst())
    let count = UInt32(first) + 1
    let head = writes.withPart(0..<writes.count) {
      unsafe JournalRecord.head(first: 7, count: count, writes: $0)
    }
    guard let head else { throw BrokenProperty("a record of \(writes.count) bytes has no head") }
    guard let span = try? JournalSpan.find(in: head + writes, at: 0) else {
      throw BrokenProperty("a sound record is not found")
    }
    try requireEqual(span.first, 7, "the first number of a record")
    try requireEqual(
      span.writes, JournalRecord.headLength..<head.count + writes.count, "where its writes are")
    guard let read = try? JournalRecord.decode(writes: writes, count: Int(count)) else { return }
    var again = ByteWriter()
    for write in read {
      again.u8(write.value == nil ? 0 : 1)
      again.bytes(write.key)
      if let value = write.value { again.bytes(value) }
    }
    try requireEqual(again.bytes, writes, "the writes of a record")
  }

  static let bases: RecordTarget.Check = { record throws(BrokenProperty) in
    _ = JournalBases.decode(record)
    let body = Array("WEIRBASE".utf8) + [1] + record
    guard let found = JournalBases.decode(body + bigEndian(CRC.crc32c(body))) else { return }
    try require(JournalBases.decode(JournalBases.encode(found)) == found, "bases encoded again")
  }

  private static func bigEndian(_ sum: UInt32) -> [UInt8] {
    var writer = ByteWriter(capacity: 4)
    writer.u32(sum)
    return writer.bytes
  }
}
