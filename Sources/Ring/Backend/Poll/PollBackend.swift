import CURing
import Glibc

/// epoll for sockets, the blocking pool for files.
///
/// A socket operation is tried at once. Only on EAGAIN does it wait: its descriptor is registered
/// edge-triggered, once and for both directions, and an edge makes what waits there try again. An edge
/// between the attempt and the registration is not lost, because registering reports what is ready already.
@safe final class PollBackend: Backend {
  unowned(unsafe) let ring: Ring
  private let epoll: Int32
  /// What waits, by descriptor number.
  private var waiting: [Waiting] = []
  /// Completions to deliver in this turn.
  private var completed: [Completion] = []
  /// Buffers that `receiveProvided` completions filled and nobody has claimed yet.
  var filled: [Buffer?] = []
  /// Room for what one epoll_wait reports.
  private let events: UnsafeMutablePointer<epoll_event>
  private static let eventCount: Int32 = 256

  private struct Waiting {
    var receive: (operation: Operation, token: Token)?
    var send: (operation: Operation, token: Token)?
    var isRegistered = false
  }

  private struct Completion {
    let token: Token
    let result: Int32
    let flags: UInt32
  }

  init(ring: Ring) throws(IOError) {
    unsafe self.ring = ring
    epoll = weir_epoll_create()
    if epoll < 0 { throw IOError(errno: errno, operation: "epoll_create") }
    unsafe events = .allocate(capacity: Int(Self.eventCount))
    // Level-triggered: the waker is drained whenever it is reported.
    weir_epoll_add(epoll, ring.waker.descriptor, 1)
  }

  deinit { unsafe events.deallocate() }

  func clock() -> Instant { .monotonic() }

  func submit(_ operation: Operation, token: Token) {
    switch operation.kind {
    case .read, .write, .synchronize, .allocate, .open:
      if operation.mayComplete, let result = operation.performFromCache() {
        completed.append(Completion(token: token, result: result, flags: 0))
        return
      }
      let inbox = unsafe ring.inbox
      unsafe ring.blocking.submit { inbox.post(completionOf: token, result: operation.perform()) }
    case .receive, .receiveProvided, .send, .sendMessage, .poll:
      if let (result, flags) = attempt(operation) {
        completed.append(Completion(token: token, result: result, flags: flags))
      } else {
        park(operation, token)
      }
    }
  }

  /// Puts an operation that would block aside until an edge comes.
  private func park(_ operation: Operation, _ token: Token) {
    let index = Int(operation.descriptor)
    while waiting.count <= index { waiting.append(Waiting()) }
    if operation.receives {
      waiting[index].receive = (operation, token)
    } else {
      waiting[index].send = (operation, token)
    }
    if waiting[index].isRegistered { return }
    waiting[index].isRegistered = true
    if weir_epoll_watch(epoll, operation.descriptor) < 0 {
      // Out of kernel memory or watches: the operation fails rather than waits for ever.
      let code = errno
      waiting[index] = Waiting()
      completed.append(Completion(token: token, result: -code, flags: 0))
    }
  }

  func cancel(_ token: Token, descriptor: Int32) {
    let index = Int(descriptor)
    if index >= waiting.count { return }
    if waiting[index].receive?.token == token {
      waiting[index].receive = nil
    } else if waiting[index].send?.token == token {
      waiting[index].send = nil
    } else {
      return
    }
    completed.append(Completion(token: token, result: -ECANCELED, flags: 0))
  }

  func turn(waitUntil deadline: Instant?) {
    let timeout = completed.isEmpty ? milliseconds(until: deadline) : 0
    unsafe ring.statistics.enters.add()
    // SAFETY: the kernel writes at most as many events as there is room for.
    let count = unsafe epoll_wait(epoll, events, Self.eventCount, timeout)
    for index in 0..<max(0, Int(count)) {
      let descriptor = unsafe weir_epoll_descriptor(events + index)
      if unsafe descriptor == ring.waker.descriptor {
        unsafe ring.statistics.wakes.add()
        unsafe ring.waker.drain()
      } else {
        retry(Int(descriptor))
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
  private func retry(_ index: Int) {
    if index >= waiting.count { return }
    if let (operation, token) = waiting[index].receive, let (result, flags) = attempt(operation) {
      waiting[index].receive = nil
      completed.append(Completion(token: token, result: result, flags: flags))
    }
    if let (operation, token) = waiting[index].send, let (result, flags) = attempt(operation) {
      waiting[index].send = nil
      completed.append(Completion(token: token, result: result, flags: flags))
    }
  }

  private func deliver() {
    if completed.isEmpty { return }
    let batch = completed
    completed.removeAll(keepingCapacity: true)
    for item in batch { unsafe ring.complete(item.token, result: item.result, flags: item.flags) }
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
    let index = Int(descriptor)
    if index >= waiting.count || !waiting[index].isRegistered { return }
    waiting[index] = Waiting()
    weir_epoll_remove(epoll, descriptor)
  }

  func shutDown() { close(epoll) }
}
