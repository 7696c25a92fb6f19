import Primitives

// Comparisons of header and query bytes with the words of the protocol, without making Strings.

extension ArraySlice<UInt8> {
  /// Whether the bytes are exactly `word`.
  func matches(_ word: StaticString) -> Bool { span.holds(word, at: 0..<count) }

  /// Whether the bytes begin with `word`.
  func starts(with word: StaticString) -> Bool {
    count >= word.utf8CodeUnitCount && span.holds(word, at: 0..<word.utf8CodeUnitCount)
  }

  /// Whether the bytes are those of `other`.
  func equals(_ other: Span<UInt8>) -> Bool { span.equals(other) }

  /// What follows `word`, or nil if the bytes do not begin with it.
  func suffix(after word: StaticString) -> ArraySlice<UInt8>? {
    starts(with: word) ? dropFirst(word.utf8CodeUnitCount) : nil
  }

  /// What follows `lowercaseWord` in any case, or nil if the bytes do not begin with it.
  func suffix(afterAnyCase lowercaseWord: String) -> ArraySlice<UInt8>? {
    let length = lowercaseWord.utf8.count
    guard count >= length, prefix(length).matchesIgnoringCase(lowercaseWord) else { return nil }
    return dropFirst(length)
  }

  /// Whether the bytes are `lowercaseWord` but for the case of ASCII letters.
  func matchesIgnoringCase(_ lowercaseWord: String) -> Bool {
    guard count == lowercaseWord.utf8.count else { return false }
    return zip(self, lowercaseWord.utf8).allSatisfy { (byte, expected) in
      byte == expected || (0x41...0x5A).contains(byte) && byte | 0x20 == expected
    }
  }

  /// The bytes without blanks at either end.
  var trimmingBlanks: ArraySlice<UInt8> {
    var slice = self
    while let first = slice.first, first == 0x20 || first == 0x09 { slice.removeFirst() }
    while let last = slice.last, last == 0x20 || last == 0x09 { slice.removeLast() }
    return slice
  }

  /// The bytes as text, for messages; what is not UTF-8 becomes U+FFFD.
  var lossyText: String { String(decoding: self, as: Unicode.UTF8.self) }
}

extension Span<UInt8> {
  /// Whether the bytes are those of `other`.
  func equals(_ other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for index in 0..<count where self[index] != other[index] { return false }
    return true
  }
}

extension UInt64 {
  /// A number of decimal digits and nothing else; nil if it is empty or does not fit.
  init?(decimal digits: ArraySlice<UInt8>) {
    guard !digits.isEmpty else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.addingReportingOverflow(UInt64(digit - 0x30))
      guard !overflow && !carry else { return nil }
      value = sum
    }
    self = value
  }
}
