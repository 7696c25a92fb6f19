import CURing
import Glibc

extension Socket {
  /// Sends all the bytes; returns when the kernel has taken the last of them. `more` holds back a partial
  /// packet because another send follows at once.
  package func send(_ bytes: UnsafeRawBufferPointer, more: Bool = false) async throws(IOError) {
    var rest = unsafe bytes
    while rest.count > 0 {
      var operation = Operation(kind: .send, descriptor: descriptor, flags: Self.flags(more: more))
      operation.address = UInt64(UInt(bitPattern: rest.baseAddress))
      operation.length = UInt32(min(rest.count, Operation.maximumLength))
      let sent = try await sendOperation(operation)
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest[sent...])
    }
  }

  /// Sends `head` and then `body` in one system call; otherwise like `send(_:more:)`.
  package func send(
    _ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer, more: Bool
  ) async throws(IOError) {
    if unsafe head.isEmpty { return try await unsafe send(body, more: more) }
    if unsafe body.isEmpty { return try await unsafe send(head, more: more) }
    // SAFETY: the message stays ours until its sends have completed, whatever way this ends.
    let message = unsafe ring.messages.take()
    defer { unsafe ring.messages.giveBack(message) }
    unsafe weir_message_set(message, head.baseAddress, head.count, body.baseAddress, body.count)
    var remaining = head.count + body.count
    while remaining > 0 {
      var operation = Operation(
        kind: .sendMessage, descriptor: descriptor, flags: Self.flags(more: more))
      operation.address = UInt64(UInt(bitPattern: message))
      operation.length = 1
      let sent = try await sendOperation(operation)
      remaining -= sent
      unsafe weir_message_advance(message, sent)
    }
  }

  /// Waits until a send would be taken, or a connect has ended.
  func waitWritable(_ name: StaticString) async throws(IOError) {
    _ = try await sendOperation(
      Operation(kind: .poll, descriptor: descriptor, flags: UInt32(POLLOUT)), name)
  }

  /// MSG_WAITALL: the kernel itself goes on after a partial send.
  private static func flags(more: Bool) -> UInt32 {
    UInt32(MSG_NOSIGNAL) | UInt32(MSG_WAITALL)
      | (more ? UInt32(MSG_MORE) : 0)
  }

  /// Runs an operation of the sending direction: its result, 0 when it should be repeated.
  @inline(__always)
  private func sendOperation(
    _ operation: Operation, _ name: StaticString = "send"
  ) async throws(IOError) -> Int {
    precondition(sending == .none, "a send is pending already")
    try admit(name)
    // SAFETY: the ring resumes the continuation exactly once, with the completion.
    let packed = await unsafe withUnsafeContinuation { continuation in
      sending = unsafe Token(continuation)
      ring.submit(operation, token: sending)
    }
    sending = .none
    let end = sendEnd
    sendEnd = .none
    settle()
    let result = Outcome(packed: packed).result
    if result >= 0 {
      // Part of it may have gone out before the early end: what remains must not be sent.
      if end == .none || operation.kind == .poll || Int(result) == operation.length { return Int(result) }
      throw IOError(errno: end.errno, operation: name)
    }
    if end != .none, result == -ECANCELED || result == -EINTR {
      throw IOError(errno: end.errno, operation: name)
    }
    if result == -EAGAIN || result == -EINTR { return 0 }
    throw IOError(errno: -result, operation: name)
  }
}
