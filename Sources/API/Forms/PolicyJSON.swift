/// The JSON of a policy. Texts are bytes, since conditions compare bytes; of numbers only those count that can be
/// lengths. Beside JSON's escapes S3 has `\$` and `\v`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>
enum PolicyJSON: Equatable {
  case object([Member])
  case array([PolicyJSON])
  case text([UInt8])
  case number(UInt64)
  /// `true`, `null`, a fraction: nothing that a policy holds.
  case other

  struct Member: Equatable {
    let name: [UInt8]
    let value: PolicyJSON
  }

  /// Values within values. A policy has four.
  private static let deepest = 8

  /// Nil for what is no JSON, or nested too deep.
  init?(_ bytes: [UInt8]) {
    var reader = Reader(bytes: bytes)
    guard let value = reader.value(depth: Self.deepest) else { return nil }
    reader.skipBlanks()
    guard reader.isAtEnd else { return nil }
    self = value
  }

  private struct Reader {
    let bytes: [UInt8]
    var index = 0

    var isAtEnd: Bool { index == bytes.count }
    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func skipBlanks() {
      while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
      skipBlanks()
      guard next == byte else { return false }
      index += 1
      return true
    }

    mutating func value(depth: Int) -> PolicyJSON? {
      skipBlanks()
      guard depth > 0, let first = next else { return nil }
      switch first {
      case UInt8(ascii: "{"): return object(depth)
      case UInt8(ascii: "["): return array(depth)
      case UInt8(ascii: "\""): return text().map { .text($0) }
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
      default: return word()
      }
    }

    private mutating func object(_ depth: Int) -> PolicyJSON? {
      index += 1
      var members: [Member] = []
      if skip(UInt8(ascii: "}")) { return .object(members) }
      repeat {
        skipBlanks()
        guard next == UInt8(ascii: "\""), let name = text(), skip(UInt8(ascii: ":")),
          let value = value(depth: depth - 1)
        else { return nil }
        members.append(Member(name: name, value: value))
      } while skip(UInt8(ascii: ","))
      return skip(UInt8(ascii: "}")) ? .object(members) : nil
    }

    private mutating func array(_ depth: Int) -> PolicyJSON? {
      index += 1
      var values: [PolicyJSON] = []
      if skip(UInt8(ascii: "]")) { return .array(values) }
      repeat {
        guard let value = value(depth: depth - 1) else { return nil }
        values.append(value)
      } while skip(UInt8(ascii: ","))
      return skip(UInt8(ascii: "]")) ? .array(values) : nil
    }

    private mutating func text() -> [UInt8]? {
      index += 1
      var text: [UInt8] = []
      while let byte = next {
        index += 1
        switch byte {
        case UInt8(ascii: "\""): return text
        case UInt8(ascii: "\\"): guard escape(to: &text) else { return nil }
        case 0..<0x20: return nil
        default: text.append(byte)
        }
      }
      return nil
    }

    private mutating func escape(to text: inout [UInt8]) -> Bool {
      guard let byte = next else { return false }
      index += 1
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "$"): text.append(byte)
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "v"): text.append(0x0B)
      case UInt8(ascii: "u"): return unicode(to: &text)
      default: return false
      }
      return true
    }

    /// `XXXX`, of a character beyond U+FFFF with its other half.
    private mutating func unicode(to text: inout [UInt8]) -> Bool {
      guard let first = unit() else { return false }
      var code = UInt32(first)
      if (0xD800...0xDBFF).contains(first) {
        guard next == UInt8(ascii: "\\") else { return false }
        index += 1
        guard next == UInt8(ascii: "u") else { return false }
        index += 1
        guard let second = unit(), (0xDC00...0xDFFF).contains(second) else { return false }
        code = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { return false }
      text.append(contentsOf: Unicode.UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter)
      return true
    }

    private mutating func unit() -> UInt16? {
      guard index + 4 <= bytes.count else { return nil }
      var value: UInt16 = 0
      for byte in bytes[index..<(index + 4)] {
        guard let digit = Self.digit(byte) else { return nil }
        value = value << 4 | digit
      }
      index += 4
      return value
    }

    private static func digit(_ byte: UInt8) -> UInt16? {
      switch byte {
      case 0x30...0x39: UInt16(byte - 0x30)
      case 0x41...0x46: UInt16(byte - 0x41 + 10)
      case 0x61...0x66: UInt16(byte - 0x61 + 10)
      default: nil
      }
    }

    private mutating func number() -> PolicyJSON? {
      let start = index
      while let byte = next, "-+.eE0123456789".utf8.contains(byte) { index += 1 }
      let digits = bytes[start..<index]
      return UInt64(decimal: digits).map { .number($0) } ?? .other
    }

    private mutating func word() -> PolicyJSON? {
      for word in ["true", "false", "null"] where bytes[index...].starts(with: word.utf8) {
        index += word.utf8.count
        return .other
      }
      return nil
    }
  }
}
