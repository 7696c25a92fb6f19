import Glibc
package import Ring

/// The body of a response under way. One that is neither finished nor complete when the handler returns cuts the
/// connection, so that the client does not take a part for the whole.
package struct ResponseBodyWriter: ~Copyable {
  /// What delimits the body on the wire.
  enum Framing {
    /// Content-Length; bytes that may still be written.
    case length(remaining: UInt64)
    case chunked
    /// The end of the connection, for HTTP/1.0.
    case close
    /// No body is sent (HEAD, 204, 304), whatever is written.
    case none
  }

  private let connection: Connection
  private var framing: Framing
  /// The head until it is sent, and whatever framing goes before the next data.
  private var prefix: [UInt8]
  /// Whether a chunk's closing CRLF has still to be sent.
  private var owesLineEnd = false

  init(_ connection: Connection, framing: Framing, head: consuming [UInt8]) {
    self.connection = connection
    self.framing = framing
    prefix = head
  }

  /// Sends the bytes; returns when the socket has taken them all. The first write rides with the head in one message.
  /// With `holdsTail` the kernel may keep a packet that is not full for a moment, to fill it with what follows: not
  /// where that comes later. Throws EMSGSIZE for more bytes than Content-Length.
  package mutating func write(
    _ bytes: UnsafeRawBufferPointer, holdsTail: Bool = true
  ) async throws(IOError) {
    if bytes.count == 0 { return }
    var more = true
    switch framing {
    case .none: return
    case .close: break
    case .length(let remaining):
      guard UInt64(bytes.count) <= remaining else {
        connection.breakResponse()
        throw IOError(errno: EMSGSIZE, operation: "write beyond Content-Length")
      }
      framing = .length(remaining: remaining - UInt64(bytes.count))
      more = UInt64(bytes.count) < remaining
    case .chunked:
      if owesLineEnd { StatusLine.append("\r\n", to: &prefix) }
      Decimal.appendHex(UInt64(bytes.count), to: &prefix)
      StatusLine.append("\r\n", to: &prefix)
      owesLineEnd = true
    }
    // SAFETY: the caller keeps the bytes until this returns.
    try await unsafe connection.send(prefix: prefix, bytes, more: more && holdsTail)
    prefix.removeAll(keepingCapacity: true)
    if case .length(remaining: 0) = framing { connection.finishResponse() }
  }

  /// Ends the body. If fewer bytes were written than Content-Length says, the connection is cut.
  package consuming func finish() async throws(IOError) {
    switch framing {
    case .length(let remaining) where remaining > 0:
      connection.breakResponse()
      return
    case .chunked:
      if owesLineEnd { StatusLine.append("\r\n", to: &prefix) }
      StatusLine.append("0\r\n\r\n", to: &prefix)
    case .length, .close, .none: break
    }
    if !prefix.isEmpty {
      try await connection.send(prefix)
    }
    connection.finishResponse()
  }

  /// Gives the response up: the connection is cut, and the client sees that the body is not complete.
  package consuming func abort() {
    connection.breakResponse()
  }
}
