/// How a counter is stored: eight bytes, big-endian, two's complement.
package enum CounterValue {
  package static func encode(_ value: Int64) -> [UInt8] {
    let bits = UInt64(bitPattern: value)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8)
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    return bytes
  }

  /// Nil when the bytes are not a counter.
  package static func decode(_ bytes: [UInt8]) -> Int64? {
    guard bytes.count == 8 else { return nil }
    var bits: UInt64 = 0
    for byte in bytes { bits = bits << 8 | UInt64(byte) }
    return Int64(bitPattern: bits)
  }
}

/// The key right after every key that begins with `prefix`; nil when there is none (all bytes 0xFF).
package func upperBound(ofPrefix prefix: [UInt8]) -> [UInt8]? {
  var bound = prefix
  while let last = bound.last {
    if last < 0xFF {
      bound[bound.count - 1] = last + 1
      return bound
    }
    bound.removeLast()
  }
  return nil
}
