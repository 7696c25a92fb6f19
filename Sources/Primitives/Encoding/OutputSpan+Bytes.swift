import Glibc

/// What the encoders here write with: a span over the spare capacity of an array or a string, which checks
/// its bounds and has no growth or uniqueness to check byte by byte.
extension OutputSpan<UInt8> {
  /// Appends a copy of `bytes`; there must be room.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func append(copying bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count <= freeCapacity)
    guard let source = bytes.baseAddress else { return }
    // SAFETY: `freeCapacity` bytes lie behind the initialized ones.
    unsafe withUnsafeMutableBufferPointer { buffer, initialized in
      guard let target = buffer.baseAddress else { return }
      unsafe memcpy(target + initialized, source, bytes.count)
      initialized += bytes.count
    }
  }

  /// Appends the text of a literal; there must be room.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func append(_ text: StaticString) {
    // SAFETY: a static string's UTF-8 lives for ever.
    unsafe append(copying: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends a value of 0...99 as two digits.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func append(digits2 value: Int) {
    append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value / 10))
    append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value % 10))
  }
}

extension String {
  /// ASCII text of at most `capacity` bytes, written by `body`.
  init(asciiCapacity capacity: Int, _ body: (inout OutputSpan<UInt8>) -> Void) {
    // SAFETY: the span covers the string's own storage and reports how much of it is initialized.
    unsafe self.init(unsafeUninitializedCapacity: capacity) { buffer in
      var span = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
      body(&span)
      return unsafe span.finalize(for: buffer)
    }
  }
}
