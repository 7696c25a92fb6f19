import Metadata
import Primitives
import Ring
import Testing
import Volumes

@testable import Objects

extension TestStore {
  /// Empties every sealed segment that holds anything dead and removes what is empty then.
  @discardableResult
  func reclaim() async throws -> RelocationReport {
    let victims = objects.segmentUsage().filter { $0.isSealed && $0.liveBytes > 0 && $0.deadBytes > 0 }
    let report = try await objects.evacuate(Set(victims.map(\.id))) { _ in }
    _ = try await objects.removeEmptySegments()
    return report
  }

  /// Bytes of all segment files.
  var segmentFileBytes: UInt64 {
    objects.segmentUsage().reduce(0) { $0 + $1.usedBytes }
  }
}

@Suite struct ReclaimTests {
  /// Sizes that are inline, packed, and of several extents.
  static let sizes = [10, 5_000, 70_000, 140_000, 600_000]

  @Test(arguments: TestStore.Kind.allCases)
  func everythingDeletedGivesTheSpaceBack(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, rings: 2) { store in
      let bucket = try await store.bucket()
      for index in 0..<60 { try await store.put(bucket, "k\(index)", patternBytes(Self.sizes[index % 5])) }
      for index in 0..<60 { try await store.delete(bucket, "k\(index)") }
      let (segments, bytes) = try await store.objects.removeEmptySegments()
      #expect(segments > 0 && bytes > 0)
      let left = try Directory.list(store.directory + "/volume/segments").filter { $0.hasSuffix(".seg") }
      #expect(left.count <= 2 * store.rings.rings.count)
      try await expectSound(store)
      // Nothing is forgotten, and new numbers are new.
      try await store.put(bucket, "again", patternBytes(700_000))
      let reopened = try await store.reopened()
      #expect(try await reopened.get(bucket, "again") == patternBytes(700_000))
      try await expectSound(reopened)
      await reopened.volumes.close()
    }
  }

  @Test(arguments: TestStore.Kind.allCases)
  func sparseSegmentsAreEmptied(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind) { first in
      let bucket = try await first.bucket()
      for index in 0..<80 {
        try await first.put(bucket, "k\(index)", patternBytes(Self.sizes[index % 5] + index))
      }
      for index in 0..<80 where index % 7 != 0 { try await first.delete(bucket, "k\(index)") }
      let store = try await first.reopened()
      let before = store.segmentFileBytes
      let report = try await store.reclaim()
      #expect(report.rows > 0 && report.blobs == report.rows && !report.scanned && report.damaged.isEmpty)
      #expect(store.segmentFileBytes < before / 2)
      for index in stride(from: 0, to: 80, by: 7) {
        let info = try await store.info(bucket, "k\(index)")
        #expect(info.size == UInt64(Self.sizes[index % 5] + index))
        #expect(try await store.get(bucket, "k\(index)") == patternBytes(Self.sizes[index % 5] + index))
      }
      try await expectSound(store)
      await store.volumes.close()
    }
  }

  /// The version and times of an object are what they were: only its bytes are elsewhere.
  @Test func anObjectStaysWhatItIs() async throws {
    try await TestStore.with { first in
      let bucket = try await first.bucket()
      try await first.put(bucket, "k", patternBytes(300_000))
      try await first.put(bucket, "other", patternBytes(300_000))
      try await first.delete(bucket, "other")
      let store = try await first.reopened()
      let before = try await store.info(bucket, "k")
      let report = try await store.reclaim()
      #expect(report.rows == 1 && report.bytes == 300_000)
      #expect(try await store.info(bucket, "k") == before)
      await store.volumes.close()
    }
  }

  /// Whoever copies from an object that is gone has no header that names it.
  @Test(arguments: TestStore.Kind.allCases)
  func copiesAreFoundAndStayShared(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind) { first in
      let bucket = try await first.bucket()
      let bytes = patternBytes(500_000)
      try await first.put(bucket, "original", bytes)
      try await first.put(bucket, "filler", bytes)
      for index in 0..<5 { try await first.copy((bucket, "original"), to: (bucket, "copy\(index)")) }
      try await first.delete(bucket, "original")
      try await first.delete(bucket, "filler")
      let store = try await first.reopened()
      let live = store.volumes.statistics().liveBytes
      let report = try await store.reclaim()
      #expect(report.scanned && report.rows == 5 && report.blobs == 1)
      for index in 0..<5 { #expect(try await store.get(bucket, "copy\(index)") == bytes) }
      try await expectSound(store)
      // The new blob's headers name another key, and nothing else of it has changed its size.
      #expect(store.volumes.statistics().liveBytes.distance(to: live).magnitude < 10_000)
      for index in 0..<5 { try await store.delete(bucket, "copy\(index)") }
      #expect(store.volumes.statistics().liveBytes == 0)
      try await expectSound(store)
      await store.volumes.close()
    }
  }

  @Test func slicesOfOneBlobBecomeBlobs() async throws {
    try await TestStore.with(limits: .small) { first in
      let bucket = try await first.bucket()
      let bytes = patternBytes(700_000)
      try await first.put(bucket, "source", bytes)
      let upload = try await first.begin(bucket, "slices")
      var parts: [PartInfo] = []
      parts.append(try await first.partCopy(bucket, upload, 1, from: "source", 1_000..<200_000))
      parts.append(try await first.partCopy(bucket, upload, 2, from: "source", 250_000..<600_000))
      try await first.complete(bucket, upload, parts)
      try await first.delete(bucket, "source")
      let store = try await first.reopened()
      try await store.reclaim()
      let expected = Array(bytes[1_000..<200_000] + bytes[250_000..<600_000])
      #expect(try await store.get(bucket, "slices") == expected)
      try await expectSound(store)
      #expect(store.volumes.statistics().liveBytes < 600_000)
      await store.volumes.close()
    }
  }

  /// Objects of many parts live in manifest rows; unfinished uploads in part rows.
  @Test(arguments: TestStore.Kind.allCases)
  func manifestsAndUploadsMove(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, limits: .small) { first in
      let bucket = try await first.bucket()
      let done = try await first.begin(bucket, "done")
      let open = try await first.begin(bucket, "open")
      var (doneParts, openParts): ([PartInfo], [PartInfo]) = ([], [])
      for number in 1...40 {
        try await first.put(bucket, "filler\(number)", patternBytes(60_000))
        doneParts.append(try await first.part(bucket, done, number, patternBytes(6_000 + number)))
        openParts.append(try await first.part(bucket, open, number, patternBytes(7_000 + number)))
      }
      try await first.complete(bucket, done, doneParts)
      for number in 1...40 { try await first.delete(bucket, "filler\(number)") }
      let store = try await first.reopened()
      let report = try await store.reclaim()
      #expect(report.rows > 40 && !report.scanned)
      let doneBytes = (1...40).flatMap { patternBytes(6_000 + $0) }
      #expect(try await store.get(bucket, "done") == doneBytes)
      try await expectSound(store)
      try await store.complete(bucket, open, openParts)
      #expect(try await store.get(bucket, "open") == (1...40).flatMap { patternBytes(7_000 + $0) })
      try await store.copy((bucket, "done"), to: (bucket, "copy"))
      try await expectSound(store)
      for name in ["done", "open", "copy"] { try await store.delete(bucket, name) }
      #expect(store.volumes.statistics().liveBytes == 0)
      try await expectSound(store)
      await store.volumes.close()
    }
  }

  @Test func aSegmentStaysWhileItIsRead() async throws {
    try await TestStore.with { first in
      let bucket = try await first.bucket()
      let bytes = patternBytes(3_000_000)
      try await first.put(bucket, "k", bytes)
      try await first.put(bucket, "later", patternBytes(600_000))
      let store = try await first.reopened()
      try await store.put(bucket, "newest", patternBytes(600_000))
      let reader = try await store.objects.openObject(bucket: bucket, key: key("k")).read(0..<3_000_000)
      var got = try #require(try await unsafe reader.next().map { unsafe Array($0) })
      try await store.delete(bucket, "k")
      try await store.delete(bucket, "later")
      let removed = Locked<Int?>(nil)
      Ring.current.spawn {
        let count = (try? await store.objects.removeEmptySegments())?.segments ?? -1
        removed.withLock { $0 = count }
      }
      await Ring.current.sleep(for: .milliseconds(150))
      #expect(removed.withLock { $0 } == nil)
      while let part = try await unsafe reader.next() { unsafe got.append(contentsOf: part) }
      #expect(got == bytes)
      await reader.close()
      try await Self.eventually { removed.withLock { $0 } != nil }
      #expect(removed.withLock { $0 ?? 0 } > 0)
      await store.volumes.close()
    }
  }

  private static func eventually(_ condition: () -> Bool) async throws {
    for _ in 0..<500 where !condition() { await Ring.current.sleep(for: .milliseconds(10)) }
    try #require(condition())
  }

  /// Overwrites, copies and deletions go on while segments are emptied, again and again.
  @Test(arguments: TestStore.Kind.allCases)
  func trafficGoesOnMeanwhile(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, limits: .small, rings: 2) { store in
      let bucket = try await store.bucket()
      let isOver = Locked(false)
      let failures = Locked<[String]>([])
      await withTaskGroup(of: Void.self) { group in
        for client in 0..<4 {
          group.addTask {
            await store.rings.rings[client % 2].run {
              do {
                for round in 0..<40 {
                  let (name, other) = ("c\(client)/\(round % 3)", "c\(client)/copy\(round % 2)")
                  let bytes = patternBytes(8_000 + 50_000 * (round % 4) + client)
                  try await store.put(bucket, name, bytes)
                  try await store.copy((bucket, name), to: (bucket, other))
                  if round % 5 == 4 { try await store.delete(bucket, name) }
                  let got = try await store.get(bucket, other)
                  if got != bytes { failures.withLock { $0.append("\(other) differs") } }
                }
              } catch { failures.withLock { $0.append("\(error)") } }
            }
          }
        }
        group.addTask {
          await store.rings.rings[0].run {
            while !isOver.withLock({ $0 }) {
              do {
                try await store.reclaim()
              } catch { failures.withLock { $0.append("reclaim: \(error)") } }
              await Ring.current.sleep(for: .milliseconds(5))
            }
          }
        }
        for _ in 0..<4 { await group.next() }
        isOver.withLock { $0 = true }
      }
      #expect(failures.withLock { $0 } == [])
      try await expectSound(store)
    }
  }

  /// Segment numbers are not used again, whatever was removed and however often the store was opened since.
  @Test func numbersAreNeverUsedAgain() async throws {
    try await TestStore.with { first in
      let bucket = try await first.bucket()
      for index in 0..<12 { try await first.put(bucket, "k\(index)", patternBytes(1_000_000)) }
      for index in 0..<12 { try await first.delete(bucket, "k\(index)") }
      var store = try await first.reopened()
      let greatest = store.objects.segmentUsage().map(\.segment).max() ?? 0
      for _ in 0..<3 {
        _ = try await store.objects.removeEmptySegments()
        store = try await store.reopened()
      }
      try await store.put(bucket, "new", patternBytes(1_000_000))
      let now = store.objects.segmentUsage().filter { $0.liveBytes > 0 }.map(\.segment)
      #expect(now.allSatisfy { $0 > greatest } && !now.isEmpty)
      await store.volumes.close()
    }
  }

  /// Moved content may have more extents than before. A row that would become too long for it is left as it is.
  @Test func whatWouldMakeARowTooLongStays() async throws {
    var limits = ObjectLimits.small
    limits.recordBytes = 110
    try await TestStore.with(limits: limits) { first in
      let bucket = try await first.bucket()
      let bytes = patternBytes(3_000_000)
      try await first.put(bucket, "short", patternBytes(200_000))
      try await first.put(bucket, "long", bytes)
      let open = try await first.begin(bucket, "open")
      let part = try await first.part(bucket, open, 1, bytes)
      let done = try await first.begin(bucket, "done")
      var parts: [PartInfo] = []
      for number in 1...30 { parts.append(try await first.part(bucket, done, number, patternBytes(6_000))) }
      try await first.complete(bucket, done, parts)
      for index in 0..<3 { try await first.put(bucket, "gone\(index)", patternBytes(100_000)) }
      for index in 0..<3 { try await first.delete(bucket, "gone\(index)") }
      let store = try await first.reopened()
      let live = store.volumes.statistics().liveBytes
      let all = Set(store.objects.segmentUsage().filter(\.isSealed).map(\.id))
      let report = try await store.objects.evacuate(all) { _ in }
      #expect(report.tooLong == 3)
      #expect(report.damaged.isEmpty)
      #expect(report.rows > 0 && report.scanned)
      #expect(store.volumes.statistics().liveBytes.distance(to: live).magnitude < 10_000)
      #expect(try await store.get(bucket, "long") == bytes)
      #expect(try await store.get(bucket, "short") == patternBytes(200_000))
      try await store.complete(bucket, open, [part])
      #expect(try await store.get(bucket, "open") == bytes)
      try await expectSound(store)
      await store.volumes.close()
    }
  }

  /// All uploads of a key are looked at, however many there are.
  @Test func theLastOfManyUploadsMoves() async throws {
    try await TestStore.with { first in
      let bucket = try await first.bucket()
      try await first.put(bucket, "gone", patternBytes(300_000))
      for _ in 0..<1_100 { _ = try await first.begin(bucket, "many") }
      let last = try await first.begin(bucket, "many")
      let part = try await first.part(bucket, last, 1, patternBytes(300_000))
      try await first.delete(bucket, "gone")
      let store = try await first.reopened()
      let report = try await store.reclaim()
      #expect(report.rows == 1)
      try await store.complete(bucket, last, [part])
      #expect(try await store.get(bucket, "many") == patternBytes(300_000))
      await store.volumes.close()
    }
  }

  /// A damaged blob is never copied with a fresh checksum: it stays, and so does its segment.
  @Test func damageStaysWhereItIs() async throws {
    try await TestStore.with { first in
      let bucket = try await first.bucket()
      try await first.put(bucket, "good", patternBytes(200_000))
      try await first.put(bucket, "bad", patternBytes(200_001))
      try await first.put(bucket, "gone", patternBytes(200_000))
      try await first.delete(bucket, "gone")
      let store = try await first.reopened()
      let path = store.directory + "/volume/segments/00000001.seg"
      let object = try await store.objects.openObject(bucket: bucket, key: key("bad"))
      guard case .pieces(let pieces) = object.map.content, case .slice(let slice) = pieces[0] else {
        Issue.record("no pieces")
        return
      }
      try flipBit(path, at: slice.extents[0].offset + UInt64(slice.extents[0].headerLength) + 100)
      let report = try await store.reclaim()
      #expect(report.damaged.count == 1 && report.rows == 1)
      #expect(try await store.get(bucket, "good") == patternBytes(200_000))
      #expect(await failure { _ = try await store.get(bucket, "bad") } != nil)
      #expect(Directory.exists(path))
      await store.volumes.close()
    }
  }
}
