/// Text as XML 1.0 content: `& < > " '` become named references, control characters numeric ones. Tab, line
/// feed and carriage return are among them, so that parsers hand back exactly what was written; the others
/// are illegal in XML 1.0 even so, but S3 writes them this way too.
enum XMLEscaping {
  /// The most bytes that one byte of text becomes: `&quot;` or `&#x1F;`.
  static let longest = 6

  /// Writes text, for which there must be room at `longest` bytes each.
  @_lifetime(output: copy output)
  static func write(_ text: UnsafeRawBufferPointer, to output: inout OutputSpan<UInt8>) {
    var start = 0
    var index = 0
    // SAFETY: `start <= index <= count` throughout; eight bytes are loaded where there are that many.
    while index < text.count {
      if index + 8 <= text.count {
        let word = unsafe text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        if !hasSpecial(word) {
          index += 8
          continue
        }
      }
      let end = min(index + 8, text.count)
      while index < end {
        let byte = unsafe text[index]
        if isSpecial(byte) {
          unsafe output.append(copying: UnsafeRawBufferPointer(rebasing: text[start..<index]))
          append(reference: byte, to: &output)
          start = index + 1
        }
        index += 1
      }
    }
    unsafe output.append(copying: UnsafeRawBufferPointer(rebasing: text[start..<text.count]))
  }

  /// Whether text may not hold `byte` as it is: the five markup characters and all below a space.
  private static func isSpecial(_ byte: UInt8) -> Bool {
    // A bit for each of the 64 lowest bytes.
    byte < 64 && 0x5000_00C4_FFFF_FFFF as UInt64 >> UInt64(byte) & 1 != 0
  }

  /// Whether one of eight bytes is special, all looked at together ("Bit Twiddling Hacks", `hasless` and
  /// `haszero`; Swift 6.3 compares SIMD vectors element by element). `&` and `'` differ in one bit, and so do
  /// `<` and `>`.
  @inline(__always)
  private static func hasSpecial(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let ampersands = (word & (ones &* 0xFE)) ^ (ones &* 0x26)
    let angles = (word | (ones &* 0x02)) ^ (ones &* 0x3E)
    let quotes = word ^ (ones &* 0x22)
    let found =
      ((word &- (ones &* 0x20)) & ~word) | ((ampersands &- ones) & ~ampersands)
      | ((angles &- ones) & ~angles) | ((quotes &- ones) & ~quotes)
    return found & (ones &* 0x80) != 0
  }

  @_lifetime(output: copy output)
  private static func append(reference byte: UInt8, to output: inout OutputSpan<UInt8>) {
    switch byte {
    case UInt8(ascii: "&"): output.append("&amp;")
    case UInt8(ascii: "<"): output.append("&lt;")
    case UInt8(ascii: ">"): output.append("&gt;")
    case UInt8(ascii: "\""): output.append("&quot;")
    case UInt8(ascii: "'"): output.append("&apos;")
    default:
      output.append("&#x")
      if byte > 15 { output.append(Hex.upperDigit(byte >> 4)) }
      output.append(Hex.upperDigit(byte & 15))
      output.append(UInt8(ascii: ";"))
    }
  }
}

extension OutputSpan<UInt8> {
  /// `<name>`.
  @_lifetime(self: copy self)
  mutating func append(openingTag name: StaticString) {
    append(UInt8(ascii: "<"))
    append(name)
    append(UInt8(ascii: ">"))
  }

  /// `</name>`.
  @_lifetime(self: copy self)
  mutating func append(closingTag name: StaticString) {
    append("</")
    append(name)
    append(UInt8(ascii: ">"))
  }

  /// An integer in decimal.
  @_lifetime(self: copy self)
  mutating func append(decimal value: UInt64) {
    var digits: InlineArray<20, UInt8> = .init(repeating: 0)
    var first = 20
    var rest = value
    repeat {
      first -= 1
      digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    for index in first..<20 { append(digits[index]) }
  }
}
