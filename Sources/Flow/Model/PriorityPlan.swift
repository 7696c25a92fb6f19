/// The priorities within a pool as OSS has them: levels, what is guaranteed to each, and who is on it.
///
/// A guarantee is that of the level, whoever is on it; who is on none is on the default level. What was set at a
/// node by itself comes before its level.
/// <https://www.alibabacloud.com/help/en/oss/user-guide/oss-resource-pool-qos>
package struct PriorityPlan: Hashable, Sendable {
  /// Whom a plan orders.
  package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    /// Buckets, and bucket groups.
    case buckets = 0
    case requesters = 1
  }

  /// A plan's name.
  package struct Place: Hashable, Sendable {
    package let pool: String
    package let kind: Kind

    package init(pool: String, kind: Kind) {
      self.pool = pool
      self.kind = kind
    }
  }

  /// Who can be on a level.
  package enum Subject: Hashable, Sendable {
    /// A bucket by its id.
    case bucket(UInt64)
    case group(String)
    /// A user by id.
    case requester(String)
  }

  package struct Level: Hashable, Sendable {
    /// A higher one is served first.
    package let number: UInt8
    /// Nil for the plan's default.
    package var guarantees: BandwidthLimits?
    package var subjects: [Subject]

    package init(number: UInt8, guarantees: BandwidthLimits?, subjects: [Subject]) {
      self.number = number
      self.guarantees = guarantees
      self.subjects = subjects
    }
  }

  /// How many levels there can be.
  package static let counts: ClosedRange<UInt8> = 3...10

  package let count: UInt8
  package let defaultLevel: UInt8
  package let defaultGuarantees: BandwidthLimits?
  /// Those that something was said of, in that order.
  package internal(set) var levels: [Level]

  package init(count: UInt8, defaultLevel: UInt8, defaultGuarantees: BandwidthLimits?, levels: [Level]) {
    self.count = count
    self.defaultLevel = defaultLevel
    self.defaultGuarantees = defaultGuarantees
    self.levels = levels
  }

  /// The level that the first of these who is on one is on; without any, the default one.
  func level(of subjects: [Subject]) -> UInt8 {
    for subject in subjects {
      if let level = levels.first(where: { $0.subjects.contains(subject) }) { return level.number }
    }
    return defaultLevel
  }

  /// What is guaranteed to a level.
  package func guarantees(of number: UInt8) -> BandwidthLimits {
    levels.first { $0.number == number }?.guarantees ?? defaultGuarantees ?? BandwidthLimits()
  }

  /// All that is guaranteed of one item.
  func guaranteed(_ direction: Direction, _ scope: TrafficScope) -> UInt64 {
    (1...count).reduce(0) { $0 + (guarantees(of: $1)[direction, scope] ?? 0) }
  }

  /// Without somebody.
  mutating func forget(_ subject: Subject) {
    for index in levels.indices { levels[index].subjects.removeAll { $0 == subject } }
  }
}

/// A level of a plan, as something that has a guarantee.
struct PriorityLevelID: Hashable, Sendable {
  let place: PriorityPlan.Place
  let number: UInt8
}
