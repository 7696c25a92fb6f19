import Glibc

/// A file operation that runs while its task does something else (hashing the previous buffer, say).
/// Started and awaited on the same ring. Its memory must stay valid until `result()` has returned.
@safe package final class PendingOperation {
  private var operation: Operation
  private let name: StaticString
  private var packed: UInt64 = 0
  private var waiter: UnsafeContinuation<UInt64, Never>?
  private var isComplete = false
  /// Bytes moved by earlier steps of a write that came up short.
  private var moved = 0
  private let length: Int

  init(_ operation: Operation, length: Int, name: StaticString) {
    self.operation = operation
    self.length = length
    self.name = name
    self.operation.length = UInt32(min(length, Operation.maximumLength))
  }

  /// Hands the operation to the current ring; off the rings it is done at once, blocking. What the page cache
  /// holds is read here and now: a turn through the ring would cost more than it saves, and whoever looks at
  /// `isReady` learns that no disk had to be waited for. Only within a burst: a task that reads on and on
  /// would else keep its ring to itself.
  func start() {
    let ring = Ring.currentIfAny
    if operation.mayComplete, ring?.mayReadPageCache != false, let result = operation.performFromCache() {
      return complete(Outcome.pack(result: result, flags: 0))
    }
    if let ring {
      ring.submit(operation, token: Token(retaining: self))
    } else {
      complete(Outcome.pack(result: operation.perform(), flags: 0))
    }
  }

  /// Waits for the end: the bytes moved. A read may be short and is 0 at the end of the file; a write is
  /// never short.
  package func result() async throws(IOError) -> Int {
    while true {
      let outcome = Outcome(packed: await outcome())
      if outcome.result == -EINTR || outcome.result == -EAGAIN {
        restart()
        continue
      }
      if outcome.result < 0 { throw IOError(errno: -outcome.result, operation: name) }
      moved += Int(outcome.result)
      if operation.kind == .read || moved >= length { return moved }
      if outcome.result == 0 { throw IOError(errno: EIO, operation: name) }
      operation.address += UInt64(outcome.result)
      operation.offset += UInt64(outcome.result)
      restart()
    }
  }

  /// Asks for an early end: `result()` then throws ECANCELED unless the operation was faster. What a disk has
  /// begun it finishes, and the `poll` backend heeds no cancel of a file operation at all.
  package func cancel() {
    if isComplete { return }
    let token = unsafe Token(bits: UInt64(UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())) | 1)
    Ring.currentIfAny?.backend.cancel(token, descriptor: operation.descriptor)
  }

  /// Whether `result()` would return without waiting.
  package var isReady: Bool { isComplete }

  private func restart() {
    isComplete = false
    operation.length = UInt32(min(length - moved, Operation.maximumLength))
    start()
  }

  private func outcome() async -> UInt64 {
    if isComplete { return packed }
    precondition(unsafe waiter == nil, "one task awaits an operation")
    // SAFETY: `complete` resumes the continuation exactly once.
    return await unsafe suspend { unsafe waiter = $0 }
  }

  /// The completion has arrived.
  func complete(_ packed: UInt64) {
    self.packed = packed
    isComplete = true
    guard let waiting = unsafe waiter else { return }
    unsafe waiter = nil
    unsafe waiting.resume(returning: packed)
  }
}
