import Glibc
import Metadata
import Ring
import Testing

/// What survives closing, crashing and damage.
@Suite struct DurabilityTests {
  @Test func everythingIsThereAfterReopening() async throws {
    let directory = TemporaryDirectory()
    var store = try openRocks(directory)
    for round in 0..<3 {
      for index in 0..<50 {
        try await store.update(anyKeyScope) { txn throws(MetadataError) in
          txn.put(key("\(round)/\(index)"), [UInt8](repeating: UInt8(index), count: 2000))
          txn.addCounter(key("count"), 1)
          if round > 0 { txn.delete(key("\(round - 1)/\(index)")) }
        }
      }
      store.close()
      store = try openRocks(directory)
      let entries = try await store.entries(key("\(round)/"), key("\(round)0"))
      #expect(entries.count == 50)
      #expect(entries.allSatisfy { $0.value.count == 2000 })
      #expect(try await store.get(key("count")) == CounterValue.encode(Int64(50 * (round + 1))))
      #expect(try await store.entries().count == 51)
    }
    store.close()
  }

  @Test func whatWasAcknowledgedSurvivesACrash() async throws {
    // A copy of the files of an open store is what a crash leaves behind.
    let directory = TemporaryDirectory()
    let crashed = TemporaryDirectory()
    let store = try openRocks(directory)
    for index in 0..<100 { try await store.put(key("\(index)"), [UInt8](repeating: 1, count: 500)) }
    try directory.copyStore(to: crashed)
    store.close()
    let after = try openRocks(crashed)
    #expect(try await after.entries().count == 100)
    after.close()
  }

  @Test func nothingIsLoggedOnceTheStoreIsOpen() async throws {
    // RocksDB aborts when it logs after a failed write of its log; see RocksOptions.
    let directory = TemporaryDirectory()
    let store = try openRocks(directory)
    try await store.put(key("a"), [1])
    store.close()
    let log = String(decoding: try directory.read("LOG"), as: Unicode.UTF8.self)
    #expect(!log.contains("EVENT_LOG_v1"))
    #expect(!log.contains("Shutdown"))
  }

  @Test(arguments: [1, 7, 500, 1000])
  func aTornLogEndsAtTheLastWholeGroup(_ lost: Int) async throws {
    let directory = TemporaryDirectory()
    let crashed = TemporaryDirectory()
    let store = try openRocks(directory)
    for index in 0..<20 {
      try await store.update(.bucket(1)) { txn throws(MetadataError) in
        txn.put(key("a/\(10 + index)"), [UInt8](repeating: 1, count: 200))
        txn.put(key("b/\(10 + index)"), [UInt8](repeating: 1, count: 200))
      }
    }
    try directory.copyStore(to: crashed)
    store.close()
    let log = try #require(crashed.files().last { $0.hasSuffix(".log") })
    try crashed.truncate(log, by: lost)
    let after = try openRocks(crashed)
    let a = try await after.entries(key("a/"), key("a0"))
    let b = try await after.entries(key("b/"), key("b0"))
    // Groups are there wholly or not at all, and those that are, are the first ones.
    #expect(a.count == b.count)
    #expect(a.count < 20 && a.count >= 20 - 1 - lost / 400)
    #expect(a.map(\.key) == (0..<a.count).map { key("a/\(10 + $0)") })
    try await after.put(key("a/new"), [1])
    after.close()
  }

  @Test func timestampsGoOnAfterReopening() async throws {
    let directory = TemporaryDirectory()
    let clock = ManualClock(5_000_000)
    var last = CommitTimestamp(rawValue: 0)
    // The clock jumps forth and far back between and within the lives of the store.
    for wall in [5_000_000, 9_000_000, 1000, 9_000_000, 9_000_100, 2] {
      let store = try openRocks(directory, clock: clock)
      for step in 0..<5 {
        clock.milliseconds = Int64(wall + step * 40)
        let stamp = try await store.update(anyKeyScope) { txn throws(MetadataError) in
          if step % 2 == 0 { txn.put(key("k"), [1]) }
          return txn.timestamp
        }
        #expect(stamp > last)
        last = stamp
      }
      store.close()
    }
    #expect(last.milliseconds < 9_001_000)
  }

  @Test func timestampsGoOnAfterACrash() async throws {
    let directory = TemporaryDirectory()
    let clock = ManualClock(5_000_000)
    let store = try openRocks(directory, clock: clock)
    var last = CommitTimestamp(rawValue: 0)
    for step in 0..<200 {
      clock.milliseconds += 3
      last = try await store.update(anyKeyScope) { txn throws(MetadataError) in
        txn.put(key("k"), [1])
        return txn.timestamp
      }
      guard step % 20 == 0 else { continue }
      let crashed = TemporaryDirectory()
      try directory.copyStore(to: crashed)
      let after = try openRocks(crashed, clock: ManualClock(0))
      let next = try await after.update(anyKeyScope) { txn throws(MetadataError) in txn.timestamp }
      after.close()
      #expect(next > last)
      #expect(next.milliseconds - last.milliseconds <= 129)
    }
    #expect(store.statistics().groups <= 200)
    store.close()
  }
}
