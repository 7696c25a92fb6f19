/// The syntax of Host: `uri-host [ ":" port ]` (RFC 9110 section 7.2, RFC 3986 section 3.2.2), not empty.
enum HostSyntax {
  /// Whether the value is a name, an IPv4 address or a bracketed IPv6 address, with or without a port.
  /// No user information, no blanks, no list.
  static func isValid(_ value: ByteView) -> Bool {
    guard !value.isEmpty else { return false }
    var nameEnd: Int
    if value[0] == UInt8(ascii: "[") {
      nameEnd = value.end(of: isAddressByte, from: 1)
      guard nameEnd > 1, nameEnd < value.count, value[nameEnd] == UInt8(ascii: "]") else { return false }
      nameEnd += 1
    } else {
      nameEnd = value.end(of: isNameByte, from: 0)
      guard nameEnd > 0 else { return false }
    }
    guard nameEnd < value.count else { return true }
    guard value[nameEnd] == ASCII.colon, value.count - nameEnd <= 6 else { return false }
    return value[nameEnd + 1..<value.count].allSatisfy(ASCII.isDigit)
  }

  /// A letter, a digit or one of `-._~%!$&'()*+;=`: a reg-name without the comma, which Host lists would need.
  @inline(__always)
  private static func isNameByte(_ byte: UInt8) -> Bool {
    guard byte < 128 else { return false }
    // Bit n of the first word is character n, of the second character 64 + n.
    let word: UInt64 = byte < 64 ? 0x2BFF_6FF2_0000_0000 : 0x47FF_FFFE_87FF_FFFE
    return (word >> UInt64(byte & 63)) & 1 == 1
  }

  private static func isAddressByte(_ byte: UInt8) -> Bool {
    ASCII.hexValue(byte) != nil || byte == ASCII.colon || byte == UInt8(ascii: ".")
  }
}
