/// Builds a binary record: fixed integers in big-endian order, variable-length integers (LEB128, unsigned)
/// and byte strings with their length in front. `ByteReader` reads it back.
@usableFromInline
package struct ByteWriter: Sendable {
  /// What has been written.
  package private(set) var bytes: [UInt8]

  /// An empty record with room for `capacity` bytes.
  package init(capacity: Int = 128) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// Bytes written so far.
  package var count: Int { bytes.count }

  /// One byte.
  package mutating func u8(_ value: UInt8) { bytes.append(value) }

  /// Two bytes, big-endian.
  package mutating func u16(_ value: UInt16) { appendBigEndian(value) }

  /// Four bytes, big-endian.
  package mutating func u32(_ value: UInt32) { appendBigEndian(value) }

  /// Eight bytes, big-endian.
  package mutating func u64(_ value: UInt64) { appendBigEndian(value) }

  /// Eight bytes, big-endian two's complement.
  package mutating func i64(_ value: Int64) { appendBigEndian(UInt64(bitPattern: value)) }

  /// One byte, 0 or 1.
  package mutating func bool(_ value: Bool) { bytes.append(value ? 1 : 0) }

  /// One to ten bytes: seven bits each, lowest first, the top bit set on all but the last.
  package mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// A byte string: its length as a varint, then its bytes.
  @inlinable
  package mutating func bytes(_ value: some Collection<UInt8>) {
    // SAFETY: the pointer does not outlive the closure.
    unsafe withContiguousBytes(value) { unsafe append($0, lengthFirst: true) }
  }

  /// Text: a byte string of UTF-8.
  package mutating func string(_ value: String) { bytes(value.utf8) }

  /// Bytes without a length in front, for fields of a fixed size and keys.
  @inlinable
  package mutating func raw(_ value: some Collection<UInt8>) {
    // SAFETY: the pointer does not outlive the closure.
    unsafe withContiguousBytes(value) { unsafe append($0, lengthFirst: false) }
  }

  @usableFromInline
  mutating func append(_ value: UnsafeRawBufferPointer, lengthFirst: Bool) {
    if lengthFirst { varint(UInt64(value.count)) }
    // SAFETY: reads exactly the buffer.
    unsafe bytes.append(contentsOf: value)
  }

  private mutating func appendBigEndian<Value: FixedWidthInteger>(_ value: Value) {
    // SAFETY: the pointer is to a local for the length of the closure.
    unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
  }
}
