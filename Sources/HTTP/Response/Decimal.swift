/// Numbers as decimal or hexadecimal digits, without a String on the way.
enum Decimal {
  /// Appends `value` in decimal.
  static func append(_ value: some BinaryInteger, to bytes: inout [UInt8]) {
    guard let small = UInt64(exactly: value) else {
      bytes.append(contentsOf: String(value).utf8)
      return
    }
    appendDigits(small, base: 10, to: &bytes)
  }

  /// Appends `value` in lower-case hexadecimal.
  static func appendHex(_ value: UInt64, to bytes: inout [UInt8]) {
    appendDigits(value, base: 16, to: &bytes)
  }

  private static func appendDigits(_ value: UInt64, base: UInt64, to bytes: inout [UInt8]) {
    let start = bytes.count
    var rest = value
    repeat {
      let digit = UInt8(truncatingIfNeeded: rest % base)
      bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
      rest /= base
    } while rest > 0
    var low = start
    var high = bytes.count - 1
    while low < high {
      bytes.swapAt(low, high)
      low += 1
      high -= 1
    }
  }
}
