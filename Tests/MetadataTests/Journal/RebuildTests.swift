import Glibc
import Testing

@testable import Metadata

/// The metadata is lost, and made again from journal and bases.
@Suite struct RebuildTests {
  private static func write(_ store: RocksMetadata, _ range: Range<Int>, size: Int = 200) async throws {
    for index in range {
      try await store.update(anyKeyScope) { txn throws(MetadataError) in
        txn.put(key("k\(index % 300)"), [UInt8](repeating: UInt8(index % 251), count: size))
        txn.addCounter(key("count"), 1)
        if index % 5 == 0 { txn.delete(key("k\((index + 7) % 300)")) }
      }
    }
  }

  /// Closes the store, loses it, rebuilds it and compares.
  private static func expectSame(
    _ files: ProtectedStore, _ store: RocksMetadata
  ) async throws -> RebuildReport {
    let before = try await store.entries()
    store.close()
    files.loseMetadata()
    return try await expectRebuilt(files, before)
  }

  private static func expectRebuilt(
    _ files: ProtectedStore, _ before: [MetadataEntry]
  ) async throws -> RebuildReport {
    let planned = try MetadataRebuild(source: files.care, target: files.metadata).examine()
    #expect(files.files(files.metadata).isEmpty, "an examination writes nothing")
    let report = try files.rebuild()
    #expect(report.isComplete && report.problems.isEmpty, "\(report.problems)")
    #expect(planned.sequence == report.sequence)
    let again = try files.open()
    try await expectEntries(again, before)
    again.close()
    return report
  }

  /// Compares entries, and names the first that differs instead of printing all.
  private static func expectEntries(_ store: RocksMetadata, _ before: [MetadataEntry]) async throws {
    let after = try await store.entries()
    #expect(after.count == before.count)
    for (x, y) in zip(before, after) where x != y {
      Issue.record(
        "\(String(decoding: x.key, as: Unicode.UTF8.self)): \(x.value.prefix(9)) became \(y.value.prefix(9))")
      return
    }
  }

  @Test func theJournalAloneIsEnoughWhereItHasEverything() async throws {
    let files = try ProtectedStore()
    let store = try files.open()
    try await Self.write(store, 0..<500)
    let report = try await Self.expectSame(files, store)
    #expect(report.base == nil && report.groups > 0)
    #expect(files.problems.isEmpty)
  }

  @Test func aStoreThatWasNotClosedIsRebuiltAfterTheBarrier() async throws {
    let files = try ProtectedStore()
    let store = try files.open()
    try await Self.write(store, 0..<200)
    await store.journaled()
    _ = try await Self.expectRebuilt(files.copyOfVolumes(), store.entries())
    store.close()
  }

  @Test func itGoesOnOverManyFilesAndStarts() async throws {
    let files = try ProtectedStore()
    for round in 0..<4 {
      let store = try files.open { $0.fileBytes = 20_000 }
      try await Self.write(store, round * 200..<(round + 1) * 200)
      store.close()
    }
    #expect(files.files(files.journal).count > 8)
    let report = try await Self.expectSame(files, files.open())
    #expect(report.base == nil)
    #expect(files.problems.isEmpty)
  }

