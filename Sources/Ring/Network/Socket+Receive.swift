import Glibc

extension Socket {
  /// The next bytes, in a buffer of the ring that the caller releases; `nil` at the end of the stream. No
  /// buffer is held while nothing has arrived.
  package func receive() async throws(IOError) -> Buffer? {
    while true {
      let outcome = try await receiveOperation(
        Operation(kind: .receiveProvided, descriptor: descriptor))
      if outcome.result >= 0 {
        let buffer = ring.backend.claimBuffer(flags: outcome.flags)
        if outcome.result == 0 || buffer == nil {
          buffer?.release()
          return nil
        }
        buffer?.count = Int(outcome.result)
        return buffer
      }
      switch -outcome.result {
      case EINTR: continue
      case EAGAIN: try await waitReadable("receive")
      case ENOBUFS: return try await receivePooled()
      case let code: throw IOError(errno: code, operation: "receive")
      }
    }
  }

  /// More connections are readable than there are provided buffers: take one from the pool, now that bytes
  /// are known to be there.
  private func receivePooled() async throws(IOError) -> Buffer? {
    ring.statistics.bufferShortages.add()
    ring.backend.growBuffers()
    let buffer = ring.buffers.take(.receive)
    do {
      buffer.count = try await unsafe receive(into: buffer.memory)
    } catch {
      buffer.release()
      throw error
    }
    if buffer.count > 0 { return buffer }
    buffer.release()
    return nil
  }

  /// Receives into `target`, which must not be empty: how many bytes, 0 at the end of the stream.
  package func receive(into target: UnsafeMutableRawBufferPointer) async throws(IOError) -> Int {
    precondition(target.count > 0)
    while true {
      var operation = Operation(kind: .receive, descriptor: descriptor)
      operation.address = UInt64(UInt(bitPattern: target.baseAddress))
      operation.length = UInt32(min(target.count, Operation.maximumLength))
      let outcome = try await receiveOperation(operation)
      if outcome.result >= 0 { return Int(outcome.result) }
      switch -outcome.result {
      case EINTR: continue
      case EAGAIN: try await waitReadable("receive")
      case let code: throw IOError(errno: code, operation: "receive")
      }
    }
  }

  /// Waits until a receive (or accept) would find something.
  func waitReadable(_ name: StaticString) async throws(IOError) {
    while true {
      let outcome = try await receiveOperation(
        Operation(kind: .poll, descriptor: descriptor, flags: UInt32(POLLIN)))
      if outcome.result >= 0 { return }
      switch -outcome.result {
      case EAGAIN, EINTR: continue
      case let code: throw IOError(errno: code, operation: name)
      }
    }
  }

  /// Runs an operation of the receiving direction. Throws only for an early end.
  @inline(__always)
  private func receiveOperation(_ operation: Operation) async throws(IOError) -> Outcome {
    precondition(receiving == .none, "a receive is pending already")
    try admit("receive")
    // SAFETY: the ring resumes the continuation exactly once, with the completion.
    let packed = await unsafe suspend { continuation in
      receiving = unsafe Token(continuation)
      ring.submit(operation, token: receiving)
    }
    receiving = .none
    let end = receiveEnd
    receiveEnd = .none
    settle()
    let outcome = Outcome(packed: packed)
    if end != .none, outcome.result == -ECANCELED || outcome.result == -EINTR {
      throw IOError(errno: end.errno, operation: "receive")
    }
    return outcome
  }
}
