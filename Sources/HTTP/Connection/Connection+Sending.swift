import Glibc
import Ring

extension Connection {
  private static let continueLine = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

  /// Sends bytes of an array through a pooled buffer.
  func send(_ bytes: [UInt8]) async throws(IOError) {
    let buffer = ring.buffers.take(bytes.count <= BufferSize.receive.byteCount ? .receive : .data)
    defer { buffer.release() }
    try await send(buffer, then: bytes[...])
  }

  /// Sends the bytes through the buffer, which is empty, a bufferful at a time.
  func send(_ buffer: Buffer, then bytes: ArraySlice<UInt8>) async throws(IOError) {
    var rest = bytes
    repeat {
      rest = rest.dropFirst(buffer.append(rest))
      // SAFETY: the buffer is the caller's until this returns.
      try await unsafe sendRaw(buffer.bytes, more: !rest.isEmpty)
      buffer.count = 0
    } while !rest.isEmpty
  }

  /// Sends bytes of the caller behind a prefix, as one message.
  func send(prefix: [UInt8], _ bytes: UnsafeRawBufferPointer, more: Bool) async throws(IOError) {
    guard !prefix.isEmpty, prefix.count <= BufferSize.receive.byteCount else {
      if !prefix.isEmpty { try await send(prefix) }
      // SAFETY: the caller keeps the bytes until this returns.
      return try await unsafe sendRaw(bytes, more: more)
    }
    try beginSending(prefix.count + bytes.count)
    let buffer = ring.buffers.take(.receive)
    defer { buffer.release() }
    _ = buffer.append(prefix[...])
    do throws(IOError) {
      // SAFETY: the buffer is this call's own until it is released, and the caller keeps the bytes.
      try await unsafe transport.send(buffer.bytes, bytes, more: more)
    } catch {
      throw sendFailed(error)
    }
    counters.bytesOut.add(prefix.count + bytes.count)
  }

  /// Tells a client that waits for it to send the body. Not when bytes of the body are here already, and not within
  /// a response that has begun (RFC 9110 section 10.1.1).
  func sendContinue() async throws(BodyReadError) {
    if hasInput || exchange.hasBegunSending { return }
    do throws(IOError) {
      try await send(Self.continueLine)
      exchange.hasBegunSending = false
    } catch {
      throw .disconnected(received: 0, expected: exchange.body?.contentLength)
    }
  }

  /// Counts a failure that is a timeout.
  func note(_ error: IOError, as kind: TimeoutKind) {
    if error.isTimeout { counters.note(kind) }
  }

  private func sendRaw(_ bytes: UnsafeRawBufferPointer, more: Bool) async throws(IOError) {
    try beginSending(bytes.count)
    do throws(IOError) {
      // SAFETY: the caller keeps the bytes until this returns.
      try await unsafe transport.send(bytes, more: more)
    } catch {
      throw sendFailed(error)
    }
    counters.bytesOut.add(bytes.count)
  }

  /// Before so many bytes are sent: they have the send timeout plus the time that the minimum rate gives them.
  func beginSending(_ byteCount: Int) throws(IOError) {
    if exchange.progress == .broken { throw IOError(errno: EPIPE, operation: "send") }
    exchange.hasBegunSending = true
    let waits = waits
    setDeadline(ring.now.after(waits.send).after(waits.byte &* UInt64(byteCount)))
  }

  /// After a failed send nobody knows what has arrived: nothing more can be said on this connection.
  func sendFailed(_ error: IOError) -> IOError {
    exchange.progress = .broken
    note(error, as: .send)
    return error
  }
}
