import CURing
import Glibc

/// epoll for sockets, the blocking pool for files.
///
/// A socket operation is tried at once. Only on EAGAIN does it wait: the descriptor is registered
/// edge-triggered, once, for both directions, and an edge makes the pending operations try again.
@safe final class PollBackend: Backend {
  private unowned(unsafe) let ring: Ring
  private let epoll: Int32
  /// What waits, by descriptor.
  private var waiting: [Int32: Waiting] = [:]
  /// Completions to deliver in this turn.
  private var completed: [(token: Token, result: Int32, flags: UInt32)] = []
  /// Buffers that `receiveProvided` completions filled and nobody has claimed yet.
  private var filled: [Buffer?] = []

  /// Room for what one epoll_wait reports.
  private let events: UnsafeMutablePointer<epoll_event>
  private static let eventCount: Int32 = 256

  private struct Waiting {
    var receive: (operation: Operation, token: Token)?
    var send: (operation: Operation, token: Token)?
    var isRegistered = false
  }

  init(ring: Ring) throws(IOError) {
    unsafe self.ring = ring
    unsafe events = .allocate(capacity: Int(Self.eventCount))
    epoll = weir_epoll_create()
    if epoll < 0 { throw IOError(errno: errno, operation: "epoll_create") }
    register(ring.waker.descriptor, edge: false)
  }

  deinit { unsafe events.deallocate() }

  func clock() -> Instant { .monotonic() }

  func submit(_ operation: Operation, token: Token) {
    switch operation.kind {
    case .read, .write, .synchronize, .allocate, .open:
      let inbox = unsafe ring.inbox
      unsafe ring.blocking.submit { inbox.post(completionOf: token, result: operation.perform()) }
    case .receive, .receiveProvided, .send, .sendMessage, .poll:
      if let (result, flags) = attempt(operation) {
        completed.append((token, result, flags))
      } else {
        park(operation, token)
      }
    }
  }

  /// Puts an operation that would block aside until an edge comes.
  private func park(_ operation: Operation, _ token: Token) {
    let descriptor = operation.descriptor
    var entry = waiting[descriptor] ?? Waiting()
    if Self.receives(operation) {
      entry.receive = (operation, token)
    } else {
      entry.send = (operation, token)
    }
    let isNew = !entry.isRegistered
    entry.isRegistered = true
    waiting[descriptor] = entry
    // Registering reports a descriptor that is ready already, so nothing between the attempt and this is lost.
    if isNew { register(descriptor, edge: true) }
  }

  private static func receives(_ operation: Operation) -> Bool {
    switch operation.kind {
    case .receive, .receiveProvided: true
    case .poll: operation.flags & UInt32(POLLIN) != 0
    default: false
    }
  }

  private func register(_ descriptor: Int32, edge: Bool) {
    _ = edge ? weir_epoll_watch(epoll, descriptor) : weir_epoll_add(epoll, descriptor, 1)
  }

  func cancel(_ token: Token) {
    for (descriptor, entry) in waiting {
      if entry.receive?.token == token {
        waiting[descriptor]?.receive = nil
        completed.append((token, -ECANCELED, 0))
        return
      }
      if entry.send?.token == token {
        waiting[descriptor]?.send = nil
        completed.append((token, -ECANCELED, 0))
        return
      }
    }
  }

  func turn(waitUntil deadline: Instant?) {
    let timeout = completed.isEmpty ? milliseconds(until: deadline) : 0
    unsafe ring.statistics.enters.add()
    // SAFETY: the kernel writes at most as many events as the array has.
    let count = unsafe epoll_wait(epoll, events, Self.eventCount, timeout)
    for index in 0..<max(0, Int(count)) {
      let descriptor = unsafe weir_epoll_descriptor(events + index)
      if unsafe descriptor == ring.waker.descriptor {
        unsafe ring.statistics.wakes.add()
        unsafe ring.waker.drain()
      } else {
        retry(descriptor)
      }
    }
    deliver()
  }

  private func milliseconds(until deadline: Instant?) -> Int32 {
    guard let deadline else { return 0 }
    if deadline == .distantFuture { return -1 }
    let now = clock()
    if deadline <= now { return 0 }
    return Int32(clamping: (deadline.nanoseconds - now.nanoseconds + 999_999) / 1_000_000)
  }

  /// An edge: whatever waits on the descriptor tries again.
  private func retry(_ descriptor: Int32) {
    if let (operation, token) = waiting[descriptor]?.receive, let (result, flags) = attempt(operation) {
      waiting[descriptor]?.receive = nil
      completed.append((token, result, flags))
    }
    if let (operation, token) = waiting[descriptor]?.send, let (result, flags) = attempt(operation) {
      waiting[descriptor]?.send = nil
      completed.append((token, result, flags))
    }
  }

  private func deliver() {
    if completed.isEmpty { return }
    let batch = completed
    completed.removeAll(keepingCapacity: true)
    for (token, result, flags) in batch { unsafe ring.complete(token, result: result, flags: flags) }
  }

  func claimBuffer(flags: UInt32) -> Buffer? {
    if flags & 1 == 0 { return nil }
    let index = Int(flags >> 16)
    let buffer = filled[index]
    filled[index] = nil
    return buffer
  }

  func giveBack(_ buffer: Buffer) {}
  func growBuffers() {}

  func forget(descriptor: Int32) {
    if waiting.removeValue(forKey: descriptor)?.isRegistered == true {
      weir_epoll_remove(epoll, descriptor)
    }
  }

  func shutDown() {
    close(epoll)
  }
}

extension PollBackend {
  /// Tries a socket operation: its result, or `nil` when it would block.
  private func attempt(_ operation: Operation) -> (Int32, UInt32)? {
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
      case .receive: result = unsafe recv(operation.descriptor, memory, Int(operation.length), flags)
      case .send: result = unsafe send(operation.descriptor, memory, Int(operation.length), flags)
      default:
        let message = unsafe memory?.assumingMemoryBound(to: msghdr.self)
        result = unsafe sendmsg(operation.descriptor, message, flags)
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
    var entry = pollfd(
      fd: operation.descriptor, events: Int16(truncatingIfNeeded: operation.flags), revents: 0)
    // SAFETY: one entry, a local.
    let count = unsafe Glibc.poll(&entry, 1, 0)
    if count == 0 { return nil }
    return (count < 0 ? -errno : Int32(entry.revents), 0)
  }
}
