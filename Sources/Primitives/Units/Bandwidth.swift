/// A rate of bytes.
package struct Bandwidth: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Bytes each second.
  package let bytesPerSecond: UInt64

  /// A rate in bytes each second.
  package init(bytesPerSecond: UInt64) { self.bytesPerSecond = bytesPerSecond }

  /// A rate from text: bits as `2Gbps` (`bps kbps Mbps Gbps Tbps`, powers of 1000; a byte is eight), or
  /// bytes as `500MiB/s` (the units of `ByteCount`). A bare number is bytes each second.
  package static func parse(_ text: String) throws(UnitError) -> Bandwidth {
    guard let quantity = QuantityText(text), let rate = rate(of: quantity) else {
      throw UnitError(text: text, expected: "a bandwidth such as 2Gbps, 500MiB/s or 10MB/s")
    }
    return Bandwidth(bytesPerSecond: rate)
  }

  /// The shortest exact text, in bytes or in bits: `500MiB/s`, `2Gbps`. `parse` reads it back.
  package var formatted: String {
    let bytes = ByteCount(bytesPerSecond).formatted + "/s"
    let bits = bytesPerSecond.multipliedReportingOverflow(by: 8)
    guard bytesPerSecond > 0, !bits.overflow,
      let unit = Self.bitUnits.last(where: { bits.partialValue.isMultiple(of: $0.factor) })
    else { return bytes }
    let text = "\(bits.partialValue / unit.factor)\(unit.name)"
    return text.utf8.count < bytes.utf8.count ? text : bytes
  }

  /// The same as `formatted`.
  package var description: String { formatted }

  /// Slower rates first.
  package static func < (a: Bandwidth, b: Bandwidth) -> Bool { a.bytesPerSecond < b.bytesPerSecond }

  private static let bitUnits: [(name: String, factor: UInt64)] = [
    ("bps", 1), ("Kbps", 1000), ("kbps", 1000), ("Mbps", 1_000_000), ("Gbps", 1_000_000_000),
    ("Tbps", 1_000_000_000_000),
  ]

  private static func rate(of quantity: QuantityText) -> UInt64? {
    if let bits = bitUnits.first(where: { $0.name == quantity.unit }) {
      return quantity.times(bits.factor).map { $0 / 8 }
    }
    if quantity.unit.isEmpty { return quantity.times(1) }
    guard quantity.unit.hasSuffix("/s") else { return nil }
    return ByteCount.factor(of: String(quantity.unit.dropLast(2))).flatMap { quantity.times($0) }
  }
}
