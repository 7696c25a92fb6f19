import Metadata
import Testing

@Suite struct ClockTests {
  @Test(arguments: StoreKind.allCases)
  func timestampsOnlyGrow(_ kind: StoreKind) async throws {
    let clock = ManualClock(1_000_000)
    try await withStore(kind, clock: clock) { store in
      var last = CommitTimestamp(rawValue: 0)
      let steps = [(1_000_000, 1_000_000), (2_000_000, 2_000_000), (5, 2_000_000), (3_000_000, 3_000_000)]
      for (wall, expected) in steps {
        clock.milliseconds = Int64(wall)
        for _ in 0..<3 {
          let stamp = try await store.update(anyKeyScope) { txn throws(MetadataError) in
            txn.put(key("k"), [1])
            return txn.timestamp
          }
          #expect(stamp > last)
          #expect(stamp.milliseconds == Int64(expected))
          last = stamp
        }
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func concurrentUpdatesHaveTheirOwn(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      let stamps = try await withThrowingTaskGroup(of: CommitTimestamp.self) { tasks in
        for index in 0..<300 {
          tasks.addTask {
            try await store.update(anyKeyScope) { txn throws(MetadataError) in
              if index % 2 == 0 { txn.put(key("\(index)"), []) }
              return txn.timestamp
            }
          }
        }
        return try await tasks.reduce(into: Set<CommitTimestamp>()) { $0.insert($1) }
      }
      #expect(stamps.count == 300)
    }
  }

  @Test func conversions() {
    let stamp = CommitTimestamp(milliseconds: 1_700_000_000_123)
    #expect(stamp.milliseconds == 1_700_000_000_123)
    #expect(CommitTimestamp(milliseconds: -5).rawValue == 0)
    #expect(CommitTimestamp(milliseconds: .max).milliseconds == 0xFFFF_FFFF_FFFF)
    #expect(CommitTimestamp(rawValue: stamp.rawValue + 0xFFFF).milliseconds == stamp.milliseconds)
    #expect(CommitTimestamp(rawValue: .max).milliseconds == 0xFFFF_FFFF_FFFF)
  }
}
