import Primitives
import Testing
import Volumes

@testable import Objects

@Suite struct RestoreTests {
  /// Everything that can happen to a key between a moment and now.
  @Test(arguments: TestStore.Kind.allCases)
  func aBucketBecomesWhatItWas(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, limits: .small) { store in
      let bucket = try await store.versionedBucket()
      for name in ["same", "overwritten", "deleted", "gone/for/good"] {
        try await store.put(bucket, name, patternBytes(9_000, seed: UInt64(name.count)))
      }
      let parts = try await manyParts(store, bucket, "parts", 60)
      let last = try await store.put(bucket, "small", [1, 2, 3])
      let moment = Moment(last.version)
      let before = try await store.contents(bucket)

      try await store.put(bucket, "overwritten", patternBytes(70_000))
      try await store.put(bucket, "parts", [9])
      try await store.delete(bucket, "deleted")
      try await store.put(bucket, "new", patternBytes(5_000))
      try await store.delete(bucket, "new")
      try await store.put(bucket, "newer", patternBytes(5_000))
      let after = try await store.contents(bucket)
      let afterwards = Moment(try await store.put(bucket, "small", [1, 2, 3]).version)

      let dry = try await store.restore(.restore(asOf: moment), bucket) { $0.isDryRun = true }
      #expect(try await store.contents(bucket) == after)
      #expect(dry.state == .done && dry.planned == 6 && dry.examined == 6)
      let expected: [String: RestoreChange.Action] = [
        "overwritten": .replace, "parts": .replace, "deleted": .create, "new": .unchanged, "newer": .delete,
        "small": .unchanged,
      ]
      #expect(try await store.changes(dry) == expected)

      let live = store.volumes.statistics().liveBytes
      let job = try await store.restore(.restore(asOf: moment), bucket)
      #expect(job.state == .done && job.created == .init(keys: 1, bytes: 9_000))
      #expect(
        job.replaced == .init(keys: 2, bytes: 9_000 + parts) && job.deleted == .init(keys: 1, bytes: 5_000))
      #expect(job.unchanged.keys == 2 && job.skipped.keys == 0)
      #expect(try await store.contents(bucket) == before)
      #expect(store.volumes.statistics().liveBytes == live, "object data was written")
      #expect(try await store.changes(job) == expected)

