/// A number of bytes, as people write it in configurations and on command lines.
package struct ByteCount: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The number.
  package let bytes: UInt64

  /// A number of bytes.
  package init(_ bytes: UInt64) { self.bytes = bytes }

  /// A number of bytes from text such as `4096`, `500MiB` or `1.5 GB`: powers of 1024 for `KiB MiB GiB TiB
  /// PiB`, of 1000 for `kB KB MB GB TB PB`. A bare `K`, `M` or `G` is refused, since people mean either.
  package static func parse(_ text: String) throws(UnitError) -> ByteCount {
    guard let quantity = QuantityText(text), let factor = factor(of: quantity.unit),
      let bytes = quantity.times(factor)
    else { throw UnitError(text: text, expected: "a size such as 4096, 64KiB, 500MiB or 2TB") }
    return ByteCount(bytes)
  }

  /// The shortest exact text in powers of 1024: `500MiB`, `1537B`. `parse` reads it back.
  package var formatted: String {
    for (name, shift) in Self.binaryUnits.reversed() where bytes != 0 {
      if bytes & ((1 << shift) - 1) == 0 { return "\(bytes >> shift)\(name)" }
    }
    return "\(bytes)B"
  }

  /// For people, to one decimal, in powers of 1024: `1.2GiB`. Exact below 1 KiB only.
  package var approximate: String {
    guard let (name, shift) = Self.binaryUnits.last(where: { bytes >> $0.shift != 0 }) else {
      return "\(bytes)B"
    }
    let whole = bytes >> shift
    let tenths = ((bytes & ((1 << shift) - 1)) * 10) >> shift
    return tenths == 0 ? "\(whole)\(name)" : "\(whole).\(tenths)\(name)"
  }

  /// The same as `formatted`.
  package var description: String { formatted }

  /// Fewer bytes first.
  package static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }

  private static let binaryUnits: [(name: String, shift: UInt64)] = [
    ("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40), ("PiB", 50),
  ]
  private static let decimalUnits: [(name: String, factor: UInt64)] = [
    ("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ("PB", 1_000_000_000_000_000),
  ]

  /// The bytes in a unit; nil for an unknown name.
  static func factor(of unit: String) -> UInt64? {
    if unit.isEmpty || unit == "B" { return 1 }
    if let match = binaryUnits.first(where: { $0.name == unit }) { return 1 << match.shift }
    return decimalUnits.first { $0.name == unit }?.factor
  }
}

/// The name that configurations use for a `ByteCount`.
package typealias ByteSize = ByteCount
