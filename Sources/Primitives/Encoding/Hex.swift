/// Hexadecimal text (RFC 4648 section 8), lower case on output, either case on input.
@usableFromInline
package enum Hex {
  /// The lower-case hexadecimal text of `bytes`.
  @inlinable
  package static func encode(_ bytes: some Collection<UInt8>) -> String {
    // SAFETY: the pointer does not outlive the closure.
    unsafe withContiguousBytes(bytes) { unsafe encode($0) }
  }

  /// The lower-case hexadecimal text of `bytes`.
  @usableFromInline
  package static func encode(_ bytes: UnsafeRawBufferPointer) -> String {
    // SAFETY: reads exactly the buffer.
    String(asciiCapacity: bytes.count * 2) { unsafe write(bytes, to: &$0) }
  }

  /// Appends the lower-case hexadecimal digits of `bytes` to `output`.
  @inlinable
  package static func append(_ bytes: some Collection<UInt8>, to output: inout [UInt8]) {
    // SAFETY: the pointer does not outlive the closure.
    unsafe withContiguousBytes(bytes) { unsafe append($0, to: &output) }
  }

  /// Appends the lower-case hexadecimal digits of `bytes` to `output`.
  @usableFromInline
  package static func append(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    // SAFETY: reads exactly the buffer.
    output.append(addingCapacity: bytes.count * 2) { unsafe write(bytes, to: &$0) }
  }

  /// Appends the sixteen lower-case digits of `word`.
  package static func append(_ word: UInt64, to output: inout [UInt8]) {
    let text = SIMD2(digits(word >> 32).bigEndian, digits(word & 0xFFFF_FFFF).bigEndian)
    // SAFETY: the bytes are copied before this returns.
    unsafe withUnsafePointer(to: text) {
      unsafe $0.withMemoryRebound(to: UInt8.self, capacity: 16) {
        unsafe output.append(contentsOf: UnsafeBufferPointer(start: $0, count: 16))
      }
    }
  }

  /// The eight lower-case digits of the low 32 bits, the first in the highest byte: four bits a byte, all at once.
  static func digits(_ word: UInt64) -> UInt64 {
    var nibbles = (word << 16 | word) & 0x0000_FFFF_0000_FFFF
    nibbles = (nibbles << 8 | nibbles) & 0x00FF_00FF_00FF_00FF
    nibbles = (nibbles << 4 | nibbles) & 0x0F0F_0F0F_0F0F_0F0F
    // One in every byte that needs a letter.
    let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 39
  }

  /// The bytes that `text` spells, or nil when its length is odd or a character is no hexadecimal digit.
  @inlinable
  package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    // SAFETY: the pointer does not outlive the closure.
    unsafe withContiguousBytes(text) { unsafe decode($0) }
  }

  /// The bytes that `text` spells; see `decode(_:)` over a collection.
  @usableFromInline
  package static func decode(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    guard text.count.isMultiple(of: 2) else { return nil }
    var isValid = true
    let bytes = [UInt8](capacity: text.count / 2) { output in
      // SAFETY: the count is even, so `index + 1` lies within `text`.
      var index = 0
      while index < text.count {
        guard let high = unsafe value(of: text[index]), let low = unsafe value(of: text[index + 1]) else {
          isValid = false
          return
        }
        output.append(high << 4 | low)
        index += 2
      }
    }
    return isValid ? bytes : nil
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

  @_lifetime(output: copy output)
  private static func write(_ source: UnsafeRawBufferPointer, to output: inout OutputSpan<UInt8>) {
    // SAFETY: reads lie within `source`.
    for index in 0..<source.count {
      let byte = unsafe source[index]
      output.append(lowerDigit(byte >> 4))
      output.append(lowerDigit(byte & 15))
    }
  }
}
