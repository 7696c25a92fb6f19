/// Numbers as decimal or hexadecimal digits, without a String on the way.
enum Decimal {
  /// Appends `value` in decimal.
  static func append(_ value: some BinaryInteger, to bytes: inout [UInt8]) {
    guard let small = UInt64(exactly: value) else {
      bytes.append(contentsOf: String(value).utf8)
      return
    }
    append(small, to: &bytes)
  }

  /// Appends `value` in decimal.
  static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    // SAFETY: the digits are copied at once.
    unsafe Digits(value).withBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// Appends `value` in lower-case hexadecimal.
  static func appendHex(_ value: UInt64, to bytes: inout [UInt8]) {
    // SAFETY: the digits are copied at once.
    unsafe Digits(value, base: 16).withBytes { unsafe bytes.append(contentsOf: $0) }
  }
}

/// The digits of a number.
struct Digits {
  private var digits = InlineArray<20, UInt8>(repeating: 0)
  private var start = 20

  /// In base 10 or 16.
  @inline(__always)
  init(_ value: UInt64, base: UInt64 = 10) {
    var rest = value
    repeat {
      start -= 1
      let digit = UInt8(truncatingIfNeeded: rest % base)
      digits[start] = digit < 10 ? 0x30 + digit : 0x57 + digit
      rest /= base
    } while rest > 0
  }

  /// Calls `body` with the digits as text.
  func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
    unsafe digits.span.withUnsafeBytes { all in
      unsafe body(UnsafeRawBufferPointer(rebasing: all[start...]))
    }
  }
}
