import Synchronization

extension Ring {
  /// Nanoseconds that tasks have to end in after shutdown has begun, before they are given up.
  static let graceNanoseconds: UInt64 = 5_000_000_000

  /// Asks the ring to stop, from any thread.
  func requestStop() {
    stopRequested.store(true, ordering: .relaxed)
    inbox.announce()
  }

  /// True when the thread may end: asked to, and no task is left or their time is up.
  var isFinished: Bool {
    guard isStopping else { return false }
    if liveTasks.load(ordering: .acquiring) == 0, jobs.isEmpty { return true }
    return now >= stopDeadline
  }

  /// Fails what is pending on sockets and ends all sleeps, each turn until no task is left: a task may
  /// start another operation before it notices.
  func beginStopping() {
    if !isStopping {
      isStopping = true
      now = backend.clock()
      stopDeadline = Instant(nanoseconds: now.nanoseconds &+ Self.graceNanoseconds)
    }
    sockets.cancelAll()
    while let action = timers.popDue(at: .distantFuture) {
      // SAFETY: a timer is popped once, so its continuation is resumed once.
      if case .resume(let continuation) = action { unsafe continuation.resume(returning: 0) }
    }
  }
}
