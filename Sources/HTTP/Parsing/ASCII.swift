/// The character classes of RFC 9110 section 5.6 as bit sets, so that a test is two shifts and no memory access.
enum ASCII {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let colon: UInt8 = 0x3A
  static let delete: UInt8 = 0x7F

  /// `tchar`: letters, digits and ``!#$%&'*+-.^_`|~`` (RFC 9110 section 5.6.2).
  @inline(__always)
  static func isToken(_ byte: UInt8) -> Bool {
    guard byte < 128 else { return false }
    // Bit n of the first word is character n, of the second character 64 + n.
    let word: UInt64 = byte < 64 ? 0x03FF_6CFA_0000_0000 : 0x57FF_FFFF_C7FF_FFFE
    return (word >> UInt64(byte & 63)) & 1 == 1
  }

  /// A control character other than HTAB: what no field value may hold (RFC 9110 section 5.5).
  @inline(__always)
  static func isForbiddenInValue(_ byte: UInt8) -> Bool {
    (byte < space && byte != tab) || byte == delete
  }

  /// A decimal digit.
  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  /// The byte with `A`-`Z` turned to `a`-`z`, any other byte unchanged.
  @inline(__always)
  static func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  /// SP or HTAB.
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

  /// The value of a hexadecimal digit, nil for any other byte.
  @inline(__always)
  static func hexValue(_ byte: UInt8) -> UInt64? {
    if isDigit(byte) { return UInt64(byte &- 0x30) }
    let letter = byte | 0x20
    return letter &- 0x61 < 6 ? UInt64(letter &- 0x61 + 10) : nil
  }
}
