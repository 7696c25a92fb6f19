import Primitives
import Ring
import Testing

@testable import Flow

/// The configuration: changes, rules, rows.
@Suite struct ModelTests {
  private static let noon = Timestamp(seconds: 1_760_000_000)

  private func error(_ edit: FlowEdit, of configuration: FlowConfiguration) -> FlowError? {
    do throws(FlowError) {
      _ = try configuration.applying(edit)
      return nil
    } catch { return error }
  }

  @Test func aConfigurationSurvivesItsRows() throws {
    var settings = NodeSettings.cap(1000, guarantee: 500, priority: 7, weight: 3)
    settings.caps[.download, .extranet] = 0
    settings.requests[.intranet] = 20
    var subject = settings
    subject.weight = nil
    let edits: [FlowEdit] = [
      .createPool("pool", .cap(5000), at: Self.noon),
      .place(bucket: 7, name: "data", pool: "pool", group: "grp", at: Self.noon),
      .set(.group(pool: "pool", name: "grp"), NodeRecord(subject)),
      .set(.bucket(7), NodeRecord(subject, bucketName: "data")),
      .set(.poolRequester(pool: "pool", user: "AIDA"), NodeRecord(settings, userName: "alice")),
      .set(
        .bucketRequester(bucket: 7, user: "AIDA"), NodeRecord(settings, bucketName: "data", userName: "alice")
      ),
      .set(.server, NodeRecord(.cap(9000))),
      .set(.bucket(9), NodeRecord(.cap(1))), .set(.bucket(9), NodeRecord(NodeSettings())),
    ]
    var configuration = FlowConfiguration()
    var rows: [[UInt8]: [UInt8]] = [:]
    for edit in edits {
      let (next, changed) = try configuration.applying(edit)
      for row in changed { rows[row.key] = row.value }
      configuration = next
    }
    var read = FlowConfiguration()
    for (key, value) in rows { try FlowRow.read(key: key, value: value, into: &read) }
    #expect(read == configuration)
    #expect(read.generation == UInt64(edits.count))
    #expect(try FlowRow.generation(rows[FlowRow.generationKey]) == read.generation)
    #expect(read.nodes[.bucket(9)] == nil)
    #expect(
      read.nodes(bucket: 7, user: "AIDA") == [
        .server, .pool("pool"), .group(pool: "pool", name: "grp"), .bucket(7),
        .poolRequester(pool: "pool", user: "AIDA"), .bucketRequester(bucket: 7, user: "AIDA"),
      ])
    #expect(read.tellsNetworksApart)
  }

  @Test func damagedRowsAreRefused() throws {
    let (_, rows) = try FlowConfiguration().applying(.createPool("pool", .cap(5), at: Self.noon))
    for row in rows {
      let value = try #require(row.value)
      var configuration = FlowConfiguration()
      #expect(throws: RecordError.self) {
        try FlowRow.read(key: row.key, value: Array(value.dropLast()), into: &configuration)
      }
      #expect(throws: RecordError.self) {
        try FlowRow.read(key: row.key, value: [9] + value.dropFirst(), into: &configuration)
      }
    }
  }

  /// The bytes of rows that released servers have written.
  @Test func rowsStayWhatTheyAre() throws {
    let (_, rows) = try FlowConfiguration().applying(.createPool("abc", .cap(127), at: Timestamp(seconds: 1)))
    #expect(rows[0].value == [1, 0, 0, 0, 0, 0, 0, 0, 1])
    #expect(rows[1].key == [0x90, 0x70, 0x61, 0x62, 0x63])
    #expect(rows[1].value == [1, 3, 0x61, 0x62, 0x63, 0, 0, 0, 0, 0, 0, 3, 0xE8])
    #expect(rows[2].key == [0x90, 0x6E, 1, 3, 0x61, 0x62, 0x63])
    #expect(
      rows[2].value == [1, 1, 3, 0x61, 0x62, 0x63, 0, 0, 0x80, 1, 0, 0, 0x80, 1]
        + Array(repeating: 0, count: 13))
  }

  @Test func wrongChangesAreRefused() throws {
    let configuration = try FlowConfiguration.pool(.cap(100))
    let pool = FlowNode.pool("pool")
    #expect(error(.createPool("pool", .cap(1), at: Self.noon), of: configuration) == .poolExists("pool"))
    #expect(error(.createPool("ai", .cap(1), at: Self.noon), of: configuration) == nil)
    for name in ["a", "Upper", "a b c", String(repeating: "x", count: 31)] {
      #expect(error(.createPool(name, .cap(1), at: Self.noon), of: configuration) != nil, "\(name)")
    }
    #expect(error(.deletePool("pool"), of: configuration) == .poolInUse("pool", buckets: 1))
    #expect(error(.deletePool("other"), of: configuration) == .noSuchPool("other"))
    #expect(
      error(.remove(bucket: 5, name: "b5", pool: "pool"), of: configuration) == .notInPool(bucket: "b5"))
    #expect(error(.set(.bucket(1), NodeRecord(.cap(101))), of: configuration) != nil)
    #expect(error(.set(.bucket(1), NodeRecord(.cap(50, guarantee: 60))), of: configuration) != nil)
    #expect(error(.set(.bucket(1), NodeRecord(.cap(50, priority: 11))), of: configuration) != nil)
    let requester = FlowNode.poolRequester(pool: "pool", user: "u")
    #expect(error(.set(requester, NodeRecord(.cap(50, weight: 0))), of: configuration) != nil)
    #expect(error(.set(requester, NodeRecord(.cap(50, weight: 2))), of: configuration) == nil)
    var parts = NodeSettings.cap(50)
    parts.caps[.upload, .intranet] = 51
    #expect(error(.set(.bucket(1), NodeRecord(parts)), of: configuration) != nil)
    let full = try configuration.after(
      .set(.bucket(1), NodeRecord(.cap(nil, guarantee: 60))),
      .place(bucket: 2, name: "b2", pool: "pool", group: nil, at: Self.noon))
    #expect(error(.set(.bucket(2), NodeRecord(.cap(nil, guarantee: 41))), of: full) != nil)
    #expect(error(.set(.bucket(2), NodeRecord(.cap(nil, guarantee: 40))), of: full) == nil)
    // A pool is not made smaller than what is promised in it.
    #expect(error(.set(pool, NodeRecord(.cap(59))), of: full) != nil)
    let other = try full.after(.createPool("other", .cap(1), at: Self.noon))
    #expect(
      error(.place(bucket: 1, name: "b1", pool: "other", group: nil, at: Self.noon), of: other)
        == .inOtherPool(bucket: "b1", pool: "pool"))
  }

  /// What would change nothing is not taken for something that it does.
  @Test func whatHasNoEffectIsRefused() throws {
    let configuration = try FlowConfiguration.pool(.cap(100))
    let group = FlowNode.group(pool: "pool", name: "grp")
    let settings: [NodeSettings] = [
      .cap(100, guarantee: 1), .cap(100, priority: 2), .cap(100, weight: 2),
    ]
    for node in [FlowNode.server, .pool("pool")] {
      for settings in settings {
        #expect(error(.set(node, NodeRecord(settings)), of: configuration) != nil, "\(node)")
      }
    }
    for node in [group, .bucket(1)] {
      #expect(error(.set(node, NodeRecord(.cap(50, weight: 2))), of: configuration) != nil)
      #expect(error(.set(node, NodeRecord(.cap(50, guarantee: 1, priority: 2))), of: configuration) == nil)
    }
  }

  /// As many pools, buckets, groups and requesters as OSS has, and not one more.
  @Test func thereAreOnlySoMany() throws {
    let numbers = UInt64(1)...100
    var pools = FlowConfiguration()
    for number in numbers {
      pools = try pools.after(.createPool("pool-\(number)", NodeSettings(), at: Self.noon))
    }
    let more = FlowEdit.createPool("one-more", NodeSettings(), at: Self.noon)
    #expect(error(more, of: pools) == .limitExceeded("pools", 100))

    func place(_ bucket: UInt64, _ group: String?) -> FlowEdit {
      .place(bucket: bucket, name: "b\(bucket)", pool: "pool-1", group: group, at: Self.noon)
    }
    var full = pools
    for number in numbers { full = try full.after(place(number, nil)) }
    #expect(error(place(101, nil), of: full) == .limitExceeded("buckets of a pool", 100))
    for number in numbers { full = try full.after(place(number, "group-\(number)")) }
    let another = FlowNode.group(pool: "pool-1", name: "another")
    #expect(error(place(100, "another"), of: full) == .limitExceeded("groups of a pool", 100))
    #expect(error(.set(another, NodeRecord(.cap(1))), of: full) == .limitExceeded("groups of a pool", 100))
    #expect(error(place(100, "group-1"), of: full) == nil)

    for number in 1...300 {
      full = try full.after(
        .set(.poolRequester(pool: "pool-1", user: "u\(number)"), NodeRecord(.cap(1))),
        .set(.bucketRequester(bucket: 1, user: "u\(number)"), NodeRecord(.cap(1))))
    }
    #expect(
      error(.set(.poolRequester(pool: "pool-1", user: "more"), NodeRecord(.cap(1))), of: full)
        == .limitExceeded("requesters of a pool", 300))
    #expect(
      error(.set(.bucketRequester(bucket: 1, user: "more"), NodeRecord(.cap(1))), of: full)
        == .limitExceeded("requesters of a bucket", 300))
    #expect(error(.set(.bucketRequester(bucket: 2, user: "more"), NodeRecord(.cap(1))), of: full) == nil)
  }

  @Test func aDeletedPoolTakesItsLimitsAlong() throws {
    let configuration = try FlowConfiguration.pool(.cap(100)).after(
      .set(.poolRequester(pool: "pool", user: "u"), NodeRecord(.cap(5))),
      .remove(bucket: 1, name: "b1", pool: "pool"), .deletePool("pool"))
    #expect(configuration.isEmpty && configuration.members.isEmpty)
  }

  @Test func requestsAreLimited() {
    let gate = RateGate(100, at: .server)
    var passed = [0, 0]
    // Ten times as many as may pass, for two seconds.
    for step in 0..<2000 {
      if gate.pass(Instant(nanoseconds: 1_000_000_000 + UInt64(step) * 1_000_000)) {
        passed[step / 1000] += 1
      }
    }
    #expect(passed[0] <= 105 && passed[0] >= 99 && passed[1] <= 101 && passed[1] >= 99, "\(passed)")
    #expect(gate.refusals == 2000 - UInt64(passed[0] + passed[1]))
    let closed = RateGate(0, at: .server)
    #expect(!closed.pass(Instant(nanoseconds: 5)))
    // Below its limit it refuses nobody.
    let calm = RateGate(100, at: .server)
    #expect((0..<50).allSatisfy { calm.pass(Instant(nanoseconds: 1_000_000_000 + UInt64($0) * 11_000_000)) })
  }

  @Test func aConnectionsPace() {
    var pace = ConnectionPace(bits: 8_000_000)
    var now = Instant(nanoseconds: 0)
    for _ in 0..<100 { now = max(now, pace.take(10_000, now)) }
    // The last of 100 pieces of 10 ms begins after 990 ms.
    #expect(now.nanoseconds == 990_000_000)
    #expect(pace.duration(of: 1_000_000) == 1_000_000_000)
  }
}

