import Background
import Flow

extension MetricsPage {
  /// What goes through the nodes of flow control, and their limits. At most `FlowLedger.shownMax` nodes have series of
  /// their own; what goes through all others is in those with `kind="other"`.
  static func write(_ census: FlowCensus, to text: inout MetricsText) {
    let configuration = census.configuration
    let scopes: [TrafficScope] = configuration.tellsNetworksApart ? TrafficScope.allCases : [.total]
    let nodes = FlowSeries.all(census)
    text.single(
      "weir_flow_nodes", .gauge, "Nodes of flow control.",
      UInt64(census.totals.count))
    text.single(
      "weir_flow_other_nodes", .gauge, "Those of them that are shown together, as kind=\"other\".",
      UInt64(census.othersCount))
    writeBytes(nodes, scopes, to: &text)
    text.family("weir_flow_requests_total", .counter, "Requests at a node of flow control.")
    for node in nodes {
      for scope in scopes {
        text.sample("weir_flow_requests_total", node.labels(scope), node.totals.requests(scope))
      }
    }
    text.family(
      "weir_flow_refusals_total", .counter, "Requests that a node's limit of requests has refused.")
    for node in nodes {
      for scope in scopes where node.settings?.requests[scope] != nil || node.totals.refusals(scope) > 0 {
        text.sample("weir_flow_refusals_total", node.labels(scope), node.totals.refusals(scope))
      }
    }
    text.family(
      "weir_flow_limit_requests_per_second", .gauge, "A node's limit of requests; without one there is none.")
    for node in nodes {
      for scope in TrafficScope.allCases {
        guard let limit = node.settings?.requests[scope] else { continue }
        text.sample("weir_flow_limit_requests_per_second", node.labels(scope), limit)
      }
    }
  }

  static func write(_ log: FlowEventLog, to text: inout MetricsText) {
    text.family("weir_flow_events_total", .counter, "Events of flow control, by level.")
    for level in FlowCrossing.Level.allCases {
      text.sample("weir_flow_events_total", [("level", level.name)], log.count(level))
    }
    text.single(
      "weir_flow_events_open", .gauge, "Those that are not over.",
      UInt64(log.events.count { $0.end == nil }))
  }

  private static func writeBytes(
    _ nodes: [FlowSeries], _ scopes: [TrafficScope], to text: inout MetricsText
  ) {
    text.family("weir_flow_bytes_total", .counter, "Bytes of bodies at a node of flow control.")
    for node in nodes {
      for (direction, scope) in pairs(scopes) {
        text.sample(
          "weir_flow_bytes_total", node.labels(scope, direction), node.totals.bytes(direction, scope))
      }
    }
    text.family(
      "weir_flow_delay_seconds_total", .counter,
      "Seconds that transfers at a node have waited, at whatever limit of their path.")
    for node in nodes {
      for (direction, scope) in pairs(scopes) {
        text.sample(
          "weir_flow_delay_seconds_total", node.labels(scope, direction),
          Double(node.totals.delay(direction, scope)) / 1e9)
      }
    }
    text.family(
      "weir_flow_limit_bytes_per_second", .gauge, "A node's limit; 0 forbids, without one there is none.")
    for node in nodes {
      for (direction, scope) in pairs(TrafficScope.allCases) {
        guard let limit = node.settings?.caps[direction, scope] else { continue }
        text.sample("weir_flow_limit_bytes_per_second", node.labels(scope, direction), limit)
      }
    }
    text.family("weir_flow_guarantee_bytes_per_second", .gauge, "A node's guarantee.")
    for node in nodes {
      for (direction, scope) in pairs(TrafficScope.allCases) {
        guard let rate = node.settings?.guarantees[direction, scope] else { continue }
        text.sample("weir_flow_guarantee_bytes_per_second", node.labels(scope, direction), rate)
      }
    }
  }

  private static func pairs(_ scopes: [TrafficScope]) -> [(Direction, TrafficScope)] {
    Direction.allCases.flatMap { direction in scopes.map { (direction, $0) } }
  }
}

/// What is shown of one node, or of several that have the same name.
private struct FlowSeries {
  let kind: String
  let name: String
  var totals: FlowTotals
  /// Nil for the nodes that are shown together.
  let settings: NodeSettings?

  /// All that is shown, in a fixed order. A name is there once: a bucket that was deleted may share its name with a new
  /// one, whose limits are shown.
  static func all(_ census: FlowCensus) -> [FlowSeries] {
    let configuration = census.configuration
    var series: [FlowSeries] = []
    let nodes = census.shown.map { (kind: $0.kind, name: configuration.name(of: $0), node: $0) }
    for entry in nodes.sorted(by: { ($0.kind, $0.name, "\($0.node)") < ($1.kind, $1.name, "\($1.node)") }) {
      let totals = census.totals[entry.node] ?? FlowTotals()
      if let last = series.last, last.kind == entry.kind, last.name == entry.name {
        series[series.count - 1].totals.add(totals)
      } else {
        series.append(
          FlowSeries(
            kind: entry.kind, name: entry.name, totals: totals,
            settings: configuration.nodes[entry.node]?.settings))
      }
    }
    if census.othersCount > 0 || census.others != FlowTotals() {
      series.append(FlowSeries(kind: "other", name: "other", totals: census.others, settings: nil))
    }
    return series
  }

  func labels(_ scope: TrafficScope, _ direction: Direction? = nil) -> [(String, String)] {
    [("kind", kind), ("node", name)] + (direction.map { [("direction", $0.name)] } ?? [])
      + [("scope", scope.name)]
  }
}
