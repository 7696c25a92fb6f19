/// One update on its way: its closure, and whoever waits for the outcome.
///
/// It is handed from the submitting task to the queue to the committer; only the holder touches it.
// SAFETY (unchecked Sendable): one owner at a time, handed over under the queue's lock.
class PendingUpdate: @unchecked Sendable {
  let scope: UpdateScope
  /// Whether it keeps something or makes room.
  let purpose: UpdatePurpose
  /// When it was submitted, on the monotonic clock.
  let submittedNanoseconds: UInt64
  /// How often it has been run without finding its records in memory.
  var coldRuns = 0

  init(_ scope: UpdateScope, _ purpose: UpdatePurpose) {
    self.scope = scope
    self.purpose = purpose
    submittedNanoseconds = MonotonicClock.nanoseconds()
  }

  enum Outcome { case committed, aborted, cold }

  func run(in group: CommitGroup, _ transaction: Transaction, mayWait: Bool) -> Outcome {
    preconditionFailure("abstract")
  }

  /// Replaces the outcome; for updates that are refused, or whose group could not be written.
  func fail(_ error: MetadataError) { preconditionFailure("abstract") }

  /// Resumes the waiter with the outcome; the last thing that happens to an update.
  func finish() { preconditionFailure("abstract") }
}

/// The concrete update of one call. Its waiter gets the result by continuation.
// SAFETY (unchecked Sendable): as for PendingUpdate.
@safe final class ClosureUpdate<R: Sendable, E: MetadataFailure>: PendingUpdate, @unchecked Sendable {
  private let body: @Sendable (Transaction) throws(E) -> R
  private let waiter: UnsafeContinuation<Result<R, E>, Never>
  private var result: Result<R, E>?

  init(
    _ scope: UpdateScope, _ body: @escaping @Sendable (Transaction) throws(E) -> R,
    _ waiter: UnsafeContinuation<Result<R, E>, Never>, for purpose: UpdatePurpose = .keep
  ) {
    self.body = body
    unsafe self.waiter = waiter
    super.init(scope, purpose)
  }

  override func run(in group: CommitGroup, _ transaction: Transaction, mayWait: Bool) -> Outcome {
    result = group.attempt(transaction, scope, mayWait: mayWait, body)
    return switch result {
    case .success: .committed
    case .failure: .aborted
    case nil: .cold
    }
  }

  override func fail(_ error: MetadataError) {
    var error = error
    // What was refused, or whose closure threw, has left nothing in the group.
    if case .failure = result { error.mayHaveCommitted = false }
    result = .failure(E(error))
  }

  override func finish() {
    guard let result else { preconditionFailure("an update was finished before it ran") }
    // SAFETY: an update is finished once, by whoever holds it last.
    unsafe waiter.resume(returning: result)
  }
}
