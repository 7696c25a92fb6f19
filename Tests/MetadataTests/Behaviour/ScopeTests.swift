import Metadata
import Testing

/// Scans inside closures, and what scopes allow.
@Suite struct ScopeTests {
  @Test(arguments: StoreKind.allCases)
  func scansSeeEverythingBeforeThem(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      // Writers and scanners mixed: a scanner sees a prefix of the numbers without a hole, or a later one.
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        for _ in 0..<200 {
          tasks.addTask {
            try await store.update(anyKeyScope) { txn throws(MetadataError) in
              let count = try txn.get(key("count")).flatMap(CounterValue.decode) ?? 0
              txn.put(key("row/") + CounterValue.encode(count), [])
              txn.put(key("count"), CounterValue.encode(count + 1))
            }
          }
          tasks.addTask {
            try await store.update(.bucket(1)) { txn throws(MetadataError) in
              let rows = try txn.scan(prefix: key("row/"), limit: 1000)
              let count = try txn.get(key("count")).flatMap(CounterValue.decode) ?? 0
              #expect(Int64(rows.count) == count)
              #expect(try txn.anyKey(withPrefix: key("row/")) == (count > 0))
              #expect(try !txn.anyKey(withPrefix: key("row0")))
            }
          }
        }
        try await tasks.waitForAll()
      }
      #expect(try await store.entries().count == 201)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func scansSeeTheirOwnWrites(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      for name in ["p/b", "p/d", "p/f", "q/a"] { try await store.put(key(name), bytes("old")) }
      let (found, first) = try await store.update(.bucket(1)) { txn throws(MetadataError) in
        txn.put(key("p/a"), bytes("new"))
        txn.put(key("p/d"), bytes("changed"))
        txn.delete(key("p/f"))
        txn.delete(key("p/nothing"))
        txn.put(key("p/g"), bytes("new"))
        txn.put(key("o/z"), bytes("outside"))
        txn.addCounter(key("p/c"), 5)
        return (try txn.scan(prefix: key("p/"), limit: 100), try txn.scan(prefix: key("p/"), limit: 2))
      }
      #expect(found.map(\.key) == ["p/a", "p/b", "p/c", "p/d", "p/g"].map(key))
      #expect(found.map(\.value)[2] == CounterValue.encode(5))
      #expect(found.map(\.value)[3] == bytes("changed"))
      #expect(first == Array(found.prefix(2)))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aPrefixOfHighBytesHasNoUpperBound(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      let prefix: [UInt8] = [0xFF, 0xFF]
      try await store.put([0xFF, 0xFE], [1])
      try await store.put([0xFF, 0xFF], [2])
      try await store.put([0xFF, 0xFF, 0], [3])
      let found = try await store.update(.system) { txn throws(MetadataError) in
        try txn.scan(prefix: prefix, limit: 10)
      }
      #expect(found.map(\.value) == [[2], [3]])
    }
  }

  @Test func prefixBounds() {
    #expect(upperBound(ofPrefix: [1, 2]) == [1, 3])
    #expect(upperBound(ofPrefix: [1, 0xFF]) == [2])
    #expect(upperBound(ofPrefix: [0xFF]) == nil)
    #expect(upperBound(ofPrefix: []) == nil)
  }

  @Test func aKeyClosureMustNotScan() async {
    await #expect(processExitsWith: .failure) {
      let store = MemoryMetadata()
      try await store.update(.key(bucket: 1, key: [1])) { txn throws(MetadataError) in
        _ = try txn.scan(prefix: [1], limit: 1)
      }
    }
  }

  @Test func tableZeroBelongsToTheStore() async {
    await #expect(processExitsWith: .failure) {
      let store = MemoryMetadata()
      try await store.update(.system) { txn throws(MetadataError) in txn.put([0, 1], []) }
    }
  }

  @Test func aTransactionEndsWithItsClosure() async {
    await #expect(processExitsWith: .failure) {
      final class Thief: @unchecked Sendable { var transaction: Transaction? }
      let thief = Thief()
      let store = MemoryMetadata()
      try await store.update(.system) { txn throws(MetadataError) in thief.transaction = txn }
      thief.transaction?.put([1], [])
    }
  }
}
