package import Primitives

/// All that is configured, as a value.
package struct FlowConfiguration: Hashable, Sendable {
  /// A resource pool: buckets that share.
  package struct Pool: Hashable, Sendable {
    package let created: Timestamp
  }

  /// A bucket's place in its pool.
  package struct Member: Hashable, Sendable {
    package let bucketName: String
    package let pool: String
    /// Nil outside of the groups.
    package var group: String?
    package let joined: Timestamp
  }

  /// OSS's limits, which hold here too: pools; buckets and groups of a pool; requesters of a pool or a bucket.
  package static let poolsMax = 100
  package static let bucketsOfPoolMax = 100
  package static let groupsOfPoolMax = 100
  package static let requestersMax = 300

  /// Stands for a user where the server does something by itself; nobody has this id.
  package static let backgroundUser = "\0background"

  /// Counts the changes.
  package internal(set) var generation: UInt64 = 0
  package internal(set) var pools: [String: Pool] = [:]
  /// By the bucket's id.
  package internal(set) var members: [UInt64: Member] = [:]
  package internal(set) var nodes: [FlowNode: NodeRecord] = [:]
  package internal(set) var plans: [PriorityPlan.Place: PriorityPlan] = [:]

  package init() {}

  /// Whether it limits nobody.
  package var isEmpty: Bool { pools.isEmpty && nodes.isEmpty }

  /// Whether anything tells networks apart.
  package var tellsNetworksApart: Bool {
    func isPartial(_ limits: BandwidthLimits) -> Bool {
      Direction.allCases.contains { limits[$0, .intranet] != nil || limits[$0, .extranet] != nil }
    }
    return nodes.values.contains { record in
      let requests = record.settings.requests
      return requests[.intranet] != nil || requests[.extranet] != nil || isPartial(record.settings.caps)
        || isPartial(record.settings.guarantees)
    }
      || plans.values.contains { plan in
        plan.defaultGuarantees.map(isPartial) == true
          || plan.levels.contains { $0.guarantees.map(isPartial) == true }
      }
  }

  /// The nodes that a request passes, the server first. `bucket` is nil for requests that are about none.
  package func nodes(bucket: UInt64?, user: String) -> [FlowNode] {
    if user == Self.backgroundUser { return [.server, .background] }
    var path = [FlowNode.server]
    guard let bucket else { return path }
    let member = members[bucket]
    if let member {
      path.append(.pool(member.pool))
      if let group = member.group { path.append(.group(pool: member.pool, name: group)) }
    }
    path.append(.bucket(bucket))
    if let member { path.append(.poolRequester(pool: member.pool, user: user)) }
    path.append(.bucketRequester(bucket: bucket, user: user))
    return path
  }

  /// The buckets of a pool, by name.
  package func buckets(of pool: String) -> [(id: UInt64, member: Member)] {
    members.filter { $0.value.pool == pool }.map { (id: $0.key, member: $0.value) }
      .sorted { $0.member.bucketName < $1.member.bucketName }
  }

  /// Whether more than the count of changes differs.
  package func isOther(than before: FlowConfiguration) -> Bool {
    pools != before.pools || members != before.members || nodes != before.nodes || plans != before.plans
  }

  /// The groups of a pool that have a bucket or a setting, by name.
  package func groups(of pool: String) -> [String] {
    var names = Set(members.values.filter { $0.pool == pool }.compactMap(\.group))
    for case .group(pool, let name) in nodes.keys { names.insert(name) }
    return names.sorted()
  }
}
