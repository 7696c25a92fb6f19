import Testing

@testable import Metadata

/// What a store at rest gives back of its memory.
@Suite struct MemoryReleaseTests {
  @Test func largeMemtablesAreWrittenOutAndSmallOnesStay() async throws {
    let directory = TemporaryDirectory()
    let store = try openRocks(directory)
    defer { store.close() }
    try await store.put(key("small"), [1])
    await store.releaseMemory()
    #expect(store.statistics().levelZeroFiles == 0)
    for index in 0..<9 {
      try await store.put(key("large\(index)"), [UInt8](repeating: UInt8(index), count: 1 << 20))
    }
    #expect(store.statistics().memtableBytes > 8 << 20)
    await store.releaseMemory()
    #expect(store.statistics().memtableBytes < 8 << 20)
    #expect(try await store.entries().count == 10)
  }

  /// What is written out takes room before anything makes some.
  @Test func memtablesStayWhereTheDiskIsNearlyFull() async throws {
    let directory = TemporaryDirectory()
    let store = try openRocks(directory) { options in
      options.freeBytesReserve = .max / 2
      options.freeBytesForDeletes = 0
    }
    defer { store.close() }
    for index in 0..<9 {
      try await store.update(anyKeyScope, for: .free) { (transaction) throws(MetadataError) in
        transaction.put(key("large\(index)"), [UInt8](repeating: UInt8(index), count: 1 << 20))
      }
    }
    #expect(store.refusal(for: .keep)?.code == .full)
    await store.releaseMemory()
    #expect(store.statistics().memtableBytes > 8 << 20)
    #expect(store.statistics().levelZeroFiles == 0)
  }
}
