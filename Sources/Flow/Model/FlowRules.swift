/// What a configuration must fulfil.
enum FlowRules {
  /// Characters of the name of a bucket group (OSS's limits).
  static let groupNameLength = 3...30
  /// Characters of the name of a pool, which OSS leaves to whoever makes it.
  static let poolNameLength = 2...30

  static func checkGroupName(_ name: String) throws(FlowError) {
    try checkName(name, of: "bucket group", groupNameLength)
  }

  static func checkPoolName(_ name: String) throws(FlowError) {
    try checkName(name, of: "pool", poolNameLength)
  }

  private static func checkName(
    _ name: String, of what: String, _ length: ClosedRange<Int>
  ) throws(FlowError) {
    let isGood = name.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
    }
    guard isGood, length.contains(name.utf8.count) else {
      throw .invalid(
        "a \(what) is named with \(length.lowerBound) to \(length.upperBound) of a-z, 0-9 and -")
    }
  }

  /// Checks a node's settings by themselves, against its pool's, and how many there are.
  static func check(_ node: FlowNode, in configuration: FlowConfiguration) throws(FlowError) {
    guard let settings = configuration.nodes[node]?.settings else { return }
    if case .group(_, let name) = node { try checkGroupName(name) }
    try check(settings)
    try checkUse(of: settings, at: node)
    let pool = pool(of: node, in: configuration)
    if let pool, let caps = configuration.nodes[.pool(pool)]?.settings.caps, node != .pool(pool) {
      try check(settings, within: caps, of: pool)
    }
    if let pool { try checkGuarantees(of: pool, in: configuration) }
    if case .pool(let name) = node, let caps = configuration.nodes[node]?.settings.caps {
      for other in configuration.nodes where self.pool(of: other.key, in: configuration) == name {
        if other.key != node { try check(other.value.settings, within: caps, of: name) }
      }
    }
    try checkCount(node, configuration)
  }

  private static func pool(of node: FlowNode, in configuration: FlowConfiguration) -> String? {
    switch node {
    case .bucket(let id), .bucketRequester(let id, _): configuration.members[id]?.pool
    default: node.pool
    }
  }

  /// A part is not more than the whole, a guarantee not more than the cap.
  private static func check(_ settings: NodeSettings) throws(FlowError) {
    if let priority = settings.priority, !NodeSettings.priorities.contains(priority) {
      throw .invalid("a priority is a number from 1 to 10")
    }
    if let weight = settings.weight, !NodeSettings.weights.contains(weight) {
      throw .invalid("a weight is a number from 1 to 1000000")
    }
    for scope in TrafficScope.allCases {
      for direction in Direction.allCases {
        let (cap, guarantee) = (settings.caps[direction, scope], settings.guarantees[direction, scope])
        let name = "\(scope.name) \(direction.name)"
        guard cap ?? 0 <= NodeSettings.highestRate, guarantee ?? 0 <= NodeSettings.highestRate else {
          throw .invalid("the \(name) limit is more than 1 PB/s")
        }
        if let cap, cap > settings.caps[direction, .total] ?? .max {
          throw .invalid("the \(name) limit is more than the total one")
        }
        if let guarantee, guarantee > cap ?? .max {
          throw .invalid("the \(name) guarantee is more than the limit")
        }
      }
      if let cap = settings.requests[scope] {
        guard cap <= settings.requests[.total] ?? .max, cap <= NodeSettings.highestRate else {
          throw .invalid("the \(scope.name) limit of requests is more than the total one")
        }
      }
    }
  }

  /// What would change nothing is refused.
  private static func checkUse(of settings: NodeSettings, at node: FlowNode) throws(FlowError) {
    switch node {
    case .background: try checkBackground(settings)
    case .poolRequester, .bucketRequester: break
    case .server, .pool:
      guard settings.guarantees.isEmpty, settings.priority == nil else {
        throw .invalid("guarantees and priorities are for groups, buckets and requesters")
      }
      fallthrough
    case .group, .bucket:
      guard settings.weight == nil else { throw .invalid("weights are for requesters") }
    }
  }

  /// The work of the server is in no network, makes no requests, and cannot be forbidden.
  private static func checkBackground(_ settings: NodeSettings) throws(FlowError) {
    var plain = NodeSettings()
    for direction in Direction.allCases {
      plain.caps[direction, .total] = settings.caps[direction, .total]
      plain.guarantees[direction, .total] = settings.guarantees[direction, .total]
      guard settings.caps[direction, .total] != 0 else {
        throw .invalid("background work cannot be forbidden: scrub.rate turns scrubbing off")
      }
    }
    guard settings == plain else {
      throw .invalid("background work has limits and guarantees of uploads and downloads only")
    }
  }

  private static func check(
    _ settings: NodeSettings, within caps: BandwidthLimits, of pool: String
  ) throws(FlowError) {
    for direction in Direction.allCases {
      for scope in TrafficScope.allCases {
        let whole = caps[direction, scope] ?? .max
        guard settings.caps[direction, scope] ?? 0 <= whole,
          settings.guarantees[direction, scope] ?? 0 <= whole
        else {
          throw .invalid("a \(scope.name) \(direction.name) limit is more than that of its pool \(pool)")
        }
      }
    }
  }

  /// The guarantees of the buckets and groups of a pool can all be kept at once; so can those of its requesters.
  static func checkGuarantees(
    of pool: String, in configuration: FlowConfiguration
  ) throws(FlowError) {
    guard let caps = configuration.nodes[.pool(pool)]?.settings.caps else { return }
    for direction in Direction.allCases {
      for scope in TrafficScope.allCases {
        guard let cap = caps[direction, scope] else { continue }
        var subjects: UInt64 = 0
        var requesters: UInt64 = 0
        for (node, record) in configuration.nodes {
          let rate = record.settings.guarantees[direction, scope] ?? 0
          switch node {
          case .group(pool, _): subjects += rate
          case .bucket(let id):
            // A bucket in a group shares the group's.
            if let member = configuration.members[id], member.pool == pool, member.group == nil {
              subjects += rate
            }
          case .poolRequester(pool, _): requesters += rate
          default: break
          }
        }
        subjects += configuration.plans[.init(pool: pool, kind: .buckets)]?.guaranteed(direction, scope) ?? 0
        requesters +=
          configuration.plans[.init(pool: pool, kind: .requesters)]?.guaranteed(direction, scope) ?? 0
        guard subjects <= cap, requesters <= cap else {
          throw .invalid(
            "the \(scope.name) \(direction.name) guarantees in the pool \(pool) are together more than its limit"
          )
        }
      }
    }
  }

  private static func checkCount(_ node: FlowNode, _ configuration: FlowConfiguration) throws(FlowError) {
    switch node {
    case .group(let pool, _):
      guard configuration.groups(of: pool).count <= FlowConfiguration.groupsOfPoolMax else {
        throw .limitExceeded("groups of a pool", FlowConfiguration.groupsOfPoolMax)
      }
    case .poolRequester(let pool, _):
      let count = configuration.nodes.keys.count {
        if case .poolRequester(pool, _) = $0 { true } else { false }
      }
      guard count <= FlowConfiguration.requestersMax else {
        throw .limitExceeded("requesters of a pool", FlowConfiguration.requestersMax)
      }
    case .bucketRequester(let bucket, _):
      let count = configuration.nodes.keys.count {
        if case .bucketRequester(bucket, _) = $0 { true } else { false }
      }
      guard count <= FlowConfiguration.requestersMax else {
        throw .limitExceeded("requesters of a bucket", FlowConfiguration.requestersMax)
      }
    case .server, .background, .pool, .bucket: break
    }
  }
}
