import Background
import Logging
import Primitives
import Testing
import Volumes

@testable import Objects

/// Changes of class by lifecycle: which the rules want, and what becomes of the versions.
@Suite struct TransitionTests {
  private static func rules(
    _ smallest: LifecycleRules.SmallestToMove = .anySize, _ change: (inout LifecycleRules.Rule) -> Void
  ) -> LifecycleRules {
    var rule = LifecycleRules.Rule(id: "r")
    change(&rule)
    return LifecycleRules([rule], smallestToMove: smallest)
  }

  private static func moves(_ rules: LifecycleRules, _ version: LifecycleVersion, newer: Int = 0)
    -> [StorageClass]
  {
    LifecycleDecision(rules, key: [1], calendar: LifecycleCalendar()).moves(of: version, newer: newer)
      .map(\.storageClass)
  }

  @Test func onlyToWhatIsColder() {
    let all = Self.rules { rule in
      rule.transitions = StorageClass.allCases.map { LifecycleRules.Transition(.days(1), to: $0) }
    }
    let expected: [(StorageClass, [StorageClass])] = [
      (
        .standard,
        [.standardIA, .glacierIR, .archive, .glacier, .deepArchive, .oneZoneIA, .intelligentTiering]
      ),
      (.standardIA, [.glacierIR, .archive, .glacier, .deepArchive, .oneZoneIA, .intelligentTiering]),
      (.glacierIR, [.glacier, .deepArchive]), (.archive, [.glacier, .deepArchive]),
      (.glacier, [.deepArchive]),
      (.deepArchive, []), (.oneZoneIA, [.archive, .glacier, .deepArchive]),
      (.intelligentTiering, [.glacierIR, .archive, .glacier, .deepArchive, .oneZoneIA]),
      (
        .reducedRedundancy,
        [.standardIA, .glacierIR, .archive, .glacier, .deepArchive, .oneZoneIA, .intelligentTiering]
      ),
    ]
    #expect(expected.map(\.0) == StorageClass.allCases)
    for (from, targets) in expected {
      var version = LifecycleVersion(size: 1, created: Nights.noon)
      version.storageClass = from
      #expect(Self.moves(all, version) == targets, "\(from)")
    }
  }

  @Test func smallObjectsStay() {
    let both: (inout LifecycleRules.Rule) -> Void = { rule in
      rule.transitions = [
        LifecycleRules.Transition(.days(30), to: .standardIA),
        LifecycleRules.Transition(.days(60), to: .glacier),
      ]
    }
    let small = LifecycleVersion(size: 131_071, created: Nights.noon)
    let large = LifecycleVersion(size: 131_072, created: Nights.noon)
    for smallest in [LifecycleRules.SmallestToMove.allClasses, .byClass, .anySize] {
      #expect(Self.moves(Self.rules(smallest, both), large) == [.standardIA, .glacier])
    }
    #expect(Self.moves(Self.rules(.allClasses, both), small) == [])
    #expect(Self.moves(Self.rules(.byClass, both), small) == [.glacier])
    #expect(Self.moves(Self.rules(.anySize, both), small) == [.standardIA, .glacier])
    let bounded = Self.rules(.allClasses) { rule in
      both(&rule)
      rule.filter.largerThan = 5
    }
    #expect(Self.moves(bounded, small) == [.standardIA, .glacier], "the rule says it itself")
  }

  @Test func whatCannotBeMovedIsNot() {
    let cold = Self.rules { rule in
      rule.transitions = [
        LifecycleRules.Transition(.days(1), to: .archive), LifecycleRules.Transition(.days(2), to: .glacier),
      ]
    }
    var version = LifecycleVersion(size: 1, created: Nights.noon)
    version.kind = .symlink
    #expect(Self.moves(cold, version) == [])
    version.kind = .appendable
    #expect(Self.moves(cold, version) == [.archive])
    version.isSealed = true
    #expect(Self.moves(cold, version) == [.archive, .glacier])
    version = LifecycleVersion(isDeleteMarker: true, created: Nights.noon)
    #expect(Self.moves(cold, version) == [])
  }

  @Test func ofSeveralTheColdestIsMade() {
    let moves = [StorageClass.intelligentTiering, .glacierIR, .glacier, .standardIA].enumerated().map {
      LifecycleMove(
        due: LifecycleDue(time: Nights.midnight(Int64($0.offset)), rule: "r"), storageClass: $0.element)
    }
    #expect(moves.chosen(at: Nights.midnight(-1)) == nil)
    #expect(moves.chosen(at: Nights.midnight(0))?.storageClass == .intelligentTiering)
    #expect(moves.chosen(at: Nights.midnight(1))?.storageClass == .intelligentTiering)
    #expect(moves.chosen(at: Nights.midnight(9))?.storageClass == .glacier)
    #expect(moves.next(after: Nights.midnight(1)) == Nights.midnight(2))
    #expect(moves.next(after: Nights.midnight(3)) == nil)
  }

  private static func with(
    _ kind: TestStore.Kind = .memory,
    _ body: @escaping @Sendable (TestStore, MovedClock) async throws -> Void
  ) async throws {
    var limits = ObjectLimits.small
    limits.versionsPerLook = 3
    limits.rowsPerCleanup = 2
    try await Nights.with(kind, limits: limits, body)
  }

