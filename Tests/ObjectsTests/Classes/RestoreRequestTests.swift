import Primitives
import Testing

@testable import Objects

/// What a request for a restore comes to, by what was asked for before and when.
@Suite struct RestoreRequestTests {
  private static let hour: Int64 = 3_600_000
  private static let day = 24 * hour
  /// 2024-07-03T12:00:00Z.
  private static let noon = Timestamp(milliseconds: 1_720_008_000_000)

  private static let s3 = RestoreTerms(
    mostDays: [.archive: 100, .glacier: 100, .deepArchive: 100],
    tiers: [
      .archive: RestoreTier.allCases, .glacier: RestoreTier.allCases, .deepArchive: [.standard, .bulk],
    ], endsAtMidnight: true)
  private static let oss = RestoreTerms(
    mostDays: [.archive: 7, .glacier: 365, .deepArchive: 365], tiers: [.archive: []], endsAtMidnight: false)

  /// Expedited 1 h, Standard 5 h, Bulk 12 h.
  private static let policies: ArchivePolicies = {
    var policies = ArchivePolicies()
    policies.glacier.expedited = .seconds(3600)
    policies.glacier.standard = .seconds(5 * 3600)
    policies.glacier.bulk = .seconds(12 * 3600)
    policies.deepArchive.needsRestore = false
    return policies
  }()

  private static func after(_ milliseconds: Int64) -> Timestamp {
    Timestamp(milliseconds: noon.milliseconds + milliseconds)
  }

  private static func decide(
    _ storageClass: StorageClass = .glacier, days: UInt32 = 2, tier: RestoreTier? = nil,
    terms: RestoreTerms = s3, at now: Timestamp = noon, before: ArchiveRestore? = nil,
    kind: ObjectKind = .ordinary
  ) throws(ObjectError) -> RestoreRequestDecision {
    var record = RecordSamples.inline
    record.row.storageClass = storageClass
    record.row.kind = kind
    record.restore = before
    let bucket: BucketInfo
    let named: ObjectKey
    do { (bucket, named) = (try RecordSamples.bucket(), try key("k")) } catch { throw .conflict }
    return try RestoreRequestDecision(
      RestoreArchivedRequest(
        bucket: bucket, key: named, days: days, tier: tier, terms: terms, now: now), record, policies,
      LifecycleCalendar())
  }

  @Test(arguments: [(RestoreTier.expedited, 1), (.standard, 5), (.bulk, 12)] as [(RestoreTier, Int64)])
  func itTakesAsLongAsItsTier(_ tier: RestoreTier, _ hours: Int64) throws {
    let made = try Self.decide(tier: tier)
    let ready = Self.after(hours * Self.hour)
    #expect(!made.isExtension && made.storageClass == .glacier)
    #expect(made.restore.tier == tier && made.restore.ready == ready)
    // To the midnight at or after the days: ready on the 3rd, or at midnight of the 4th.
    #expect(made.restore.until == Self.after(12 * Self.hour + 2 * Self.day))
    #expect(made.restore.state(at: Self.after(hours * Self.hour - 1)) == .underWay)
    #expect(made.restore.state(at: ready) == .readable)
    #expect(made.restore.state(at: Timestamp(milliseconds: made.restore.until.milliseconds - 1)) == .readable)
    #expect(made.restore.state(at: made.restore.until) == .over)
    #expect(try Self.decide(terms: Self.oss).restore.until == Self.after(5 * Self.hour + 2 * Self.day))
    #expect(try Self.decide().restore.tier == .standard)
    // Without a delay it is readable at once.
    #expect(try Self.decide(.archive).restore.ready == Self.noon)
  }

  @Test func whatIsReadableIsExtendedFromNowOn() throws {
    let first = try Self.decide(days: 1, terms: Self.oss).restore
    let later = Self.after(6 * Self.hour)
    let again = try Self.decide(days: 3, terms: Self.oss, at: later, before: first)
    #expect(again.isExtension && again.restore.ready == first.ready)
    #expect(again.restore.until.milliseconds == later.milliseconds + 3 * Self.day)
    // What is over begins anew.
    let over = try Self.decide(days: 1, terms: Self.oss, at: first.until, before: first)
    #expect(!over.isExtension && over.restore.state(at: first.until) == .underWay)
  }

  @Test func aFasterTierMakesARestoreUnderWayFaster() throws {
    let bulk = try Self.decide(tier: .bulk).restore
    let later = Self.after(2 * Self.hour)
    let faster = try Self.decide(tier: .expedited, at: later, before: bulk)
    #expect(!faster.isExtension && faster.restore.ready == Self.after(3 * Self.hour))
    // Never later than it would have been.
    let late = Self.after(11 * Self.hour + Self.hour / 2)
    #expect(try Self.decide(tier: .expedited, at: late, before: bulk).restore.ready == bulk.ready)
    for (days, tier) in [(2, RestoreTier.bulk), (3, .expedited)] as [(UInt32, RestoreTier)] {
      #expect(throws: ObjectError.self) { try Self.decide(days: days, tier: tier, at: later, before: bulk) }
    }
    let standard = try Self.decide(tier: .standard).restore
    for tier in [RestoreTier.standard, .bulk] {
      let error = #expect(throws: ObjectError.self) {
        try Self.decide(tier: tier, at: later, before: standard)
      }
      if case .restoreUnderWayAlready = error {} else { Issue.record("\(String(describing: error))") }
    }
  }

  @Test func whatNeedsNoneHasNone() {
    for storageClass in StorageClass.allCases where storageClass != .archive && storageClass != .glacier {
      let error = #expect(throws: ObjectError.self) { try Self.decide(storageClass) }
      if case .notArchived(_, storageClass) = error {} else { Issue.record("\(storageClass)") }
    }
    let link = #expect(throws: ObjectError.self) { try Self.decide(kind: .symlink) }
    if case .notArchived = link {} else { Issue.record("a link") }
  }

  @Test func eachDialectHasItsTerms() {
    let refused: [(StorageClass, UInt32, RestoreTier?, RestoreTerms)] = [
      (.glacier, 0, nil, Self.s3), (.glacier, 101, nil, Self.s3), (.archive, 8, nil, Self.oss),
      (.glacier, 366, nil, Self.oss), (.archive, 1, .standard, Self.oss),
    ]
    for (storageClass, days, tier, terms) in refused {
      let error = #expect(throws: ObjectError.self) {
        try Self.decide(storageClass, days: days, tier: tier, terms: terms)
      }
      if case .restoreRefused = error {} else { Issue.record("\(storageClass), \(days)") }
    }
    #expect((try? Self.decide(.archive, days: 7, terms: Self.oss)) != nil)
    #expect((try? Self.decide(.glacier, days: 365, terms: Self.oss)) != nil)
  }
}
