import Glibc

extension Operation {
  /// Whether a socket operation waits for the descriptor to become readable (else writable).
  var receives: Bool {
    switch kind {
    case .receive, .receiveProvided: true
    case .poll: flags & UInt32(POLLIN) != 0
    default: false
    }
  }
}

extension PollBackend {
  /// Tries a socket operation: its result and completion flags, or `nil` when it would block.
  func attempt(_ operation: Operation) -> (Int32, UInt32)? {
    switch operation.kind {
    case .receiveProvided: return attemptProvided(operation)
    case .poll: return attemptPoll(operation)
    default:
      let result = transfer(operation)
      return result == -EAGAIN ? nil : (result, 0)
    }
  }

  private func transfer(_ operation: Operation) -> Int32 {
    // SAFETY: the operation owns its memory until its completion has been delivered.
    let memory = unsafe UnsafeMutableRawPointer(bitPattern: UInt(operation.address))
    let flags = Int32(bitPattern: operation.flags) | Int32(MSG_DONTWAIT)
    while true {
      let result: Int
      switch operation.kind {
      case .receive: unsafe result = recv(operation.descriptor, memory, Int(operation.length), flags)
      case .send: unsafe result = send(operation.descriptor, memory, Int(operation.length), flags)
      default:
        let message = unsafe memory?.assumingMemoryBound(to: msghdr.self)
        unsafe result = sendmsg(operation.descriptor, message, flags)
      }
      if result >= 0 { return Int32(clamping: result) }
      if errno != EINTR { return -errno }
    }
  }

  private func attemptProvided(_ operation: Operation) -> (Int32, UInt32)? {
    let buffer = unsafe ring.buffers.take(.receive)
    var receive = operation
    receive.kind = .receive
    receive.address = unsafe UInt64(UInt(bitPattern: buffer.base))
    receive.length = UInt32(buffer.capacity)
    let result = transfer(receive)
    if result <= 0 {
      buffer.release()
      return result == -EAGAIN ? nil : (result, 0)
    }
    let free = filled.firstIndex { $0 == nil } ?? filled.count
    if free == filled.count { filled.append(buffer) } else { filled[free] = buffer }
    return (result, UInt32(free) << 16 | 1)
  }

  private func attemptPoll(_ operation: Operation) -> (Int32, UInt32)? {
    let wanted = Int16(truncatingIfNeeded: operation.flags)
    var entry = pollfd(fd: operation.descriptor, events: wanted, revents: 0)
    // SAFETY: one entry, a local.
    let count = unsafe Glibc.poll(&entry, 1, 0)
    if count == 0 { return nil }
    return (count < 0 ? -errno : Int32(entry.revents), 0)
  }
}