  @Test(arguments: TestStore.Kind.allCases)
  func anObjectGoesDownStepByStep(_ kind: TestStore.Kind) async throws {
    try await Self.with(kind) { store, clock in
      let made = try await store.bucket()
      try await store.put(made, "before", patternBytes(9000))
      let bucket = try await store.objects.setLifecycle(
        Self.rules { rule in
          rule.transitions = [
            LifecycleRules.Transition(.days(1), to: .standardIA),
            LifecycleRules.Transition(.days(3), to: .glacier),
          ]
          rule.expiration = .days(5)
        }, of: made)
      try await store.put(bucket, "k", patternBytes(9000))
      let info = try await store.info(bucket, "k")
      let live = store.volumes.statistics().liveBytes
      #expect(await Nights.run(store, clock, midnight: 1).moved == 0)
      #expect(await Nights.run(store, clock, midnight: 2).moved == 2)
      let preview = try await store.objects.lifecyclePreview(of: bucket, until: Nights.midnight(4))
      #expect(preview.days.map(\.time) == [Nights.midnight(4)] && preview.days[0].tally.moved == 2)
      #expect(preview.days[0].tally.movedBytes == 18_000)
      for name in ["k", "before"] {
        #expect(try await store.info(bucket, name).storageClass == .standardIA)
      }
      let moved = try await store.info(bucket, "k")
      #expect(moved.version == info.version && moved.lastModified == info.lastModified, "the same version")
      #expect(try await store.get(bucket, "k") == patternBytes(9000))
      #expect(await Nights.run(store, clock, midnight: 3).looks == 0)
      let tally = await Nights.run(store, clock, midnight: 4)
      #expect(tally.moved == 2 && tally.movedBytes == 18_000)
      #expect(try await store.info(bucket, "k").storageClass == .glacier)
      #expect(store.volumes.statistics().liveBytes == live, "the bytes stay where they are")
      #expect(
        try await store.objects.usage(of: bucket).classes == [.glacier: ClassUsage(objects: 2, bytes: 18_000)]
      )
      try await expectSound(store)
      #expect(await Nights.run(store, clock, midnight: 6).expired == 2)
      try await expectSound(store)
    }
  }

  @Test func oldVersionsMoveByTheirRankAndLocksDoNotHoldThem() async throws {
    try await Self.with { store, clock in
      var bucket = try await store.versionedBucket()
      bucket = try await store.objects.setObjectLock(ObjectLockConfiguration(), of: bucket)
      bucket = try await store.objects.setLifecycle(
        Self.rules { rule in
          rule.noncurrentTransitions = [
            LifecycleRules.NoncurrentTransition(days: 1, kept: 2, to: .glacierIR),
            LifecycleRules.NoncurrentTransition(days: 2, to: .deepArchive),
          ]
        }, of: bucket)
      for size in 1...6 { try await store.put(bucket, "k", patternBytes(size)) { $0.lock.legalHold = true } }
      func classes() async throws -> [StorageClass] {
        try await store.objects.listObjectVersions(ListObjectVersionsRequest(bucket: bucket)).entries
          .compactMap {
            if case .version(let version) = $0 { version.storageClass } else { nil }
          }
      }
      #expect(await Nights.run(store, clock, midnight: 2).moved == 3)
      #expect(
        try await classes() == [.standard, .standard, .standard, .glacierIR, .glacierIR, .glacierIR])
      let tally = await Nights.run(store, clock, midnight: 3)
      #expect(tally.moved == 5 && tally.held == 0)
      #expect(try await classes() == [.standard] + Array(repeating: .deepArchive, count: 5))
      #expect(try await store.objects.usage(of: bucket).usage(of: .deepArchive).bytes == 15)
      // One more, since the ranks may have changed.
      #expect(await Nights.run(store, clock, midnight: 4).moved == 0)
      #expect(await Nights.run(store, clock, midnight: 9).looks == 0)
      try await expectSound(store)
    }
  }

  @Test func aTransitionGoesBeforeTheMarkerAndNotBeforeADeletion() async throws {
    for isVersioned in [false, true] {
      try await Self.with { store, clock in
        let made = isVersioned ? try await store.versionedBucket() : try await store.bucket()
        let bucket = try await store.objects.setLifecycle(
          Self.rules { rule in
            rule.transitions = [LifecycleRules.Transition(.days(1), to: .glacier)]
            rule.expiration = .days(1)
          }, of: made)
        try await store.put(bucket, "k", [1])
        let tally = await Nights.run(store, clock, midnight: 2)
        #expect(tally.expired == 1 && tally.moved == (isVersioned ? 1 : 0))
        let usage = try await store.objects.usage(of: bucket)
        #expect(usage.usage(of: .glacier).objects == (isVersioned ? 1 : 0) && usage.objects == 0)
        try await expectSound(store)
      }
    }
  }

  @Test func aRestoreEndsWithItsClass() async throws {
    try await Self.with { store, clock in
      let bucket = try await store.objects.setLifecycle(
        Self.rules { $0.transitions = [LifecycleRules.Transition(.days(1), to: .deepArchive)] },
        of: store.bucket())
      try await store.put(bucket, "k", [1]) { $0.storageClass = .glacier }
      let terms = RestoreTerms(mostDays: [.glacier: 100], tiers: [:], endsAtMidnight: false)
      _ = try await store.objects.restoreArchived(
        RestoreArchivedRequest(bucket: bucket, key: key("k"), days: 100, terms: terms, now: clock.now))
      #expect(try await store.info(bucket, "k").restore != nil)
      #expect(await Nights.run(store, clock, midnight: 2).moved == 1)
      let info = try await store.info(bucket, "k")
      #expect(info.storageClass == .deepArchive && info.restore == nil)
    }
  }
}
