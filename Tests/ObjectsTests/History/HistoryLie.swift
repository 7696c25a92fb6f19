@testable import Objects

/// A store that answers wrongly, for the canary: each must be found.
enum HistoryLie: CaseIterable, Sendable {
  /// Refuses everything.
  case refusesAll
  /// Shows what is there now where it has to refuse.
  case neverRefuses
  /// Shows what is there now, whatever is asked for.
  case showsThePresent
  /// Does not show the commit itself, only what was before.
  case isOneCommitLate
  /// Ends the past at the commit behind the right one.
  case forgetsTheFirst
  case losesAKey
  case inventsAKey
  /// Reads today's bytes of keys of the past.
  case readsThePresent
  case losesAnOldVersion
  /// Lists with the delimiter what it lists without.
  case ignoresTheDelimiter

  /// What this store says instead of the truth.
  func answer(
    _ truth: HistoryAnswer, to question: HistoryQuestion, earliest: UInt64?, _ store: TestStore,
    _ bucket: BucketInfo
  ) async throws -> HistoryAnswer {
    guard let asOf = question.asOf else { return truth }
    var now = question
    now.asOf = nil
    guard case .shown(var shown) = truth else {
      return self == .neverRefuses ? try await now.ask(store, bucket) : truth
    }
    switch self {
    case .refusesAll: return .refused(earliest: nil)
    case .neverRefuses: return truth
    case .showsThePresent: return try await now.ask(store, bucket)
    case .isOneCommitLate:
      var before = question
      before.asOf = asOf - 1
      return try await before.ask(store, bucket)
    case .forgetsTheFirst: return asOf == earliest ? .refused(earliest: asOf + 1) : truth
    case .losesAKey: _ = shown.keys.popLast()
    case .inventsAKey: shown.keys.append([0xFF])
    case .readsThePresent:
      guard case .shown(let present) = try await now.ask(store, bucket), let then = shown.contents else {
        return truth
      }
      shown.contents = then.merging(present.contents ?? [:]) { $1 }
    case .losesAnOldVersion:
      if let index = shown.versions.lastIndex(where: { !$0.isLatest }) { shown.versions.remove(at: index) }
    case .ignoresTheDelimiter: shown.groups = shown.keys
    }
    return .shown(shown)
  }
}
