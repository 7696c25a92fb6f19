import Primitives
import Testing

@testable import Flow

/// Levels of a pool, as OSS has them.
@Suite struct PriorityTests {
  private static let buckets = PriorityPlan.Place(pool: "pool", kind: .buckets)
  private static let requesters = PriorityPlan.Place(pool: "pool", kind: .requesters)
  private static let mebibyte: UInt64 = 1 << 20

  private static func rates(_ rate: UInt64?) -> BandwidthLimits {
    var limits = BandwidthLimits()
    for direction in Direction.allCases { limits[direction, .total] = rate }
    return limits
  }

  private static func plan(
    _ levels: [PriorityPlan.Level], count: UInt8 = 3, level: UInt8 = 1, all: UInt64? = 20
  ) -> PriorityPlan {
    PriorityPlan(
      count: count, defaultLevel: level, defaultGuarantees: all.map { rates($0) }, levels: levels)
  }

  private func refusal(
    _ plan: PriorityPlan, at place: PriorityPlan.Place = buckets, minimum: UInt64 = 0
  ) throws -> FlowError? {
    let configuration = try FlowConfiguration.pool(.cap(100), buckets: 2).after(
      .set(.group(pool: "pool", name: "grp"), NodeRecord(.cap(9))))
    do throws(FlowError) {
      try PriorityRules.check(plan, at: place, in: configuration, minimum: minimum)
      return nil
    } catch { return error }
  }

  @Test func plansAreChecked() throws {
    typealias Level = PriorityPlan.Level
    #expect(
      try refusal(
        Self.plan([
          Level(number: 3, guarantees: nil, subjects: [.bucket(1), .group("grp")]),
          Level(number: 1, guarantees: Self.rates(60), subjects: []),
        ])) == nil)
    let one = Level(number: 1, guarantees: nil, subjects: [.bucket(1)])
    let wrong: [PriorityPlan] = [
      Self.plan([], count: 2), Self.plan([], count: 11), Self.plan([], level: 0), Self.plan([], level: 4),
      Self.plan([Level(number: 4, guarantees: nil, subjects: [])]), Self.plan([one, one]),
      Self.plan([one, Level(number: 2, guarantees: nil, subjects: [.bucket(1)])]),
      Self.plan([Level(number: 1, guarantees: nil, subjects: [.bucket(9)])]),
      Self.plan([Level(number: 1, guarantees: nil, subjects: [.group("none")])]),
      Self.plan([Level(number: 1, guarantees: nil, subjects: [.requester("u")])]),
      Self.plan([], all: nil), Self.plan([], all: 34),
      Self.plan([Level(number: 1, guarantees: Self.rates(61), subjects: [])]),
      Self.plan([Level(number: 1, guarantees: BandwidthLimits(), subjects: [])]),
    ]
    for (index, plan) in wrong.enumerated() { #expect(try refusal(plan) != nil, "\(index)") }
    #expect(try refusal(Self.plan([one]), at: Self.requesters) != nil)
    #expect(try refusal(Self.plan([]), at: .init(pool: "none", kind: .buckets)) == .noSuchPool("none"))
    let many = (0...300).map { PriorityPlan.Subject.requester("u\($0)") }
    let crowd = Self.plan([Level(number: 1, guarantees: nil, subjects: many)])
    #expect(try refusal(crowd, at: Self.requesters) == .limitExceeded("requesters of a pool", 300))
    // The least guarantee, or half of an equal part of the pool where that is less: 100 / 6.
    #expect(try refusal(Self.plan([], all: 16), minimum: 50) == nil)
    #expect(try refusal(Self.plan([], all: 15), minimum: 50) != nil)
    #expect(try refusal(Self.plan([], all: 5), minimum: 5) == nil)
  }

  /// What was set at nodes counts too, and a pool is not made smaller than what is promised in it.
  @Test func allGuaranteesTogetherFitThePool() throws {
    let configuration = try FlowConfiguration.pool(.cap(100), buckets: 2).after(
      .set(.bucket(1), NodeRecord(.cap(nil, guarantee: 40))))
    #expect(throws: FlowError.self) { try configuration.after(.plan(Self.buckets, Self.plan([], all: 21))) }
    let full = try configuration.after(
      .plan(Self.buckets, Self.plan([], all: 20)), .plan(Self.requesters, Self.plan([], all: 33)))
    #expect(throws: FlowError.self) { try full.after(.set(.pool("pool"), NodeRecord(.cap(99)))) }
    #expect(throws: FlowError.self) { try full.after(.set(.bucket(2), NodeRecord(.cap(nil, guarantee: 1)))) }
  }

