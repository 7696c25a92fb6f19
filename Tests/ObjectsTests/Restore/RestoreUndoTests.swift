import Primitives
import Testing

@testable import Objects

/// What a restore leaves alone since others have changed it, and that what it takes away can be had back.
@Suite struct RestoreUndoTests {
  enum Bucket: CaseIterable, Sendable {
    case versioned, suspended, window, viewed
  }

  /// A bucket that keeps its past in one way or another.
  private static func make(_ store: TestStore, _ kind: Bucket) async throws -> BucketInfo {
    switch kind {
    case .versioned: return try await store.versionedBucket()
    case .suspended: return try await store.objects.setVersioning(.suspended, of: store.versionedBucket())
    case .window:
      return try await store.objects.setRecoveryWindow(seconds: 3_600, of: store.bucket())
    case .viewed: return try await store.bucket()
    }
  }

  /// Behind every commit so far, also those of this millisecond.
  private static var soon: Timestamp { Timestamp(milliseconds: Timestamp.now().milliseconds + 1_000) }

  /// The moment that is restored; where only a view keeps it, as of the view.
  private static func now(_ store: TestStore, _ bucket: BucketInfo, _ kind: Bucket) async throws -> Moment {
    if kind == .viewed || kind == .suspended {
      let name = try BucketName(validating: "then")
      return try await store.objects.createView(name: name, bucket: bucket).asOf
    }
    return Moment(try await store.put(bucket, "now", [1]).version)
  }

