import Metadata
import Testing

@Suite struct CursorTests {
  @Test(arguments: StoreKind.allCases)
  func boundsAndSeeks(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      try await store.update(.system) { txn throws(MetadataError) in
        for byte in stride(from: UInt8(10), through: 250, by: 10) { txn.put([1, byte], [byte]) }
      }
      let seen = try await store.read { reader throws(MetadataError) in
        let cursor = reader.cursor(lower: [1, 45], upper: [1, 100])
        #expect(!cursor.isValid)
        func stand() -> UInt8? {
          guard cursor.isValid else { return nil }
          // SAFETY: copied before the cursor moves.
          let (key, value) = unsafe ([UInt8](cursor.key), [UInt8](cursor.value))
          return key == [1] + value ? value[0] : nil
        }
        var seen: [UInt8?] = []
        for target: [UInt8] in [[], [1, 45], [1, 70], [1, 71], [1, 91], [1, 100], [2]] {
          try cursor.seek(target)
          seen.append(stand())
        }
        try cursor.seek([1, 80])
        try cursor.next()
        seen.append(stand())
        try cursor.next()
        seen.append(stand())
        return seen
      }
      #expect(seen == [50, 50, 70, 80, nil, nil, nil, 90, nil])
      #expect(try await store.entries([1, 200], [1, 200]).isEmpty)
      #expect(try await store.entries([1, 240], nil).count == 2)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func aSnapshotStandsStill(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      // Every update moves all rows to its number; a reader must never see two numbers.
      let rows = 200
      @Sendable func write(_ number: UInt8) async throws {
        try await store.update(.bucket(1)) { txn throws(MetadataError) in
          for row in 0..<rows { txn.put([1, UInt8(row)], [number]) }
        }
      }
      try await write(0)
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
          for number in 1..<100 { try await write(UInt8(number)) }
        }
        for _ in 0..<4 {
          tasks.addTask {
            for _ in 0..<40 {
              let entries = try await store.entries()
              #expect(entries.count == rows)
              #expect(Set(entries.map(\.value)).count == 1)
            }
          }
        }
        try await tasks.waitForAll()
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func readersSeeTheirSnapshotOnly(_ kind: StoreKind) async throws {
    try await withStore(kind) { store in
      try await store.put(key("a"), [1])
      let (value, missing) = try await store.read { reader throws(MetadataError) in
        (try reader.get(key("a")), try reader.get(key("b")))
      }
      #expect(value == [1] && missing == nil)
      await #expect(throws: TestFailure.refused(3)) {
        try await store.read { _ throws(TestFailure) in throw TestFailure.refused(3) }
      }
    }
  }
}