      // And back again.
      try await store.restore(.restore(asOf: afterwards), bucket)
      #expect(try await store.contents(bucket) == after)
      try await expectSound(store, "restored twice")
      if kind == .rocks { await store.close() }
    }
  }

  @Test func onlyThePrefixIsRestored() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      try await store.put(bucket, "a/1", [1])
      let moment = Moment(try await store.put(bucket, "b/1", [1]).version)
      try await store.delete(bucket, "a/1")
      try await store.delete(bucket, "b/1")
      try await store.restore(.restore(asOf: moment), bucket) { $0.prefix = Array("a/".utf8) }
      #expect(try await store.contents(bucket) == ["a/1": [1]])
    }
  }

  @Test func anotherBucketIsGivenWhatTheFirstWas() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      let other = try await store.bucket("other")
      try await store.put(bucket, "a", patternBytes(80_000))
      _ = try await manyParts(store, bucket, "many", 60)
      let moment = Moment(try await store.put(bucket, "b", [1]).version)
      let before = try await store.contents(bucket)
      try await store.delete(bucket, "a")
      try await store.put(bucket, "many", [1])
      try await store.put(other, "b", [1])
      let job = try await store.restore(.restore(asOf: moment), bucket) { $0.target = other }
      #expect(job.created.keys == 2 && job.replaced.keys + job.unchanged.keys == 1)
      #expect(try await store.contents(other) == before)
      try await store.delete(other, "a")
      #expect(try await store.contents(bucket, asOf: moment) == before)
      try await expectSound(store, "restored elsewhere")
    }
  }

  /// What is written after the restore began stays, and is reported.
  @Test func aConcurrentWriterLosesNothing() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      for index in 0..<200 { try await store.put(bucket, "k\(index)", [1]) }
      let moment = Moment(try await store.put(bucket, "k", [1]).version)
      for index in 0..<200 { try await store.put(bucket, "k\(index)", [2]) }
      var job = try await store.objects.beginRestore(RestoreRequest(.restore(asOf: moment), bucket: bucket))
      try await store.put(bucket, "k7", [3])
      job = try await store.objects.stepRestore(job)
      async let rival: Void = {
        for index in stride(from: 0, to: 200, by: 2) { try await store.put(bucket, "k\(index)", [3]) }
      }()
      job = try await store.run(job)
      try await rival
      let now = try await store.contents(bucket)
      #expect(job.replaced.keys + job.skipped.keys == 200 && job.skipped.keys >= 1)
      for index in 0..<200 {
        let wasWritten = index % 2 == 0 || index == 7
        #expect(now["k\(index)"] == (wasWritten ? [3] : [1]), "k\(index)")
      }
      let skipped = try await store.changes(job).filter { $0.value == .skip }.keys
      #expect(skipped.contains("k7") && skipped.count == Int(job.skipped.keys))
    }
  }

  /// A crash behind each commit: the restore goes on where it was, and counts each key once.
  @Test func aRestartLosesNothing() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      for index in 0..<150 {
        try await store.put(bucket, "k\(index)", patternBytes(5_000, seed: UInt64(index)))
      }
      let moment = Moment(try await store.put(bucket, "z", [1]).version)
      let before = try await store.contents(bucket)
      for index in 0..<150 { try await store.delete(bucket, "k\(index)") }
      let begun = try await store.objects.beginRestore(RestoreRequest(.restore(asOf: moment), bucket: bucket))
      var updates = 0
      var current = store
      while true {
        let failing = FailingMetadata(store.metadata, updates: updates % 3)
        updates += 1
        let broken = try await current.reopened(failing)
        do {
          _ = try await broken.run(try await broken.objects.restoreJob(id: begun.id))
        } catch ObjectError.storage {}
        current = try await broken.reopened(store.metadata)
        if try await current.objects.restoreJob(id: begun.id).isOver { break }
        guard updates < 100 else {
          Issue.record("the restore never ends")
          break
        }
      }
      let job = try await current.objects.restoreJob(id: begun.id)
      #expect(job.state == .done && job.created.keys == 150 && job.examined == 150)
      let now = try await current.contents(bucket)
      #expect(now == before)
      try await expectSound(current, "restarted \(updates) times")
      await current.close()
    }
  }

  @Test func aCancelledRestoreLetsGo() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      let moment = Moment(try await store.put(bucket, "a", [1]).version)
      try await store.delete(bucket, "a")
      let job = try await store.objects.beginRestore(RestoreRequest(.restore(asOf: moment), bucket: bucket))
      #expect(try store.objects.bucket(named: "bucket").settings.protectedCuts.count == 1)
      let cancelled = try await store.objects.cancelRestore(id: job.id)
      #expect(cancelled.state == .cancelled && cancelled.finished != nil)
      #expect(try store.objects.bucket(named: "bucket").settings.protectedCuts.isEmpty)
      #expect(try await store.objects.stepRestore(cancelled).state == .cancelled)
      #expect(try await store.contents(bucket).isEmpty)
      #expect(try await store.objects.restoreJobs().map(\.id) == [job.id])
      try await store.objects.forgetRestore(id: job.id)
      #expect(try await store.objects.restoreJobs().isEmpty)
    }
  }

  @Test func deleteMarkersAreTakenAway() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      for name in ["old", "one", "two", "three/x"] { try await store.put(bucket, name, [1]) }
      try await store.delete(bucket, "old")
      let from = Moment(try await store.put(bucket, "kept", [1]).version)
      for name in ["one", "two", "three/x", "never"] { try await store.delete(bucket, name) }
      try await store.put(bucket, "two", [2])
      let to = Moment(Timestamp.now())
      let job = try await store.restore(.undelete(from: from, to: to), bucket)
      #expect(job.created.keys == 2 && job.examined == job.planned)
      #expect(try await store.contents(bucket) == ["one": [1], "two": [2], "three/x": [1], "kept": [1]])
      try await expectSound(store, "undeleted")
    }
  }

  @Test func momentsThatAreNotWholeAreRefused() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      let moment = Moment(try await store.put(bucket, "a", [1]).version)
      await expectError({ if case .notRestorable(_, nil) = $0 { true } else { false } }) {
        try await store.restore(.restore(asOf: moment), bucket)
      }
      let versioned = try await store.objects.setVersioning(.enabled, of: bucket)
      await expectError({ if case .notRestorable(_, .some) = $0 { true } else { false } }) {
        try await store.restore(.restore(asOf: moment), versioned)
      }
      let future = Moment(Timestamp(milliseconds: Timestamp.now().milliseconds + 60_000))
      await expectError({ if case .momentInFuture = $0 { true } else { false } }) {
        try await store.restore(.restore(asOf: future), versioned)
      }
    }
  }
}

/// An object of many parts, which needs a manifest. Returns its size.
func manyParts(
  _ store: TestStore, _ bucket: BucketInfo, _ name: String, _ count: Int
) async throws -> UInt64 {
  let upload = try await store.begin(bucket, name)
  var parts: [PartInfo] = []
  for number in 1...count {
    parts.append(try await store.part(bucket, upload, number, patternBytes(4_200, seed: UInt64(number))))
  }
  return try await store.complete(bucket, upload, parts).size
}

/// Expects an `ObjectError` of a kind.
func expectError(
  _ isWanted: (ObjectError) -> Bool, _ body: () async throws -> Void
) async {
  do {
    try await body()
    Issue.record("nothing was thrown")
  } catch let error as ObjectError {
    if !isWanted(error) { Issue.record("\(error)") }
  } catch {
    Issue.record("\(error)")
  }
}