  /// A deletion leaves nothing in the place of the object where there is no versioning.
  @Test(arguments: Bucket.allCases)
  func whatIsDeletedMeanwhileStaysDeleted(_ kind: Bucket) async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await Self.make(store, kind)
      for index in 0..<80 { try await store.put(bucket, "k\(index)", [1]) }
      let moment = try await Self.now(store, bucket, kind)
      for index in 0..<70 { try await store.put(bucket, "k\(index)", [2]) }
      for index in 70..<80 { try await store.delete(bucket, "k\(index)") }
      var request = RestoreRequest(.restore(asOf: moment), bucket: bucket)
      request.keysPerSecond = 1
      var job = try await store.objects.beginRestore(request)
      try await store.delete(bucket, "k10")
      try await store.put(bucket, "k20", [3])
      for _ in 0..<3 { job = try await store.objects.stepRestore(job) }
      // Behind what has been done.
      try await store.delete(bucket, "k75")
      try await store.delete(bucket, "k69")
      // It was not there; it came and went.
      try await store.put(bucket, "k79", [3])
      try await store.delete(bucket, "k79")
      job = try await store.run(job)
      let now = try await store.contents(bucket)
      for (name, bytes) in [("k10", nil), ("k20", [3]), ("k69", nil), ("k79", nil)] as [(String, [UInt8]?)] {
        #expect(now[name] == bytes, "\(name)")
      }
      #expect(now["k68"] == [1] && now["k78"] == [1])
      let skipped = try await store.changes(job).filter { $0.value == .skip }.keys.sorted()
      // A marker on top of a marker is a change too.
      let all = ["k10", "k20", "k69", "k75", "k79"]
      #expect(skipped == (bucket.isVersioned ? all : all.filter { $0 != "k75" }))
      #expect(job.skipped.keys == UInt64(skipped.count))
      try await expectSound(store, "\(kind)")
    }
  }

  /// A version that is deleted for good, so that an older one is current.
  @Test func aVersionThatIsDeletedMeanwhileStaysDeleted() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      let first = try await store.put(bucket, "k", [1])
      let moment = Moment(first.version)
      let old = try #require(first.label)
      let new = try #require(try await store.put(bucket, "k", [2]).label)
      var job = try await store.objects.beginRestore(RestoreRequest(.restore(asOf: moment), bucket: bucket))
      for label in [old, new] {
        let request = DeleteObjectRequest(bucket: bucket, key: try key("k"), version: label)
        #expect(try await store.objects.deleteObject(request).existed)
      }
      job = try await store.run(job)
      #expect(job.skipped.keys == 1 && job.created.keys == 0)
      #expect(try await store.contents(bucket).isEmpty)
    }
  }

  /// What a restore replaces and deletes is there until it is forgotten, whatever the bucket itself keeps.
  @Test(arguments: Bucket.allCases)
  func aRestoreIsUndone(_ kind: Bucket) async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await Self.make(store, kind)
      for name in ["same", "replaced", "deleted"] { try await store.put(bucket, name, patternBytes(9_000)) }
      let moment = try await Self.now(store, bucket, kind)
      let before = try await store.contents(bucket)
      try await store.put(bucket, "replaced", patternBytes(70_000))
      try await store.delete(bucket, "deleted")
      try await store.put(bucket, "new", patternBytes(5_000))
      let after = try await store.contents(bucket)
      let job = try await store.restore(.restore(asOf: moment), bucket)
      #expect(try await store.contents(bucket) == before)
      #expect(try await store.purge(bucket, now: Self.soon) == 0)
      #expect(try await store.objects.canUndo(job))
      #expect(store.objects.isKept(by: job) == (kind == .suspended || kind == .viewed))
      #expect(try await store.contents(bucket, asOf: Moment(rawValue: job.id)) == after)

      let undo = try await store.restore(.restore(asOf: Moment(rawValue: job.id)), bucket)
      #expect(try await store.contents(bucket) == after)
      try await store.objects.forgetRestore(id: job.id)
      try await store.objects.forgetRestore(id: undo.id)
      #expect(try store.objects.bucket(named: "bucket").settings.restores.isEmpty)
      // Two markers as well, where there are such.
      #expect(
        try await store.purge(bucket, now: Self.soon) == (kind == .suspended ? 6 : kind == .viewed ? 4 : 0))
      if kind == .suspended || kind == .viewed {
        await expectError({ if case .notRestorable = $0 { true } else { false } }) {
          try await store.restore(.restore(asOf: Moment(rawValue: job.id)), bucket)
        }
      }
      try await expectSound(store, "\(kind)")
    }
  }

  /// Another bucket that keeps nothing by itself.
  @Test func whatIsReplacedElsewhereIsKeptToo() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      let other = try await store.bucket("other")
      try await store.put(other, "k", patternBytes(6_000))
      try await store.put(other, "own", [1])
      let before = try await store.contents(other)
      try await store.put(bucket, "k", [2])
      let moment = Moment(try await store.put(bucket, "more", [2]).version)
      let job = try await store.restore(.restore(asOf: moment), bucket) { $0.target = other }
      #expect(job.replaced.keys == 1 && job.created.keys == 1)
      #expect(try await store.contents(other) == ["k": [2], "more": [2], "own": [1]])
      #expect(try await store.objects.canUndo(job))
      #expect(store.objects.isKept(by: job))
      let settings = try store.objects.bucket(named: "other").settings
      #expect(settings.restores.count == 1 && settings.historySince == Moment(rawValue: job.id))
      let undo = try await store.restore(.restore(asOf: Moment(rawValue: job.id)), other)
      #expect(try await store.contents(other) == before)
      for id in [job.id, undo.id] { try await store.objects.forgetRestore(id: id) }
      #expect(try store.objects.bucket(named: "other").settings.historySince == nil)
      #expect(try await store.purge(other, now: Self.soon) > 0)
      try await expectSound(store, "another bucket")
    }
  }

  @Test func aDryRunKeepsAndMarksNothing() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      let moment = Moment(try await store.put(bucket, "k", [1]).version)
      try await store.put(bucket, "k", [2])
      var request = RestoreRequest(.restore(asOf: moment), bucket: bucket)
      request.isDryRun = true
      let job = try await store.objects.beginRestore(request)
      #expect(try store.objects.bucket(named: "bucket").settings.restores.isEmpty)
      let done = try await store.run(job)
      #expect(done.changed == 1)
      #expect(try await !store.objects.canUndo(done))
      let forgotten = try #require(done.forgotten).milliseconds - (try #require(done.finished)).milliseconds
      #expect(forgotten == 3_600_000)
    }
  }

  /// A bucket is not held by what a restore that is over keeps of it; by one that runs it is.
  @Test func aBucketThatWasRestoredCanBeDeleted() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      let other = try await store.bucket("other")
      try await store.put(other, "k", [1])
      let moment = Moment(try await store.put(bucket, "k", [2]).version)
      var request = RestoreRequest(.restore(asOf: moment), bucket: bucket)
      request.target = other
      let job = try await store.objects.beginRestore(request)
      try await store.delete(other, "k")
      await expectError({ if case .bucketInUse(_, .restore) = $0 { true } else { false } }) {
        try await store.objects.deleteBucket(other)
      }
      #expect(try await store.run(job).skipped.keys == 1)
      let again = try await store.restore(request.kind, bucket) { $0.target = other }
      #expect(again.created.keys == 1 && store.objects.isKept(by: again))
      try await store.delete(other, "k")
      try await store.objects.deleteBucket(other)
      _ = try await store.purge(other, now: Self.soon)
      #expect(try await store.objects.deletedBuckets().isEmpty)
      #expect(try await !store.objects.canUndo(again))
      try await store.objects.forgetRestore(id: again.id)
      try await expectSound(store, "deleted")
    }
  }

  /// Beyond the limit the oldest that is over is no longer kept.
  @Test func theOldestIsLetGoOf() async throws {
    try await TestStore.with(limits: .small) { store in
      let bucket = try await store.versionedBucket()
      let other = try await store.bucket("other")
      let first = Moment(try await store.put(bucket, "k", [0]).version)
      let second = Moment(try await store.put(bucket, "k", [1]).version)
      var jobs: [RestoreJob] = []
      for index in 0...RestoreClaim.limitPerBucket {
        jobs.append(
          try await store.restore(.restore(asOf: index % 2 == 0 ? first : second), bucket) {
            $0.target = other
          })
      }
      #expect(jobs.allSatisfy { $0.changed == 1 })
      let kept = try store.objects.bucket(named: "other").settings.restores.map(\.id)
      #expect(kept == jobs.dropFirst().map(\.id))
    }
  }

  @Test func claimsAreInTheBucketsRecord() throws {
    var settings = BucketSettings()
    settings.restores = [
      RestoreClaim(id: 1 << 40, prefix: [], keeps: true, isOver: true),
      RestoreClaim(id: 1 << 41, prefix: [0, 1, 255], keeps: false),
    ]
    let bucket = try RecordSamples.bucket().with(settings)
    let read = try BucketRecord.decode(name: Array("bucket".utf8), BucketRecord.encode(bucket))
    #expect(read == bucket)
  }
}
