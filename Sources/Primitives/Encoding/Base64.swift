/// Base64 with the standard alphabet and padding (RFC 4648 section 4).
@usableFromInline
package enum Base64 {
  /// The padded base64 text of `bytes`.
  @inlinable
  package static func encode(_ bytes: some Collection<UInt8>) -> String {
    // SAFETY: the pointer does not outlive the closure.
    unsafe withContiguousBytes(bytes) { unsafe encode($0) }
  }

  /// The padded base64 text of `bytes`.
  @usableFromInline
  package static func encode(_ bytes: UnsafeRawBufferPointer) -> String {
    // SAFETY: reads exactly the buffer.
    String(asciiCapacity: (bytes.count + 2) / 3 * 4) { unsafe write(bytes, to: &$0) }
  }

  /// Appends the padded base64 text of `bytes` to `output`.
  @inlinable
  package static func append(_ bytes: some Collection<UInt8>, to output: inout [UInt8]) {
    // SAFETY: the pointer does not outlive the closure.
    unsafe withContiguousBytes(bytes) { unsafe append($0, to: &output) }
  }

  /// Appends the padded base64 text of `bytes` to `output`.
  @usableFromInline
  package static func append(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    // SAFETY: reads exactly the buffer.
    output.append(addingCapacity: (bytes.count + 2) / 3 * 4) { unsafe write(bytes, to: &$0) }
  }

  /// The bytes that `text` spells, or nil. Strict: no white space, padding required, and the bits that
  /// padding leaves over are zero, so every value has one spelling.
  @inlinable
  package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    // SAFETY: the pointer does not outlive the closure.
    unsafe withContiguousBytes(text) { unsafe decode($0) }
  }

  /// The bytes that `text` spells; see `decode(_:)` over a collection.
  @usableFromInline
  package static func decode(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    // SAFETY: the count is a multiple of four and `index` moves by four below it.
    let count = text.count
    guard count.isMultiple(of: 4) else { return nil }
    guard count > 0 else { return [] }
    var paddingLength = 0
    if unsafe text[count - 1] == padding { paddingLength = 1 }
    if unsafe paddingLength == 1 && text[count - 2] == padding { paddingLength = 2 }
    var isValid = true
    let bytes = [UInt8](capacity: count / 4 * 3) { output in
      var index = 0
      while index < count {
        let significant = index + 4 == count ? 4 - paddingLength : 4
        var group: UInt32 = 0
        for offset in 0..<significant {
          let bits = unsafe value(of: text[index + offset])
          if bits > 63 { isValid = false }
          group |= (bits & 63) << UInt32(18 - 6 * offset)
        }
        output.append(UInt8(truncatingIfNeeded: group >> 16))
        if significant > 2 { output.append(UInt8(truncatingIfNeeded: group >> 8)) }
        if significant > 3 { output.append(UInt8(truncatingIfNeeded: group)) }
        let unused: UInt32 = significant == 2 ? 0xFFFF : significant == 3 ? 0xFF : 0
        if group & unused != 0 { isValid = false }
        index += 4
      }
    }
    return isValid ? bytes : nil
  }

  /// The bytes that `text` spells; see `decode(_:)` over bytes.
  package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }

  private static let padding: UInt8 = 0x3D

  @_lifetime(output: copy output)
  private static func write(_ source: UnsafeRawBufferPointer, to output: inout OutputSpan<UInt8>) {
    // SAFETY: every index stays below `source.count`.
    let count = source.count
    var index = 0
    while index + 3 <= count {
      let group =
        unsafe UInt32(source[index]) << 16 | UInt32(source[index + 1]) << 8 | UInt32(source[index + 2])
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

  /// The six bits of a character, or 64 when it is not in the alphabet.
  private static func value(of character: UInt8) -> UInt32 {
    switch character {
    case 0x41...0x5A: UInt32(character - 0x41)
    case 0x61...0x7A: UInt32(character - 0x61) + 26
    case 0x30...0x39: UInt32(character - 0x30) + 52
    case 0x2B: 62
    case 0x2F: 63
    default: 64
    }
  }
}