  @Test func aJournalThatOutgrowsItsBaseGetsANewOne() async throws {
    let files = try ProtectedStore()
    let store = try files.open {
      $0.fileBytes = 20_000
      $0.baseBytes = 100_000
    }
    try await Self.write(store, 0..<1000)
    #expect(eventually { store.statistics().protection?.baseMilliseconds ?? 0 > 0 })
    try await Self.write(store, 1000..<2500)
    #expect(
      eventually {
        files.files(files.base + "/meta") == ["2", "3"] || files.files(files.base + "/meta").count == 2
      })
    let numbers = files.files(files.journal).compactMap(JournalName.number)
    #expect(numbers.first ?? 0 > 1, "files that no base needs are deleted")
    let report = try await Self.expectSame(files, store)
    #expect(report.base != nil)
    #expect(files.problems.isEmpty, "\(files.problems)")
  }

  @Test func aDamagedNewestBaseLeavesTheOneBefore() async throws {
    let files = try ProtectedStore()
    let store = try files.open {
      $0.fileBytes = 20_000
      $0.baseBytes = 50_000
    }
    try await Self.write(store, 0..<2000)
    #expect(eventually { files.files(files.base + "/meta").count == 2 })
    let before = try await store.entries()
    store.close()
    let newest = try #require(try JournalBases.load(files.journal).last?.id)
    for name in files.files("\(files.base)/private/\(newest)") where name.hasPrefix("MANIFEST") {
      try files.change("\(files.base)/private/\(newest)/\(name)") { $0[$0.count / 2] ^= 0x40 }
    }
    files.loseMetadata()
    let report = try files.rebuild()
    #expect(report.isComplete && report.problems.count == 1, "\(report.problems)")
    #expect(report.base?.id == newest - 1)
    let again = try files.open()
    try await Self.expectEntries(again, before)
    again.close()
  }

  @Test func aMetadataStoreFromBeforeTheJournalGetsABase() async throws {
    let files = try ProtectedStore()
    let plain = try RocksMetadata.open(path: files.metadata, blocking: testPool)
    for index in 0..<300 { try await plain.put(key("old\(index)"), [1, 2, 3]) }
    plain.close()
    let store = try files.open()
    await store.journaled()
    try await Self.write(store, 0..<100)
    let report = try await Self.expectSame(files, store)
    #expect(report.base != nil)
  }

  @Test func theListOfBasesIsNotNeeded() async throws {
    let files = try ProtectedStore()
    let plain = try RocksMetadata.open(path: files.metadata, blocking: testPool)
    for index in 0..<300 { try await plain.put(key("old\(index)"), [1, 2, 3]) }
    plain.close()
    let store = try files.open()
    await store.journaled()
    try await Self.write(store, 0..<100)
    let before = try await store.entries()
    store.close()
    try PlainFile.remove(files.journal + "/bases")
    files.loseMetadata()
    let planned = try MetadataRebuild(source: files.care, target: files.metadata).examine()
    let report = try files.rebuild()
    #expect(report.isComplete && report.base?.id == 1 && planned.sequence == report.sequence)
    let again = try files.open()
    try await Self.expectEntries(again, before)
    again.close()
  }

  @Test func aTornEndIsTheEnd() async throws {
    let files = try ProtectedStore()
    let store = try files.open()
    try await Self.write(store, 0..<100)
    store.close()
    let file = files.journal + "/" + JournalName.string(1)
    try files.change(file) { $0.removeLast(3) }
    files.loseMetadata()
    let report = try files.rebuild()
    #expect(report.problems.count == 1 && report.problems[0].contains("ends inside a record"))
    let again = try files.open()
    #expect(try await again.get(key("count")) == CounterValue.encode(99))
    again.close()
  }

  @Test func whatLiesBehindAHoleIsNotApplied() async throws {
    let files = try ProtectedStore()
    let store = try files.open { $0.fileBytes = 4_000 }
    try await Self.write(store, 0..<200)
    store.close()
    let names = files.files(files.journal).filter { $0.hasSuffix(".journal") }
    #expect(names.count > 4)
    try files.change(files.journal + "/" + names[2]) { $0[$0.count / 2] ^= 1 }
    files.loseMetadata()
    let report = try files.rebuild()
    #expect(!report.isComplete && report.missing > 0)
    #expect(report.problems.contains { $0.contains("damaged at byte") })
    #expect(report.problems.contains { $0.contains("hole behind sequence number \(report.sequence)") })
    let again = try files.open()
    let count = try #require(CounterValue.decode(try await again.get(key("count")) ?? []))
    #expect(count > 10 && count < 199)
    // It is another store now: what the damaged journal still holds is never applied to it.
    try await Self.write(again, 500..<700)
    await again.journaled()
    #expect(again.statistics().protection?.isCovered == true)
    let second = try await Self.expectSame(files, again)
    #expect(second.base != nil)
  }

  /// A check finds what a rebuild would lose, before one is needed; a running store mends it by a new base.
  @Test(arguments: [0, 2])
  func aCheckFindsDamage(place: Int) async throws {
    let files = try ProtectedStore()
    let store = try files.open { $0.fileBytes = place == 0 ? 1 << 20 : 4_000 }
    try await Self.write(store, 0..<200)
    await store.journaled()
    let sound = try #require(await store.checkRebuild())
    #expect(sound.faults.isEmpty && sound.isComplete && sound.base == nil)
    let name = files.files(files.journal).filter { $0.hasSuffix(".journal") }[place]
    // In place: the store goes on writing to the last one.
    let path = files.journal + "/" + name
    let byte = try PlainFile.read(path).bytes[1_000] ^ 1
    let descriptor = unsafe Glibc.open(path, O_WRONLY)
    #expect(unsafe pwrite(descriptor, [byte], 1, 1_000) == 1)
    Glibc.close(descriptor)

    let offline = try #require(MetadataRebuild(source: files.care, target: files.metadata).check())
    #expect(offline.faults.count == 1 && offline.groups < sound.groups, "\(offline.faults)")
    let damaged = try #require(await store.checkRebuild())
    #expect(damaged.faults == offline.faults)
    #expect(eventually { store.statistics().protection?.baseMilliseconds ?? 0 > 0 })
    let mended = try #require(await store.checkRebuild())
    #expect(mended.faults.isEmpty && mended.isComplete && mended.base != nil, "\(mended.problems)")
    try await Self.write(store, 200..<300)
    let before = try await store.entries()
    store.close()
    files.loseMetadata()
    #expect(try files.rebuild().faults.isEmpty)
    let again = try files.open()
    try await Self.expectEntries(again, before)
    again.close()
  }

  @Test func aCheckTellsABaseThatCannotBeUsed() async throws {
    let files = try ProtectedStore()
    let rebuild = MetadataRebuild(source: files.care, target: files.metadata)
    #expect(rebuild.check() == nil, "nothing was ever kept")
    let plain = try RocksMetadata.open(path: files.metadata, blocking: testPool)
    try await plain.put(key("old"), [1])
    plain.close()
    let store = try files.open()
    await store.journaled()
    store.close()
    #expect(rebuild.check()?.faults == [])
    for name in files.files(files.base + "/private/1") {
      try PlainFile.remove(files.base + "/private/1/" + name)
    }
    let faults = try #require(rebuild.check()).faults
    #expect(faults.count == 1 && faults[0].contains("no base"), "\(faults)")
  }

  /// One bit of a base, in a file that the next base would share.
  @Test func aCheckFindsAFlippedBitOfABase() async throws {
    let files = try ProtectedStore()
    let plain = try RocksMetadata.open(path: files.metadata, blocking: testPool)
    try await Self.write(plain, 0..<300)
    plain.close()
    let store = try files.open()
    await store.journaled()
    #expect(eventually { store.statistics().protection?.baseMilliseconds ?? 0 > 0 })
    let sound = try #require(await store.checkRebuild())
    #expect(sound.faults.isEmpty && sound.base != nil, "\(sound.faults)")
    let shared = files.base + "/shared_checksum"
    let name = try #require(files.files(shared).first { $0.hasSuffix(".sst") })
    let path = shared + "/" + name
    let byte = try PlainFile.read(path).bytes[500] ^ 4
    let descriptor = unsafe Glibc.open(path, O_WRONLY)
    #expect(unsafe pwrite(descriptor, [byte], 1, 500) == 1)
    Glibc.close(descriptor)

    let offline = try #require(MetadataRebuild(source: files.care, target: files.metadata).check())
    #expect(offline.faults.contains { $0.contains(name) }, "\(offline.faults)")
    #expect(PlainFile.exists(path), "a look changes nothing")
    let damaged = try #require(await store.checkRebuild())
    #expect(!damaged.faults.isEmpty)
    #expect(eventually { (try? PlainFile.read(path).bytes[500]) == byte ^ 4 }, "the next base writes it anew")
    let mended = try #require(await store.checkRebuild())
    #expect(mended.faults.isEmpty && mended.isComplete && mended.base != nil, "\(mended.faults)")
    let before = try await store.entries()
    store.close()
    files.loseMetadata()
    #expect(try files.rebuild().faults.isEmpty)
    let again = try files.open()
    try await Self.expectEntries(again, before)
    again.close()
  }

  /// What the journal of another history holds may be all that is left of it: it is kept, whole.
  @Test func anotherHistoryIsMovedAside() async throws {
    let files = try ProtectedStore()
    let backups = BackupDirectory(files.path + "/backups")
    var store = try files.open { $0.fileBytes = 4_000 }
    try await Self.write(store, 0..<100)
    _ = try await store.backUp(to: backups, keep: 1)
    try await Self.write(store, 100..<200)
    let newest = try await store.entries()
    store.close()
    let kept = files.files(files.journal)
    for round in 1...2 {
      _ = try MetadataRestore.run(from: backups, id: nil, to: files.metadata)
      store = try files.open { $0.fileBytes = 4_000 }
      try await Self.write(store, 500..<600)
      await store.journaled()
      #expect(store.statistics().protection?.isCovered == true)
      store.close()
      #expect(files.asides.count == round)
      #expect(files.notices.contains { $0.text.contains("until you delete it") && !$0.isProblem })
    }
    // A start in the same history moves nothing.
    store = try files.open()
    store.close()
    let asides = files.asides
    try #require(asides.count == 2)
    #expect(files.files(asides[0] + "/journal") == kept)

    // The way back: it in its old place, and a rebuild.
    ProtectedStore.removeAll(files.care)
    try PlainFile.rename(asides[0], to: files.care)
    files.loseMetadata()
    #expect(try files.rebuild().isComplete)
    let again = try files.open()
    try await Self.expectEntries(again, newest)
    again.close()
  }

  @Test func replayingTwiceIsReplayingOnce() async throws {
    let files = try ProtectedStore()
    let store = try files.open()
    try await Self.write(store, 0..<300)
    let before = try await store.entries()
    store.close()
    for _ in 0..<2 {
      files.loseMetadata()
      _ = try files.rebuild()
    }
    // Over what a rebuild that was interrupted left, too.
    _ = try files.rebuild()
    let again = try files.open()
    try await Self.expectEntries(again, before)
    again.close()
  }

  @Test func nothingToBeginWithIsSaid() throws {
    let files = try ProtectedStore()
    #expect(!MetadataRebuild.isPossible(from: files.care))
    #expect(throws: MetadataError.self) { try files.rebuild() }
    #expect(files.files(files.metadata).isEmpty)
  }
}
