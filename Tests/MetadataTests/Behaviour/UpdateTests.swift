import Metadata
import Testing

/// What every implementation of `MetadataStore` does with updates.
@Suite struct UpdateTests {
  @Test(arguments: StoreKind.allCases)
  func valuesComeBack(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      let binary: [UInt8] = [1, 0, 0xFF, 0x80, 0]
      try await store.put(binary, [0, 1, 2])
      try await store.put(key("empty"), [])
      try await store.put(key("a"), bytes("first"))
      try await store.put(key("a"), bytes("second"))
      #expect(try await store.get(binary) == [0, 1, 2])
      #expect(try await store.get(key("empty")) == [])
      #expect(try await store.get(key("a")) == bytes("second"))
      #expect(try await store.get(key("b")) == nil)
      try await store.update(anyKeyScope) { txn throws(MetadataError) in txn.delete(key("a")) }
      #expect(try await store.get(key("a")) == nil)
      let many = try await store.getMany([key("x"), binary, key("a"), key("empty")])
      #expect(many == [nil, [0, 1, 2], nil, []])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func closuresSeeTheirOwnWrites(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      try await store.put(key("old"), bytes("1"))
      let seen = try await store.update(anyKeyScope) { txn throws(MetadataError) in
        var seen: [[UInt8]?] = [try txn.get(key("old"))]
        txn.delete(key("old"))
        seen.append(try txn.get(key("old")))
        txn.put(key("old"), bytes("2"))
        txn.put(key("new"), bytes("3"))
        seen.append(try txn.get(key("old")))
        seen.append(try txn.get(key("new")))
        txn.delete(key("new"))
        seen.append(try txn.get(key("new")))
        return seen
      }
      #expect(seen == [bytes("1"), nil, bytes("2"), bytes("3"), nil])
      #expect(try await store.entries() == [MetadataEntry(key: key("old"), value: bytes("2"))])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func longClosuresKeepTheirOrder(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      let total = try await store.update(.bucket(1)) { txn throws(MetadataError) in
        for round in 0..<3 {
          for index in 0..<100 { txn.put(key("k\(index)"), [UInt8(round), UInt8(index)]) }
        }
        for index in stride(from: 0, to: 100, by: 2) { txn.delete(key("k\(index)")) }
        for index in stride(from: 0, to: 100, by: 4) { txn.put(key("k\(index)"), [9]) }
        var total = 0
        for index in 0..<100 where try txn.get(key("k\(index)")) != nil { total += 1 }
        return total
      }
      #expect(total == 75)
      let entries = try await store.entries()
      #expect(entries.count == 75)
      #expect(entries.filter { $0.value == [9] }.count == 25)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func updatesAreSerial(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      let seen = try await withThrowingTaskGroup(of: Int64.self) { tasks in
        for _ in 0..<400 {
          tasks.addTask {
            try await store.update(anyKeyScope) { txn throws(MetadataError) in
              let before = try txn.get(key("n")).flatMap(CounterValue.decode) ?? 0
              txn.put(key("n"), CounterValue.encode(before + 1))
              return before
            }
          }
        }
        return try await tasks.reduce(into: Set<Int64>()) { $0.insert($1) }
      }
      // Every update saw the one before it: no value was read twice.
      #expect(seen.count == 400)
      #expect(try await store.get(key("n")) == CounterValue.encode(400))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aThrowingClosureLeavesNoTrace(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      await withTaskGroup(of: Void.self) { tasks in
        for index in 0..<300 {
          tasks.addTask {
            let failure = await Self.writeOrRefuse(store, index)
            #expect(failure == (index % 3 == 0 ? nil : .refused(index)))
          }
        }
      }
      let values = try await store.getMany((0..<300).map { key("\($0)") })
      #expect(values == (0..<300).map { $0 % 3 == 0 ? [1] : nil })
      #expect(try await store.get(key("shared")) == [0])
      #expect(try await store.get(key("count")) == CounterValue.encode(100))
      let statistics = store.statistics()
      #expect(statistics.aborts == 200 && statistics.updates == 100)
    }
  }

  private static func writeOrRefuse(_ store: any MetadataStore, _ index: Int) async -> TestFailure? {
    do throws(TestFailure) {
      try await store.update(anyKeyScope) { txn throws(TestFailure) in
        txn.put(key("\(index)"), [1])
        txn.put(key("shared"), [UInt8(index % 3)])
        txn.addCounter(key("count"), 1)
        if index % 3 != 0 { throw TestFailure.refused(index) }
      }
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aRandomHistoryMatchesTheModel(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      var random = SystemRandomNumberGenerator()
      var model: [[UInt8]: [UInt8]] = [:]
      for _ in 0..<300 {
        var writes: [(key: [UInt8], value: [UInt8]?)] = []
        for _ in 0..<Int.random(in: 0...20, using: &random) {
          let name = key("\(Int.random(in: 0..<60, using: &random))")
          let value = Bool.random(using: &random) ? [UInt8.random(in: 0...255, using: &random)] : nil
          writes.append((name, value))
        }
        let aborts = Int.random(in: 0..<5, using: &random) == 0
        let planned = writes
        do throws(TestFailure) {
          try await store.update(.system) { txn throws(TestFailure) in
            for write in planned {
              if let value = write.value { txn.put(write.key, value) } else { txn.delete(write.key) }
            }
            if aborts { throw TestFailure.refused(0) }
          }
          for write in writes { model[write.key] = write.value }
        } catch {
          #expect(aborts)
        }
      }
      let stored = try await store.entries()
      let expected = model.map { MetadataEntry(key: $0.key, value: $0.value) }
        .sorted { $0.key.lexicographicallyPrecedes($1.key) }
      #expect(stored == expected)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aClosedStoreSaysSo(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      try await store.put(key("a"), [1])
      store.close()
      store.close()
      await #expect(throws: MetadataError.self) { try await store.put(key("a"), [2]) }
      await #expect(throws: MetadataError.self) { try await store.get(key("a")) }
      await #expect(throws: MetadataError.self) { try await store.getMany([key("a")]) }
      await #expect(throws: MetadataError.self) { try await store.entries() }
      _ = store.statistics()
    }
  }
}
