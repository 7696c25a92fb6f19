import CURing
import Glibc

/// io_uring.
///
/// Submissions gather in the submission queue and go to the kernel with the one call a turn makes anyway.
/// The kernel runs its part of completions inside that call (DEFER_TASKRUN), on this thread, so nothing
/// interrupts the jobs in between.
@safe final class UringBackend: Backend {
  private let uring: UnsafeMutablePointer<io_uring>
  private unowned(unsafe) let ring: Ring
  private let buffers: ProvidedBuffers
  private var isWatchingWaker = false

  /// Sets up the kernel's side for `ring`. On the ring's thread, which becomes the single issuer.
  init(ring: Ring, entries: UInt32) throws(UringUnavailable) {
    unsafe self.ring = ring
    unsafe uring = .allocate(capacity: 1)
    unsafe uring.initialize(to: io_uring())
    do throws(UringUnavailable) {
      try unsafe UringSetup.open(uring, entries: entries)
    } catch {
      unsafe uring.deallocate()
      throw error
    }
    do throws(UringUnavailable) {
      buffers = try unsafe ProvidedBuffers(uring: uring, pool: ring.buffers)
    } catch {
      unsafe io_uring_queue_exit(uring)
      unsafe uring.deallocate()
      throw error
    }
    watchWaker()
  }

  deinit { unsafe uring.deallocate() }

  func clock() -> Instant { .monotonic() }

  func submit(_ operation: Operation, token: Token) {
    let entry = unsafe freeEntry()
    // SAFETY: the entry is ours until the next call that submits.
    switch operation.kind {
    case .receive: unsafe fill(entry, IORING_OP_RECV, operation, token)
    case .receiveProvided:
      unsafe weir_sqe_fill(
        entry, UInt8(IORING_OP_RECV.rawValue), UInt8(1 << IOSQE_BUFFER_SELECT_BIT), 0,
        operation.descriptor, 0, 0, 0, 0, ProvidedBuffers.group, token.bits)
    case .send: unsafe fill(entry, IORING_OP_SEND, operation, token)
    case .sendMessage: unsafe fill(entry, IORING_OP_SENDMSG, operation, token)
    case .poll: unsafe fill(entry, IORING_OP_POLL_ADD, operation, token)
    case .read: unsafe fill(entry, IORING_OP_READ, operation, token)
    case .write: unsafe fill(entry, IORING_OP_WRITE, operation, token)
    case .synchronize: unsafe fill(entry, IORING_OP_FSYNC, operation, token)
    case .allocate: unsafe fill(entry, IORING_OP_FALLOCATE, operation, token)
    case .open: unsafe fill(entry, IORING_OP_OPENAT, operation, token)
    }
  }

  @inline(__always)
  private func fill(
    _ entry: UnsafeMutablePointer<io_uring_sqe>, _ code: io_uring_op, _ operation: Operation,
    _ token: Token
  ) {
    unsafe weir_sqe_fill(
      entry, UInt8(code.rawValue), 0, 0, operation.descriptor, operation.offset, operation.address,
      operation.length, operation.flags, 0, token.bits)
  }

  func cancel(_ token: Token, descriptor: Int32) {
    // A later operation of the same task has the same token; it is safe because entries are submitted in
    // order, and that operation's entry can only come after this one.
    unsafe weir_sqe_fill(
      freeEntry(), UInt8(IORING_OP_ASYNC_CANCEL.rawValue), 0, 0, -1, 0, token.bits, 0, 0, 0,
      Token.ignored.bits)
  }

  /// The next free submission entry. With the queue full, submits and goes on.
  private func freeEntry() -> UnsafeMutablePointer<io_uring_sqe> {
    while true {
      if let entry = unsafe io_uring_get_sqe(uring) { return unsafe entry }
      unsafe ring.statistics.enters.add()
      let code = unsafe io_uring_submit(uring)
      // EBUSY and EAGAIN: completions must be taken out first. That only makes jobs ready, it runs none.
      if code < 0 {
        unsafe io_uring_get_events(uring)
        reap()
      }
    }
  }

  func turn(waitUntil deadline: Instant?) {
    if let deadline, unsafe weir_cq_ready(uring) == 0 {
      wait(until: deadline)
    } else if unsafe io_uring_sq_ready(uring) > 0 || weir_taskrun_pending(uring) != 0 {
      unsafe ring.statistics.enters.add()
      unsafe io_uring_submit_and_get_events(uring)
    }
    // What found no room in the completion queue waits in the kernel; the next entry brings it out.
    if unsafe weir_cq_overflowed(uring) != 0 { unsafe ring.statistics.overflows.add() }
    reap()
    if !isWatchingWaker { watchWaker() }
  }

  private func wait(until deadline: Instant) {
    unsafe ring.statistics.enters.add()
    if deadline == .distantFuture {
      unsafe io_uring_submit_and_wait(uring, 1)
      return
    }
    let now = clock()
    let rest = deadline > now ? deadline.nanoseconds - now.nanoseconds : 0
    unsafe weir_uring_wait(uring, 1, rest)
  }

  /// Delivers what has completed.
  private func reap() {
    while true {
      let count = unsafe weir_cq_ready(uring)
      if count == 0 { return }
      for index in 0..<count {
        // SAFETY: `index` is below the number of entries the kernel has published.
        let entry = unsafe weir_cq_entry(uring, index).unsafelyUnwrapped.pointee
        let token = Token(bits: entry.user_data)
        if token.kind != .backend {
          unsafe ring.complete(token, result: entry.res, flags: entry.flags)
        } else if token == .wake {
          isWatchingWaker = entry.flags & UInt32(IORING_CQE_F_MORE) != 0
          unsafe ring.statistics.wakes.add()
        }
      }
      unsafe io_uring_cq_advance(uring, count)
    }
  }

  /// Waits for the waker among everything else, for good: each write to it posts a completion. It is never
  /// read, for a write wakes whatever the count is.
  private func watchWaker() {
    isWatchingWaker = true
    unsafe weir_sqe_fill(
      freeEntry(), UInt8(IORING_OP_POLL_ADD.rawValue), 0, 0, ring.waker.descriptor, 0, 0,
      UInt32(IORING_POLL_ADD_MULTI),
      UInt32(POLLIN), 0, Token.wake.bits)
  }

  func claimBuffer(flags: UInt32) -> Buffer? {
    if flags & 1 == 0 { return nil }
    return buffers.claim(UInt16(truncatingIfNeeded: flags >> 16))
  }

  func giveBack(_ buffer: Buffer) { buffers.giveBack(buffer) }
  func growBuffers() { buffers.grow() }
  func forget(descriptor: Int32) {}

  func shutDown() {
    buffers.close()
    unsafe io_uring_queue_exit(uring)
  }
}
