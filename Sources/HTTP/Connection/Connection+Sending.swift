import Ring

extension Connection {
  /// Sends bytes of an array, a buffer's worth at a time.
  func send(_ bytes: [UInt8]) async throws(IOError) { try await send(bytes, []) }

  /// Sends the bytes of two arrays as one run. They go through a pooled buffer: the copy is no dearer than a second
  /// piece of the message, and the memory surely stays where it is while the kernel reads it.
  func send(_ first: [UInt8], _ second: [UInt8]) async throws(IOError) {
    let total = first.count + second.count
    let buffer = shard.ring.buffers.take(total <= BufferSize.receive.byteCount ? .receive : .data)
    defer { buffer.release() }
    var sent = 0
    while sent < total {
      buffer.count = 0
      Self.append(first, from: sent, to: buffer)
      Self.append(second, from: max(0, sent - first.count), to: buffer)
      sent += buffer.count
      // SAFETY: the buffer is this call's own until it is released.
      try await unsafe sendRaw(buffer.bytes, more: sent < total)
    }
  }

  /// Sends bytes of the caller behind a prefix, as one message.
  func send(prefix: [UInt8], _ bytes: UnsafeRawBufferPointer, more: Bool) async throws(IOError) {
    guard !prefix.isEmpty, prefix.count <= BufferSize.receive.byteCount else {
      if !prefix.isEmpty { try await send(prefix) }
      // SAFETY: the caller keeps the bytes until this returns.
      return try await unsafe sendRaw(bytes, more: more)
    }
    let buffer = shard.ring.buffers.take(.receive)
    defer { buffer.release() }
    Self.append(prefix, from: 0, to: buffer)
    setSendDeadline(prefix.count + bytes.count)
    do throws(IOError) {
      // SAFETY: the buffer is this call's own until it is released, and the caller keeps the bytes.
      try await unsafe transport.send(buffer.bytes, bytes, more: more)
    } catch {
      throw sendFailed(error)
    }
    shard.counters.bytesOut.add(prefix.count + bytes.count)
  }

  /// Tells a client that waits for it to send the body. Not when bytes of the body are here already, and not within
  /// a response that has begun (RFC 9110 section 10.1.1).
  func sendContinue() async throws(BodyReadError) {
    if hasInput || exchange.progress != .none { return }
    do throws(IOError) {
      try await send(ConstantLines.continue)
    } catch {
      throw .disconnected(received: 0, expected: exchange.body?.contentLength)
    }
  }

  /// Counts a failure that is a timeout.
  func note(_ error: IOError, as kind: TimeoutKind) {
    if error.isTimeout { shard.counters.note(kind) }
  }

  private func sendRaw(_ bytes: UnsafeRawBufferPointer, more: Bool) async throws(IOError) {
    setSendDeadline(bytes.count)
    do throws(IOError) {
      // SAFETY: the caller keeps the bytes until this returns.
      try await unsafe transport.send(bytes, more: more)
    } catch {
      throw sendFailed(error)
    }
    shard.counters.bytesOut.add(bytes.count)
  }

  /// The send timeout plus the time that the minimum rate gives so many bytes.
  private func setSendDeadline(_ byteCount: Int) {
    var wait = timeouts.send
    if timeouts.minimumRate > 0 { wait += .seconds(byteCount / timeouts.minimumRate) }
    setDeadline(shard.ring.now.advanced(by: wait))
  }

  /// After a failed send nobody knows what has arrived: nothing more can be said on this connection.
  private func sendFailed(_ error: IOError) -> IOError {
    exchange.progress = .broken
    note(error, as: .send)
    return error
  }

  /// Appends what the buffer has room for of the array from `start`.
  private static func append(_ bytes: [UInt8], from start: Int, to buffer: Buffer) {
    let count = min(buffer.capacity - buffer.count, bytes.count - start)
    guard count > 0 else { return }
    unsafe bytes.withUnsafeBytes { raw in
      // SAFETY: the array has `count` bytes from `start`, and the buffer room for them behind its own.
      unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.memory[buffer.count..<buffer.count + count])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[start..<start + count]))
    }
    buffer.count += count
  }
}
