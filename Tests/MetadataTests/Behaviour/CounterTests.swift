import Metadata
import Testing

@Suite struct CounterTests {
  @Test(arguments: StoreKind.allCases)
  func deltasAddUp(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        for index in 0..<300 {
          tasks.addTask {
            try await store.update(anyKeyScope) { txn throws(MetadataError) in
              txn.put(key("object/\(index)"), [1])
              txn.addCounter(key("objects"), 1)
              txn.addCounter(key("bytes"), Int64(index) - 10)
              txn.addCounter(key("bytes"), 10)
            }
          }
        }
        try await tasks.waitForAll()
      }
      #expect(try await store.get(key("objects")) == CounterValue.encode(300))
      #expect(try await store.get(key("bytes")) == CounterValue.encode(299 * 300 / 2))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func closuresSeeCounters(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      let values = try await store.update(anyKeyScope) { txn throws(MetadataError) in
        var values: [[UInt8]?] = [try txn.get(key("c"))]
        txn.addCounter(key("c"), 7)
        values.append(try txn.get(key("c")))
        txn.put(key("c"), CounterValue.encode(100))
        txn.addCounter(key("c"), -1)
        values.append(try txn.get(key("c")))
        txn.delete(key("c"))
        txn.addCounter(key("c"), 2)
        values.append(try txn.get(key("c")))
        return values
      }
      #expect(values == [nil, CounterValue.encode(7), CounterValue.encode(99), CounterValue.encode(2)])
      #expect(try await store.get(key("c")) == CounterValue.encode(2))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func countersAndPutsMixInOneGroup(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      // Whatever the grouping, the outcome is that of the serial history each closure reports.
      let history = try await withThrowingTaskGroup(of: (CommitTimestamp, Int).self) { tasks in
        for index in 0..<200 {
          tasks.addTask {
            try await store.update(anyKeyScope) { txn throws(MetadataError) in
              switch index % 5 {
              case 0: txn.delete(key("c"))
              case 1: txn.put(key("c"), CounterValue.encode(1000))
              default: txn.addCounter(key("c"), Int64(index))
              }
              return (txn.timestamp, index)
            }
          }
        }
        return try await tasks.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }
      }
      var expected: Int64? = nil
      for (_, index) in history {
        switch index % 5 {
        case 0: expected = nil
        case 1: expected = 1000
        default: expected = (expected ?? 0) + Int64(index)
        }
      }
      #expect(try await store.get(key("c")) == expected.map(CounterValue.encode))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aDamagedCounterFailsOnlyThoseThatMoveIt(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      try await store.put(key("bad"), [1, 2, 3])
      await withTaskGroup(of: Void.self) { tasks in
        for index in 0..<50 {
          tasks.addTask {
            do throws(MetadataError) {
              try await store.update(anyKeyScope) { txn throws(MetadataError) in
                txn.put(key("row/\(index)"), [1])
                txn.addCounter(key("good"), 1)
                if index % 2 == 0 { txn.addCounter(key("bad"), 1) }
              }
              #expect(index % 2 == 1)
            } catch {
              #expect(error.code == .corruption)
              #expect(index % 2 == 0)
            }
          }
        }
      }
      #expect(try await store.get(key("good")) == CounterValue.encode(25))
      #expect(try await store.get(key("bad")) == [1, 2, 3])
      #expect(try await store.get(key("row/2")) == nil)
    }
  }

  @Test func theCodec() {
    for value in [Int64.min, -1, 0, 1, 258, Int64.max] {
      #expect(CounterValue.decode(CounterValue.encode(value)) == value)
    }
    #expect(CounterValue.encode(258) == [0, 0, 0, 0, 0, 0, 1, 2])
    #expect(CounterValue.decode([1]) == nil)
    #expect(CounterValue.decode([UInt8](repeating: 0, count: 9)) == nil)
  }
}
