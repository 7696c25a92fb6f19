/// Hexadecimal text (RFC 4648 section 8), lower case on output, either case on input.
package enum Hex {
  /// The lower-case hexadecimal text of `bytes`.
  package static func encode(_ bytes: some Collection<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    append(bytes, to: &text)
    return String(decoding: text, as: UTF8Text.self)
  }

  /// Appends the lower-case hexadecimal digits of `bytes` to `output`.
  package static func append(_ bytes: some Collection<UInt8>, to output: inout [UInt8]) {
    unsafe withContiguousBytes(bytes) { source in
      // SAFETY: reads lie within `source`.
      for index in 0..<source.count {
        let byte = unsafe source[index]
        output.append(lowerDigit(byte >> 4))
        output.append(lowerDigit(byte & 15))
      }
    }
  }

  /// The bytes that `text` spells, or nil when its length is odd or a character is no hexadecimal digit.
  package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    unsafe withContiguousBytes(text) { source in
      // SAFETY: the count is even, so `index + 1` lies within `source`.
      guard source.count.isMultiple(of: 2) else { return nil }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(source.count / 2)
      var index = 0
      while index < source.count {
        guard let high = unsafe value(of: source[index]), let low = unsafe value(of: source[index + 1])
        else { return nil }
        bytes.append(high << 4 | low)
        index += 2
      }
      return bytes
    }
  }

  /// The bytes that `text` spells; see `decode(_:)` over bytes.
  package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }

  /// The lower-case digit of a value below 16.
  static func lowerDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

  /// The upper-case digit of a value below 16.
  static func upperDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }

  /// The value of a hexadecimal digit of either case, or nil.
  static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x57
    case 0x41...0x46: digit - 0x37
    default: nil
    }
  }
}
