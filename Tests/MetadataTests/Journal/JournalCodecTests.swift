import Primitives
import Testing

@testable import Metadata

/// The bytes of the journal (docs/format/journal.md).
@Suite struct JournalCodecTests {
  private static func batch() -> RocksBatch {
    let batch = RocksBatch()
    batch.put([0x20, 1], [7, 8, 9])
    batch.delete([0x20, 2])
    return batch
  }

  private static func record(first: UInt64, _ batch: RocksBatch) throws -> [UInt8] {
    let head = try #require(
      unsafe batch.withWrites {
        unsafe JournalRecord.head(first: first, count: batch.count, writes: $0)
      })
    let writes = unsafe batch.withWrites { unsafe [UInt8](copying: $0) }
    return head + writes
  }

  @Test func aRecordHasTheseBytes() throws {
    let bytes = try Self.record(first: 258, Self.batch())
    let writes: [UInt8] = [1, 2, 0x20, 1, 3, 7, 8, 9, 0, 2, 0x20, 2]
    let numbers: [UInt8] = [0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 2]
    var golden = ByteWriter()
    golden.u32(24)
    golden.u32(CRC.crc32c(numbers + writes))
    golden.raw(numbers + writes)
    #expect(bytes == golden.bytes)
    #expect(Hex.encode(Array(bytes[4..<8])) == "2f36ed49")
    let span = try JournalSpan.find(in: bytes, at: 0)
    #expect(span.first == 258 && span.count == 2 && span.last == 259)
    #expect(
      try JournalRecord.decode(writes: Array(bytes[span.writes]), count: 2) == [
        LogWrite(key: [0x20, 1], value: [7, 8, 9]), LogWrite(key: [0x20, 2], value: nil),
      ])
  }

  @Test func aHeaderHasTheseBytes() throws {
    let header = JournalHeader(history: 0x0102_0304_0506_0708, start: 9, origin: 2, isFromEmpty: true)
    let bytes = header.encode()
    #expect(
      Hex.encode(Array(bytes[..<44]))
        == "574549524a524e31" + "01" + "01" + "000000000000" + "0102030405060708" + "0000000000000009"
        + "0000000000000002" + "00000000")
    #expect(bytes.count == 48)
    #expect(try JournalHeader.decode(bytes) == header)
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 4
      #expect(try JournalHeader.decode(damaged) == nil, "byte \(index)")
    }
    #expect(try JournalHeader.decode(Array(bytes.dropLast())) == nil)
  }

  /// A header may be sound and say what no store would.
  @Test func theGreatestNumbersAreNoTrap() throws {
    let files = try ProtectedStore()
    try PlainFile.makeDirectory(files.journal)
    let header = JournalHeader(history: 1, start: .max, origin: .max, isFromEmpty: true)
    try PlainFile.replace(
      files.journal + "/" + JournalName.string(1),
      with: header.encode() + Self.record(first: 1, Self.batch()))
    let file = try #require(try JournalFile.list(files.journal).first)
    #expect(try file.lastSequence() == .max)
    // The next file has to have a number too.
    #expect(JournalName.number("\(UInt64.max).journal") == nil)
    #expect(JournalName.number(JournalName.string(JournalName.greatest)) == JournalName.greatest)
  }

  @Test func aLaterVersionIsNamed() throws {
    var bytes = Array(JournalHeader(history: 1, start: 2, origin: 2, isFromEmpty: false).encode()[..<44])
    bytes[8] = 2
    var writer = ByteWriter()
    writer.raw(bytes)
    writer.u32(CRC.crc32c(bytes))
    #expect(throws: MetadataError.self) { try JournalHeader.decode(writer.bytes) }
  }

  @Test func everyFlippedBitIsFound() throws {
    let bytes = try Self.record(first: 5, Self.batch())
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: JournalSpan.Absence.self, "bit \(bit)") { try JournalSpan.find(in: damaged, at: 0) }
    }
  }

  @Test func anEndInsideARecordIsTorn() throws {
    let bytes = try Self.record(first: 5, Self.batch())
    for length in 1..<bytes.count {
      #expect(throws: JournalSpan.Absence.torn, "\(length) bytes") {
        try JournalSpan.find(in: Array(bytes[..<length]), at: 0)
      }
    }
    #expect(throws: JournalSpan.Absence.torn) {
      try JournalSpan.find(in: [UInt8](repeating: 0, count: 100), at: 0)
    }
    #expect(throws: JournalSpan.Absence.damaged) {
      try JournalSpan.find(in: bytes.map { $0 ^ 0x10 } + bytes, at: 0)
    }
  }

  @Test(arguments: [[2, 1, 65], [1, 1, 65], [0], [0, 0], [1, 0, 1, 1], [0, 1, 65, 0, 1, 66]])
  func writesThatNobodyWroteAreRefused(_ bytes: [UInt8]) {
    #expect(throws: MetadataError.self) { try JournalRecord.decode(writes: bytes, count: 1) }
  }

  @Test func basesAreReadBackOrNotAtAll() {
    let bases = [
      JournalBase(id: 1, history: 7, sequence: 900, milliseconds: 1_700_000_000_000, bytes: 12_345),
      JournalBase(id: 4_000_000_000, history: 8, sequence: 1_000, milliseconds: 1_700_000_000_001, bytes: 0),
    ]
    let bytes = JournalBases.encode(bases)
    #expect(Hex.encode(Array(bytes.prefix(11))) == "574549524241534501" + "02" + "01")
    #expect(JournalBases.decode(bytes) == bases)
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x20
      #expect(JournalBases.decode(damaged) == nil, "byte \(index)")
    }
    #expect(JournalBases.decode([]) == nil)
  }

  @Test func namesOfFiles() {
    #expect(JournalName.string(7) == "00000007.journal")
    #expect(JournalName.number("00000007.journal") == 7)
    #expect(JournalName.number("123456789.journal") == 123_456_789)
    for name in ["7.journal", "00000000.journal", "0000000x.journal", "00000007.log", "bases"] {
      #expect(JournalName.number(name) == nil)
    }
  }
}
