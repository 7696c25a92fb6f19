import Ring

extension Connection {
  // MARK: Responses

  /// Sends a whole response in as few messages as its size allows: one up to 16 KiB with its head.
  func respond(_ head: consuming ResponseHead, _ body: [UInt8]) async throws(IOError) {
    let carriesBody = Self.mayCarryBody(head.status)
    let toldLength = exchange.isHead ? head.contentLength : nil
    exchange.progress = .started
    finishHead(
      &head, framing: carriesBody ? .length(remaining: toldLength ?? UInt64(body.count)) : .none)
    if carriesBody, !exchange.isHead {
      try await send(head.bytes, body)
    } else {
      try await send(head.bytes)
    }
    finishResponse()
  }

  /// Makes the head of a streamed response; it is sent with the first bytes of the body.
  func startResponse(_ head: consuming ResponseHead) -> ResponseBodyWriter {
    exchange.progress = .started
    var framing: ResponseBodyWriter.Framing
    if !Self.mayCarryBody(head.status) {
      framing = .none
    } else if let length = head.contentLength {
      framing = .length(remaining: length)
    } else if exchange.minorVersion == 1 {
      framing = .chunked
    } else {
      framing = .close
    }
    finishHead(&head, framing: framing)
    if exchange.isHead { framing = .none }
    return ResponseBodyWriter(self, framing: framing, head: head.bytes)
  }

  /// The response is complete and sent.
  func finishResponse() {
    if exchange.progress == .started { exchange.progress = .finished }
  }

  /// The response can not be completed: the connection will be cut.
  func breakResponse() { exchange.progress = .broken }

  /// 204 and 304 end with their head, whatever fields they have (RFC 9112 section 6.3).
  private static func mayCarryBody(_ status: Int) -> Bool { status != 204 && status != 304 }

  /// Adds what belongs to the message and the connection, and the empty line.
  private func finishHead(_ head: inout ResponseHead, framing: ResponseBodyWriter.Framing) {
    switch framing {
    case .length(let count): head.add("Content-Length", count)
    case .chunked: head.addLines(ConstantLines.chunked)
    case .close: exchange.wantsKeepAlive = false
    case .none:
      // A 304 may tell the length that a 200 would have (RFC 9110 section 8.6); a 204 must not.
      if head.status == 304, let count = head.contentLength { head.add("Content-Length", count) }
    }
    head.addLines(shard.dateAndServer.lines(at: shard.ring.now))
    exchange.keepsOpen = decideToKeepOpen()
    if !exchange.keepsOpen {
      head.addLines(ConstantLines.close)
    } else if exchange.minorVersion == 0 {
      head.addLines(ConstantLines.keepAlive)
    }
    head.finish()
  }

  /// Another request may follow if the client wants it, the server stays, and the rest of this one's body can be
  /// got out of the way. A client that still waits for `100 Continue` may or may not send its body after this
  /// answer, so nobody could tell where its next request begins (RFC 9110 section 10.1.1).
  private func decideToKeepOpen() -> Bool {
    guard exchange.wantsKeepAlive, !shard.isDraining, !isCut else { return false }
    guard let body = exchange.body else { return true }
    return body.isComplete || body.mayBeDrained
  }
}
