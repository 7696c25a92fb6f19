/// A response's status and fields, built as the bytes that go on the wire. What frames the message and belongs to
/// the connection (Content-Length, Transfer-Encoding, Connection, Date, Server) is added when it is sent and must
/// not be added here. A CR, LF or NUL in a value becomes a space, so no value can split a response; a byte that
/// cannot stand in a name becomes `_`.
package struct ResponseHead: Sendable {
  package let status: Int
  /// Body bytes. For HEAD: what a GET would have sent. Nil: chunked when the body is streamed.
  package var contentLength: UInt64?
  /// The status line and the fields so far, each with its CRLF.
  private(set) var bytes: [UInt8]

  /// Begins a response. `status` is 200 to 599 (a 1xx is not a response of its own; RFC 9110 section 15.2).
  package init(status: Int) {
    precondition((200...599).contains(status), "a final status is 200 to 599")
    self.status = status
    bytes = []
    bytes.reserveCapacity(512)
    StatusLine.append(status, to: &bytes)
  }

  /// Adds a field with a constant value.
  package mutating func add(_ name: StaticString, _ value: StaticString) {
    // SAFETY: constant bytes, and the line copies them before it returns.
    unsafe addLine(
      Self.bytes(name), UnsafeRawBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
  }

  /// Adds a field.
  @_disfavoredOverload
  package mutating func add(_ name: StaticString, _ value: String) {
    var value = value
    // SAFETY: the line copies the bytes before it returns.
    value.withUTF8 { unsafe addLine(Self.bytes(name), UnsafeRawBufferPointer($0)) }
  }

  /// Adds a field whose value is bytes.
  package mutating func add(_ name: StaticString, _ value: [UInt8]) {
    // SAFETY: the line copies the bytes before it returns.
    unsafe value.withUnsafeBytes { unsafe addLine(Self.bytes(name), $0) }
  }

  /// Adds a field whose value `write` appends.
  package mutating func add(_ name: StaticString, writing write: (inout [UInt8]) -> Void) {
    StatusLine.append(name, to: &bytes)
    bytes.append(ASCII.colon)
    bytes.append(ASCII.space)
    let start = bytes.count
    write(&bytes)
    precondition(bytes.count >= start, "a field's value was taken away")
    unsafe bytes.withUnsafeMutableBytes { bytes in
      // SAFETY: the value lies from `start` on.
      let value = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
      if unsafe ByteView(UnsafeRawBufferPointer(value)).mayHaveByte(upTo: ASCII.carriageReturn) {
        unsafe Self.blankOut(value)
      }
    }
    StatusLine.append("\r\n", to: &bytes)
  }

  /// Adds a field whose value is a number.
  package mutating func add(_ name: StaticString, _ value: some BinaryInteger) {
    guard let small = UInt64(exactly: value) else { return add(name, String(value)) }
    // SAFETY: the line copies the digits before it returns.
    unsafe Digits(small).withBytes { unsafe addLine(Self.bytes(name), $0) }
  }

  /// Adds a field whose name is not known in advance (user metadata). The name is sent as given.
  package mutating func add(name: some Collection<UInt8>, value: some Collection<UInt8>) {
    let name = name.map { ASCII.isToken($0) ? $0 : UInt8(ascii: "_") }
    let value = Array(value)
    // SAFETY: the line copies the bytes before it returns.
    unsafe name.withUnsafeBytes { name in
      unsafe value.withUnsafeBytes { value in unsafe addLine(name, value) }
    }
  }

  // SAFETY: a StaticString with a pointer representation gives its own constant bytes.
  private static func bytes(_ text: StaticString) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  /// Puts the line together on the stack, so that the array grows once.
  private mutating func addLine(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
    let count = name.count + value.count + 4
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { line in
      // SAFETY: the pieces lie one behind the other within `count`, and all of it is written.
      let raw = UnsafeMutableRawBufferPointer(line)
      unsafe UnsafeMutableRawBufferPointer(rebasing: raw[..<name.count]).copyMemory(from: name)
      unsafe raw[name.count] = ASCII.colon
      unsafe raw[name.count + 1] = ASCII.space
      let target = unsafe UnsafeMutableRawBufferPointer(rebasing: raw[(name.count + 2)..<(count - 2)])
      unsafe target.copyMemory(from: value)
      if unsafe ByteView(UnsafeRawBufferPointer(target)).mayHaveByte(upTo: ASCII.carriageReturn) {
        unsafe Self.blankOut(target)
      }
      unsafe raw[count - 2] = ASCII.carriageReturn
      unsafe raw[count - 1] = ASCII.lineFeed
      unsafe bytes.append(contentsOf: line)
    }
  }

  /// Turns what would split the response into spaces.
  private static func blankOut(_ value: UnsafeMutableRawBufferPointer) {
    for offset in 0..<value.count {
      // SAFETY: the offset is below the count.
      switch unsafe value[offset] {
      case 0, ASCII.carriageReturn, ASCII.lineFeed: unsafe value[offset] = ASCII.space
      default: break
      }
    }
  }
}
