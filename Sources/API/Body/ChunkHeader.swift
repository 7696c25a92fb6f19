import Primitives

/// The line before a chunk's data: `hex-size` or `hex-size;chunk-signature=64hex`, CRLF at its end.
struct ChunkHeader {
  let size: UInt64
  /// Empty in unsigned framing.
  let signature: ArraySlice<UInt8>

  init(_ line: [UInt8], isSigned: Bool) throws(BodyError) {
    guard line.count > 2, line[line.count - 2] == UInt8(ascii: "\r") else {
      throw .terminatedUnexpectedly(.chunkHeader)
    }
    let text = line[..<(line.count - 2)]
    let digits = text.prefix { $0 != UInt8(ascii: ";") }
    guard let size = Self.hexadecimal(digits) else { throw .terminatedUnexpectedly(.chunkHeader) }
    let rest = text[digits.endIndex...]
    self.size = size
    guard isSigned else {
      guard rest.isEmpty else { throw .terminatedUnexpectedly(.chunkHeader) }
      signature = []
      return
    }
    guard let signature = rest.suffix(after: ";chunk-signature="), !signature.isEmpty else {
      throw .terminatedUnexpectedly(.missingSignature)
    }
    self.signature = signature
  }

  /// 1 to 16 hexadecimal digits.
  private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
    guard (1...16).contains(digits.count) else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      let nibble: UInt8
      switch digit {
      case 0x30...0x39: nibble = digit - 0x30
      case 0x41...0x46: nibble = digit - 0x37
      case 0x61...0x66: nibble = digit - 0x57
      default: return nil
      }
      value = value << 4 | UInt64(nibble)
    }
    return value
  }
}