/// Buckets and users that are no more.
@Suite struct DepartureTests {
  private static let time = Timestamp(seconds: 1)

  private static func configuration() throws -> FlowConfiguration {
    try FlowConfiguration.pool(.cap(100), buckets: 2).after(
      .set(.bucket(1), NodeRecord(.cap(5))), .set(.bucket(2), NodeRecord(.cap(5))),
      .set(.bucketRequester(bucket: 1, user: "a"), NodeRecord(.cap(5))),
      .set(.bucketRequester(bucket: 2, user: "a"), NodeRecord(.cap(5))),
      .set(.bucketRequester(bucket: 1, user: "b"), NodeRecord(.cap(5))),
      .set(.poolRequester(pool: "pool", user: "a"), NodeRecord(.cap(5))),
      .set(.bucket(3), NodeRecord(.cap(5))),
      .plan(.init(pool: "pool", kind: .buckets), plan([.bucket(1), .bucket(2)])),
      .plan(.init(pool: "pool", kind: .requesters), plan([.requester("a"), .requester("b")])))
  }

  private static func plan(_ subjects: [PriorityPlan.Subject]) -> PriorityPlan {
    PriorityPlan(
      count: 3, defaultLevel: 1, defaultGuarantees: BandwidthLimits(),
      levels: [.init(number: 2, guarantees: nil, subjects: subjects)])
  }

