import Glibc
import Testing

@testable import Objects

/// Whole stores on a disk that loses power, fails and fills up (docs/testing.md, "Simulation").
///
/// `WEIR_SIMULATED_RUNS` is how many runs there are of each kind, `WEIR_SEED` the first seed.
@Suite struct SimulationTests {
  private static let runs = setting("WEIR_SIMULATED_RUNS").map(Int.init(clamping:)) ?? 25
  private static let firstSeed = setting("WEIR_SEED") ?? UInt64.random(in: 0..<1 << 40)

  @Test(arguments: SimulatedRun.Trouble.allCases)
  func nothingAcknowledgedIsLost(_ trouble: SimulatedRun.Trouble) throws {
    var total = SimulatedRun.Outcome()
    for index in 0..<Self.runs {
      let seed = Self.firstSeed &+ UInt64(index)
      let outcome = try Self.execute(SimulatedRun(seed: seed, trouble: trouble))
      for problem in outcome.problems.prefix(5) {
        Issue.record("\(problem) — again with WEIR_SEED=\(seed) WEIR_SIMULATED_RUNS=1, \(trouble)")
      }
      total.acknowledged += outcome.acknowledged
      total.powerCuts += outcome.powerCuts
      total.cutStarts += outcome.cutStarts
      total.bitFlips += outcome.bitFlips
      total.moved += outcome.moved
      total.expired += outcome.expired
      total.shown += outcome.shown
      total.refused += outcome.refused
      if !outcome.problems.isEmpty { break }
    }
    // One run alone may be short: it is a replay.
    if Self.runs > 1 { #expect(total.acknowledged > Self.runs * 20) }
    if Self.runs > 10 {
      #expect(total.moved > 0 && total.expired > 0)
      #expect(
        total.shown > Self.runs && total.refused > 0, "\(total.shown) moments, \(total.refused) refused")
    }
    if trouble == .powerCut {
      #expect(total.powerCuts >= Self.runs)
      if Self.runs > 10 { #expect(total.cutStarts > Self.runs / 10) }
    }
    if trouble == .bitFlips && Self.runs > 10 { #expect(total.bitFlips > 0) }
  }

  /// A run that cannot fail proves nothing: these have to.
  @Test(arguments: [SimulatedRun.Canary.volumesUnsynced, .metadataUnsynced])
  func aMissingSyncIsFound(_ canary: SimulatedRun.Canary) throws {
    let isFound = try (0..<UInt64(40)).contains { seed in
      try !Self.execute(SimulatedRun(seed: seed, trouble: .powerCut, canary: canary)).problems.isEmpty
    }
    #expect(isFound)
  }

  @Test func aRefusalWithoutReasonIsFound() throws {
    // Of these four seeds one has a bucket that keeps nothing, and may refuse.
    for seed in 0..<UInt64(4) {
      let run = SimulatedRun(seed: seed, trouble: .powerCut, canary: .momentsRefused)
      let isFound = try Self.execute(run).problems.contains { $0.contains("nothing of it can be gone") }
      #expect(isFound == (seed % 4 != 0), "seed \(seed)")
    }
  }

  /// The same seed gives the same I/O in the same order, so that a failure can be repeated.
  @Test func aSeedSaysItAll() throws {
    for seed in 0..<UInt64(5) {
      let run = SimulatedRun(seed: seed, trouble: .powerCut)
      let (first, second) = (try run.execute(), try run.execute())
      #expect(first.trace == second.trace && first.acknowledged == second.acknowledged, "seed \(seed)")
    }
  }

  private static func execute(_ run: SimulatedRun) throws -> SimulatedRun.Outcome {
    do {
      return try run.execute()
    } catch {
      var outcome = SimulatedRun.Outcome()
      outcome.problems = ["the run did not end: \(error)"]
      return outcome
    }
  }

  private static func setting(_ name: String) -> UInt64? {
    // SAFETY: the environment is not changed while tests run.
    unsafe getenv(name).flatMap { UInt64(unsafe String(cString: $0)) }
  }
}