  @Test func plansSurviveTheirRows() throws {
    let first = Self.plan([
      .init(number: 3, guarantees: nil, subjects: [.bucket(2), .group("grp")]),
      .init(number: 2, guarantees: Self.rates(7), subjects: []),
    ])
    let second = Self.plan(
      [.init(number: 1, guarantees: Self.rates(nil), subjects: [.requester("AIDA")])], count: 10, level: 7,
      all: nil)
    let row = FlowRow(Self.buckets, first)
    #expect(row.key == [0x90, 0x71, 0] + Array("pool".utf8))
    let rates: [UInt8] = [21, 0, 0, 21, 0, 0]
    let subjects: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 3] + Array("grp".utf8)
    let expected: [UInt8] =
      [1, 0, 4] + Array("pool".utf8) + [3, 1, 1] + rates + [2, 3, 0] + subjects + [2, 1, 8, 0, 0, 8, 0, 0, 0]
    #expect(row.value == expected)
    for (place, plan) in [(Self.buckets, first), (Self.requesters, second)] {
      let row = FlowRow(place, plan)
      let value = try #require(row.value)
      var read = FlowConfiguration()
      try FlowRow.read(key: row.key, value: value, into: &read)
      #expect(read.plans == [place: plan])
      for length in 0..<value.count {
        #expect(throws: RecordError.self) {
          try FlowRow.read(key: row.key, value: Array(value[..<length]), into: &read)
        }
      }
    }
    #expect(FlowRow(Self.buckets, nil).value == nil)
  }

  /// OSS's examples once more, by levels; on the highest there are two buckets, which share what is its.
  @Test func levelsShareAsInOSSsGuide() throws {
    let examples: [(guarantee: UInt64, demands: [Double], shares: [Double])] = [
      (20, [10, 30, 80], [10, 20, 70]), (25, [0, 5, 40, 60], [0, 5, 35, 60]),
      (10, [50, 50, 30, 20], [10, 40, 30, 20]),
    ]
    let unit = Double(Self.mebibyte)
    for example in examples {
      let count = UInt8(example.demands.count)
      let levels = (1...count).map { number in
        PriorityPlan.Level(
          number: number, guarantees: nil,
          subjects: number == count
            ? [.bucket(UInt64(count)), .bucket(UInt64(count) + 1)] : [.bucket(UInt64(number))])
      }
      let configuration = try FlowConfiguration.pool(.cap(100 * Self.mebibyte), buckets: UInt64(count) + 1)
        .after(.plan(Self.buckets, Self.plan(levels, count: count, all: example.guarantee * Self.mebibyte)))
      let traffic = SimulatedTraffic(configuration)
      var clients: [[SimulatedTraffic.Client]] = []
      for (index, demand) in example.demands.enumerated() {
        let buckets = index + 1 == Int(count) ? [index + 1, index + 2] : [index + 1]
        clients.append(
          buckets.flatMap { bucket in
            traffic.add(
              bucket: UInt64(bucket), user: "u\(bucket)", connections: 8, objectBytes: 1 << 20,
              rate: demand * unit / Double(buckets.count))
          })
      }
      traffic.run(milliseconds: 999)
      for client in clients.flatMap(\.self) { client.moved = [0] }
      traffic.run(milliseconds: 3_000)
      for (level, share) in zip(clients, example.shares) {
        let rate = Double(level.map(\.total).reduce(0, +)) / 3 / unit
        #expect(abs(rate - share) <= max(0.03 * share, 0.2), "\(rate) in place of \(share)")
      }
    }
  }

  /// Who is on which level: by the group before the bucket, by what was set at the node before both.
  @Test func standing() throws {
    let time = Timestamp(seconds: 1)
    let configuration = try FlowConfiguration.pool(.cap(nil), buckets: 3).after(
      .place(bucket: 2, name: "b2", pool: "pool", group: "grp", at: time),
      .place(bucket: 3, name: "b3", pool: "pool", group: "own", at: time),
      .set(.group(pool: "pool", name: "own"), NodeRecord(.cap(nil, guarantee: 4, priority: 9))),
      .plan(
        Self.buckets,
        Self.plan([
          .init(number: 2, guarantees: nil, subjects: [.bucket(2), .bucket(3)]),
          .init(number: 3, guarantees: nil, subjects: [.group("grp")]),
        ])),
      .plan(Self.requesters, Self.plan([.init(number: 3, guarantees: nil, subjects: [.requester("u")])])))
    func standing(_ bucket: UInt64, _ user: String) -> FlowStanding {
      FlowStanding(bucket: bucket, user: user, in: configuration)
    }
    func level(_ place: PriorityPlan.Place, _ number: UInt8) -> FlowStanding.Promise {
      .level(PriorityLevelID(place: place, number: number))
    }
    #expect(standing(1, "u").promises == [level(Self.buckets, 1), level(Self.requesters, 3)])
    #expect(standing(1, "u").priority == 1 * 16 + 3)
    #expect(standing(2, "v").promises == [level(Self.buckets, 3), level(Self.requesters, 1)])
    #expect(standing(2, "v").priority == 3 * 16 + 1)
    #expect(standing(3, "v").promises.first == .node(.group(pool: "pool", name: "own")))
    #expect(standing(3, "v").priority == 9 * 16 + 1)
    #expect(standing(7, "u").promises.isEmpty && standing(7, "u").priority == 17)
    var parts = BandwidthLimits()
    parts[.upload, .extranet] = 1
    #expect(!configuration.tellsNetworksApart)
    let plan = PriorityPlan(count: 3, defaultLevel: 1, defaultGuarantees: parts, levels: [])
    #expect(try configuration.after(.plan(Self.buckets, plan)).tellsNetworksApart)
  }
}
