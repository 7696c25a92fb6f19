import Background
import Logging
import Primitives
import Ring
import Testing

@testable import Objects

/// The index of changes, of which what nobody can ask for is deleted.
@Suite struct TrimTests {
  /// Behind all that was written: commits of a millisecond are looked at when it is over.
  private static var soon: Timestamp { Timestamp(milliseconds: Timestamp.now().milliseconds + 1_000) }

  /// Ends what can be shown: a version that was current is gone for good. Returns when.
  @discardableResult
  private func raiseHorizon(_ store: TestStore, _ bucket: BucketInfo) async throws -> UInt64 {
    let made = try await store.put(bucket, "gone", [1])
    _ = try await store.objects.deleteObject(
      DeleteObjectRequest(bucket: bucket, key: key("gone"), version: made.label))
    return try await store.history(of: bucket).horizon
  }

  @Test(arguments: TestStore.Kind.allCases)
  func whatNobodyCanAskForGoes(_ kind: TestStore.Kind) async throws {
    try await TestStore.with(kind, limits: .small) { store in
      let bucket = try await store.versionedBucket()
      for index in 0..<30 { try await store.put(bucket, "k\(index % 3)", [1]) }
      #expect(try await store.objects.bucketsToPurge().isEmpty)
      #expect(try await store.purge(bucket, now: Self.soon) == 0)
      #expect(try await store.changes(of: bucket).count == 30)
      let horizon = try await raiseHorizon(store, bucket)
      let before = try await store.contents(bucket)
      let later = try await store.put(bucket, "k0", [2]).version.rawValue
      #expect(try await store.objects.bucketsToPurge() == [bucket.id])

      // Some steps, then a restart: the walk goes on where it was.
      var deleted = 0
      for _ in 0..<3 {
        let step = try await store.objects.purge(bucket.id, now: Self.soon)
        #expect(step.hasMore && step.changes <= store.limits.rowsPerCleanup)
        deleted += step.changes
      }
      let trimmed = try await store.history(of: bucket).trimmed
      #expect(deleted == 16 && trimmed > 0)
      let next = try await store.reopened()
      while true {
        let step = try await next.objects.purge(bucket.id, now: Self.soon)
        deleted += step.changes
        if !step.hasMore { break }
      }
      #expect(deleted == 32)
      #expect(try await next.changes(of: bucket) == [later])
      let history = try await next.history(of: bucket)
      #expect(history.horizon == horizon && history.trimmed == horizon)
      #expect(try await next.objects.bucketsToPurge().isEmpty)

      let job = try await next.restore(.restore(asOf: Moment(rawValue: horizon)), bucket)
      #expect(job.replaced.keys == 1 && job.planned == 1)
      #expect(try await next.contents(bucket) == before)
      if kind == .rocks { await next.close() }
    }
  }

  /// A view can be restored however far the horizon has risen.
  @Test func aViewKeepsWhatHasChangedSince() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      for name in ["a", "b", "c"] { try await store.put(bucket, name, [1]) }
      let view = try await store.objects.createView(name: BucketName(validating: "view"), bucket: bucket)
      let before = try await store.contents(bucket)
      try await store.put(bucket, "a", [2])
      try await store.delete(bucket, "b")
      try await store.put(bucket, "d", [1])
      let horizon = try await raiseHorizon(store, bucket)
      #expect(try await store.purge(bucket, now: Self.soon) == 0)
      #expect(try await store.changes(of: bucket).count == 5)
      let job = try await store.restore(.restore(asOf: view.asOf), bucket)
      #expect(job.state == .done && job.planned == 4)
      #expect(try await store.contents(bucket) == before)
      // It runs no more, but the view is still there.
      #expect(try await store.purge(bucket, now: Self.soon) == 0)
      #expect(try await store.changes(of: bucket).count == 8)
      try await store.objects.deleteView(named: "view")
      #expect(try await store.purge(bucket, now: Self.soon) == 0)
      let left = try await store.changes(of: bucket)
      #expect(left.count == 3 && left.allSatisfy { $0 > horizon })
    }
  }

  /// Markers of before the horizon can still be taken away.
  @Test(arguments: ["", "d/"]) func anUndeleteFindsOlderMarkers(_ prefix: String) async throws {
    var limits = ObjectLimits.small
    limits.changesPerPlan = 4
    try await TestStore.with(limits: limits) { store in
      let bucket = try await store.versionedBucket()
      let names = (0..<6).flatMap { ["a\($0)", "d/\($0)"] }
      for name in names + ["early", "d/early", "late"] { try await store.put(bucket, name, [1]) }
      for name in ["early", "d/early"] { try await store.delete(bucket, name) }
      let from = Moment(try await store.put(bucket, "z", [1]).version)
      for name in names { try await store.delete(bucket, name) }
      let to = Moment(try await store.put(bucket, "z", [1]).version)
      try await store.delete(bucket, "late")
      var request = RestoreRequest(.undelete(from: from, to: to), bucket: bucket)
      request.prefix = Array(prefix.utf8)

      // One that has begun to read the changes when they go.
      request.isDryRun = true
      let begun = try await store.objects.stepRestore(try await store.objects.beginRestore(request))
      #expect(begun.state == .planning)
      try await raiseHorizon(store, bucket)
      #expect(try await store.purge(bucket, now: Self.soon) == 0)
      #expect(try await store.changes(of: bucket).isEmpty)
      let expected: Set = prefix.isEmpty ? Set(names) : Set(names.filter { $0.hasPrefix(prefix) })
      let dry = try await store.run(begun)
      #expect(dry.created.keys == UInt64(expected.count) && dry.examined == dry.planned)

      request.isDryRun = false
      let job = try await store.run(try await store.objects.beginRestore(request))
      #expect(job.created.keys == UInt64(expected.count) && job.planned == job.created.keys)
      let contents = try await store.contents(bucket)
      #expect(Set(contents.keys) == expected.union(["z"]))
      try await expectSound(store, "undeleted")
    }
  }

  @Test func thePurgerTakesItsTime() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      for _ in 0..<200 { try await store.put(bucket, "k", [1]) }
      try await raiseHorizon(store, bucket)
      await Ring.current.sleep(for: .milliseconds(10))
      let purger = Purger(objects: store.objects, logger: Logger(label: "test"), rate: 200)
      let start = Ring.current.now
      await purger.pass()
      #expect(Ring.current.now.duration(since: start) > .milliseconds(700))
      #expect(purger.statistics.changes == 202 && purger.statistics.failures == 0)
      #expect(try await store.changes(of: bucket).isEmpty)
    }
  }
}
