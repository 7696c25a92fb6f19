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
      let sent = try await sendSome(operation, of: Int(operation.length))
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest[sent...])
    }
  }

  /// Sends what the socket has room for at once, without a suspension: how many bytes, perhaps none. What is left
  /// has to wait: `send(_:more:)`.
  package func sendNow(_ bytes: UnsafeRawBufferPointer) throws(IOError) -> Int {
    precondition(sending == .none, "a send is pending already")
    try admit("send")
    let sent = unsafe ring.backend.sendNow(bytes, descriptor: descriptor)
    if sent >= 0 { return sent }
    switch Int32(-sent) {
    case EAGAIN, EINTR: return 0
    case let code: throw IOError(errno: code, operation: "send")
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
      let sent = try await sendSome(operation, of: remaining)
      remaining -= sent
      unsafe weir_message_advance(message, sent)
    }
  }

  /// Sends some of the bytes an operation describes, at least one: how many. Waits where the kernel will not.
  private func sendSome(_ operation: Operation, of total: Int) async throws(IOError) -> Int {
    while true {
      let (result, end) = try await sendOperation(operation, "send")
      if result > 0 {
        if end == .none || result == total { return Int(result) }
        // Part of it went out before the early end: what remains must not be sent.
        throw IOError(errno: end.errno, operation: "send")
      }
      try Self.check(result, end, "send")
      // Only a descriptor in non-blocking mode gets here.
      try await waitWritable("send")
    }
  }

  /// Waits until a send would be taken, or a connect has ended.
  func waitWritable(_ name: StaticString) async throws(IOError) {
    let (result, end) = try await sendOperation(
      Operation(kind: .poll, descriptor: descriptor, flags: UInt32(POLLOUT)), name)
    if result < 0 { try Self.check(result, end, name) }
  }

  /// Throws for a result that ends the send; returns when it should be tried again.
  private static func check(_ result: Int32, _ end: EarlyEnd, _ name: StaticString) throws(IOError) {
    switch -result {
    case ECANCELED, EINTR: if end != .none { throw IOError(errno: end.errno, operation: name) }
    case EAGAIN, 0: return
    default: break
    }
    if result != -EINTR { throw IOError(errno: -result, operation: name) }
  }

  /// MSG_WAITALL: the kernel itself goes on after a partial send.
  private static func flags(more: Bool) -> UInt32 {
    UInt32(MSG_NOSIGNAL) | UInt32(MSG_WAITALL) | (more ? UInt32(MSG_MORE) : 0)
  }

  /// Runs an operation of the sending direction: its result, and why it was asked to end if it was.
  @inline(__always)
  private func sendOperation(
    _ operation: Operation, _ name: StaticString
  ) async throws(IOError) -> (result: Int32, end: EarlyEnd) {
    precondition(sending == .none, "a send is pending already")
    try admit(name)
    // SAFETY: the ring resumes the continuation exactly once, with the completion.
    let packed = await unsafe suspend { continuation in
      sending = unsafe Token(continuation)
      ring.submit(operation, token: sending)
    }
    sending = .none
    let end = sendEnd
    sendEnd = .none
    settle()
    return (Outcome(packed: packed).result, end)
  }
}
