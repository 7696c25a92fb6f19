import Background
import Logging
import Primitives
import Ring
import Testing

@testable import Objects

/// What lifecycle does to the keys of a store, by a clock that is moved.
@Suite struct LifecycleRunTests {
  private static func with(
    _ kind: TestStore.Kind = .memory,
    _ body: @escaping @Sendable (TestStore, MovedClock) async throws -> Void
  ) async throws {
    var limits = ObjectLimits.small
    limits.versionsPerLook = 4
    try await Nights.with(kind, limits: limits, body)
  }

  private static func rule(
    _ change: (inout LifecycleRules.Rule) -> Void
  ) -> LifecycleRules {
    var rule = LifecycleRules.Rule(id: "r")
    change(&rule)
    return LifecycleRules([rule])
  }

  private static func versions(_ store: TestStore, _ bucket: BucketInfo) async throws -> [String] {
    let page = try await store.objects.listObjectVersions(ListObjectVersionsRequest(bucket: bucket))
    return page.entries.compactMap { entry in
      guard case .version(let version) = entry else { return nil }
      return version.key.string + (version.isDeleteMarker ? " marker" : "") + (version.isLatest ? "" : " old")
    }
  }

  @Test(arguments: TestStore.Kind.allCases)
  func objectsExpireOnTheDayAndNotBefore(_ kind: TestStore.Kind) async throws {
    try await Self.with(kind) { store, clock in
      let bucket = try await store.objects.setLifecycle(
        Self.rule {
          $0.expiration = .days(2)
          $0.filter.prefix = Array("logs/".utf8)
        }, of: try await store.bucket())
      try await store.put(bucket, "logs/a", patternBytes(20_000))
      try await store.put(bucket, "other", [1])
      #expect(await Nights.run(store, clock, midnight: 2) == LifecycleTally())
      #expect(try await store.contents(bucket).count == 2)
      let done = await Nights.run(store, clock, midnight: 3)
      #expect(done.expired == 1 && done.bytes == 20_000 && done.looks == 1)
      #expect(try await store.contents(bucket).keys.sorted() == ["other"])
      // Nothing is left to look at.
      #expect(await Nights.run(store, clock, midnight: 30) == LifecycleTally())
      if kind == .rocks { await store.close() }
    }
  }

  @Test func whatIsWrittenAgainIsYoungAgain() async throws {
    try await Self.with { store, clock in
      let bucket = try await store.objects.setLifecycle(
        Self.rule { $0.expiration = .days(2) }, of: try await store.bucket())
      try await store.put(bucket, "k", [1])
      clock.move(to: Nights.midnight(2))
      try await store.put(bucket, "k", [2])
      let early = await Nights.run(store, clock, midnight: 3)
      #expect(early.looks == 1 && early.expired == 0)
      #expect(await Nights.run(store, clock, midnight: 4).expired == 1)
    }
  }

  @Test func versionedObjectsAreCoveredByMarkersWhichGoLast() async throws {
    try await Self.with { store, clock in
      let bucket = try await store.objects.setLifecycle(
        Self.rule {
          $0.expiration = .days(1)
          $0.noncurrentExpiration = LifecycleRules.NoncurrentExpiration(days: 3)
        }, of: try await store.versionedBucket())
      try await store.put(bucket, "k", [1])
      #expect(await Nights.run(store, clock, midnight: 2).expired == 1)
      #expect(try await Self.versions(store, bucket) == ["k marker", "k old"])
      #expect(await Nights.run(store, clock, midnight: 4).removed == 0)
      let done = await Nights.run(store, clock, midnight: 5)
      #expect(done.removed == 1 && done.markers == 1)
      #expect(try await Self.versions(store, bucket).isEmpty)
      #expect(try await store.objects.usage(of: bucket) == BucketUsage(objects: 0, bytes: 0))
    }
  }

  @Test func theNewestOldVersionsStay() async throws {
    try await Self.with { store, clock in
      let bucket = try await store.objects.setLifecycle(
        Self.rule { $0.noncurrentExpiration = LifecycleRules.NoncurrentExpiration(days: 1, kept: 2) },
        of: try await store.versionedBucket())
      for index in 0..<12 { try await store.put(bucket, "k", [UInt8(index)]) }
      #expect(await Nights.run(store, clock, midnight: 1).removed == 0)
      // More than one round of four.
      #expect(await Nights.run(store, clock, midnight: 2).removed == 9)
      #expect(try await Self.versions(store, bucket).count == 3)
      // One more version pushes an old one out, as soon as a midnight has come.
      try await store.put(bucket, "k", [99])
      #expect(await Nights.run(store, clock, midnight: 3).removed == 1)
    }
  }

