import Ring

/// Shares the syncs of one segment among all that wait for one. Ring-confined.
///
/// A sync counts only for writes that completed before it started. So whoever arrives while one runs waits for
/// the next; when the running one ends, the first of them leads it and carries all the others. There is no
/// timer: the longer the disk takes, the more share the next sync.
final class SharedSync {
  private enum Outcome: Sendable {
    case done
    case failed(VolumeError)
    case lead
  }

  // @safe: the continuation is resumed exactly once, by the leader that takes the waiter from `waiting`.
  @safe private struct Waiter {
    let blobs: Int
    let continuation: UnsafeContinuation<Outcome, Never>
  }

  private var waiting: [Waiter] = []
  private var isRunning = false
  /// The sync that failed. It is never repeated: the kernel may have dropped the dirty pages, and the next
  /// sync would then lie.
  private(set) var failure: VolumeError?

  private let counters: VolumeCounters
  private let perform: () async throws(VolumeError) -> Void

  /// Shares `perform`, which makes durable what was written before it was called.
  init(counters: VolumeCounters, perform: @escaping () async throws(VolumeError) -> Void) {
    self.counters = counters
    self.perform = perform
  }

  /// Returns when a sync that started after this call has succeeded; `blobs` is how many the caller stands for.
  func wait(blobs: Int) async throws(VolumeError) {
    if let failure { throw failure }
    if isRunning {
      // SAFETY: the continuation is stored in `waiting`, whose members are each resumed exactly once.
      let outcome = await unsafe withUnsafeContinuation { continuation in
        unsafe waiting.append(Waiter(blobs: blobs, continuation: continuation))
      }
      switch outcome {
      case .done: return
      case .failed(let error): throw error
      case .lead: break
      }
    }
    try await lead(blobs: blobs)
  }

  private func lead(blobs: Int) async throws(VolumeError) {
    isRunning = true
    let riders = waiting
    waiting = []
    let outcome: Outcome
    do throws(VolumeError) {
      try await perform()
      counters.syncs.count()
      counters.blobsSynced.count(riders.reduce(blobs) { $0 + $1.blobs })
      outcome = .done
    } catch {
      counters.syncFailures.count()
      failure = error
      outcome = .failed(error)
    }
    for rider in riders { unsafe rider.continuation.resume(returning: outcome) }
    passOn()
    if let failure { throw failure }
  }

  /// Hands the lead to the first that waits; after a failure nobody syncs again.
  private func passOn() {
    if let failure {
      let left = waiting
      waiting = []
      for waiter in left { unsafe waiter.continuation.resume(returning: .failed(failure)) }
    }
    guard !waiting.isEmpty else {
      isRunning = false
      return
    }
    // SAFETY: removed from `waiting` before it is resumed.
    unsafe waiting.removeFirst().continuation.resume(returning: .lead)
  }
}
