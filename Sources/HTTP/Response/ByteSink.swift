import Ring

/// Where the bytes of a response's head go: the buffer that is sent, or an array that waits for the body.
protocol ByteSink {
  mutating func append(_ bytes: [UInt8])
  mutating func append(_ text: StaticString)
  mutating func append(decimal value: UInt64)
}

/// An array as a sink.
struct ArraySink: ByteSink {
  var bytes: [UInt8]

  mutating func append(_ more: [UInt8]) { bytes += more }
  mutating func append(_ text: StaticString) { StatusLine.append(text, to: &bytes) }
  mutating func append(decimal value: UInt64) { Decimal.append(value, to: &bytes) }
}

/// The free end of a buffer as a sink. What does not fit is dropped: the caller sees that there is room, and sets the
/// buffer's count when it is done.
@safe
struct BufferSink: ByteSink {
  private let memory: UnsafeMutableRawBufferPointer
  /// Bytes of the buffer that are used.
  private(set) var count: Int

  init(_ buffer: Buffer) {
    unsafe memory = buffer.memory
    count = buffer.count
  }

  mutating func append(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe append($0) }
  }

  mutating func append(_ text: StaticString) {
    // SAFETY: a StaticString with a pointer representation gives its own constant bytes.
    unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(decimal value: UInt64) {
    // SAFETY: the digits are copied out of the local at once.
    unsafe Digits(value).withBytes { unsafe append($0) }
  }

  private mutating func append(_ bytes: UnsafeRawBufferPointer) {
    let more = unsafe min(memory.count - count, bytes.count)
    // SAFETY: the bytes have `more`, and the memory room for them behind what is used.
    unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count..<count + more])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<more]))
    count += more
  }
}

extension Buffer {
  /// Appends what there is room for of the bytes, and returns how much that is.
  func append(_ bytes: ArraySlice<UInt8>) -> Int {
    let used = count
    let more = min(capacity - used, bytes.count)
    guard more > 0 else { return 0 }
    unsafe bytes.withUnsafeBytes { raw in
      // SAFETY: the slice has `more` bytes, and the buffer room for them behind its own.
      unsafe UnsafeMutableRawBufferPointer(rebasing: memory[used..<used + more])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[..<more]))
    }
    count = used + more
    return more
  }
}
