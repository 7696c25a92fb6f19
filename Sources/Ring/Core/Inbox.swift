import Synchronization

/// What other threads hand to a ring: jobs to run and completions of work done elsewhere.
///
/// The ring takes everything at once. A writer wakes the ring only if it sleeps: the writer stores
/// "there is mail" and then looks at `sleeping`; the ring stores `sleeping` and then looks for mail. Both
/// orders are sequentially consistent, so at least one of the two sees the other.
final class Inbox: Sendable {
  struct Mail: Sendable {
    var jobs: [UnownedJob] = []
    var completions: [(token: UInt64, result: Int32)] = []
    var isClosed = false
  }

  private let mail = Locked(Mail())
  private let hasMail = Atomic<Bool>(false)
  private let sleeping = Atomic<Bool>(false)
  private let waker: Waker

  init(waker: Waker) { self.waker = waker }

  /// Hands over a job, from any thread. A job for a ring that has ended is dropped: its task never runs.
  func post(_ job: UnownedJob) {
    mail.withLock { if !$0.isClosed { $0.jobs.append(job) } }
    announce()
  }

  /// Hands over the result of an operation carried out on another thread.
  func post(completionOf token: Token, result: Int32) {
    mail.withLock { $0.completions.append((token.bits, result)) }
    announce()
  }

  /// Makes the ring look around even if there is nothing for it (shutdown).
  func announce() {
    hasMail.store(true, ordering: .sequentiallyConsistent)
    if sleeping.load(ordering: .sequentiallyConsistent),
      sleeping.exchange(false, ordering: .acquiringAndReleasing)
    {
      waker.wake()
    }
  }

  /// Whether something waits to be taken.
  var hasSome: Bool { hasMail.load(ordering: .acquiring) }

  /// Everything handed over since the last call; `nil` when there is nothing. Ring thread only.
  func take() -> Mail? {
    guard hasMail.load(ordering: .acquiring) else { return nil }
    hasMail.store(false, ordering: .sequentiallyConsistent)
    return mail.withLock {
      let taken = $0
      $0 = Mail(isClosed: taken.isClosed)
      return taken
    }
  }

  /// Declares that the ring is about to sleep. False when there is mail, so it must not.
  func prepareToSleep() -> Bool {
    sleeping.store(true, ordering: .sequentiallyConsistent)
    if hasMail.load(ordering: .sequentiallyConsistent) {
      sleeping.store(false, ordering: .relaxed)
      return false
    }
    return true
  }

  /// The ring is awake again.
  func wokeUp() { sleeping.store(false, ordering: .relaxed) }

  /// No jobs are accepted any more.
  func close() { mail.withLock { $0.isClosed = true } }
}
