import Testing

@testable import Primitives

struct RecordTests {
  @Test func roundTrip() throws {
    var writer = ByteWriter()
    writer.u8(0xFE)
    writer.u16(0x1234)
    writer.u32(0xDEAD_BEEF)
    writer.u64(0x0123_4567_89AB_CDEF)
    writer.i64(-2)
    writer.bool(true)
    writer.bool(false)
    writer.varint(300)
    writer.bytes([1, 2, 3])
    writer.bytes(Array("xyz".utf8)[1...])
    writer.string("é😀")
    writer.raw([9, 8])
    #expect(Array(writer.bytes.prefix(7)) == [0xFE, 0x12, 0x34, 0xDE, 0xAD, 0xBE, 0xEF])
    #expect(writer.count == writer.bytes.count)

    var reader = ByteReader(writer.bytes)
    #expect(try reader.u8() == 0xFE)
    #expect(try reader.u16() == 0x1234)
    #expect(try reader.u32() == 0xDEAD_BEEF)
    #expect(try reader.u64() == 0x0123_4567_89AB_CDEF)
    #expect(try reader.i64() == -2)
    #expect(try reader.bool())
    #expect(try !reader.bool())
    #expect(try reader.varint() == 300)
    #expect(try reader.bytes() == [1, 2, 3])
    #expect(try reader.slice().elementsEqual("yz".utf8))
    #expect(try reader.string() == "é😀")
    #expect(throws: RecordError.trailingBytes(count: 2)) { try reader.expectEnd() }
    #expect(reader.remaining == 2 && !reader.isAtEnd)
    #expect(try reader.raw(2) == [9, 8])
    #expect(reader.isAtEnd && reader.rest().isEmpty)
    try reader.expectEnd()
    #expect(throws: RecordError.truncated(offset: writer.count)) { try reader.u8() }
  }

  @Test(arguments: [
    (0 as UInt64, 1), (1, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (4_294_967_296, 5),
    (9_223_372_036_854_775_807, 9), (9_223_372_036_854_775_808, 10), (UInt64.max, 10),
  ])
  func varints(value: UInt64, length: Int) throws {
    var writer = ByteWriter()
    writer.varint(value)
    #expect(writer.count == length)
    var reader = ByteReader(writer.bytes)
    #expect(try reader.varint() == value)
    try reader.expectEnd()
  }

  @Test(arguments: [
    [0x80, 0x00] as [UInt8], [0xFF, 0x80, 0x00], [UInt8](repeating: 0xFF, count: 9) + [0x02],
    [UInt8](repeating: 0x80, count: 10) + [0x01], [UInt8](repeating: 0xFF, count: 20),
  ])
  func badVarints(bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    #expect(throws: RecordError.badInteger(offset: 0)) { try reader.varint() }
  }

  /// A record cut anywhere throws, and says where the field that is cut begins.
  @Test func everyTruncation() {
    var writer = ByteWriter()
    writer.u16(1)
    writer.u32(2)
    writer.u64(3)
    writer.varint(100_000)
    writer.bytes([4, 5, 6])
    writer.string("text")
    for length in 0..<writer.count {
      var reader = ByteReader(Array(writer.bytes.prefix(length)))
      #expect(throws: RecordError.self, "\(length)") {
        _ = try reader.u16()
        _ = try reader.u32()
        _ = try reader.u64()
        _ = try reader.varint()
        _ = try reader.bytes()
        _ = try reader.string()
      }
    }
    var reader = ByteReader([0, 0, 1, 2])
    _ = try? reader.u16()
    #expect(throws: RecordError.truncated(offset: 2)) { try reader.u32() }
    // A refused field is not consumed.
    #expect(reader.remaining == 2)
  }

  @Test func impossibleFields() {
    var flag = ByteReader([2])
    #expect(throws: RecordError.badValue("flag at byte 0")) { try flag.bool() }
    var text = ByteReader([2, 0xC3, 0x28])
    #expect(throws: RecordError.badText(offset: 0)) { try text.string() }
    // A length near 2^64 must neither trap nor allocate.
    var huge = ByteReader([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 1, 2])
    #expect(throws: RecordError.truncated(offset: 0)) { try huge.bytes() }
    var negative = ByteReader([1])
    #expect(throws: RecordError.truncated(offset: 0)) { try negative.raw(-1) }
    #expect(throws: RecordError.truncated(offset: 0)) { try negative.raw(.max) }
  }

  @Test func copyingReader() throws {
    // SAFETY: the pointer does not outlive the closure.
    var reader = unsafe [UInt8]([0, 7]).withUnsafeBytes { unsafe ByteReader(copying: $0) }
    #expect(try reader.u16() == 7)
  }
}
