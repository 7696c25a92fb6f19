import Primitives
import Ring
import Synchronization

/// What is configured and the flows there are, for all rings.
final class FlowTable: Sendable {
  private struct PathKey: Hashable {
    let bucket: UInt64?
    let user: String
    let network: Network
    let generation: UInt64
  }

  /// A path for as long as somebody uses it.
  private struct Known: Sendable {
    weak var path: FlowPath?
  }

  /// A gate, and the limit it was made for.
  private struct GateKey: Hashable {
    let node: FlowNode
    let scope: TrafficScope
    let limit: UInt64
  }

  private struct State: Sendable {
    var configuration: FlowConfiguration
    var paths: [PathKey: Known] = [:]
    /// When there are so many paths, those that nobody uses are taken out.
    var sweepAt = 1024
    var gates: [GateKey: RateGate] = [:]
  }

  let engine = FlowEngine()
  let ledger: FlowLedger
  private let state: Locked<State>
  private let generationNumber: Atomic<UInt64>
  private let isInForce: Atomic<Bool>
  private let isPartitioned: Atomic<Bool>
  private let rings: Int

  init(_ configuration: FlowConfiguration, rings: Int, ledger: FlowLedger = FlowLedger()) {
    self.ledger = ledger
    state = Locked(State(configuration: configuration))
    generationNumber = Atomic(configuration.generation)
    isInForce = Atomic(!configuration.isEmpty)
    isPartitioned = Atomic(configuration.tellsNetworksApart)
    self.rings = rings
    _ = engine.configure(configuration, [])
  }

  var isConfigured: Bool { isInForce.load(ordering: .relaxed) }
  var tellsNetworksApart: Bool { isPartitioned.load(ordering: .relaxed) }
  var generation: UInt64 { generationNumber.load(ordering: .acquiring) }
  var configuration: FlowConfiguration { state.withLock { $0.configuration } }

  /// All paths that somebody uses.
  var paths: [FlowPath] { state.withLock { $0.paths.values.compactMap(\.path) } }

  /// Counts what has gone through all nodes.
  func count() -> FlowCensus {
    // Paths that only this holds in the end must not go while the ledger is locked.
    let (configuration, paths) = state.withLock { ($0.configuration, $0.paths.values.compactMap(\.path)) }
    return withExtendedLifetime(paths) { ledger.count(paths, configuration) }
  }

  /// Makes a configuration hold for new requests. Those under way follow with `FlowEngine.configure`. False for one
  /// that is older than what holds.
  @discardableResult
  func take(over next: FlowConfiguration) -> Bool {
    state.withLock { state in
      if next.generation <= state.configuration.generation { return false }
      state.configuration = next
      state.gates = state.gates.filter {
        next.nodes[$0.key.node]?.settings.requests[$0.key.scope] == $0.key.limit
      }
      isPartitioned.store(next.tellsNetworksApart, ordering: .relaxed)
      generationNumber.store(next.generation, ordering: .releasing)
      isInForce.store(!next.isEmpty, ordering: .relaxed)
      return true
    }
  }

  /// The path of a user at a bucket. Rings remember it: this is for the first request only.
  func path(bucket: UInt64?, named name: String, user: String, network: Network) -> FlowPath {
    state.withLock { state in
      let configuration = state.configuration
      let key = PathKey(bucket: bucket, user: user, network: network, generation: configuration.generation)
      if let path = state.paths[key]?.path { return path }
      if state.paths.count >= state.sweepAt {
        state.paths = state.paths.filter { $0.value.path != nil }
        state.sweepAt = max(1024, 2 * state.paths.count)
      }
      let gates = Self.gates(bucket, user, network, configuration, &state.gates)
      let path = FlowPath(
        bucket: bucket, named: name, user: user, network: network, gates: gates, configuration: configuration,
        ledger: ledger, rings: rings)
      state.paths[key] = Known(path: path)
      return path
    }
  }

  private static func gates(
    _ bucket: UInt64?, _ user: String, _ network: Network, _ configuration: FlowConfiguration,
    _ known: inout [GateKey: RateGate]
  ) -> [RateGate] {
    if user == FlowConfiguration.backgroundUser { return [] }
    var gates: [RateGate] = []
    for node in configuration.nodes(bucket: bucket, user: user) {
      guard let requests = configuration.nodes[node]?.settings.requests, !requests.isEmpty else { continue }
      for scope in [TrafficScope.total, TrafficScope(network)] {
        guard let limit = requests[scope] else { continue }
        let key = GateKey(node: node, scope: scope, limit: limit)
        let gate = known[key] ?? RateGate(limit, at: node, of: scope)
        known[key] = gate
        gates.append(gate)
      }
    }
    return gates
  }
}
