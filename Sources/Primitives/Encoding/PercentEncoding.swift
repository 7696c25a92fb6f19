/// Percent-encoding (RFC 3986 section 2.1) in the three spellings that S3 uses.
@usableFromInline
package enum PercentEncoding {
  /// Appends `bytes` as Signature Version 4's `UriEncode` spells them: `A-Z a-z 0-9 - . _ ~` stay, all else
  /// becomes `%XX` in upper case; `/` stays when `keepSlash` (an object's path) and becomes `%2F` otherwise.
  @inlinable
  package static func appendURIEncoded(
    _ bytes: some Collection<UInt8>, keepSlash: Bool, to output: inout [UInt8]
  ) {
    // SAFETY: the pointer does not outlive the closure.
    unsafe withContiguousBytes(bytes) { unsafe appendURIEncoded($0, keepSlash: keepSlash, to: &output) }
  }

  /// As above.
  @usableFromInline
  package static func appendURIEncoded(
    _ bytes: UnsafeRawBufferPointer, keepSlash: Bool, to output: inout [UInt8]
  ) {
    // SAFETY: reads exactly the buffer.
    output.append(addingCapacity: bytes.count * 3) {
      unsafe writeURIEncoded(bytes, keepSlash: keepSlash, to: &$0)
    }
  }

  /// The `UriEncode` text of `bytes`; see `appendURIEncoded`.
  @inlinable
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
  @inlinable
  package static func appendFormEncoded(_ bytes: some Collection<UInt8>, to output: inout [UInt8]) {
    // SAFETY: the pointer does not outlive the closure.
    unsafe withContiguousBytes(bytes) { unsafe appendFormEncoded($0, to: &output) }
  }

  /// As above.
  @usableFromInline
  package static func appendFormEncoded(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    // SAFETY: reads exactly the buffer.
    output.append(addingCapacity: bytes.count * 3) { unsafe writeFormEncoded(bytes, to: &$0) }
  }

  /// The form-encoded text of `bytes`; see `appendFormEncoded`.
  @inlinable
  package static func formEncode(_ bytes: some Collection<UInt8>) -> String {
    var output: [UInt8] = []
    appendFormEncoded(bytes, to: &output)
    return String(decoding: output, as: UTF8Text.self)
  }

  /// The bytes that `bytes` spells, or nil when a `%` is not followed by two hexadecimal digits. In a query
  /// `+` means a space (`plusIsSpace`); in a path it means itself.
  @inlinable
  package static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
    // SAFETY: the pointer does not outlive the closure.
    unsafe withContiguousBytes(bytes) { unsafe decode($0, plusIsSpace: plusIsSpace) }
  }

  /// As above.
  @usableFromInline
  package static func decode(_ bytes: UnsafeRawBufferPointer, plusIsSpace: Bool) -> [UInt8]? {
    let count = bytes.count
    var isValid = true
    let decoded = [UInt8](capacity: count) { output in
      var index = 0
      // SAFETY: reads past `index` are guarded by `count`.
      while index < count {
        let byte = unsafe bytes[index]
        if byte == percent {
          guard index + 2 < count, let high = unsafe Hex.value(of: bytes[index + 1]),
            let low = unsafe Hex.value(of: bytes[index + 2])
          else {
            isValid = false
            return
          }
          output.append(high << 4 | low)
          index += 3
        } else {
          output.append(plusIsSpace && byte == plus ? space : byte)
          index += 1
        }
      }
    }
    return isValid ? decoded : nil
  }

  private static let percent = UInt8(ascii: "%")
  private static let plus = UInt8(ascii: "+")
  private static let space = UInt8(ascii: " ")
  private static let slash = UInt8(ascii: "/")

  @_lifetime(output: copy output)
  private static func writeURIEncoded(
    _ source: UnsafeRawBufferPointer, keepSlash: Bool, to output: inout OutputSpan<UInt8>
  ) {
    let extra = keepSlash ? slash : UInt8(ascii: "~")
    // SAFETY: reads lie within `source`.
    for index in 0..<source.count {
      let byte = unsafe source[index]
      if isAlphanumericOrMark(byte) || byte == UInt8(ascii: "~") || byte == extra {
        output.append(byte)
      } else {
        append(escaped: byte, to: &output)
      }
    }
  }

  @_lifetime(output: copy output)
  private static func writeFormEncoded(
    _ source: UnsafeRawBufferPointer, to output: inout OutputSpan<UInt8>
  ) {
    // SAFETY: reads lie within `source`.
    for index in 0..<source.count {
      let byte = unsafe source[index]
      if isAlphanumericOrMark(byte) || byte == UInt8(ascii: "*") || byte == slash {
        output.append(byte)
      } else if byte == space {
        output.append(plus)
      } else {
        append(escaped: byte, to: &output)
      }
    }
  }

  /// `A-Z a-z 0-9 - . _`: what every spelling keeps. Two words hold a bit for each ASCII character.
  private static func isAlphanumericOrMark(_ byte: UInt8) -> Bool {
    let low: UInt64 = 0x03FF_6000_0000_0000
    let high: UInt64 = 0x07FF_FFFE_87FF_FFFE
    guard byte < 0x80 else { return false }
    return (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 != 0
  }

  @_lifetime(output: copy output)
  private static func append(escaped byte: UInt8, to output: inout OutputSpan<UInt8>) {
    output.append(percent)
    output.append(Hex.upperDigit(byte >> 4))
    output.append(Hex.upperDigit(byte & 15))
  }
}
