import Metadata
import Primitives
import Ring
import Testing
import Volumes

@testable import Objects

extension TestStore {
  func check(_ depth: ScrubDepth = .ends, repairs: Bool = false) async throws -> CheckReport {
    try await objects.check(depth: depth, repairs: repairs, progress: CheckProgress()) { _ in }
  }

  func scrubAll() async throws -> CheckReport {
    try await objects.scrubAll(progress: CheckProgress()) { _ in }
  }

  /// Some of everything: inline, packed and long objects, copies, slices, many parts, an upload under way.
  func fill(_ bucket: BucketInfo) async throws {
    for (index, size) in [10, 5_000, 70_000, 140_000, 300_000].enumerated() {
      try await put(bucket, "k\(index)", patternBytes(size + index))
    }
    try await copy((bucket, "k3"), to: (bucket, "copy"))
    let (slices, open) = (try await begin(bucket, "slices"), try await begin(bucket, "open"))
    let part = try await partCopy(bucket, slices, 1, from: "k4", 1_000..<200_000)
    try await complete(bucket, slices, [part])
    try await self.part(bucket, open, 3, patternBytes(40_000))
    let many = try await begin(bucket, "many")
    var parts: [PartInfo] = []
    for number in 1...30 {
      parts.append(try await self.part(bucket, many, number, patternBytes(5_000 + number)))
    }
    try await complete(bucket, many, parts)
  }
}

