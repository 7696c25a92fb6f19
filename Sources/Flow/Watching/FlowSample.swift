/// What a limit is of.
package enum FlowQuantity: UInt8, Sendable {
  case upload = 0
  case download = 1
  case requests = 2

  package init(_ direction: Direction) { self = direction == .upload ? .upload : .download }

  /// As the admin API writes it.
  package var name: String {
    switch self {
    case .upload: "upload"
    case .download: "download"
    case .requests: "requests"
    }
  }
}

/// A limit, by where it is and what it is of.
package struct FlowLimitKey: Hashable, Sendable {
  package let node: FlowNode
  package let quantity: FlowQuantity
  package let scope: TrafficScope
}

/// How much of a limit was used in a while.
package struct FlowSample: Sendable {
  let key: FlowLimitKey
  /// Bytes or requests each second, on average.
  let rate: UInt64
  /// More than 0.
  let limit: UInt64
  /// Whether transfers had to wait meanwhile, or requests were refused.
  let isHeldBack: Bool

  /// One for each limit that is configured and forbids nothing, from what was counted before and after `seconds`.
  package static func all(
    _ before: FlowCensus, _ after: FlowCensus, seconds: Double
  ) -> [FlowSample] {
    var samples: [FlowSample] = []
    let none = FlowTotals()
    for (node, record) in after.configuration.nodes {
      guard let now = after.totals[node] else { continue }
      let then = before.totals[node] ?? none
      for scope in TrafficScope.allCases {
        for direction in Direction.allCases {
          guard let limit = record.settings.caps[direction, scope], limit > 0 else { continue }
          samples.append(
            FlowSample(
              key: FlowLimitKey(node: node, quantity: FlowQuantity(direction), scope: scope),
              rate: rate(now.bytes(direction, scope), then.bytes(direction, scope), seconds), limit: limit,
              isHeldBack: now.delay(direction, scope) > then.delay(direction, scope)))
        }
        guard let limit = record.settings.requests[scope], limit > 0 else { continue }
        samples.append(
          FlowSample(
            key: FlowLimitKey(node: node, quantity: .requests, scope: scope),
            rate: rate(now.requests(scope), then.requests(scope), seconds), limit: limit,
            isHeldBack: now.refusals(scope) > then.refusals(scope)))
      }
    }
    return samples
  }

  private static func rate(_ now: UInt64, _ then: UInt64, _ seconds: Double) -> UInt64 {
    now > then && seconds > 0 ? UInt64(min(Double(now - then) / seconds, 1e18)) : 0
  }
}
