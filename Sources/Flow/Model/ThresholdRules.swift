/// OSS's rules for the limits that its clients set, beyond those that hold for everybody (`FlowRules`).
///
/// The admin API is freer: there the limits in a pool may be more than the pool's together, since the least one on a
/// path counts anyway.
/// <https://www.alibabacloud.com/help/en/oss/user-guide/oss-resource-pool-qos>
package enum ThresholdRules {
  /// Checks limits that are about to be set at a node.
  ///
  /// - Parameters:
  ///   - settings: what is to be set.
  ///   - node: where.
  ///   - configuration: what is configured now.
  ///   - minimum: bytes each second that a limit of a group or a requester must be at least, unless it forbids; 0 for
  ///     no such rule.
  /// - Throws: `.invalid`, naming the limit.
  package static func check(
    _ settings: NodeSettings, at node: FlowNode, in configuration: FlowConfiguration, minimum: UInt64
  ) throws(FlowError) {
    let isBounded = isBoundedBelow(node)
    for kind in ThresholdKind.allCases {
      for scope in TrafficScope.allCases {
        guard let limit = kind.limit(settings, scope) else { continue }
        let name = "\(scope.name) limit of \(kind.name)"
        if scope != .total, limit > kind.limit(settings, .total) ?? .max {
          throw .invalid("The \(name) is more than the total one.")
        }
        for upper in uppers(of: node, in: configuration) {
          guard let known = configuration.nodes[upper]?.settings else { continue }
          let least = min(kind.limit(known, scope) ?? .max, kind.limit(known, .total) ?? .max)
          if limit > least { throw .invalid("The \(name) is more than that of the \(word(upper)).") }
        }
        if isBounded, kind != .requests, limit > 0, limit < minimum {
          throw .invalid("The \(name) is less than a limit must be here.")
        }
      }
      try checkSum(kind, settings, node, configuration)
    }
  }

  /// The buckets of a pool, and its groups, have together no more than the pool.
  private static func checkSum(
    _ kind: ThresholdKind, _ settings: NodeSettings, _ node: FlowNode, _ configuration: FlowConfiguration
  ) throws(FlowError) {
    let others: [FlowNode]
    let pool: String
    switch node {
    case .bucket(let id):
      guard let member = configuration.members[id] else { return }
      pool = member.pool
      others = configuration.buckets(of: pool).map { .bucket($0.id) }
    case .group(let name, _):
      pool = name
      others = configuration.groups(of: pool).map { .group(pool: name, name: $0) }
    case .server, .background, .pool, .poolRequester, .bucketRequester: return
    }
    guard let whole = configuration.nodes[.pool(pool)].flatMap({ kind.limit($0.settings, .total) }) else {
      return
    }
    var sum = kind.limit(settings, .total) ?? 0
    for other in others where other != node {
      sum += configuration.nodes[other].flatMap { kind.limit($0.settings, .total) } ?? 0
    }
    guard sum <= whole else {
      throw .invalid(
        "The total limits of \(kind.name) in the resource pool \(pool) are together more than its own.")
    }
  }

  private static func isBoundedBelow(_ node: FlowNode) -> Bool {
    switch node {
    case .group, .poolRequester, .bucketRequester: true
    case .server, .background, .pool, .bucket: false
    }
  }

  /// What no limit of a node may be beyond.
  private static func uppers(of node: FlowNode, in configuration: FlowConfiguration) -> [FlowNode] {
    switch node {
    case .server, .background: []
    case .pool: [.server]
    case .group(let pool, _), .poolRequester(let pool, _): [.pool(pool), .server]
    case .bucket(let id): pool(of: id, configuration) + [.server]
    case .bucketRequester(let id, _): [.bucket(id)] + pool(of: id, configuration) + [.server]
    }
  }

  private static func pool(of bucket: UInt64, _ configuration: FlowConfiguration) -> [FlowNode] {
    configuration.members[bucket].map { [.pool($0.pool)] } ?? []
  }

  private static func word(_ node: FlowNode) -> String {
    switch node {
    case .server: "account"
    case .pool(let name): "resource pool \(name)"
    case .background, .group, .bucket, .poolRequester, .bucketRequester: node.kind
    }
  }
}

/// What OSS limits.
private enum ThresholdKind: CaseIterable {
  case uploads
  case downloads
  case requests

  var name: String {
    switch self {
    case .uploads: "uploads"
    case .downloads: "downloads"
    case .requests: "requests"
    }
  }

  func limit(_ settings: NodeSettings, _ scope: TrafficScope) -> UInt64? {
    switch self {
    case .uploads: settings.caps[.upload, scope]
    case .downloads: settings.caps[.download, scope]
    case .requests: settings.requests[scope]
    }
  }
}
