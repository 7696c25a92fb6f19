/// Percent-encoding (RFC 3986 section 2.1) in the three spellings that S3 uses.
package enum PercentEncoding {
  /// Appends `bytes` as Signature Version 4's `UriEncode` spells them: `A-Z a-z 0-9 - . _ ~` stay, all else
  /// becomes `%XX` in upper case; `/` stays when `keepSlash` (an object's path) and becomes `%2F` otherwise.
  package static func appendURIEncoded(
    _ bytes: some Collection<UInt8>, keepSlash: Bool, to output: inout [UInt8]
  ) {
    unsafe withContiguousBytes(bytes) { source in
      // SAFETY: the buffer is only read, in order.
      output.reserveCapacity(output.count + source.count)
      for index in 0..<source.count {
        let byte = unsafe source[index]
        let kind = table[Int(byte)]
        if kind & uriKept != 0 || (keepSlash && byte == slash) {
          output.append(byte)
        } else {
          appendEscape(byte, to: &output)
        }
      }
    }
  }

  /// The `UriEncode` text of `bytes`; see `appendURIEncoded`.
  package static func uriEncode(_ bytes: some Collection<UInt8>, keepSlash: Bool) -> String {
    var output: [UInt8] = []
    appendURIEncoded(bytes, keepSlash: keepSlash, to: &output)
    return String(decoding: output, as: UTF8Text.self)
  }

  /// The `UriEncode` text of `text` in UTF-8; see `appendURIEncoded`.
  package static func uriEncode(_ text: String, keepSlash: Bool) -> String {
    uriEncode(text.utf8, keepSlash: keepSlash)
  }

  /// Appends `bytes` as a listing with `encoding-type=url` spells them: a space becomes `+`, the bytes
  /// `A-Z a-z 0-9 - _ . * /` stay and all else becomes `%XX` in upper case.
  package static func appendFormEncoded(_ bytes: some Collection<UInt8>, to output: inout [UInt8]) {
    unsafe withContiguousBytes(bytes) { source in
      // SAFETY: the buffer is only read, in order.
      output.reserveCapacity(output.count + source.count)
      for index in 0..<source.count {
        let byte = unsafe source[index]
        if table[Int(byte)] & formKept != 0 {
          output.append(byte)
        } else if byte == 0x20 {
          output.append(0x2B)
        } else {
          appendEscape(byte, to: &output)
        }
      }
    }
  }

  /// The form-encoded text of `bytes`; see `appendFormEncoded`.
  package static func formEncode(_ bytes: some Collection<UInt8>) -> String {
    var output: [UInt8] = []
    appendFormEncoded(bytes, to: &output)
    return String(decoding: output, as: UTF8Text.self)
  }

  /// The bytes that `bytes` spells, or nil when a `%` is not followed by two hexadecimal digits. In a query
  /// `+` means a space (`plusIsSpace`); in a path it means itself.
  package static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
    unsafe withContiguousBytes(bytes) { source in
      // SAFETY: reads past `index` are guarded by `count`.
      let count = source.count
      var output: [UInt8] = []
      output.reserveCapacity(count)
      var index = 0
      while index < count {
        let byte = unsafe source[index]
        if byte == percent {
          guard index + 2 < count, let high = unsafe Hex.value(of: source[index + 1]),
            let low = unsafe Hex.value(of: source[index + 2])
          else { return nil }
          output.append(high << 4 | low)
          index += 3
        } else {
          output.append(plusIsSpace && byte == 0x2B ? 0x20 : byte)
          index += 1
        }
      }
      return output
    }
  }

  private static let percent: UInt8 = 0x25
  private static let slash: UInt8 = 0x2F
  private static let uriKept: UInt8 = 1
  private static let formKept: UInt8 = 2

  /// For each byte, the spellings that keep it as it is.
  private static let table: [UInt8] = (0..<256).map { byte in
    switch UInt8(byte) {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: uriKept | formKept
    case 0x7E: uriKept
    case 0x2A, 0x2F: formKept
    default: 0
    }
  }

  private static func appendEscape(_ byte: UInt8, to output: inout [UInt8]) {
    output.append(percent)
    output.append(Hex.upperDigit(byte >> 4))
    output.append(Hex.upperDigit(byte & 15))
  }
}
