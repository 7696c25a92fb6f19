import Synchronization

extension Ring {
  /// Starts a task that runs on this ring for its whole life. From any thread.
  package func spawn(_ body: sending @escaping () async -> Void) {
    liveTasks.add(1, ordering: .relaxed)
    Task(executorPreference: self) {
      await body()
      self.liveTasks.subtract(1, ordering: .releasing)
    }
  }

  /// Runs `body` on this ring and returns on the caller's executor.
  package func run<R: Sendable>(_ body: @Sendable @escaping () async -> R) async -> R {
    if isCurrent { return await body() }
    // SAFETY: the task below resumes the continuation exactly once.
    return await unsafe withUnsafeContinuation { continuation in
      spawn { unsafe continuation.resume(returning: await body()) }
    }
  }

  /// Suspends the calling task, which must be on this ring, until `instant`. Returns at once when the ring
  /// is shutting down.
  package func sleep(until instant: Instant) async {
    precondition(isCurrent, "a task sleeps on its own ring")
    if isStopping || instant <= now { return await yieldTurn() }
    // SAFETY: the timer resumes the continuation exactly once, when due or at shutdown.
    _ = await unsafe suspend { continuation in
      unsafe timers.add(instant, .resume(continuation))
    }
  }

  /// Suspends the calling task, which must be on this ring, for `duration`.
  package func sleep(for duration: Duration) async {
    await sleep(until: Instant.now().advanced(by: duration))
  }

  /// Lets the other jobs that are ready run first.
  package func yieldTurn() async {
    // SAFETY: resumed at once; the job goes to the end of the queue.
    _ = await unsafe suspend { continuation in
      unsafe timers.add(Instant(nanoseconds: 0), .resume(continuation))
    }
  }
}
