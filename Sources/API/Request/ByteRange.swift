/// The Range header of a read, as S3 understands it: one range of bytes, or nothing.
///
/// A header that is not exactly one well-formed byte range is ignored: the answer is the whole object.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax>
package enum ByteRange: Sendable, Equatable {
  /// `bytes=first-` or `bytes=first-last`; numbers beyond 64 bits are as good as the largest.
  case from(UInt64, through: UInt64)
  /// `bytes=-count`.
  case suffix(UInt64)

  /// What a range means for an object of a certain size.
  package enum Resolution: Sendable, Equatable {
    /// 206 with these bytes.
    case partial(Range<UInt64>)
    /// 200: the range says nothing about this object.
    case whole
    /// 416.
    case unsatisfiable
  }

  /// Nil for a header that is to be ignored.
  package init?(_ header: ArraySlice<UInt8>) {
    // Range units are case-insensitive (RFC 9110 section 14.1).
    guard let spec = header.suffix(afterAnyCase: "bytes=") else { return nil }
    guard let dash = spec.firstIndex(of: UInt8(ascii: "-")) else { return nil }
    let first = spec[..<dash]
    let last = spec[(dash + 1)...]
    switch (first.isEmpty, last.isEmpty) {
    case (true, true): return nil
    case (true, false):
      guard let count = UInt64(saturating: last) else { return nil }
      self = .suffix(count)
    case (false, true):
      guard let start = UInt64(saturating: first) else { return nil }
      self = .from(start, through: .max)
    case (false, false):
      guard let start = UInt64(saturating: first), let end = UInt64(saturating: last), start <= end
      else { return nil }
      self = .from(start, through: end)
    }
  }

  /// The bytes of an object of `size` bytes.
  package func resolve(size: UInt64) -> Resolution {
    switch self {
    case .from(let first, let last):
      guard first < size else { return .unsatisfiable }
      return .partial(first..<(last < size ? last + 1 : size))
    case .suffix(0): return .unsatisfiable
    case .suffix(let count):
      // The last bytes of nothing are nothing: an empty answer, not a failure.
      guard size > 0 else { return .whole }
      return .partial((count < size ? size - count : 0)..<size)
    }
  }
}

extension UInt64 {
  /// Decimal digits and nothing else; a number too large becomes the largest.
  init?(saturating digits: ArraySlice<UInt8>) {
    guard !digits.isEmpty else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      guard digit &- 0x30 < 10 else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit &- 0x30))
      value = overflow || carry ? .max : sum
    }
    self = value
  }
}
