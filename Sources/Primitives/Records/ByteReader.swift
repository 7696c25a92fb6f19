/// Reads what `ByteWriter` wrote. Whatever the bytes are, it answers or throws; it never traps.
package struct ByteReader: Sendable {
  private let storage: [UInt8]
  /// The offset in the record of the next byte.
  package private(set) var position = 0

  /// A reader at the start of `bytes`.
  package init(_ bytes: [UInt8]) { storage = bytes }

  /// A reader at the start of a copy of `bytes`.
  package init(copying bytes: UnsafeRawBufferPointer) {
    // SAFETY: the bytes are copied before this returns.
    unsafe storage = Array(bytes)
  }

  /// Bytes not yet read.
  package var remaining: Int { storage.count - position }

  /// Whether all is read.
  package var isAtEnd: Bool { position == storage.count }

  /// One byte.
  package mutating func u8() throws(RecordError) -> UInt8 {
    guard position < storage.count else { throw .truncated(offset: position) }
    defer { position += 1 }
    return storage[position]
  }

  /// Two bytes, big-endian.
  package mutating func u16() throws(RecordError) -> UInt16 { try bigEndian() }

  /// Four bytes, big-endian.
  package mutating func u32() throws(RecordError) -> UInt32 { try bigEndian() }

  /// Eight bytes, big-endian.
  package mutating func u64() throws(RecordError) -> UInt64 { try bigEndian() }

  /// Eight bytes, big-endian two's complement.
  package mutating func i64() throws(RecordError) -> Int64 { Int64(bitPattern: try bigEndian()) }

  /// One byte that is 0 or 1.
  package mutating func bool() throws(RecordError) -> Bool {
    switch try u8() {
    case 0: return false
    case 1: return true
    default: throw .badValue("flag at byte \(position - 1)")
    }
  }

  /// A variable-length integer in its shortest form.
  package mutating func varint() throws(RecordError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard position < storage.count else { throw .truncated(offset: start) }
      let byte = storage[position]
      position += 1
      // The tenth byte has room for one bit.
      if shift == 63 && byte > 1 { throw .badInteger(offset: start) }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 {
        if byte == 0 && shift > 0 { throw .badInteger(offset: start) }
        return value
      }
      shift += 7
    }
  }

  /// A byte string with its length in front.
  package mutating func bytes() throws(RecordError) -> [UInt8] { Array(try slice()) }

  /// A byte string with its length in front, sharing the record's memory.
  package mutating func slice() throws(RecordError) -> ArraySlice<UInt8> {
    let start = position
    let length = try varint()
    guard length <= UInt64(remaining) else { throw .truncated(offset: start) }
    return try rawSlice(Int(length))
  }

  /// Text with its length in front; throws when it is not UTF-8.
  package mutating func string() throws(RecordError) -> String {
    let start = position
    let field = try slice()
    // SAFETY: reads exactly the field.
    let isValid = unsafe withContiguousBytes(field) { unsafe UTF8.isValid($0) }
    guard isValid else { throw .badText(offset: start) }
    return String(decoding: field, as: UTF8Text.self)
  }

  /// Exactly `count` bytes.
  package mutating func raw(_ count: Int) throws(RecordError) -> [UInt8] { Array(try rawSlice(count)) }

  /// Exactly `count` bytes, sharing the record's memory.
  package mutating func rawSlice(_ count: Int) throws(RecordError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else { throw .truncated(offset: position) }
    defer { position += count }
    return storage[position..<position + count]
  }

  /// All bytes that are left.
  package mutating func rest() -> [UInt8] {
    defer { position = storage.count }
    return Array(storage[position...])
  }

  /// Throws when bytes are left: a record of a known version has no more than its fields.
  package func expectEnd() throws(RecordError) {
    guard isAtEnd else { throw .trailingBytes(count: remaining) }
  }

  private mutating func bigEndian<Value: FixedWidthInteger>() throws(RecordError) -> Value {
    let size = MemoryLayout<Value>.size
    guard remaining >= size else { throw .truncated(offset: position) }
    defer { position += size }
    // SAFETY: `size` bytes lie between `position` and the end.
    return unsafe storage.withUnsafeBytes {
      unsafe Value(bigEndian: $0.loadUnaligned(fromByteOffset: position, as: Value.self))
    }
  }
}
