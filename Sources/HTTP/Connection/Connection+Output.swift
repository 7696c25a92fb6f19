import Glibc
import Ring

extension Connection {
  // MARK: Responses

  /// Sends a whole response in as few messages as its size allows: one up to 16 KiB with its head. It goes through a
  /// pooled buffer: the copy is no dearer than a second piece of the message, and the memory surely stays where it is
  /// while the kernel reads it.
  func respond(_ head: ResponseHead, _ body: ArraySlice<UInt8>) async throws(IOError) {
    let carriesBody = Self.mayCarryBody(head.status)
    let toldLength = exchange.isHead ? head.contentLength : nil
    let framing: ResponseBodyWriter.Framing =
      carriesBody ? .length(remaining: toldLength ?? UInt64(body.count)) : .none
    beginResponse()
    let sentBody = carriesBody && !exchange.isHead ? body : []
    let headRoom = head.bytes.count + Self.lineRoom
    let fits = headRoom + sentBody.count <= BufferSize.receive.byteCount
    let buffer = ring.buffers.take(fits ? .receive : .data)
    defer { buffer.release() }
    guard headRoom <= buffer.capacity else { throw headTooLarge() }
    var sink = BufferSink(buffer)
    finishHead(head, framing, into: &sink)
    buffer.count = sink.count
    let taken = buffer.append(sentBody)
    let more = taken < sentBody.count
    try beginSending(buffer.count)
    do throws(IOError) {
      // The commonest response goes out at once: a task that need not wait for the kernel is not suspended. But
      // one that finds its next request received already lets the others have their turn.
      // SAFETY: the buffer is this call's own until it is released.
      let sent = more || hasInput ? 0 : try unsafe transport.sendNow(buffer.bytes)
      if sent < buffer.count {
        // A client that does not read must not make the server hold even its refusal.
        if !exchange.isAdmitted, case .plain = transport { throw IOError(errno: ENOBUFS, operation: "send") }
        try await unsafe transport.send(UnsafeRawBufferPointer(rebasing: buffer.bytes[sent...]), more: more)
      }
    } catch {
      throw sendFailed(error)
    }
    counters.bytesOut.add(buffer.count)
    buffer.count = 0
    if more { try await send(buffer, then: sentBody.dropFirst(taken)) }
    finishResponse()
  }

  /// Makes the head of a streamed response; it is sent with the first bytes of the body.
  func startResponse(_ head: ResponseHead) -> ResponseBodyWriter {
    beginResponse()
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
    var sink = ArraySink(bytes: [])
    sink.bytes.reserveCapacity(head.bytes.count + Self.lineRoom)
    finishHead(head, framing, into: &sink)
    if exchange.isHead { framing = .none }
    return ResponseBodyWriter(self, framing: framing, head: sink.bytes)
  }

  /// After a broken `100 Continue` it stays broken, and whatever is sent fails.
  private func beginResponse() {
    if exchange.progress != .broken { exchange.progress = .started }
  }

  /// The response is complete and sent.
  func finishResponse() {
    if exchange.progress == .started { exchange.progress = .finished }
  }

  /// The response can not be completed: the connection will be cut.
  func breakResponse() { exchange.progress = .broken }

  /// 204 and 304 end with their head, whatever fields they have (RFC 9112 section 6.3).
  private static func mayCarryBody(_ status: Int) -> Bool { status != 204 && status != 304 }

  /// Bytes that `finishHead` adds, at most.
  private static let lineRoom = 256

  /// Writes the head, what belongs to the message and the connection, and the empty line.
  private func finishHead(
    _ head: ResponseHead, _ framing: ResponseBodyWriter.Framing, into sink: inout some ByteSink
  ) {
    sink.append(head.bytes)
    switch framing {
    case .length(let count): Self.appendLength(count, to: &sink)
    case .chunked: sink.append("Transfer-Encoding: chunked\r\n")
    case .close: exchange.wantsKeepAlive = false
    case .none:
      // A 304 may tell the length that a 200 would have (RFC 9110 section 8.6); a 204 must not.
      if head.status == 304, let count = head.contentLength { Self.appendLength(count, to: &sink) }
    }
    sink.append(shard.dateAndServer.lines(at: ring.now))
    exchange.keepsOpen = decideToKeepOpen()
    if !exchange.keepsOpen {
      sink.append("Connection: close\r\n\r\n")
    } else if exchange.minorVersion == 0 {
      sink.append("Connection: keep-alive\r\n\r\n")
    } else {
      sink.append("\r\n")
    }
  }

  private static func appendLength(_ count: UInt64, to sink: inout some ByteSink) {
    sink.append("Content-Length: ")
    sink.append(decimal: count)
    sink.append("\r\n")
  }

  /// A handler has made a head of more than 256 KiB.
  private func headTooLarge() -> IOError {
    exchange.progress = .broken
    return IOError(errno: EMSGSIZE, operation: "response head")
  }

  /// Another request may follow if the client wants it, the server stays, and the rest of this one's body can be
  /// got out of the way. A client that still waits for `100 Continue` may or may not send its body after this
  /// answer, so nobody could tell where its next request begins (RFC 9110 section 10.1.1).
  private func decideToKeepOpen() -> Bool {
    guard exchange.wantsKeepAlive, !shard.isDraining, !isCut else { return false }
    guard let body = exchange.body else { return true }
    return !body.awaitsContinue && (body.isComplete || body.mayBeDrained)
  }
}