  @Test func suspendedBucketsGetNullMarkers() async throws {
    try await Self.with { store, clock in
      var bucket = try await store.versionedBucket()
      try await store.put(bucket, "kept", [1])
      bucket = try await store.objects.setVersioning(.suspended, of: bucket)
      try await store.put(bucket, "gone", [1])
      bucket = try await store.objects.setLifecycle(Self.rule { $0.expiration = .days(1) }, of: bucket)
      #expect(await Nights.run(store, clock, midnight: 2).expired == 2)
      #expect(try await Self.versions(store, bucket) == ["gone marker", "kept marker", "kept old"])
      // Nothing but its marker is left of the one.
      #expect(await Nights.run(store, clock, midnight: 3).markers == 1)
      #expect(try await Self.versions(store, bucket) == ["kept marker", "kept old"])
    }
  }

  @Test func uploadsAreAborted() async throws {
    try await Self.with { store, clock in
      let bucket = try await store.objects.setLifecycle(
        Self.rule { $0.abortion = .days(1) }, of: try await store.bucket())
      let upload = try await store.begin(bucket, "k")
      try await store.part(bucket, upload, 1, patternBytes(5_000))
      #expect(await Nights.run(store, clock, midnight: 1).aborted == 0)
      #expect(await Nights.run(store, clock, midnight: 2).aborted == 1)
      #expect(try await store.objects.usage(of: bucket).uploads == 0)
    }
  }

  @Test func locksHoldWhatIsDue() async throws {
    try await Self.with { store, clock in
      var bucket = try await store.versionedBucket()
      bucket = try await store.objects.setObjectLock(ObjectLockConfiguration(), of: bucket)
      bucket = try await store.objects.setLifecycle(
        Self.rule { $0.noncurrentExpiration = LifecycleRules.NoncurrentExpiration(days: 1) }, of: bucket)
      for byte: UInt8 in 1...3 { try await store.put(bucket, "k", [byte]) }
      let page = try await store.objects.listObjectVersions(ListObjectVersionsRequest(bucket: bucket))
      guard case .version(let middle) = page.entries[1] else {
        Issue.record("a group is listed")
        return
      }
      let retention = Retention(mode: .compliance, until: Nights.midnight(4))
      try await store.objects.setRetention(
        retention, bucket: bucket, key: try key("k"), version: middle.label)
      let first = await Nights.run(store, clock, midnight: 2)
      #expect(first.removed == 1 && first.held == 1)
      // It is looked at again when the lock is over, and not every day.
      #expect(await Nights.run(store, clock, midnight: 3) == LifecycleTally())
      #expect(await Nights.run(store, clock, midnight: 4).removed == 1)
    }
  }

  @Test(arguments: TestStore.Kind.allCases)
  func newRulesReachWhatIsThere(_ kind: TestStore.Kind) async throws {
    try await Self.with(kind) { store, clock in
      var bucket = try await store.versionedBucket()
      for index in 0..<50 {
        try await store.put(bucket, "k\(index)", [1])
        if index % 5 == 0 { try await store.put(bucket, "k\(index)", [2]) }
      }
      _ = try await store.begin(bucket, "upload\u{0}x")
      try await store.delete(bucket, "never")
      clock.move(to: Nights.midnight(10))
      bucket = try await store.objects.setLifecycle(
        Self.rule {
          $0.expiration = .days(3)
          $0.noncurrentExpiration = LifecycleRules.NoncurrentExpiration(days: 3)
          $0.abortion = .days(3)
        }, of: bucket)
      #expect(try await !store.objects.isLifecycleSetUp(bucket))
      // A step, then a restart: the walk goes on where it was.
      let step = try await store.objects.setUpLifecycle(bucket.id)
      #expect(step.hasMore && step.rows == 20 && step.looks == 20)
      let next = try await store.reopened()
      bucket = try next.objects.bucket(named: "bucket")
      let done = await Nights.run(next, clock, midnight: 11)
      var expected = LifecycleTally()
      (expected.expired, expected.removed, expected.aborted, expected.markers) = (50, 10, 1, 1)
      // Five keys have a look of the day on which the walk began, for their newest version, and one of the next.
      (expected.looks, expected.bytes) = (57, 60)
      #expect(done == expected)
      #expect(try await next.objects.isLifecycleSetUp(bucket))
      if kind == .rocks { await next.close() }
    }
  }