  /// What is left, and that the rows say the same.
  private func after(_ edit: FlowEdit) throws -> FlowConfiguration {
    let before = try Self.configuration()
    let (next, changed) = try before.applying(edit)
    var rows = Dictionary(uniqueKeysWithValues: before.rows.map { ($0.key, $0.value) })
    for row in changed { rows[row.key] = row.value }
    var read = FlowConfiguration()
    for (key, value) in rows { if let value { try FlowRow.read(key: key, value: value, into: &read) } }
    #expect(read == next)
    return next
  }

  @Test func aBucketTakesItsLimitsAlong() throws {
    let left = try after(.forgetBucket(1))
    #expect(
      Set(left.nodes.keys) == [
        .pool("pool"), .bucket(2), .bucket(3), .bucketRequester(bucket: 2, user: "a"),
        .poolRequester(pool: "pool", user: "a"),
      ])
    #expect(left.members.keys.sorted() == [2])
    #expect(left.plans[.init(pool: "pool", kind: .buckets)] == Self.plan([.bucket(2)]))
    // One in no pool, and one that nothing is known of.
    #expect(try after(.forgetBucket(3)).nodes[.bucket(3)] == nil)
    #expect(try !after(.forgetBucket(9)).isOther(than: Self.configuration()))
  }

  @Test func aUserTakesTheirLimitsAlong() throws {
    let left = try after(.forgetUser("a"))
    #expect(
      Set(left.nodes.keys) == [
        .pool("pool"), .bucket(1), .bucket(2), .bucket(3), .bucketRequester(bucket: 1, user: "b"),
      ])
    #expect(left.plans[.init(pool: "pool", kind: .requesters)] == Self.plan([.requester("b")]))
    #expect(try !after(.forgetUser("c")).isOther(than: Self.configuration()))
  }

  /// Whom the rows of a change are about: they must be there when it is kept.
  @Test func rowsNameTheirSubjects() throws {
    let before = try Self.configuration()
    func subjects(_ edit: FlowEdit) throws -> [FlowRow.Subject] {
      try before.applying(edit).1.flatMap(\.subjects)
    }
    let names = NodeRecord(.cap(5), bucketName: "data", userName: "alice")
    #expect(try subjects(.set(.bucket(1), names)) == [.bucket(1, name: "data")])
    #expect(try subjects(.hold(.bucket(1), names)) == [.bucket(1, name: "data")])
    #expect(
      try subjects(.set(.bucketRequester(bucket: 1, user: "a"), names))
        == [.bucket(1, name: "data"), .user("a", name: "alice")])
    #expect(
      try subjects(.set(.poolRequester(pool: "pool", user: "a"), names)) == [.user("a", name: "alice")])
    #expect(
      try subjects(.place(bucket: 9, name: "b9", pool: "pool", group: nil, at: Self.time))
        == [.bucket(9, name: "b9")])
    #expect(
      try subjects(.plan(.init(pool: "pool", kind: .requesters), Self.plan([.requester("b")])))
        == [.user("b", name: "")])
    // What is taken away may be about somebody who is gone; pools and groups are about nobody.
    for edit: FlowEdit in [
      .set(.bucketRequester(bucket: 1, user: "a"), NodeRecord(NodeSettings())),
      .remove(bucket: 1, name: "b1", pool: "pool"), .set(.server, NodeRecord(.cap(5))),
      .set(.group(pool: "pool", name: "grp"), NodeRecord(.cap(5))),
      .createPool("other", .cap(5), at: Self.time), .plan(.init(pool: "pool", kind: .requesters), nil),
    ] { #expect(try subjects(edit) == [], "\(edit)") }
  }

  /// A pool is not emptied by accident: only when its buckets have left, or are no more, can it be deleted.
  @Test func aPoolGoesWhenItsBucketsAreGone() throws {
    let left = try Self.configuration().after(.forgetBucket(1))
    #expect(throws: FlowError.poolInUse("pool", buckets: 1)) { try left.after(.deletePool("pool")) }
    let empty = try left.after(.forgetBucket(2), .deletePool("pool"))
    #expect(empty.plans.isEmpty && Set(empty.nodes.keys) == [.bucket(3)])
  }
}
