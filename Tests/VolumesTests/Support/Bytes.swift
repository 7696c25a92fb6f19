import Glibc

@testable import Volumes

/// The bytes that `encode` writes into memory full of 0xEE.
func encoded(count: Int, _ encode: (UnsafeMutableRawBufferPointer) -> Void) -> [UInt8] {
  var bytes = [UInt8](repeating: 0xEE, count: count)
  unsafe bytes.withUnsafeMutableBytes { unsafe encode($0) }
  return bytes
}

func decodeHeader(_ bytes: [UInt8]) -> ExtentHeader? {
  unsafe bytes.withUnsafeBytes { unsafe ExtentHeader.decode($0) }
}

func isSoundTrailer(_ bytes: [UInt8], of location: ExtentLocation) -> Bool {
  unsafe bytes.withUnsafeBytes { unsafe ExtentTrailer.isSound($0, of: location) }
}

/// Bytes that depend on their position and a seed, so that a shifted or swapped byte shows. They repeat after a
/// prime number of bytes, so that no two pages or blocks of a blob are alike. Made by copying: quick in debug.
struct Pattern: Sendable {
  let seed: UInt64
  private static let period: UInt64 = 1_048_573
  private static let table: [UInt8] = {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(period))
    for word in 0..<period / 8 + 1 {
      let value = mix(word)
      for shift in 0..<8 as Range<UInt64> { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
    }
    return Array(bytes[..<Int(period)])
  }()

  func bytes(_ range: Range<UInt64>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(Int(range.upperBound - range.lowerBound))
    var position = range.lowerBound
    while position < range.upperBound {
      let start = (position + Self.mix(seed) % Self.period) % Self.period
      let count = min(Self.period - start, range.upperBound - position)
      result.append(contentsOf: Self.table[Int(start)..<Int(start + count)])
      position += count
    }
    return result
  }

  /// Whether `bytes` are this pattern's from `position` on.
  func matches(_ bytes: UnsafeRawBufferPointer, at position: UInt64) -> Bool {
    let expected = self.bytes(position..<position + UInt64(bytes.count))
    // SAFETY: both are `bytes.count` long.
    return unsafe expected.withUnsafeBytes { expected in
      guard let first = expected.baseAddress, let second = bytes.baseAddress else { return false }
      return unsafe memcmp(first, second, bytes.count) == 0
    }
  }

  /// splitmix64.
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A generator with a seed, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Pattern.mix(state)
  }
}