  @Test func rulesThatAreGoneDoNothing() async throws {
    try await Self.with { store, clock in
      let bucket = try await store.objects.setLifecycle(
        Self.rule { $0.expiration = .days(1) }, of: try await store.bucket())
      try await store.put(bucket, "k", [1])
      _ = try await store.objects.setLifecycle(nil, of: bucket)
      let done = await Nights.run(store, clock, midnight: 2)
      #expect(done.looks == 1 && done.expired == 0)
      #expect(try await store.contents(bucket).count == 1)
      #expect(await Nights.run(store, clock, midnight: 3).looks == 0)
    }
  }

  /// The cost of a night follows what is due, not what is there.
  @Test func onlyWhatIsDueIsLookedAt() async throws {
    try await Self.with { store, clock in
      let bucket = try await store.objects.setLifecycle(
        Self.rule {
          $0.expiration = .days(1)
          $0.filter.tags = TagSet([TagSet.Tag(key: "tmp", value: "1")])
        }, of: try await store.bucket())
      for index in 0..<200 {
        try await store.put(bucket, "k\(index)", [1]) { request in
          if index % 20 == 0 { request.tags = TagSet([TagSet.Tag(key: "tmp", value: "1")]) }
        }
      }
      let preview = try await store.objects.lifecyclePreview(of: bucket, until: Nights.midnight(9))
      #expect(preview.keys == 10 && preview.days.map(\.tally.expired) == [10])
      #expect(preview.days.map(\.time) == [Nights.midnight(2)])
      let backlog = try await store.objects.lifecycleBacklog(of: bucket, at: Nights.midnight(2))
      #expect(backlog.due == 10 && backlog.oldest == Nights.midnight(2) && backlog.next == nil)
      let done = await Nights.run(store, clock, midnight: 2)
      #expect(done.looks == 10 && done.expired == 10)
    }
  }

  /// An append makes an object larger and younger: it is judged anew.
  @Test func whatIsAppendedToIsLookedAtAgain() async throws {
    try await Self.with { store, clock in
      let bucket = try await store.objects.setLifecycle(
        Self.rule {
          $0.expiration = .days(1)
          $0.filter.largerThan = 1000
        }, of: try await store.bucket())
      try await store.append(bucket, "log", at: 0, patternBytes(500))
      #expect(await Nights.run(store, clock, midnight: 2).looks == 0)
      try await store.append(bucket, "log", at: 500, patternBytes(5_000))
      #expect(await Nights.run(store, clock, midnight: 3).expired == 1)
      #expect(try await store.contents(bucket).isEmpty)
    }
  }

  /// Rules that were set again begin a walk of their own; what is done by the ones before is nothing.
  @Test func aSetUpIsByTheRulesItIsFor() async throws {
    try await Self.with { store, clock in
      let bucket = try await store.bucket()
      try await store.put(bucket, "k", [1])
      _ = try await store.begin(bucket, "k")
      _ = try await store.objects.setLifecycle(Self.rule { $0.abortion = .days(9) }, of: bucket)
      _ = try await store.objects.setUpLifecycle(bucket.id)
      _ = try await store.objects.setLifecycle(Self.rule { $0.abortion = .days(1) }, of: bucket)
      #expect(try await !store.objects.isLifecycleSetUp(bucket))
      let done = await Nights.run(store, clock, midnight: 2)
      #expect(done.aborted == 1 && done.expired == 0)
    }
  }

  /// What a tag is changed to counts from when the object was made.
  @Test func tagsThatAreSetLaterCount() async throws {
    try await Self.with { store, clock in
      let bucket = try await store.objects.setLifecycle(
        Self.rule {
          $0.expiration = .days(1)
          $0.filter.tags = TagSet([TagSet.Tag(key: "tmp", value: "1")])
        }, of: try await store.bucket())
      try await store.put(bucket, "k", [1])
      #expect(await Nights.run(store, clock, midnight: 5).looks == 0)
      try await store.objects.setTags(
        TagSet([TagSet.Tag(key: "tmp", value: "1")]), bucket: bucket, key: try key("k"))
      #expect(await Nights.run(store, clock, midnight: 6).expired == 1)
    }
  }
}
