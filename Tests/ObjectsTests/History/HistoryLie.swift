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
  /// Reads a key that was not there then.
  case readsAnAbsentKey
  /// Refuses some reads of a moment and answers others.
  case isOfTwoMinds
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
    guard truth.isShown else { return self == .neverRefuses ? try await now.ask(store, bucket) : truth }
    var lie = truth
    switch self {
    case .refusesAll: return truth.refused(earliest: nil)
    case .neverRefuses: break
    case .showsThePresent: return try await now.ask(store, bucket)
    case .isOneCommitLate:
      var before = question
      before.asOf = asOf - 1
      return try await before.ask(store, bucket)
    case .forgetsTheFirst: return asOf == earliest ? truth.refused(earliest: asOf + 1) : truth
    case .losesAKey: lie.keys = truth.keys.map { $0.dropLast() }
    case .inventsAKey: lie.keys = truth.keys.map { $0 + [[0xFF]] }
    case .readsThePresent: lie.contents = try await now.ask(store, bucket).contents
    case .readsAnAbsentKey:
      lie.contents = truth.contents.mapValues { $0.map { $0 ?? SimulatedContent([1]) } }
    case .isOfTwoMinds:
      for name in truth.contents.keys.sorted().prefix(1) { lie.contents[name] = .refused(earliest: earliest) }
    case .losesAnOldVersion:
      lie.versions = truth.versions.map { versions in
        let lost = versions.lastIndex { !$0.isLatest }
        return versions.indices.filter { $0 != lost }.map { versions[$0] }
      }
    case .ignoresTheDelimiter: lie.groups = truth.keys
    }
    return lie
  }
}
