import Glibc
import Metadata
import Ring
import Testing

/// The store as the server uses it: from ring threads.
@Suite(.serialized) struct RingTests {
  static let value = [UInt8](repeating: 7, count: 3000)

  /// A store whose records lie in tables of which nothing is in memory yet.
  private func cold(_ rings: RingGroup, _ directory: TemporaryDirectory) async throws -> RocksMetadata {
    var store = try openRocks(directory, blocking: rings.blocking)
    try await store.update(.system) { txn throws(MetadataError) in
      for index in 0..<500 { txn.put(key("\(1000 + index)"), Self.value) }
    }
    // The first opening turns the log into a table (and keeps its blocks), the second starts with none.
    for _ in 0..<2 {
      store.close()
      store = try openRocks(directory, blocking: rings.blocking)
    }
    return store
  }

  @Test(arguments: [IOBackend.auto, .poll])
  func pointReadsAskMemoryFirst(_ backend: IOBackend) async throws {
    let rings = try RingGroup(count: 2, backend: backend)
    let directory = TemporaryDirectory()
    let store = try await cold(rings, directory)
    for ring in rings.rings {
      let stayed = await ring.run {
        for index in 0..<500 {
          let value = try? await store.get(key("\(1000 + index)"))
          guard value == Self.value, ring.isCurrent else { return false }
        }
        let many = try? await store.getMany([key("1001"), key("none"), key("1400")])
        return many == [Self.value, nil, Self.value] && ring.isCurrent
      }
      #expect(stayed)
    }
    let statistics = store.statistics()
    // The first ring finds blocks cold, the second finds what the first has read.
    #expect(statistics.memoryMisses > 0)
    #expect(statistics.memoryHits >= 503)
    #expect(statistics.memoryHits + statistics.memoryMisses == 1006)
    #expect(statistics.blockCacheBytes > 500 * 3000)
    store.close()
    rings.shutdown()
  }

  @Test func getManyHopsOnce() async throws {
    let rings = try RingGroup(count: 1, backend: .auto)
    let directory = TemporaryDirectory()
    let store = try await cold(rings, directory)
    let before = rings.blocking.started
    let found = await rings.rings[0].run {
      let values = try? await store.getMany((0..<500).map { key("\(1000 + $0)") })
      return values?.filter { $0 == Self.value }.count
    }
    #expect(found == 500)
    #expect(rings.blocking.started == before + 1)
    store.close()
    rings.shutdown()
  }

  @Test func theCommitterPutsColdClosuresBack() async throws {
    let rings = try RingGroup(count: 1, backend: .auto)
    let directory = TemporaryDirectory()
    let store = try await cold(rings, directory)
    let runs = Tally()
    let length = try await store.update(anyKeyScope) { txn throws(MetadataError) in
      runs.add()
      // A closure that swallows the failure is run again all the same.
      let first = (try? txn.get(key("1000")))?.count ?? -1
      let last = try txn.get(key("1499"))?.count ?? -1
      txn.put(key("new"), [])
      txn.addCounter(key("runs"), 1)
      return first + last
    }
    #expect(length == 6000)
    #expect(runs.count > 1)
    #expect(try await store.get(key("runs")) == CounterValue.encode(1))
    let statistics = store.statistics()
    #expect(statistics.coldReruns == UInt64(runs.count - 1))
    #expect(statistics.updates == 1)
    store.close()
    rings.shutdown()
  }

  @Test func updatesResumeOnTheirRing() async throws {
    let rings = try RingGroup(count: 2, backend: .auto)
    let directory = TemporaryDirectory()
    let store = try openRocks(directory, blocking: rings.blocking)
    let strays = Tally()
    await withTaskGroup(of: Void.self) { tasks in
      for index in 0..<200 {
        tasks.addTask {
          let ring = rings.rings[index % 2]
          await ring.run {
            for _ in 0..<5 {
              try? await store.update(anyKeyScope) { txn throws(MetadataError) in
                let before = try txn.get(key("n")).flatMap(CounterValue.decode) ?? 0
                txn.put(key("n"), CounterValue.encode(before + 1))
                txn.addCounter(key("c"), 1)
              }
              if !ring.isCurrent { strays.add() }
            }
          }
        }
      }
    }
    #expect(strays.count == 0)
    #expect(try await store.get(key("n")) == CounterValue.encode(1000))
    #expect(try await store.get(key("c")) == CounterValue.encode(1000))
    let statistics = store.statistics()
    #expect(statistics.updates == 1000 && statistics.groups < 1000)
    #expect(statistics.updatesPerGroup.sum == 1000)
    store.close()
    rings.shutdown()
  }

  @Test func closingWhileUpdatesWait() async throws {
    let rings = try RingGroup(count: 1, backend: .auto)
    let directory = TemporaryDirectory()
    let store = try openRocks(directory, blocking: rings.blocking)
    let committed = Tally()
    let done = await withTaskGroup(of: [String].self) { tasks in
      for task in 0..<50 {
        tasks.addTask {
          await rings.rings[0].run {
            await Self.putUntilClosed(store, task, committed)
          }
        }
      }
      tasks.addTask {
        while committed.count < 500 { await Task.yield() }
        store.close()
        return []
      }
      return await tasks.reduce(into: []) { $0 += $1 }
    }
    #expect(done.count >= 500)
    let again = try openRocks(directory, blocking: rings.blocking)
    let values = try await again.getMany(done.map(key))
    #expect(values.allSatisfy { $0 == [1] })
    again.close()
    rings.shutdown()
  }

  /// The names that were acknowledged before the store closed.
  private static func putUntilClosed(
    _ store: RocksMetadata, _ task: Int, _ committed: Tally
  ) async -> [String] {
    var names: [String] = []
    while true {
      let name = "\(task)/\(names.count)"
      do throws(MetadataError) {
        try await store.put(key(name), [1])
      } catch {
        #expect(error.code == .closed)
        return names
      }
      names.append(name)
      committed.add()
    }
  }

  @Test func readersKeepTheStoreOpenUntilTheyAreDone() async throws {
    let rings = try RingGroup(count: 1, backend: .auto)
    let directory = TemporaryDirectory()
    let store = try openRocks(directory, blocking: rings.blocking)
    for index in 0..<100 { try await store.put(key("\(index)"), [1]) }
    let isReading = Tally()
    async let count = store.read { reader throws(MetadataError) in
      isReading.add()
      usleep(50_000)
      let cursor = reader.cursor(lower: [1], upper: nil)
      var count = 0
      try cursor.seek([1])
      while cursor.isValid {
        count += 1
        try cursor.next()
      }
      return count
    }
    while isReading.count == 0 { await Task.yield() }
    store.close()
    #expect(try await count == 100)
    let again = try openRocks(directory, blocking: rings.blocking)
    again.close()
    rings.shutdown()
  }
}
