/// Checks and readings of field values (RFC 9110 section 5.5 and 5.6).
enum FieldValue {
  /// Refuses control characters other than HTAB.
  static func check(_ value: ByteView) throws(RequestProblem) {
    var offset = 0
    let spaces = SIMD16<UInt8>(repeating: ASCII.space)
    let deletes = SIMD16<UInt8>(repeating: ASCII.delete)
    // Sixteen bytes at a time while none is suspect; HTAB is rare enough to be left to the slow loop.
    while offset + 16 <= value.count {
      let block = value.block(at: offset)
      if any((block .< spaces) .| (block .== deletes)) { break }
      offset += 16
    }
    while offset < value.count {
      let byte = value[offset]
      if ASCII.isForbiddenInValue(byte) {
        throw byte == ASCII.carriageReturn ? .bareCarriageReturn : .invalidFieldValue
      }
      offset += 1
    }
  }

  /// The number below 2^63 that the value writes in decimal digits and nothing else; nil otherwise.
  static func decimal(_ value: ByteView) -> UInt64? {
    guard !value.isEmpty, value.count <= 19 else { return nil }
    var number: UInt64 = 0
    for offset in 0..<value.count {
      let byte = value[offset]
      guard ASCII.isDigit(byte) else { return nil }
      // Nineteen digits stay below 2^64.
      number = number * 10 + UInt64(byte &- 0x30)
    }
    return number <= UInt64(Int64.max) ? number : nil
  }

  /// Calls `body` with each element of a comma-separated list, trimmed, the empty ones left out.
  static func forEachListElement(
    _ value: ByteView, _ body: (ByteView) -> Void
  ) {
    var start = 0
    while start <= value.count {
      let comma = value.firstOffset(of: UInt8(ascii: ","), from: start) ?? value.count
      let element = value[start..<comma]
      let range = element.trimmedRange()
      if !range.isEmpty { body(element[range]) }
      start = comma + 1
    }
  }
}
