import Ring

@testable import Objects

/// One random history, in a store of its own.
struct HistoryRun: Sendable {
  let kind: TestStore.Kind
  let keeping: HistoryKeeping
  let seed: UInt64
  var limits = ObjectLimits.small
  var steps: Int
  var lie: HistoryLie?

  /// What a run came to: equal for equal seeds, but for what the problems say of times.
  struct Outcome: Hashable, Sendable {
    var problems: [String] = []
    /// How often a moment of the past was shown, and refused.
    var shown = 0
    var refused = 0
    var cancelled = 0
  }

  func execute() async throws -> Outcome {
    var limits = limits
    limits.smallestPart = 0
    limits.pageLength = 20
    // What a night removes of a key goes in one commit.
    limits.rowsPerCleanup = 64
    let outcome = Locked(Outcome())
    try await TestStore.with(kind, limits: limits) { store in
      let history = try await RandomHistory(store, keeping, seed: seed)
      history.lie = lie
      try await run(history)
      outcome.withLock {
        $0 = Outcome(
          problems: history.problems, shown: history.shown, refused: history.refused,
          cancelled: history.cancelled)
      }
    }
    return outcome.withLock { $0 }
  }

  /// To the first problem, or to the end.
  private func run(_ history: RandomHistory) async throws {
    for step in 0..<steps where history.problems.isEmpty {
      do {
        try await history.step()
        if step % 10 == 9 { try await history.check(.some) }
        if step % 50 == 49 { try await history.restart() }
      } catch {
        history.problems.append("step \(step): \(error)")
      }
    }
    if history.problems.isEmpty { try await history.check(.all) }
    if history.problems.isEmpty { history.problems += try await Audit.run(history.store).problems }
    if kind == .rocks { await history.store.close() }
  }
}
