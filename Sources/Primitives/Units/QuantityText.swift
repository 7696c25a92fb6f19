/// A decimal number and the unit behind it, such as `1.5` and `GiB`: what all the units here parse.
struct QuantityText {
  /// The digits as an integer, the point removed.
  let digits: UInt64
  /// Ten to the number of digits after the point.
  let scale: UInt64
  /// What follows the number, spaces around it removed.
  let unit: String

  /// Splits `text`, or nil when it does not begin with a number: digits, then at most one point with one to
  /// six digits behind it.
  init?(_ text: String) {
    var digits: UInt64 = 0
    var scale: UInt64 = 1
    var sawPoint = false
    var rest = Substring(text).utf8[...]
    guard let first = rest.first, (0x30...0x39).contains(first) else { return nil }
    while let byte = rest.first {
      if byte == UInt8(ascii: "."), !sawPoint {
        sawPoint = true
      } else if (0x30...0x39).contains(byte) {
        let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(byte - 0x30))
        guard !overflow, !carry else { return nil }
        digits = sum
        if sawPoint { scale *= 10 }
        guard scale <= 1_000_000 else { return nil }
      } else {
        break
      }
      rest = rest.dropFirst()
    }
    guard !sawPoint || scale > 1 else { return nil }
    while rest.first == 0x20 { rest = rest.dropFirst() }
    self.digits = digits
    self.scale = scale
    unit = String(Substring(rest))
  }

  /// The number times `factor`, rounded down; nil when it does not fit 64 bits.
  func times(_ factor: UInt64) -> UInt64? {
    let product = digits.multipliedFullWidth(by: factor)
    guard product.high < scale else { return nil }
    return scale.dividingFullWidth(product).quotient
  }
}
