/// The names of segment files: the number as 8 lower-case hexadecimal digits, and `.seg`.
enum SegmentName {
  private static let digits = Array("0123456789abcdef".utf8)

  /// The file name of a segment.
  static func string(_ segment: UInt32) -> String {
    var bytes: [UInt8] = []
    for shift in stride(from: UInt32(28), through: 0, by: -4) {
      bytes.append(digits[Int(segment >> shift & 15)])
    }
    return String(decoding: bytes, as: Unicode.UTF8.self) + ".seg"
  }

  /// The number of a segment file; nil for every name that `string` does not produce.
  static func number(_ name: String) -> UInt32? {
    let bytes = Array(name.utf8)
    guard bytes.count == 12, bytes[8...].elementsEqual(".seg".utf8) else { return nil }
    var value: UInt32 = 0
    for byte in bytes[..<8] {
      guard let digit = digits.firstIndex(of: byte) else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value > 0 ? value : nil
  }
}
