import Ring

/// What carries a connection's bytes: a socket, or TLS on a socket. A switch, so that the plain path costs nothing.
enum Transport {
  case plain(Socket)
  case tls(TLSStream)

  /// Sets the deadline of whatever is pending or comes next.
  func setDeadline(_ deadline: Instant) {
    switch self {
    case .plain(let socket): socket.deadline = deadline
    case .tls(let stream): stream.socket.deadline = deadline
    }
  }

  /// The next bytes in a buffer that is taken only when they are there; nil at the end of the stream.
  func receive() async throws(IOError) -> Buffer? {
    switch self {
    case .plain(let socket): try await socket.receive()
    case .tls(let stream): try await stream.receive()
    }
  }

  /// Receives into memory of the caller; 0 at the end of the stream.
  func receive(into target: UnsafeMutableRawBufferPointer) async throws(IOError) -> Int {
    // SAFETY: the caller keeps the target until this returns.
    switch self {
    case .plain(let socket): try await unsafe socket.receive(into: target)
    case .tls(let stream): try await unsafe stream.receive(into: target)
    }
  }

  /// Sends all of the bytes. `more` says that others follow at once.
  func send(_ bytes: UnsafeRawBufferPointer, more: Bool) async throws(IOError) {
    // SAFETY: the caller keeps the bytes until this returns.
    switch self {
    case .plain(let socket): try await unsafe socket.send(bytes, more: more)
    case .tls(let stream): try await unsafe stream.send(bytes)
    }
  }

  /// Sends what goes at once, and says how much that was; through TLS nothing does.
  func sendNow(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int {
    switch self {
    case .plain(let socket): try unsafe socket.sendNow(bytes)
    case .tls: 0
    }
  }

  /// Sends two pieces as one message.
  func send(
    _ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer, more: Bool
  ) async throws(IOError) {
    // SAFETY: the caller keeps both until this returns.
    switch self {
    case .plain(let socket): try await unsafe socket.send(head, body, more: more)
    case .tls(let stream): try await unsafe stream.send(head, body)
    }
  }

  /// Makes what is pending fail with ECANCELED.
  func cancel() {
    switch self {
    case .plain(let socket): socket.cancel()
    case .tls(let stream): stream.socket.cancel()
    }
  }

  /// Says that nothing more will be sent; on TLS with a close_notify, so that nobody takes a cut for an end.
  func endSending() async {
    switch self {
    case .plain(let socket): socket.shutdownWrite()
    case .tls(let stream): await stream.endSending()
    }
  }

  /// Before a close in good order: TLS says so, and a plain socket's close says it by itself.
  func sayGoodbye() async {
    if case .tls(let stream) = self { await stream.endSending() }
  }

  /// Closes at once.
  func close() {
    switch self {
    case .plain(let socket): socket.close()
    case .tls(let stream): stream.close()
    }
  }
}
