import Glibc
import Testing

@testable import Objects

/// Random histories against a model that kept everything: for every moment, what the bucket was then, or that it is
/// refused, just where it has to be (docs/testing.md, "The past").
@Suite struct HistoryTests {
  @Test(arguments: TestStore.Kind.allCases, HistoryKeeping.allCases)
  func everyMomentIsWhatItWas(_ kind: TestStore.Kind, _ keeping: HistoryKeeping) async throws {
    try await Self.expectRight(kind, keeping, .small)
  }

  /// Every listing as of a moment is made in many reads.
  @Test(arguments: [HistoryKeeping.versions, .window])
  func soItIsInManyReads(_ keeping: HistoryKeeping) async throws {
    var limits = ObjectLimits.small
    limits.rowsPerListing = 1
    try await Self.expectRight(.memory, keeping, limits, steps: 60)
  }

  /// A judge that cannot find anything proves nothing: each of these stores has to be found out, by what it says of a
  /// moment of the past.
  @Test(arguments: HistoryLie.allCases)
  func aStoreThatLiesIsFoundOut(_ lie: HistoryLie) async throws {
    var problems: [String] = []
    for seed in 0..<Self.seedsOfLies where !Self.isFoundOut(problems) {
      problems = try await Self.problems(seed, lie)
    }
    #expect(Self.isFoundOut(problems), "\(problems)")
  }

  /// It was the lie that was found: the same histories are in order without one.
  @Test(arguments: 0..<seedsOfLies)
  func theSameStoreWithoutALieIsNot(_ seed: UInt64) async throws {
    #expect(try await Self.problems(seed, nil) == [])
  }

  static let seedsOfLies: UInt64 = 4

  private static func problems(_ seed: UInt64, _ lie: HistoryLie?) async throws -> [String] {
    let run = HistoryRun(kind: .memory, keeping: .versions, seed: seed, steps: 40, lie: lie)
    return try await run.execute().problems
  }

  /// Nobody lies about the present.
  private static func isFoundOut(_ problems: [String]) -> Bool {
    problems.contains { $0.contains("as of ") && !$0.contains("as of now") }
  }

  /// The same seed does the same, so that a failure can be repeated.
  @Test(arguments: HistoryKeeping.allCases)
  func aSeedSaysItAll(_ keeping: HistoryKeeping) async throws {
    let run = HistoryRun(kind: .memory, keeping: keeping, seed: 0, steps: 40)
    let (first, second) = (try await run.execute(), try await run.execute())
    #expect(first == second && first.problems.isEmpty)
  }

  private static func expectRight(
    _ kind: TestStore.Kind, _ keeping: HistoryKeeping, _ limits: ObjectLimits, steps: Int = 120
  ) async throws {
    for index in 0..<runs {
      let seed = firstSeed &+ index
      let run = HistoryRun(kind: kind, keeping: keeping, seed: seed, limits: limits, steps: steps)
      let outcome = try await run.execute()
      for problem in outcome.problems.prefix(3) {
        Issue.record("\(problem) — again with WEIR_HISTORY_SEED=\(seed), \(kind), \(keeping)")
      }
      // A store that refuses everything would be in the right as often as it is asked for what is gone.
      #expect(outcome.shown * 4 >= steps, "seed \(seed): \(outcome)")
      if keeping != .window { #expect(outcome.refused >= 10, "seed \(seed): \(outcome)") }
      if !outcome.problems.isEmpty { return }
    }
  }

  /// `WEIR_HISTORY_SEED`: the first seed; `WEIR_HISTORY_RUNS`: how many histories of each kind.
  private static let firstSeed = setting("WEIR_HISTORY_SEED") ?? UInt64.random(in: 0..<1 << 40)
  private static let runs = setting("WEIR_HISTORY_RUNS") ?? 1

  private static func setting(_ name: String) -> UInt64? {
    // SAFETY: getenv's string is copied at once; nothing here changes the environment.
    unsafe getenv(name).flatMap { unsafe UInt64(String(cString: $0)) }
  }
}
