import Metadata
import Primitives
import Testing

@testable import Objects

/// A bucket's WORM policy: its states, and that no way leads around what it forbids.
@Suite struct BucketWormTests {
  private static func isImmutable(_ error: ObjectError) -> Bool {
    if case .immutable = error { true } else { false }
  }

  private static func conflict(_ wanted: BucketWormConflict) -> (ObjectError) -> Bool {
    { if case .worm(wanted) = $0 { true } else { false } }
  }

  @Test func statesFollowEachOther() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      let objects = store.objects
      await expectError(Self.conflict(.missing)) { try await objects.abortWorm(of: bucket) }
      let first = try await objects.beginWorm(days: 1, of: bucket)
      #expect(first.state == .inProgress && first.id.utf8.count == 32 && first.expires != nil)
      await expectError(Self.conflict(.present)) { _ = try await objects.beginWorm(days: 1, of: bucket) }
      await expectError(Self.conflict(.notLocked)) {
        try await objects.extendWorm(id: first.id, days: 2, of: bucket)
      }
      try await objects.abortWorm(of: bucket)
      let worm = try await objects.beginWorm(days: 2, of: bucket)
      #expect(worm.id != first.id)
      await expectError(Self.conflict(.missing)) { try await objects.lockWorm(id: first.id, of: bucket) }
      try await objects.lockWorm(id: worm.id, of: bucket)
      await expectError(Self.conflict(.locked)) { try await objects.lockWorm(id: worm.id, of: bucket) }
      await expectError(Self.conflict(.locked)) { try await objects.abortWorm(of: bucket) }
      await expectError(Self.conflict(.present)) { _ = try await objects.beginWorm(days: 9, of: bucket) }
      for days in [1, 2] {
        await expectError(Self.conflict(.notLonger)) {
          try await objects.extendWorm(id: worm.id, days: days, of: bucket)
        }
      }
      try await objects.extendWorm(id: worm.id, days: 3, of: bucket)
      let reopened = try await store.reopened()
      let kept = try reopened.objects.bucket(named: "bucket").settings.worm
      #expect(kept == BucketWorm(id: worm.id, state: .locked, days: 3, created: worm.created))
    }
  }

  @Test func aPolicyOnTrialEndsByItself() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      try await store.put(bucket, "k", [1])
      let yesterday = Timestamp(milliseconds: Timestamp.now().milliseconds - 86_400_001)
      _ = try await store.objects.change(bucket) { (settings) throws(ObjectError) in
        settings.worm = BucketWorm(id: "A", state: .inProgress, days: 1, created: yesterday)
      }
      await expectError(Self.conflict(.missing)) { try await store.objects.lockWorm(id: "A", of: bucket) }
      #expect(try await store.delete(bucket, "k").existed)
      _ = try await store.objects.beginWorm(days: 1, of: bucket)
    }
  }

  @Test func daysCountFromTheWrite() {
    func time(_ days: Double) -> Timestamp { Timestamp(milliseconds: Int64(days * 86_400_000)) }
    let locked = BucketWorm(id: "A", state: .locked, days: 2, created: time(100))
    #expect(locked.keeps(time(100), at: time(101.9)) && !locked.keeps(time(100), at: time(102)))
    // What was there before the policy is kept as well, and what is not yet there by the clock.
    #expect(locked.keeps(time(99), at: time(100.9)) && !locked.keeps(time(1), at: time(100)))
    #expect(locked.keeps(time(103), at: time(102)))
    let trial = BucketWorm(id: "A", state: .inProgress, days: 2, created: time(100))
    #expect(trial.keeps(time(100), at: time(100.9)) && !trial.keeps(time(100), at: time(101)))
  }

  /// Overwriting, by whatever writes, and deleting in a bucket without versions.
  @Test func nothingIsOverwrittenOrDeleted() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.bucket()
      try await store.put(bucket, "k", patternBytes(9_000))
      try await store.put(bucket, "other", [1])
      let upload = try await store.begin(bucket, "k")
      let part = try await store.part(bucket, upload, 1, [7])
      _ = try await store.objects.beginWorm(days: 1, of: bucket)
      await expectError(Self.isImmutable) { try await store.delete(bucket, "k") }
      await expectError(Self.isImmutable) { try await store.put(bucket, "k", [2]) }
      await expectError(Self.isImmutable) { try await store.copy((bucket, "other"), to: (bucket, "k")) }
      await expectError(Self.isImmutable) { try await store.complete(bucket, upload, [part]) }
      let many = await store.objects.deleteObjects(
        [DeleteObjectRequest(bucket: bucket, key: try key("k"))])
      #expect(many.count == 1)
      guard case .failure(let error) = many[0], Self.isImmutable(error) else {
        Issue.record("deleted: \(many)")
        return
      }
      #expect(try await store.get(bucket, "k") == patternBytes(9_000))
      // What is new, and what says nothing of the bytes, is fine.
      try await store.put(bucket, "new", [3])
      try await store.objects.setTags(
        TagSet([TagSet.Tag(key: "a", value: "b")]), bucket: bucket, key: key("k"))
      await expectError({ if case .bucketNotEmpty = $0 { true } else { false } }) {
        try await store.objects.deleteBucket(bucket)
      }
      try await store.abort(bucket, upload)
      try await expectSound(store, "a bucket with WORM")
    }
  }

  /// A versioned bucket takes new versions and markers; old versions stay.
  @Test func versionsStay() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      let first = try #require(try await store.put(bucket, "k", [1]).label)
      _ = try await store.objects.beginWorm(days: 1, of: bucket)
      let second = try #require(try await store.put(bucket, "k", [2]).label)
      let marker = try #require(try await store.delete(bucket, "k").label)
      for label in [first, second] {
        var request = DeleteObjectRequest(bucket: bucket, key: try key("k"), version: label)
        request.bypassesGovernance = true
        await expectError(Self.isImmutable) { _ = try await store.objects.deleteObject(request) }
      }
      // A marker is nothing that was written.
      _ = try await store.objects.deleteObject(
        DeleteObjectRequest(bucket: bucket, key: try key("k"), version: marker))
      #expect(try await store.get(bucket, "k") == [2])
      let suspended = try await store.objects.setVersioning(.suspended, of: bucket)
      try await store.put(suspended, "k", [3])
      await expectError(Self.isImmutable) { try await store.put(suspended, "k", [4]) }
      await expectError(Self.isImmutable) { try await store.delete(suspended, "k") }
      #expect(try await store.get(suspended, "k") == [3])
      try await expectSound(store, "versions under WORM")
    }
  }

  /// A restore leaves what would go, and says so.
  @Test func restoresLeaveWhatIsKept() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.objects.setRecoveryWindow(seconds: 3_600, of: store.bucket())
      try await store.put(bucket, "k", [1])
      let moment = Moment(try await store.put(bucket, "other", [1]).version)
      try await store.put(bucket, "k", [2])
      _ = try await store.objects.beginWorm(days: 1, of: bucket)
      try await store.put(bucket, "new", [3])
      let job = try await store.restore(.restore(asOf: moment), bucket)
      #expect(job.failed.keys == 2)
      #expect(try await store.get(bucket, "k") == [2])
      #expect(try await store.get(bucket, "new") == [3])
      try await expectSound(store, "restored under WORM")
    }
  }
}
