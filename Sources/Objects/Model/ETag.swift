import Primitives

/// The entity tag of an object or a part: 16 bytes of MD5, and for an object completed from parts their
/// number (AWS API reference, CompleteMultipartUpload: MD5 of the parts' MD5s, a hyphen, the number of
/// parts).
package struct ETag: Hashable, Sendable, CustomStringConvertible {
  /// The first and last eight bytes of the MD5, big-endian: no array, so that a listing allocates nothing.
  package let high: UInt64
  package let low: UInt64
  /// 1 to 10,000 for an object completed from parts, 0 otherwise.
  package let partNumberCount: UInt16

  package init(high: UInt64, low: UInt64, partCount: UInt16) {
    self.high = high
    self.low = low
    partNumberCount = partCount
  }

  /// `md5` must have 16 bytes.
  package init(md5: [UInt8], partCount: Int? = nil) {
    precondition(md5.count == 16, "an MD5 has 16 bytes")
    high = md5[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
    low = md5[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    partNumberCount = UInt16(clamping: partCount ?? 0)
  }

  /// The MD5, 16 bytes.
  package var md5: [UInt8] {
    [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) } }
  }

  /// How many parts the object was completed from; nil when it was written at once.
  package var partCount: Int? { partNumberCount == 0 ? nil : Int(partNumberCount) }

  /// The tag without quotes: 32 hexadecimal digits, with `-N` behind them for N parts.
  package var text: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(38)
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8Text.self)
  }

  package var description: String { text }

  /// Appends `text`.
  package func append(to output: inout [UInt8]) {
    Hex.append(high, to: &output)
    Hex.append(low, to: &output)
    guard partNumberCount > 0 else { return }
    output.append(UInt8(ascii: "-"))
    output.append(contentsOf: String(partNumberCount).utf8)
  }
}
