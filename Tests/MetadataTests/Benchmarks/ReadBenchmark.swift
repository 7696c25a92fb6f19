import Glibc
import Metadata
import Ring
import Testing

/// Run by hand, as `CommitBenchmark`. A million records of 300 bytes, written, listed, and read at random.
@Suite(.serialized, .enabled(if: unsafe getenv("WEIR_BENCHMARK") != nil))
struct ReadBenchmark {
  static let count = 1_000_000

  @Test func aMillionKeys() async throws {
    let directory = TemporaryDirectory()
    let rings = try RingGroup(count: 1, backend: .auto)
    let store = try openRocks(directory)
    let noise = (0..<65536 + 300).map { _ in UInt8.random(in: 0...255) }
    try await timed("writing, 1000 an update", Self.count) {
      for start in stride(from: 0, to: Self.count, by: 1000) {
        try await store.update(.system) { txn throws(MetadataError) in
          for number in start..<start + 1000 {
            txn.put(Self.name(number), Array(noise[((number &* 337) & 0xFFFF)...].prefix(300)))
          }
        }
      }
    }
    report(store.statistics())
    try await scan(store, "scan")
    try await scan(store, "scan again")
    for recent in [10_000, 100_000, Self.count] {
      for round in 1...2 { await gets(store, rings.rings[0], among: recent, round) }
    }
    await misses(store, rings.rings[0])
    report(store.statistics())
    store.close()
    rings.shutdown()
  }

  private func scan(_ store: RocksMetadata, _ what: String) async throws {
    try await timed(what, Self.count) {
      let (count, bytes) = try await store.read { reader throws(MetadataError) in
        let cursor = reader.cursor(lower: [0x20], upper: [0x21])
        var (count, bytes) = (0, 0)
        try cursor.seek([0x20])
        while cursor.isValid {
          // SAFETY: only the counts are kept.
          bytes += unsafe cursor.key.count + cursor.value.count
          count += 1
          try cursor.next()
        }
        return (count, bytes)
      }
      #expect(count == Self.count && bytes > 300 * count)
    }
  }

  /// Random reads among the keys written last.
  private func gets(_ store: RocksMetadata, _ ring: Ring, among recent: Int, _ round: Int) async {
    let before = store.statistics()
    let total = 100_000
    let nanoseconds = await ring.run {
      let started = ContinuousClock.now
      for _ in 0..<total {
        let number = Int.random(in: Self.count - recent..<Self.count)
        let value = try? await store.get(Self.name(number))
        #expect(value?.count == 300)
      }
      return (ContinuousClock.now - started) / total
    }
    let after = store.statistics()
    print(
      "  get among the last \(recent), round \(round): \(nanoseconds), \(after.memoryMisses - before.memoryMisses) of \(total) hopped"
    )
  }

  private func misses(_ store: RocksMetadata, _ ring: Ring) async {
    let before = store.statistics()
    let total = 100_000
    let nanoseconds = await ring.run {
      let started = ContinuousClock.now
      for number in 0..<total { _ = try? await store.get(Self.name(number) + [1]) }
      return (ContinuousClock.now - started) / total
    }
    let after = store.statistics()
    print(
      "  get of absent keys: \(nanoseconds), \(after.memoryMisses - before.memoryMisses) of \(total) hopped")
  }

  private func timed(_ what: String, _ count: Int, _ body: () async throws -> Void) async throws {
    let started = ContinuousClock.now
    try await body()
    let elapsed = ContinuousClock.now - started
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    print("  \(what): \(Int(Double(count) / seconds)) keys/s")
  }

  private func report(_ statistics: MetadataStatistics) {
    print(
      """
        memtables \(statistics.memtableBytes >> 20) MiB, cache \(statistics.blockCacheBytes >> 20) MiB, \
      readers \(statistics.tableReadersBytes >> 10) KiB, tables \(statistics.tableFileBytes >> 20) MiB, \
      pending \(statistics.pendingCompactionBytes >> 20) MiB, L0 \(statistics.levelZeroFiles), \
      committer \(statistics.committerCPUNanoseconds / UInt64(Self.count)) ns/key, RSS \(Self.residentMiB()) MiB
      """)
  }

  static func name(_ number: Int) -> [UInt8] {
    let digits = String(number)
    return [0x20, 0, 0, 0, 0, 0, 0, 0, 1]
      + Array("photos/2026/01/\(String(repeating: "0", count: 8 - digits.count))\(digits).jpeg".utf8)
  }

  private static func residentMiB() -> Int {
    guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    // SAFETY: the buffer has the size given.
    guard unsafe fgets(&line, 128, file) != nil else { return 0 }
    let words = String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
    return (words.count > 1 ? Int(words[1]) ?? 0 : 0) / 256
  }
}
