/// What has gone through a node since the server started. Only ever grows.
package struct FlowTotals: Hashable, Sendable {
  // By direction and scope.
  private var byteCounts = [UInt64](repeating: 0, count: 6)
  private var delays = [UInt64](repeating: 0, count: 6)
  // By scope.
  private var requestCounts = [UInt64](repeating: 0, count: 3)
  private var refusalCounts = [UInt64](repeating: 0, count: 3)

  package init() {}

  /// Bytes of bodies.
  package func bytes(_ direction: Direction, _ scope: TrafficScope) -> UInt64 {
    byteCounts[Self.place(direction, scope)]
  }

  /// Nanoseconds that tasks have waited, at whatever limit of their path.
  package func delay(_ direction: Direction, _ scope: TrafficScope) -> UInt64 {
    delays[Self.place(direction, scope)]
  }

  package func requests(_ scope: TrafficScope) -> UInt64 { requestCounts[scope.rawValue] }

  /// Requests that the node's own limit of requests has refused.
  package func refusals(_ scope: TrafficScope) -> UInt64 { refusalCounts[scope.rawValue] }

  /// Adds what a flow from `network` has used, but for its refusals.
  mutating func add(_ usage: FlowUsage, _ network: Network) {
    for scope in [TrafficScope.total, TrafficScope(network)] {
      for direction in Direction.allCases {
        byteCounts[Self.place(direction, scope)] &+= usage.bytes[direction.rawValue]
        delays[Self.place(direction, scope)] &+= usage.delay[direction.rawValue]
      }
      requestCounts[scope.rawValue] &+= usage.requests
    }
  }

  mutating func addRefusals(_ count: UInt64, _ scope: TrafficScope) {
    refusalCounts[scope.rawValue] &+= count
  }

  /// Adds those of another node that is shown by the same name.
  package mutating func add(_ other: FlowTotals) {
    for place in byteCounts.indices {
      byteCounts[place] &+= other.byteCounts[place]
      delays[place] &+= other.delays[place]
    }
    for place in requestCounts.indices {
      requestCounts[place] &+= other.requestCounts[place]
      refusalCounts[place] &+= other.refusalCounts[place]
    }
  }

  private static func place(_ direction: Direction, _ scope: TrafficScope) -> Int {
    direction.rawValue * 3 + scope.rawValue
  }
}
