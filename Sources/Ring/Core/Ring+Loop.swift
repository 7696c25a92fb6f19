import Synchronization

extension Ring {
  /// Jobs run between two looks at the kernel, at most.
  static let jobsPerTurn = 1024
  /// How long jobs run between two looks at the kernel, but for the last of them: what completes meanwhile
  /// waits no longer.
  private static let longestBurst = Duration.milliseconds(2)

  /// The life of a ring's thread, once its backend stands.
  func loop() {
    while !isFinished { turn(mayWait: true) }
  }

  /// One turn: hand-overs, jobs, timers, kernel. A simulation calls this itself, with `mayWait` false and few
  /// jobs.
  func turn(mayWait: Bool, jobs limit: Int = jobsPerTurn) {
    statistics.turns.add()
    takeMail()
    burstEnd = backend.clock().advanced(by: Self.longestBurst)
    runJobs(limit: limit)
    if stopRequested.load(ordering: .relaxed) { beginStopping() }
    if jobs.isEmpty, mayWait, !isFinished, inbox.prepareToSleep() {
      backend.turn(waitUntil: nextDeadline)
      inbox.wokeUp()
    } else {
      backend.turn(waitUntil: nil)
    }
    now = backend.clock()
    fireTimers()
  }

  /// Whether the jobs of this turn have had their time. Whoever could go on without suspending then lets the
  /// others run first.
  var isBurstOver: Bool { backend.clock() >= burstEnd }

  /// Whether a task may read what the page cache holds here and now.
  var mayReadPageCache: Bool { backend.readsPageCache && !isBurstOver }

  /// When the loop must look at its timers next.
  private var nextDeadline: Instant {
    let next = min(timers.next, wheel.next)
    return isStopping ? min(next, now.advanced(by: .milliseconds(10))) : next
  }

  private func takeMail() {
    guard let mail = inbox.take() else { return }
    for job in mail.jobs { jobs.push(job) }
    for (token, result) in mail.completions {
      complete(Token(bits: token), result: result, flags: 0)
    }
  }

  private func fireTimers() {
    while let action = timers.popDue(at: now) {
      statistics.timers.add()
      switch action {
      // SAFETY: a timer is popped once, so its continuation is resumed once.
      case .resume(let continuation): unsafe continuation.resume(returning: 0)
      case .run(let body): body()
      }
    }
    wheel.advance(to: now)
  }

  /// Gives an operation to the backend.
  @inline(__always)
  func submit(_ operation: Operation, token: Token) {
    statistics.countSubmission(operation.kind)
    backend.submit(operation, token: token)
  }

  /// A completion has arrived: the task that waits for it becomes ready.
  func complete(_ token: Token, result: Int32, flags: UInt32) {
    statistics.completions.add()
    statistics.pending.subtract()
    switch token.kind {
    case .continuation:
      // SAFETY: each token of this kind is completed exactly once.
      unsafe token.continuation?.resume(returning: Outcome.pack(result: result, flags: flags))
    case .pendingOperation:
      token.takePendingOperation()?.complete(Outcome.pack(result: result, flags: flags))
    case .backend:
      preconditionFailure("a backend's own completion was delivered")
    }
  }
}
