import Glibc
package import Ring

/// A POST to a server elsewhere, on a connection of its own. Follows no redirect.
package struct HTTPPost: Sendable {
  /// What the other server said.
  package struct Answer: Hashable, Sendable {
    package let status: Int
    /// Seconds that it asks to wait, from Retry-After.
    package let retryAfter: UInt64?
  }

  /// Why there is no answer, as a sentence.
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
  }

  /// What ends a call early. Of one call, on its ring.
  package final class Cancellation {
    fileprivate var socket: Socket?
    fileprivate var isCancelled = false

    package init() {}

    /// Ends the call.
    package func cancel() {
      isCancelled = true
      socket?.cancel()
    }
  }

  /// Bytes of the answer's head, at most.
  private static let headMax = 16 << 10
  /// 1xx answers that are passed over, at most.
  private static let interimMax = 8

  let url: HTTPURL
  let headers: [(name: String, value: String)]
  let body: [UInt8]

  /// `headers` are printable ASCII; Host, Connection and Content-Length are added.
  package init(_ url: HTTPURL, headers: [(name: String, value: String)], body: [UInt8]) {
    self.url = url
    self.headers = headers
    self.body = body
  }

  /// Sends it and waits for the head of the answer; the answer's body is not read. On a ring.
  ///
  /// - Parameters:
  ///   - deadline: when to give up. Looking the name up is not ended by it, but nothing is begun afterwards.
  ///   - trust: whom to believe where the URL is `https`.
  ///   - names: looks names up, so that a slow name server does not hold up what the ring's own pool does.
  ///   - cancellation: ends it early.
  /// - Returns: what the other server said.
  /// - Throws: why it said nothing.
  package func send(
    by deadline: Instant, trust: TLSTrust, names: BlockingPool, cancellation: Cancellation
  ) async throws(Failure) -> Answer {
    do throws(IOError) {
      let socket = try await Socket.connect(
        host: url.host, port: url.port, deadline: deadline, names: names)
      defer { socket.close() }
      if cancellation.isCancelled { throw IOError(errno: ECANCELED, operation: "connect") }
      cancellation.socket = socket
      defer { cancellation.socket = nil }
      socket.deadline = deadline
      let transport: Transport
      if url.isSecure {
        guard let stream = trust.connect(socket, to: url.host) else {
          throw IOError(errno: ENOMEM, operation: "TLS")
        }
        transport = .tls(stream)
        try await stream.handshake()
      } else {
        transport = .plain(socket)
      }
      defer { transport.close() }
      try await write(to: transport)
      return try await Self.readAnswer(from: transport)
    } catch {
      throw Failure(description: "\(url.isSecure ? "https" : "http")://\(url.authority): \(error)")
    }
  }

  private func write(to transport: Transport) async throws(IOError) {
    var head = "POST \(url.target) HTTP/1.1\r\nHost: \(url.authority)\r\nConnection: close\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    head += "Content-Length: \(body.count)\r\n\r\n"
    var rest = (Array(head.utf8) + body)[...]
    let buffer = Ring.current.buffers.take(.data)
    defer { buffer.release() }
    while !rest.isEmpty {
      let piece = rest.prefix(buffer.capacity)
      rest = rest.dropFirst(piece.count)
      // SAFETY: the buffer is this call's own until it is released, and has room for the piece.
      unsafe buffer.memory.copyBytes(from: piece)
      buffer.count = piece.count
      try await unsafe transport.send(buffer.bytes, more: !rest.isEmpty)
    }
  }

  private static func readAnswer(from transport: Transport) async throws(IOError) -> Answer {
    var head: [UInt8] = []
    var interim = 0
    while head.count <= headMax {
      if let end = head.firstRange(of: [13, 10, 13, 10]) {
        guard let answer = answer(head[..<end.lowerBound]) else { break }
        if answer.status >= 200 { return answer }
        interim += 1
        if interim > interimMax { break }
        head.removeSubrange(..<end.upperBound)
        continue
      }
      guard let buffer = try await transport.receive() else {
        throw IOError(errno: ECONNRESET, operation: "answer")
      }
      // SAFETY: the buffer's bytes are copied before it is released.
      unsafe head.append(contentsOf: buffer.bytes)
      buffer.release()
    }
    throw IOError(errno: EPROTO, operation: "answer")
  }

  /// The answer with this head; nil for what is not one.
  static func answer(_ head: ArraySlice<UInt8>) -> Answer? {
    let lines = String(decoding: head, as: Unicode.UTF8.self).split(separator: "\r\n")
    guard let words = lines.first?.split(separator: " ", maxSplits: 2), words.count >= 2,
      words[0] == "HTTP/1.1" || words[0] == "HTTP/1.0", words[1].utf8.count == 3, let status = Int(words[1]),
      (100...599).contains(status)
    else { return nil }
    var seconds: UInt64?
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "retry-after" else { continue }
      seconds = UInt64(parts[1].filter { $0 != " " })
    }
    return Answer(status: status, retryAfter: seconds)
  }
}
