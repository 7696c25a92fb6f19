import Foundation
import FuzzTargets
import Testing

/// Every fuzz target over its corpus, and over inputs made of it: without libFuzzer, so that each `make test` does
/// it. A failure prints the input; a trap ends the process, and the seed and the round printed before it repeat it.
@Suite(.serialized) struct CorpusTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fuzz/Corpus")

  private static func setting(_ name: String, default value: UInt64) -> UInt64 {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } ?? value
  }

  /// The inputs of a target, by file name.
  private static func corpus(_ target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
    let own = folder.appendingPathComponent(target.name)
    return try FileManager.default.contentsOfDirectory(atPath: own.path).sorted().map {
      ($0, Array(try Data(contentsOf: own.appendingPathComponent($0))))
    }
  }

  @Test(arguments: FuzzTarget.all.map(\.name))
  func corpus(_ name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    let corpus = try Self.corpus(target)
    #expect((3...64).contains(corpus.count), "a corpus is small and not empty")
    for (name, bytes) in corpus {
      do { try target.run(bytes) } catch { Issue.record("\(target.name)/\(name): \(error)") }
    }
  }

  @Test(arguments: FuzzTarget.all.map(\.name))
  func mutations(_ name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    let seed = Self.setting("WEIR_FUZZ_SEED", default: 20_261_121)
    let rounds = Self.setting("WEIR_FUZZ_ROUNDS", default: 4_000)
    print("fuzz target \(name): WEIR_FUZZ_SEED=\(seed) WEIR_FUZZ_ROUNDS=\(rounds)")
    var mutator = Mutator(try Self.corpus(target).map(\.bytes), seed: seed)
    for round in 0..<rounds {
      let input = mutator.next()
      do {
        try target.run(input)
      } catch {
        Issue.record("\(name), round \(round): \(error); input \(Data(input).base64EncodedString())")
        return
      }
    }
  }

  /// An operation that is built must not be forgotten here.
  @Test func everyOperationIsDecoded() { #expect(FuzzTarget.operationsLeftOut.isEmpty) }

  /// Else the mutations would only ever reach refusals.
  @Test func seedsOfOSSAreSignedRight() throws {
    let target = try #require(FuzzTarget.named("request"))
    let seeds = try Self.corpus(target).filter { $0.name.hasPrefix("oss-") }
    #expect(seeds.count >= 7)
    for seed in seeds { #expect(FuzzTarget.isSignedForOSS(seed.bytes), "\(seed.name)") }
  }

  @Test func everyCorpusHasATarget() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
    #expect(folders == FuzzTarget.all.map(\.name).sorted())
  }
}
