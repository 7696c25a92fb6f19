import Glibc

// The few things that canonicalisation does with spans, by the C library's vector routines.

extension Span<UInt8> {
  /// The index of the first `byte` in a range of the span, or nil.
  package func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside of the span")
    // SAFETY: the range was checked, and memchr stays within it.
    return unsafe withUnsafeBytes { all -> Int? in
      guard let base = all.baseAddress, !range.isEmpty else { return nil }
      guard let hit = unsafe memchr(base + range.lowerBound, Int32(byte), range.count) else { return nil }
      return unsafe UnsafeRawPointer(hit) - base
    }
  }

  /// Whether a range of the span holds exactly `word`.
  package func holds(_ word: StaticString, at range: Range<Int>) -> Bool {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside of the span")
    guard range.count == word.utf8CodeUnitCount else { return false }
    // SAFETY: the range was checked, and both sides have as many bytes.
    return unsafe withUnsafeBytes { all -> Bool in
      guard let base = all.baseAddress else { return true }
      return unsafe memcmp(base + range.lowerBound, word.utf8Start, range.count) == 0
    }
  }
}

extension Span<UInt8> {
  /// The bytes that a query component spells (`+` is a space), or nil when there is a bad escape.
  package func queryDecoded() -> [UInt8]? {
    var output: [UInt8] = []
    output.reserveCapacity(count)
    var runStart = 0
    var index = 0
    while index < count {
      let byte = self[index]
      guard byte == UInt8(ascii: "%") || byte == UInt8(ascii: "+") else {
        index += 1
        continue
      }
      output.append(self, runStart..<index)
      if byte == UInt8(ascii: "+") {
        output.append(UInt8(ascii: " "))
        index += 1
      } else {
        guard count - index > 2, let high = Hex.value(of: self[index + 1]),
          let low = Hex.value(of: self[index + 2])
        else { return nil }
        output.append(high << 4 | low)
        index += 3
      }
      runStart = index
    }
    output.append(self, runStart..<count)
    return output
  }
}

extension [UInt8] {
  /// Appends a range of a span.
  package mutating func append(_ span: Span<UInt8>, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= span.count, "range outside of the span")
    // SAFETY: the range was checked; the bytes are copied before this returns.
    unsafe span.withUnsafeBufferPointer { all in
      unsafe append(contentsOf: UnsafeBufferPointer(rebasing: all[range]))
    }
  }

  /// Appends a span.
  package mutating func append(_ span: Span<UInt8>) {
    // SAFETY: the bytes are copied before this returns.
    unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
