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
    begin(name)
    let start = bytes.count
    StatusLine.append(value, to: &bytes)
    end(valueStart: start)
  }

  /// Adds a field.
  @_disfavoredOverload
  package mutating func add(_ name: StaticString, _ value: String) {
    begin(name)
    let start = bytes.count
    bytes.append(contentsOf: value.utf8)
    end(valueStart: start)
  }

  /// Adds a field whose value is bytes.
  package mutating func add(_ name: StaticString, _ value: some Collection<UInt8>) {
    begin(name)
    let start = bytes.count
    bytes.append(contentsOf: value)
    end(valueStart: start)
  }

  /// Adds a field whose value is a number.
  package mutating func add(_ name: StaticString, _ value: some BinaryInteger) {
    begin(name)
    let start = bytes.count
    Decimal.append(value, to: &bytes)
    end(valueStart: start)
  }

  /// Adds a field whose name is not known in advance (user metadata). The name is sent as given.
  package mutating func add(name: some Collection<UInt8>, value: some Collection<UInt8>) {
    for byte in name { bytes.append(ASCII.isToken(byte) ? byte : UInt8(ascii: "_")) }
    bytes.append(ASCII.colon)
    bytes.append(ASCII.space)
    let start = bytes.count
    bytes.append(contentsOf: value)
    end(valueStart: start)
  }

  /// Appends bytes that are known to be whole field lines.
  mutating func addLines(_ lines: [UInt8]) { bytes.append(contentsOf: lines) }

  /// Appends the empty line that ends the head.
  mutating func finish() {
    bytes.append(ASCII.carriageReturn)
    bytes.append(ASCII.lineFeed)
  }

  private mutating func begin(_ name: StaticString) {
    StatusLine.append(name, to: &bytes)
    bytes.append(ASCII.colon)
    bytes.append(ASCII.space)
  }

  private mutating func end(valueStart: Int) {
    for index in valueStart..<bytes.count {
      switch bytes[index] {
      case 0, ASCII.carriageReturn, ASCII.lineFeed: bytes[index] = ASCII.space
      default: break
      }
    }
    finish()
  }
}
