/// The CRC of two messages one after the other, from the CRC of each:
/// crc(A || B) = crc(A) * x^(8 |B|) + crc(B) modulo the polynomial. This gives a multipart object its
/// full-object checksum without reading it again.
extension CRC {
  /// The CRC-32 of A followed by B, which is `lengthB` bytes long.
  package static func combineCRC32(_ a: UInt32, _ b: UInt32, lengthB: UInt64) -> UInt32 {
    crc32Field.shift(a, byBytes: lengthB) ^ b
  }

  /// The CRC-32C of A followed by B, which is `lengthB` bytes long.
  package static func combineCRC32C(_ a: UInt32, _ b: UInt32, lengthB: UInt64) -> UInt32 {
    crc32cField.shift(a, byBytes: lengthB) ^ b
  }

  /// The CRC-64/NVME of A followed by B, which is `lengthB` bytes long.
  package static func combineCRC64NVME(_ a: UInt64, _ b: UInt64, lengthB: UInt64) -> UInt64 {
    crc64nvmeField.shift(a, byBytes: lengthB) ^ b
  }

  /// The CRC-64/XZ of A followed by B, which is `lengthB` bytes long.
  package static func combineCRC64ECMA(_ a: UInt64, _ b: UInt64, lengthB: UInt64) -> UInt64 {
    crc64ecmaField.shift(a, byBytes: lengthB) ^ b
  }

  /// The same over big-endian values as checksum headers carry them. `algorithm` must be a CRC and both
  /// values of its length.
  package static func combine(
    _ algorithm: ChecksumAlgorithm, _ a: [UInt8], _ b: [UInt8], lengthOfSecond: UInt64
  ) -> [UInt8] {
    precondition(a.count == algorithm.digestLength && b.count == algorithm.digestLength)
    let x = a.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let y = b.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let combined: UInt64
    switch algorithm {
    case .crc32:
      combined = UInt64(
        combineCRC32(
          UInt32(truncatingIfNeeded: x), UInt32(truncatingIfNeeded: y), lengthB: lengthOfSecond))
    case .crc32c:
      combined = UInt64(
        combineCRC32C(
          UInt32(truncatingIfNeeded: x), UInt32(truncatingIfNeeded: y), lengthB: lengthOfSecond))
    case .crc64nvme:
      combined = combineCRC64NVME(x, y, lengthB: lengthOfSecond)
    case .crc64ecma:
      combined = combineCRC64ECMA(x, y, lengthB: lengthOfSecond)
    case .sha1, .sha256:
      preconditionFailure("\(algorithm.name) cannot be combined")
    }
    return (0..<algorithm.digestLength).reversed().map {
      UInt8(truncatingIfNeeded: combined >> UInt64(8 * $0))
    }
  }

  private static let crc32Field = CRCField<UInt32>(polynomial: 0xEDB8_8320)
  private static let crc32cField = CRCField<UInt32>(polynomial: 0x82F6_3B78)
  private static let crc64nvmeField = CRCField<UInt64>(polynomial: 0x9A6C_9329_AC4B_C9B5)
  private static let crc64ecmaField = CRCField<UInt64>(polynomial: 0xC96C_5795_D787_0F42)
}

/// Polynomials over GF(2) modulo a CRC's polynomial, bit-reflected: the top bit is the constant term.
private struct CRCField<Word: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
  let polynomial: Word
  /// x^(8 * 2^i): the shift over 2^i bytes.
  let shifts: [Word]

  init(polynomial: Word) {
    self.polynomial = polynomial
    var shifts: [Word] = []
    // x^8, then squared again and again.
    var power: Word = 1 << Word(Word.bitWidth - 9)
    for _ in 0..<64 {
      shifts.append(power)
      power = Self.multiply(power, power, polynomial)
    }
    self.shifts = shifts
  }

  /// `value` * x^(8 * count).
  func shift(_ value: Word, byBytes count: UInt64) -> Word {
    var result = value
    var rest = count
    while rest != 0 {
      result = Self.multiply(result, shifts[rest.trailingZeroBitCount], polynomial)
      rest &= rest - 1
    }
    return result
  }

  private static func multiply(_ a: Word, _ b: Word, _ polynomial: Word) -> Word {
    var product: Word = 0
    var power = b
    var bits = a
    // From the constant term (the top bit) upwards, `power` is b * x^i. Masks in place of branches.
    while bits != 0 {
      product ^= power & (0 &- (bits >> Word(Word.bitWidth - 1)))
      power = power >> 1 ^ polynomial & (0 &- (power & 1))
      bits <<= 1
    }
    return product
  }
}
