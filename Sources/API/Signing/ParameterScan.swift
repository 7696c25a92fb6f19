import Primitives

extension ArraySlice<UInt8> {
  /// Hands on where the name and the value of each parameter of a query lie, from its start, both as sent. One without
  /// `=` has an empty value.
  @inline(__always)
  func forEachParameter(
    _ body: (_ bytes: borrowing Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>) -> Void
  ) {
    let bytes = span
    var start = 0
    while start < bytes.count {
      let end = bytes.firstIndex(of: UInt8(ascii: "&"), in: start..<bytes.count) ?? bytes.count
      let nameEnd = bytes.firstIndex(of: UInt8(ascii: "="), in: start..<end) ?? end
      body(bytes, start..<nameEnd, Swift.min(nameEnd + 1, end)..<end)
      start = end + 1
    }
  }
}
