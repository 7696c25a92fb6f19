import Metadata
import Testing

/// What scans step over is cleared away behind them, and a scan then costs what its keys cost.
@Suite struct HiddenEntryTests {
  static let lower = key("k")
  static let upper = key("l")

  static func write(_ store: RocksMetadata, _ rounds: Range<UInt8>, keys: Int) async throws {
    for round in rounds {
      try await store.update(.system) { txn throws(MetadataError) in
        for index in 0..<keys { txn.put(key("k\(10_000 + index)"), [round]) }
      }
    }
  }

  /// Entries that one scan steps over, and the values it finds.
  static func scan(_ store: RocksMetadata) async throws -> (hidden: UInt64, values: Set<[UInt8]>, count: Int)
  {
    let before = store.statistics().scans.hiddenEntries
    let entries = try await store.entries(lower, upper)
    return (store.statistics().scans.hiddenEntries - before, Set(entries.map(\.value)), entries.count)
  }

  /// Scans until something holds, at most 2,000 times.
  static func scan(_ store: RocksMetadata, until isDone: (ScanStatistics) -> Bool) async throws -> Bool {
    for _ in 0..<2000 {
      _ = try await scan(store)
      if isDone(store.statistics().scans) { return true }
    }
    return false
  }

  @Test func whatWasWrittenOnceIsNotCounted() async throws {
    let directory = TemporaryDirectory()
    let store = try openRocks(directory)
    try await Self.write(store, 0..<1, keys: 1000)
    for _ in 0..<50 { #expect(try await Self.scan(store).hidden == 0) }
    store.close()
    let again = try openRocks(directory)
    for _ in 0..<50 { #expect(try await Self.scan(again).hidden == 0) }
    #expect(again.statistics().scans.flushes == 0)
    again.close()
  }

  @Test func overwrittenEntriesOfAMemtableAreFlushed() async throws {
    let directory = TemporaryDirectory()
    let store = try openRocks(directory)
    try await Self.write(store, 0..<7, keys: 500)
    let first = try await Self.scan(store)
    #expect(first.hidden == 6 * 500 && first.values == [[6]] && first.count == 500)
    #expect(try await Self.scan(store) { $0.flushes == 1 })
    let after = try await Self.scan(store)
    #expect(after.hidden == 0 && after.values == [[6]] && after.count == 500)
    #expect(store.statistics().levelZeroFiles == 1)
    store.close()
  }

  @Test func deletedEntriesAreMergedAway() async throws {
    let directory = TemporaryDirectory()
    var store = try openRocks(directory)
    try await Self.write(store, 0..<1, keys: 1000)
    // Closing writes a table.
    store.close()
    store = try openRocks(directory)
    try await store.update(.system) { txn throws(MetadataError) in
      for index in 0..<999 { txn.delete(key("k\(10_000 + index)")) }
    }
    store.close()
    store = try openRocks(directory)
    let first = try await Self.scan(store)
    #expect(first.hidden == 2 * 999 && first.count == 1)
    #expect(try await Self.scan(store) { $0.compactions == 1 })
    let after = try await Self.scan(store)
    #expect(after.hidden == 0 && after.count == 1)
    #expect(store.statistics().scans.flushes == 0)
    store.close()
  }

  @Test func overwrittenEntriesOfTablesAreMergedAway() async throws {
    let directory = TemporaryDirectory()
    for round in 0..<UInt8(2) {
      let store = try openRocks(directory)
      try await Self.write(store, round..<round + 1, keys: 2000)
      store.close()
    }
    let store = try openRocks(directory)
    let first = try await Self.scan(store)
    #expect(first.hidden == 2000 && first.values == [[1]])
    #expect(try await Self.scan(store) { $0.compactions == 1 })
    let after = try await Self.scan(store)
    #expect(after.hidden == 0 && after.values == [[1]] && after.count == 2000)
    store.close()
  }

  @Test func readersCannotHaveSmallMemtablesFlushed() async throws {
    let directory = TemporaryDirectory()
    let store = try openRocks(directory)
    try await Self.write(store, 0..<8, keys: 120)
    // Ten times the least price.
    for _ in 0..<200 { #expect(try await Self.scan(store).hidden == 7 * 120) }
    let figures = store.statistics().scans
    #expect(figures.flushes == 0 && figures.compactions == 0)
    store.close()
  }

  /// The store is closed while a flush or a compaction that scans asked for may be at any point.
  @Test(arguments: 0..<12) func closesWhileItClearsAway(_ turn: Int) async throws {
    let directory = TemporaryDirectory()
    var store = try openRocks(directory)
    try await Self.write(store, 0..<2, keys: 3000)
    if turn % 2 == 1 {
      store.close()
      store = try openRocks(directory)
      try await Self.write(store, 2..<3, keys: 3000)
      store.close()
      store = try openRocks(directory)
    }
    let expected: Set<[UInt8]> = turn % 2 == 1 ? [[2]] : [[1]]
    // The sixth scan is the one that pays for it.
    for _ in 0..<5 + turn / 2 { #expect(try await Self.scan(store).values == expected) }
    store.close()
    let again = try openRocks(directory)
    let found = try await Self.scan(again)
    #expect(found.values == expected && found.count == 3000)
    again.close()
  }
}
