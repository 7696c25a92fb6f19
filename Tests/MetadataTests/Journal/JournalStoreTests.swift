import Glibc
import Testing

@testable import Metadata

/// A store with a journal, as it starts, fails and closes.
@Suite struct JournalStoreTests {
  @Test func aStoreClosedInGoodOrderNeedsNoBase() async throws {
    let files = try ProtectedStore()
    for round in 0..<3 {
      let store = try files.open()
      try await store.put(key("r\(round)"), [1])
      store.close()
    }
    #expect(files.files(files.base).isEmpty)
    #expect(files.notices.isEmpty, "\(files.notices)")
  }

  @Test func writesBesideTheJournalAreAHole() async throws {
    let files = try ProtectedStore()
    var store = try files.open()
    try await store.put(key("a"), [1])
    store.close()
    // As a crash between commit and journal leaves it.
    let database = try RocksDatabase(path: files.metadata, options: MetadataOptions())
    let batch = RocksBatch()
    batch.put(key("b"), [2])
    try database.write(batch)
    database.shutDown()
    store = try files.open()
    #expect(
      files.notices.contains { $0.text.contains("the last 1 writes of metadata are not in its journal") })
    await store.journaled()
    #expect(files.files(files.base + "/meta") == ["1"])
    try await store.put(key("c"), [3])
    store.close()
    files.loseMetadata()
    let report = try files.rebuild()
    #expect(report.isComplete && report.base?.id == 1)
    store = try files.open()
    #expect(try await store.entries().map(\.value) == [[1], [2], [3]])
    store.close()
  }

  @Test func metadataOlderThanItsJournalIsRefused() async throws {
    let files = try ProtectedStore()
    let old = try ProtectedStore()
    var store = try files.open()
    try await store.put(key("a"), [1])
    store.close()
    try copy(files.metadata, to: old.metadata)
    store = try files.open()
    try await store.put(key("b"), [2])
    store.close()
    files.loseMetadata()
    try copy(old.metadata, to: files.metadata)
    do throws(MetadataError) {
      store = try files.open()
      Issue.record("metadata older than its journal was opened")
    } catch {
      #expect(error.code == .stale && error.message.contains("weir metadata rebuild"))
    }
    // Unless somebody says so: then it goes on as another history, with a base of its own.
    store = try files.open(acceptsOlder: true)
    try await store.put(key("c"), [3])
    await store.journaled()
    let before = try await store.entries()
    store.close()
    files.loseMetadata()
    #expect(try files.rebuild().isComplete)
    store = try files.open()
    #expect(try await store.entries() == before)
    store.close()
  }

  @Test func anEmptyStoreBesideAnothersJournalIsRefused() async throws {
    let files = try ProtectedStore()
    let store = try files.open()
    try await store.put(key("a"), [1])
    store.close()
    files.loseMetadata()
    do throws(MetadataError) {
      _ = try files.open()
      Issue.record("an empty store was opened in the place of one that was lost")
    } catch {
      #expect(error.code == .stale)
    }
    files.loseMetadata()
    #expect(try files.rebuild().isComplete)
    let again = try files.open()
    #expect(try await again.entries().count == 1)
    again.close()
  }

  @Test func aFailingJournalStopsNobodyAndIsHealed() async throws {
    let files = try ProtectedStore()
    let store = try files.open { $0.fileBytes = 3_000 }
    for index in 0..<20 { try await store.put(key("a\(index)"), [UInt8](repeating: 1, count: 500)) }
    await store.journaled()
    // The directory becomes something else: no further file can be begun.
    #expect(unsafe rename(files.journal, files.path + "/aside") == 0)
    try PlainFile.replace(files.journal, with: [])
    for index in 0..<60 { try await store.put(key("b\(index)"), [UInt8](repeating: 2, count: 500)) }
    #expect(eventually { store.statistics().protection?.isJournalFailing == true })
    await store.journaled()
    #expect(files.problems.filter { $0.contains("cannot be written") }.count == 1)
    #expect(!store.statistics().isStopped)
    // It is there again, and the journal goes on behind a hole that a base heals.
    try PlainFile.remove(files.journal)
    #expect(unsafe rename(files.path + "/aside", files.journal) == 0)
    #expect(eventually { store.statistics().protection?.isCovered == true })
    try await store.put(key("c"), [3])
    await store.journaled()
    let statistics = try #require(store.statistics().protection)
    #expect(statistics.journalGaps >= 1 && statistics.journalBehind == 0 && !statistics.isJournalFailing)
    let before = try await store.entries()
    store.close()
    files.loseMetadata()
    #expect(try files.rebuild().isComplete)
    let again = try files.open()
    #expect(try await again.entries() == before)
    again.close()
  }

  @Test func aQueueThatOverflowsLeavesAHole() async throws {
    let files = try ProtectedStore()
    let store = try files.open {
      $0.queueBytes = 1
      $0.gatherNanoseconds = 200_000_000
    }
    for index in 0..<50 { try await store.put(key("a\(index)"), [1]) }
    #expect(eventually { store.statistics().protection?.journalDropped ?? 0 > 0 })
    for index in 0..<3 {
      usleep(250_000)
      try await store.put(key("b\(index)"), [1])
    }
    await store.journaled()
    #expect(eventually { store.statistics().protection?.isCovered == true })
    let before = try await store.entries()
    store.close()
    files.loseMetadata()
    let report = try files.rebuild()
    #expect(report.base != nil)
    let again = try files.open()
    #expect(try await again.entries().count == before.count)
    again.close()
  }

  @Test func manyGroupsAtOnceAreAllJournaled() async throws {
    let files = try ProtectedStore()
    let store = try files.open()
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<20 {
        group.addTask {
          for index in 0..<50 {
            try? await store.put(key("\(task)/\(index)"), [UInt8](repeating: 3, count: index * 10))
          }
        }
      }
    }
    await store.journaled()
    let statistics = try #require(store.statistics().protection)
    #expect(statistics.journalBehind == 0 && statistics.journalRecords > 0 && statistics.journalGaps == 0)
    store.close()
    files.loseMetadata()
    #expect(try files.rebuild().isComplete)
    let again = try files.open()
    #expect(try await again.entries().count == 1000)
    again.close()
  }

  @Test func theBarrierOfAStoreWithoutAJournalIsOpen() async throws {
    let directory = TemporaryDirectory()
    let store = try openRocks(directory)
    try await store.put(key("a"), [1])
    await store.journaled()
    store.close()
    await store.journaled()
  }

  private func copy(_ source: String, to target: String) throws {
    try PlainFile.makeDirectory(target)
    for name in try PlainFile.names(source) where name != "LOCK" {
      try PlainFile.replace(target + "/" + name, with: PlainFile.read(source + "/" + name).bytes)
    }
  }
}
