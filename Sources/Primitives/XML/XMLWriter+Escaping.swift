extension XMLWriter {
  /// Appends text with `& < > " '` as named references and control characters as numeric ones. Tab, line feed
  /// and carriage return are among them, so that parsers hand back exactly what was written; the others are
  /// illegal in XML 1.0 even so, but S3 writes them this way too.
  mutating func append(escaping text: UnsafeRawBufferPointer) {
    var start = 0
    // SAFETY: `start <= index <= count` throughout.
    for index in 0..<text.count {
      let byte = unsafe text[index]
      guard Self.needsEscape(byte) else { continue }
      unsafe append(plain: text, from: start, to: index)
      start = index + 1
      switch byte {
      case UInt8(ascii: "&"): raw("&amp;")
      case UInt8(ascii: "<"): raw("&lt;")
      case UInt8(ascii: ">"): raw("&gt;")
      case UInt8(ascii: "\""): raw("&quot;")
      case UInt8(ascii: "'"): raw("&apos;")
      default: append(reference: byte)
      }
    }
    unsafe append(plain: text, from: start, to: text.count)
  }

  /// Appends an integer in decimal.
  mutating func append(decimal value: some BinaryInteger) {
    guard let magnitude = UInt64(exactly: value.magnitude) else { return raw(String(value).utf8) }
    if value < 0 { raw("-") }
    if magnitude < 10 { return append(byte: 0x30 + UInt8(truncatingIfNeeded: magnitude)) }
    var digits: InlineArray<20, UInt8> = .init(repeating: 0)
    var first = 20
    var rest = magnitude
    repeat {
      first -= 1
      digits[first] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    for index in first..<20 { append(byte: digits[index]) }
  }

  /// Whether text may not hold `byte` as it is: the markup characters and everything below a space.
  private static func needsEscape(_ byte: UInt8) -> Bool {
    if byte > UInt8(ascii: ">") { return false }
    // A bit for each of the 63 bytes up to `>`.
    return 0x5000_00C4_FFFF_FFFF as UInt64 >> UInt64(byte) & 1 != 0
  }

  private mutating func append(plain text: UnsafeRawBufferPointer, from start: Int, to end: Int) {
    // SAFETY: the caller keeps both bounds within the buffer.
    if start < end { unsafe raw(UnsafeRawBufferPointer(rebasing: text[start..<end])) }
  }

  private mutating func append(reference byte: UInt8) {
    raw("&#x")
    if byte > 15 { append(byte: Hex.upperDigit(byte >> 4)) }
    append(byte: Hex.upperDigit(byte & 15))
    raw(";")
  }
}
