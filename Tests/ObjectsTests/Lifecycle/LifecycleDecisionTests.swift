import Primitives
import Testing

@testable import Objects

/// What is due when: pure.
@Suite struct LifecycleDecisionTests {
  static func time(_ text: String) throws -> Timestamp {
    try #require(Timestamp(iso8601: text.utf8))
  }

  private static func decision(_ rules: [LifecycleRules.Rule], _ key: String = "k") -> LifecycleDecision {
    LifecycleDecision(LifecycleRules(rules), key: Array(key.utf8), calendar: LifecycleCalendar())
  }

  private static func rule(
    _ id: String = "r", _ change: (inout LifecycleRules.Rule) -> Void
  ) -> LifecycleRules.Rule {
    var rule = LifecycleRules.Rule(id: id)
    change(&rule)
    return rule
  }

  /// S3's example ("15 January, 10:30, 3 days: 19 January") and OSS's ("written on 20 July at 23:59, 1 day: 22 July").
  @Test(arguments: [
    ("2012-01-15T10:30:00Z", 3, "2012-01-19T00:00:00Z"), ("2024-07-20T23:59:00Z", 1, "2024-07-22T00:00:00Z"),
    ("2024-07-20T00:00:00Z", 1, "2024-07-21T00:00:00Z"),
    ("2024-07-20T00:00:00.001Z", 1, "2024-07-22T00:00:00Z"),
    ("2024-07-20T12:00:00Z", 0, "2024-07-21T00:00:00Z"),
  ])
  func daysEndAtMidnight(_ created: String, _ days: UInt32, _ due: String) throws {
    let calendar = LifecycleCalendar()
    #expect(calendar.midnight(days, daysAfter: try Self.time(created)) == (try Self.time(due)))
  }

  @Test func daysMayBeShort() throws {
    let calendar = LifecycleCalendar(day: .seconds(10))
    let created = try Self.time("2024-07-20T00:00:03Z")
    #expect(calendar.midnight(2, daysAfter: created) == (try Self.time("2024-07-20T00:00:30Z")))
    #expect(calendar.midnight(after: try Self.time("2024-07-20T00:00:10Z")).seconds % 10 == 0)
    #expect(LifecycleCalendar(day: .zero).day == 1000)
  }

  @Test func datesActFromThenOn() throws {
    let calendar = LifecycleCalendar()
    let date = try Self.time("2024-01-01T00:00:00Z")
    let before = try Self.time("2023-05-05T05:00:00Z")
    let after = try Self.time("2024-02-02T10:00:00Z")
    #expect(calendar.due(.date(date), created: before) == date)
    #expect(calendar.due(.date(date), created: after) == (try Self.time("2024-02-03T00:00:00Z")))
    #expect(calendar.due(.createdBefore(date), created: before) == date)
    #expect(calendar.due(.createdBefore(date), created: date) == nil)
  }

  @Test func theEarliestRuleActs() throws {
    let created = try Self.time("2024-07-20T12:00:00Z")
    let decision = Self.decision([
      Self.rule("slow") { $0.expiration = .days(9) },
      Self.rule("off") {
        $0.expiration = .days(1)
        $0.isEnabled = false
      },
      Self.rule("other") {
        $0.expiration = .days(1)
        $0.filter.prefix = Array("x".utf8)
      },
      Self.rule("tagged") {
        $0.expiration = .days(2)
        $0.filter.tags = TagSet([TagSet.Tag(key: "a", value: "b")])
      },
    ])
    #expect(decision.expiration(of: LifecycleVersion(created: created))?.rule == "slow")
    let tags = TagSet([TagSet.Tag(key: "c", value: "d"), TagSet.Tag(key: "a", value: "b")])
    let tagged = decision.expiration(of: LifecycleVersion(tags: tags, created: created))
    #expect(tagged == LifecycleDue(time: try Self.time("2024-07-23T00:00:00Z"), rule: "tagged"))
  }

  @Test func filtersAreExclusiveBounds() {
    var filter = LifecycleRules.Filter()
    filter.largerThan = 10
    filter.smallerThan = 20
    let included = [10, 11, 19, 20].map { filter.includes([1], size: $0, tags: TagSet()) }
    #expect(included == [false, true, true, false])
    filter = LifecycleRules.Filter()
    filter.largerThan = 0
    #expect(!filter.includes([1], size: 0, tags: TagSet()) && filter.includes([1], size: 1, tags: TagSet()))
  }

  @Test func exclusionsNeedAllOfTheirs() {
    let tag = TagSet.Tag(key: "keep", value: "1")
    var filter = LifecycleRules.Filter()
    filter.exclusions = [
      LifecycleRules.Exclusion(prefix: Array("a/".utf8)),
      LifecycleRules.Exclusion(prefix: Array("b/".utf8), tag: tag),
    ]
    #expect(!filter.includes(Array("a/1".utf8), size: 1, tags: TagSet()))
    #expect(filter.includes(Array("b/1".utf8), size: 1, tags: TagSet()))
    #expect(!filter.includes(Array("b/1".utf8), size: 1, tags: TagSet([tag])))
    #expect(filter.includes(Array("c".utf8), size: 1, tags: TagSet([tag])))
  }

  @Test func oldVersionsGoByRankAndAge() throws {
    let since = try Self.time("2024-07-20T12:00:00Z")
    let decision = Self.decision([
      Self.rule { $0.noncurrentExpiration = LifecycleRules.NoncurrentExpiration(days: 2, kept: 3) }
    ])
    let version = LifecycleVersion(created: since, noncurrentSince: since)
    #expect(decision.removal(of: version, newer: 2) == nil)
    #expect(decision.removal(of: version, newer: 3)?.time == (try Self.time("2024-07-23T00:00:00Z")))
    #expect(decision.counts)
  }

  @Test func uploadsHaveNoTagsAndNoSize() throws {
    let created = try Self.time("2024-07-20T12:00:00Z")
    let decision = Self.decision([
      Self.rule("sized") {
        $0.abortion = .days(1)
        $0.filter.smallerThan = 100
      },
      Self.rule("plain") { $0.abortion = .days(3) },
    ])
    #expect(decision.abortion(of: created)?.rule == "plain")
  }
}
