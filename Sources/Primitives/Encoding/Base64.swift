/// Base64 with the standard alphabet and padding (RFC 4648 section 4).
package enum Base64 {
  /// The padded base64 text of `bytes`.
  package static func encode(_ bytes: some Collection<UInt8>) -> String {
    var text: [UInt8] = []
    append(bytes, to: &text)
    return String(decoding: text, as: UTF8Text.self)
  }

  /// Appends the padded base64 text of `bytes` to `output`.
  package static func append(_ bytes: some Collection<UInt8>, to output: inout [UInt8]) {
    unsafe withContiguousBytes(bytes) { source in
      // SAFETY: every index stays below `source.count`.
      let count = source.count
      output.reserveCapacity(output.count + (count + 2) / 3 * 4)
      var index = 0
      while index + 3 <= count {
        let group =
          unsafe UInt32(source[index]) << 16 | UInt32(source[index + 1]) << 8
          | UInt32(source[index + 2])
        output.append(character(group >> 18))
        output.append(character(group >> 12))
        output.append(character(group >> 6))
        output.append(character(group))
        index += 3
      }
      guard index < count else { return }
      let second = unsafe index + 1 < count ? source[index + 1] : 0
      let group = unsafe UInt32(source[index]) << 16 | UInt32(second) << 8
      output.append(character(group >> 18))
      output.append(character(group >> 12))
      output.append(index + 1 < count ? character(group >> 6) : padding)
      output.append(padding)
    }
  }

  /// The bytes that `text` spells, or nil. Strict: no white space, padding required, and the bits that
  /// padding leaves over are zero, so every value has one spelling.
  package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    unsafe withContiguousBytes(text) { source in
      // SAFETY: the count is a multiple of four and `index` moves by four below it.
      let count = source.count
      guard count.isMultiple(of: 4) else { return nil }
      guard count > 0 else { return [] }
      var paddingLength = 0
      if unsafe source[count - 1] == padding { paddingLength = 1 }
      if unsafe paddingLength == 1 && source[count - 2] == padding { paddingLength = 2 }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(count / 4 * 3)
      var index = 0
      while index < count {
        let significant = index + 4 == count ? 4 - paddingLength : 4
        var group: UInt32 = 0
        for offset in 0..<significant {
          guard let bits = unsafe value(of: source[index + offset]) else { return nil }
          group |= bits << UInt32(18 - 6 * offset)
        }
        bytes.append(UInt8(truncatingIfNeeded: group >> 16))
        if significant > 2 { bytes.append(UInt8(truncatingIfNeeded: group >> 8)) }
        if significant > 3 { bytes.append(UInt8(truncatingIfNeeded: group)) }
        let unused: UInt32 = significant == 2 ? 0xFFFF : significant == 3 ? 0xFF : 0
        guard group & unused == 0 else { return nil }
        index += 4
      }
      return bytes
    }
  }

  /// The bytes that `text` spells; see `decode(_:)` over bytes.
  package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }

  private static let padding: UInt8 = 0x3D

  /// The character of the lowest six bits of `bits`.
  private static func character(_ bits: UInt32) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: bits & 63)
    switch value {
    case 0..<26: return 0x41 + value
    case 26..<52: return 0x61 - 26 + value
    case 52..<62: return value - 52 + 0x30
    case 62: return 0x2B
    default: return 0x2F
    }
  }

  private static func value(of character: UInt8) -> UInt32? {
    switch character {
    case 0x41...0x5A: UInt32(character - 0x41)
    case 0x61...0x7A: UInt32(character - 0x61) + 26
    case 0x30...0x39: UInt32(character - 0x30) + 52
    case 0x2B: 62
    case 0x2F: 63
    default: nil
    }
  }
}