@Suite struct CheckTests {
  @Test(arguments: TestStore.Kind.allCases)
  func aSoundStoreHasNoProblems(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, limits: .small) { first in
      let bucket = try await first.bucket()
      try await first.fill(bucket)
      try await first.put(bucket, "gone", patternBytes(100_000))
      try await first.delete(bucket, "gone")
      try await Self.expectNoProblems(first)
      let store = try await first.reopened()
      try await Self.expectNoProblems(store)
      await store.volumes.close()
    }
  }

  private static func expectNoProblems(_ store: TestStore) async throws {
    for depth in [ScrubDepth.ends, .everything] {
      let report = try await store.check(depth)
      #expect(report.problems.map(\.message) == [])
      #expect(report.problemCount == 0)
      #expect((report.buckets, report.objects, report.uploads, report.parts) == (1, 8, 1, 1))
      #expect(report.unreferencedExtents == 1 && report.unreferencedBytes > 100_000)
    }
    let scrub = try await store.scrubAll()
    #expect(scrub.problemCount == 0 && scrub.extents > 30 && scrub.bytes > 700_000)
  }

  /// More problems than are kept in words are all counted, and all set right.
  @Test func noNumberOfProblemsIsTooMuch() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      let count = CheckReport.problemsLimit + 50
      let part = RecordSamples.partInline.encode()
      try await store.metadata.update(.system) { (transaction) throws(ObjectError) in
        for index in 0..<count {
          let upload = UploadID(created: UInt64(index + 1), random: 7)
          transaction.put(ObjectTables.partPrefix(bucket.id, upload) + [0, 1], part)
        }
      }
      let report = try await store.check(repairs: true)
      #expect(report.problemCount == count && report.problems.count == CheckReport.problemsLimit)
      #expect(report.repairableCount == count && report.repaired == count)
      #expect(try await store.check().problemCount == 0)
      // One row that cannot be read, and nothing is set right.
      try await store.metadata.update(.system) { (transaction) throws(ObjectError) in
        transaction.put(ObjectTables.object(bucket.id, [1]), [9, 9])
        transaction.put(
          ObjectTables.partPrefix(bucket.id, UploadID(created: 1, random: 7)) + [0, 1], part)
      }
      let withheld = try await store.check(repairs: true)
      #expect(withheld.problems.contains { $0.kind == .orphan && !$0.isRepairable })
      #expect(withheld.repairableCount == 0 && withheld.repaired == 0)
    }
  }

  /// One snapshot is looked at, so what goes on meanwhile is no problem.
  @Test func trafficIsNoProblem() async throws {
    try await TestStore.with(.rocks, limits: .small, rings: 2) { store in
      let bucket = try await store.bucket()
      let problems = Locked<[String]>([])
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          await store.rings.rings[1].run {
            for round in 0..<60 {
              do {
                try await store.put(bucket, "a\(round % 4)", patternBytes(6_000 + 40_000 * (round % 5)))
                try await store.copy((bucket, "a\(round % 4)"), to: (bucket, "b\(round % 3)"))
                if round % 3 == 0 { try await store.delete(bucket, "b\((round + 1) % 3)") }
              } catch { problems.withLock { $0.append("\(error)") } }
            }
          }
        }
        group.addTask {
          await store.rings.rings[0].run {
            for _ in 0..<12 {
              do {
                let report = try await store.check(.everything)
                problems.withLock { $0 += report.problems.map(\.message) }
                try await store.reclaim()
              } catch { problems.withLock { $0.append("\(error)") } }
            }
          }
        }
      }
      #expect(problems.withLock { $0 } == [])
    }
  }

  @Test(arguments: TestStore.Kind.allCases)
  func countsAndOrphansAreSetRight(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, limits: .small) { store in
      let bucket = try await store.bucket()
      try await store.fill(bucket)
      let shared = try #require(try await Self.firstReference(store))
      let manifest = ObjectTables.manifestRow(bucket.id, ManifestID(high: 9, low: 9), 0)
      let part = ObjectTables.part(bucket.id, UploadID(created: 7, random: 7), 1)
      let record = PartRecord(
        lastModified: Timestamp(milliseconds: 0), size: 1, etag: RecordSamples.md5, checksum: [],
        pieces: [.bytes([1])])
      try await store.metadata.update(.system) { (transaction) throws(ObjectError) in
        transaction.addCounter(ObjectTables.bucketCounter(bucket.id, ObjectTables.objectCount), 5)
        transaction.addCounter(ObjectTables.segmentUse(volume: 0, segment: 1), -77)
        transaction.addCounter(ObjectTables.segmentUse(volume: 0, segment: 99), 1)
        transaction.put(manifest, RecordSamples.manifestRow)
        transaction.put(part, record.encode())
        let old = try transaction.row(shared)
        var reference = try decoding { () throws(RecordError) in try ReferenceRecord(decoding: old ?? []) }
        reference.count += 3
        transaction.put(shared, reference.encode())
      }
      let found = try await store.check()
      #expect(found.problemCount == 6)
      #expect(found.problems.count { $0.kind == .orphan } == 2)
      #expect(found.problems.count { $0.kind == .wrongCounter } == 3)
      #expect(found.problems.count { $0.kind == .wrongReferences } == 1)
      #expect(found.problems.count { $0.isRepairable } == 6 && found.repaired == 0)
      #expect(try await store.check().problemCount == 6, "looking changes nothing")
      #expect(try await store.check(repairs: true).repaired == 6)
      #expect(try await store.check().problemCount == 0)
      try await expectSound(store)
    }
  }

  private static func firstReference(_ store: TestStore) async throws -> [UInt8]? {
    try await store.metadata.read { (reader) throws(ObjectError) in
      try ObjectStore.rows(
        reader, from: [ObjectTables.references], prefix: [ObjectTables.references], limit: 1
      ).first?.key
    }
  }

  @Test func aMissingSegmentIsFoundWithWhatLayInIt() async throws {
    try await TestStore.with(limits: .small) { first in
      let bucket = try await first.bucket()
      try await first.put(bucket, "lost", patternBytes(200_000))
      let middle = try await first.reopened()
      try await middle.put(bucket, "kept", patternBytes(200_000))
      await middle.volumes.close()
      try Directory.remove(file: first.directory + "/volume/segments/00000001.seg")
      let store = try await middle.reopened()
      let report = try await store.check()
      let found = report.problems.map {
        "\($0.kind.rawValue) \($0.subject?.key.string ?? "-") \($0.place?.segment ?? 0)"
      }
      #expect(found == ["missing-segment - 1", "damaged-data lost 1"])
      await store.volumes.close()
    }
  }

  /// The number of the newest segment is not given to another when its file is lost: what lay in it is lost, and is
  /// nobody else's bytes.
  @Test func theNumberOfALostSegmentIsNotUsedAgain() async throws {
    try await TestStore.with(limits: .small) { first in
      let bucket = try await first.bucket()
      try await first.put(bucket, "lost", patternBytes(200_000, seed: 1))
      let usage = first.volumes.segmentUsage()
      try #require(usage.count == 1)
      await first.volumes.close()
      try Directory.remove(file: first.directory + "/volume/segments/00000001.seg")
      let store = try await first.reopened()
      try await store.put(bucket, "new", patternBytes(200_000, seed: 2))
      #expect(store.volumes.segmentUsage().map(\.segment) == [2])
      #expect(await failure { _ = try await store.get(bucket, "lost") } != nil)
      try await store.delete(bucket, "lost")
      #expect(store.volumes.statistics().liveBytes == usage[0].liveBytes)
      _ = try await store.objects.removeEmptySegments()
      #expect(try await store.get(bucket, "new") == patternBytes(200_000, seed: 2))
      await store.volumes.close()
    }
  }

  /// A sector that cannot be read is a finding like any other: what lies behind it is looked at too.
  @Test func whatCannotBeReadDoesNotEndACheck() async throws {
    try await TestStore.with(limits: .small) { first in
      let bucket = try await first.bucket()
      try await first.put(bucket, "a", patternBytes(200_000))
      let middle = try await first.reopened()
      try await middle.put(bucket, "b", patternBytes(200_000))
      let store = try await middle.reopened()
      // Reading a directory is an error of the disk's, not damage of its bytes.
      let path = store.directory + "/volume/segments/00000001.seg"
      try Directory.remove(file: path)
      try Directory.create(path)
      let report = try await store.check()
      let keys = report.problems.map { "\($0.kind.rawValue) \($0.subject?.key.string ?? "-")" }
      #expect(keys.contains("damaged-data a") && !keys.contains("damaged-data b"), "\(keys)")
      let scrubbed = try await store.objects.scrubAll(progress: CheckProgress()) { _ in }
      #expect(scrubbed.problemCount == 1 && scrubbed.extents == 2)
      // Nor does it keep the reclaimer from its work.
      let moved = try await store.reclaim()
      #expect(moved.damaged.count == 1)
      #expect(try await store.get(bucket, "b") == patternBytes(200_000))
      await store.volumes.close()
    }
  }

  /// A row that cannot be read is told, and does not hide the others.
  @Test func aDamagedRowIsFound() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      try await store.put(bucket, "a", patternBytes(10_000))
      try await store.metadata.update(.system) { (transaction) throws(ObjectError) in
        transaction.put(ObjectTables.object(bucket.id, Array("b".utf8)), [1, 2, 3])
      }
      let report = try await store.check()
      #expect(report.problems.contains { $0.kind == .damagedRecord && $0.subject?.key.string == "b" })
      #expect(report.objects == 1)
    }
  }

  /// What an unreadable row refers to is not known, so no count is lowered and no row deleted.
  @Test func nothingIsSetRightBesideARowThatCannotBeRead() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      try await store.fill(bucket)
      try await store.metadata.update(.system) { (transaction) throws(ObjectError) in
        transaction.put(ObjectTables.object(bucket.id, Array("many".utf8)), [1, 2, 3])
      }
      let found = try await store.check(repairs: true)
      #expect(found.problemCount > 1 && found.repaired == 0)
      let repairable = found.problems.count { $0.isRepairable }
      #expect(repairable == 0)
      #expect(try await store.check().problemCount == found.problemCount)
    }
  }

  @Test func oldUploadsAreCounted() async throws {
    try await TestStore.with { store in
      let bucket = try await store.bucket()
      #expect(try await store.objects.uploadCensus(now: Timestamp.now()) == UploadCensus())
      for name in ["a", "b", "c"] { _ = try await store.begin(bucket, name) }
      let done = try await store.begin(bucket, "d")
      try await store.abort(bucket, done)
      let now = Timestamp.now()
      var census = try await store.objects.uploadCensus(now: now)
      #expect((census.count, census.olderThanDay, census.olderThanWeek) == (3, 0, 0))
      #expect(abs(census.oldestMilliseconds - now.milliseconds) < 60_000)
      census = try await store.objects.uploadCensus(
        now: Timestamp(milliseconds: now.milliseconds + 2 * 24 * 3_600_000))
      #expect((census.count, census.olderThanDay, census.olderThanWeek) == (3, 3, 0))
      census = try await store.objects.uploadCensus(
        now: Timestamp(milliseconds: now.milliseconds + 8 * 24 * 3_600_000))
      #expect((census.count, census.olderThanDay, census.olderThanWeek) == (3, 3, 3))
    }
  }

  @Test func theScrubGoesOnWhereItWas() async throws {
    try await TestStore.with(.rocks) { store in
      let bucket = try await store.bucket()
      for index in 0..<300 { try await store.put(bucket, "k\(index)", patternBytes(4_200)) }
      var record = try await store.objects.scrubRecord()
      #expect(record == ScrubRecord())
      var (extents, steps) = (0, 0)
      repeat {
        let step = try await store.objects.scrub(from: record.position, depth: .everything) { _ in }
        extents += step.extents
        steps += 1
        record.position = step.next
        try await store.objects.store(record)
        record = try await store.objects.scrubRecord()
      } while record.position != nil
      #expect(extents == 300 && steps > 2)
    }
  }
}
