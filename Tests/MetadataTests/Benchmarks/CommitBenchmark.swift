import Glibc
import Metadata
import Ring
import Testing

/// Run by hand: `WEIR_BENCHMARK=1 swift test -c release -Xswiftc -enable-testing --no-parallel --filter
/// MetadataTests.CommitBenchmark`.
@Suite(.serialized, .enabled(if: unsafe getenv("WEIR_BENCHMARK") != nil))
struct CommitBenchmark {
  /// Writers wait for their update before they send the next, as connections do.
  @Test(arguments: [(64, 300, 1, false), (64, 4096, 1, false), (64, 300, 3, true), (1, 300, 1, false)])
  func updates(_ writers: Int, _ size: Int, _ keys: Int, _ reads: Bool) async throws {
    let directory = TemporaryDirectory()
    let rings = try RingGroup(count: 1, backend: .auto)
    let store = try openRocks(directory)
    let rounds = writers == 1 ? 3000 : 200_000 / writers / keys
    let value = (0..<size).map { _ in UInt8.random(in: 0...255) }
    let started = ContinuousClock.now
    await rings.rings[0].run {
      await withTaskGroup(of: Void.self) { tasks in
        for writer in 0..<writers {
          tasks.addTask {
            var seed = UInt64(writer) &* 0x9E37_79B9_7F4A_7C15 &+ 1
            for _ in 0..<rounds {
              seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
              let names = (0..<keys).map { Self.name(seed &+ UInt64($0)) }
              if reads { _ = try? await store.get(names[0]) }
              try? await store.update(.key(bucket: 1, key: names[0])) { txn throws(MetadataError) in
                if reads { _ = try txn.get(names[0]) }
                for name in names { txn.put(name, value) }
              }
            }
          }
        }
      }
    }
    let elapsed = ContinuousClock.now - started
    report("\(writers) writers, \(keys) keys of \(size) B, read \(reads)", store.statistics(), elapsed)
    store.close()
    rings.shutdown()
  }

  static func name(_ number: UInt64) -> [UInt8] {
    [0x20, 0, 0, 0, 0, 0, 0, 0, 1] + Array("photos/2026/01/\(number).jpeg".utf8)
  }

  private func report(_ what: String, _ statistics: MetadataStatistics, _ elapsed: Duration) {
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    let updates = Double(statistics.updates)
    let groups = Double(statistics.groups)
    print(
      """
      \(what):
        \(Int(updates / seconds)) updates/s, \
      committer CPU \((Double(statistics.committerCPUNanoseconds) / updates / 10).rounded() / 100) µs/update, \
      \(Int(groups)) syncs, \((updates / groups * 10).rounded() / 10) updates/group
        group write mean \(Int(Double(statistics.groupWriteLatency.sum) / groups / 1000)) µs, \
      commit mean \(Int(Double(statistics.commitLatency.sum) / updates / 1000)) µs, \
      p99 below \(statistics.commitLatency.percentile(0.99) / 1000) µs
      """)
  }
}
