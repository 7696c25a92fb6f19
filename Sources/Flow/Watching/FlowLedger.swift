import Ring

/// Adds up what flows have moved, by node. Flows come and go, what they have moved stays counted.
///
/// A bounded number of nodes is shown by itself, all others are shown together. A node that is shown by itself stays so
/// until it is configured no more, and what was shown together stays in that sum, so that nothing shown ever goes back.
package final class FlowLedger: Sendable {
  /// Nodes that are shown by themselves, at most: each is up to some thirty series of the metrics.
  package static let shownMax = 200

  /// Whose usage it is that a flow left behind.
  private struct Source: Hashable {
    let bucket: UInt64?
    let user: String
    let network: Network
  }

  /// Which limit refused.
  struct RefusalSource: Hashable, Sendable {
    let node: FlowNode
    let scope: TrafficScope
  }

  private struct State: Sendable {
    /// Of all nodes of the configuration of `generation`.
    var totals: [FlowNode: FlowTotals] = [:]
    var generation: UInt64?
    /// Those that are shown by themselves.
    var shown: Set<FlowNode> = []
    var others = FlowTotals()
    /// What flows had used that are gone, and nobody has counted yet.
    var departed: [Source: FlowUsage] = [:]
    var departedRefusals: [RefusalSource: UInt64] = [:]
  }

  private let state = Locked(State())
  private let shownMax: Int

  init(shownMax: Int = shownMax) { self.shownMax = shownMax }

  /// Notes what a flow has used that nobody uses any more.
  func depart(_ path: FlowPath) {
    state.withLock { state in
      let usage = path.takeUnnoted()
      let source = Source(bucket: path.bucket, user: path.user, network: path.network)
      if usage.delta != FlowUsage() { state.departed[source, default: FlowUsage()].add(usage.delta) }
      for (source, count) in usage.refusals { state.departedRefusals[source, default: 0] &+= count }
    }
  }

  /// Counts what `paths` have used since the last time, for the nodes of `configuration`.
  func count(_ paths: [FlowPath], _ configuration: FlowConfiguration) -> FlowCensus {
    state.withLock { state in
      Self.take(over: configuration, shownMax, &state)
      for path in paths {
        let usage = path.takeUnnoted()
        if usage.delta != FlowUsage() {
          Self.add(usage.delta, path.bucket, path.user, path.network, configuration, &state)
        }
        for (source, count) in usage.refusals { Self.add(count, source, &state) }
      }
      for (source, usage) in state.departed {
        Self.add(usage, source.bucket, source.user, source.network, configuration, &state)
      }
      for (source, count) in state.departedRefusals { Self.add(count, source, &state) }
      state.departed = [:]
      state.departedRefusals = [:]
      return FlowCensus(
        configuration: configuration, totals: state.totals, shown: state.shown, others: state.others)
    }
  }

  /// Sees that the nodes of a configuration are counted, and as many shown by themselves as there may be.
  private static func take(
    over configuration: FlowConfiguration, _ shownMax: Int, _ state: inout State
  ) {
    guard state.generation != configuration.generation else { return }
    state.generation = configuration.generation
    let nodes = configuration.watchedNodes
    let known = Set(nodes)
    state.totals = state.totals.filter { known.contains($0.key) }
    state.shown.formIntersection(known)
    for node in nodes {
      if state.totals[node] == nil { state.totals[node] = FlowTotals() }
      if state.shown.count < shownMax { state.shown.insert(node) }
    }
  }

  private static func add(
    _ usage: FlowUsage, _ bucket: UInt64?, _ user: String, _ network: Network,
    _ configuration: FlowConfiguration, _ state: inout State
  ) {
    // What the server does by itself counts at no node but its own.
    let isBackground = user == FlowConfiguration.backgroundUser
    for node in isBackground ? [.background] : configuration.nodes(bucket: bucket, user: user)
    where state.totals[node]?.add(usage, network) != nil {
      if !state.shown.contains(node) { state.others.add(usage, network) }
    }
  }

  private static func add(_ refusals: UInt64, _ source: RefusalSource, _ state: inout State) {
    guard state.totals[source.node]?.addRefusals(refusals, source.scope) != nil else { return }
    if !state.shown.contains(source.node) { state.others.addRefusals(refusals, source.scope) }
  }
}

/// What has gone through all nodes, as of one moment.
package struct FlowCensus: Sendable {
  package let configuration: FlowConfiguration
  /// Of every node.
  package let totals: [FlowNode: FlowTotals]
  /// The nodes that are shown by themselves.
  package let shown: Set<FlowNode>
  /// What has gone through others while they were not.
  package let others: FlowTotals

  /// How many others there are.
  package var othersCount: Int { totals.count - shown.count }
}

extension FlowConfiguration {
  /// The nodes that are watched, those first that most others lie below: the server, pools, groups, buckets,
  /// requesters. None while nothing is configured.
  var watchedNodes: [FlowNode] {
    if isEmpty { return [] }
    let poolNames = pools.keys.sorted()
    var buckets = Set(members.keys)
    var requesters: [FlowNode] = []
    for node in nodes.keys {
      switch node {
      case .bucket(let id): buckets.insert(id)
      case .poolRequester, .bucketRequester: requesters.append(node)
      case .server, .background, .pool, .group: break
      }
    }
    return [.server, .background] + poolNames.map { .pool($0) }
      + poolNames.flatMap { pool in groups(of: pool).map { .group(pool: pool, name: $0) } }
      + buckets.sorted().map { .bucket($0) } + requesters.sorted { $0.sortKey < $1.sortKey }
  }

  /// What a node is called: `ai`, `ai/training`, `alice at pool ai`.
  package func name(of node: FlowNode) -> String {
    let record = nodes[node]
    func called(_ name: String?, or id: UInt64) -> String {
      if let name, !name.isEmpty { return name }
      return members[id]?.bucketName ?? String(id, radix: 16)
    }
    func user(_ id: String) -> String {
      if let name = record?.userName, !name.isEmpty { return name }
      return id
    }
    switch node {
    case .server: return "server"
    case .background: return "background"
    case .pool(let name): return name
    case .group(let pool, let name): return "\(pool)/\(name)"
    case .bucket(let id): return called(record?.bucketName, or: id)
    case .poolRequester(let pool, let id): return "\(user(id)) at pool \(pool)"
    case .bucketRequester(let bucket, let id):
      return "\(user(id)) at bucket \(called(record?.bucketName, or: bucket))"
    }
  }
}

extension FlowNode {
  /// An order of requesters that stays the same while they are there.
  fileprivate var sortKey: String {
    switch self {
    case .poolRequester(let pool, let user): "p/\(pool)/\(user)"
    case .bucketRequester(let bucket, let user): "q/\(bucket)/\(user)"
    case .server, .background, .pool, .group, .bucket: ""
    }
  }
}
