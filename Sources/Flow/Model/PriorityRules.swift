/// What a plan of priorities must fulfil.
package enum PriorityRules {
  /// Checks a plan that is about to be set. `minimum` are the bytes each second that a guarantee must be at least,
  /// unless its part of the pool is less; 0 for no such rule.
  ///
  /// - Throws: `.invalid`, `.noSuchPool`, `.limitExceeded`.
  package static func check(
    _ plan: PriorityPlan, at place: PriorityPlan.Place, in configuration: FlowConfiguration, minimum: UInt64
  ) throws(FlowError) {
    guard configuration.pools[place.pool] != nil else { throw .noSuchPool(place.pool) }
    guard PriorityPlan.counts.contains(plan.count) else { throw .invalid("There are 3 to 10 priorities.") }
    let numbers = plan.levels.map(\.number)
    guard Set(numbers).count == numbers.count,
      (numbers + [plan.defaultLevel]).allSatisfy({ (1...plan.count).contains($0) })
    else { throw .invalid("A priority is a number from 1 to \(plan.count), and stands there once.") }
    try checkSubjects(plan, place, configuration)
    let caps = configuration.nodes[.pool(place.pool)]?.settings.caps ?? BandwidthLimits()
    for number in 1...plan.count {
      guard
        let guarantees = plan.levels.first(where: { $0.number == number })?.guarantees
          ?? plan.defaultGuarantees
      else { throw .invalid("The priority \(number) has no guarantee, and there is none for all.") }
      try check(guarantees, within: caps, minimum: minimum, of: plan)
    }
    for direction in Direction.allCases {
      for scope in TrafficScope.allCases {
        guard plan.guaranteed(direction, scope) <= caps[direction, scope] ?? .max else {
          throw .invalid(
            "The \(scope.name) \(direction.name) guarantees are together more than the resource pool has.")
        }
      }
    }
  }

  private static func check(
    _ guarantees: BandwidthLimits, within caps: BandwidthLimits, minimum: UInt64, of plan: PriorityPlan
  ) throws(FlowError) {
    for direction in Direction.allCases {
      for scope in TrafficScope.allCases {
        let name = "\(scope.name) \(direction.name) guarantee"
        guard let rate = guarantees[direction, scope] else {
          if caps[direction, scope] == nil { continue }
          throw .invalid("There must be a \(name), since the resource pool has such a limit.")
        }
        guard rate <= guarantees[direction, .total] ?? .max else {
          throw .invalid("The \(name) is more than the total one.")
        }
        let part = caps[direction, scope].map { $0 / (2 * UInt64(plan.count)) } ?? .max
        guard rate >= min(minimum, part) else {
          throw .invalid("The \(name) is less than a guarantee must be here.")
        }
      }
    }
  }

  private static func checkSubjects(
    _ plan: PriorityPlan, _ place: PriorityPlan.Place, _ configuration: FlowConfiguration
  ) throws(FlowError) {
    let subjects = plan.levels.flatMap(\.subjects)
    guard Set(subjects).count == subjects.count else { throw .invalid("Nobody can be on two priorities.") }
    let groups = configuration.groups(of: place.pool)
    for subject in subjects {
      switch (subject, place.kind) {
      case (.bucket(let id), .buckets):
        guard configuration.members[id]?.pool == place.pool else {
          throw .invalid("One of the buckets is not in the resource pool \(place.pool).")
        }
      case (.group(let name), .buckets):
        guard groups.contains(name) else {
          throw .invalid("There is no bucket group \(name) in the resource pool \(place.pool).")
        }
      case (.requester, .requesters): break
      case (.requester, .buckets): throw .invalid("Buckets and bucket groups have priorities here.")
      case (.bucket, .requesters), (.group, .requesters): throw .invalid("Requesters have priorities here.")
      }
    }
    if place.kind == .requesters, subjects.count > FlowConfiguration.requestersMax {
      throw .limitExceeded("requesters of a pool", FlowConfiguration.requestersMax)
    }
  }
}
