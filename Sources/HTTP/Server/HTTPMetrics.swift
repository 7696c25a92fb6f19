import Synchronization

/// The counters of a server, one set a ring, and their sums.
package final class HTTPMetrics: Sendable {
  /// One set of counters a ring.
  package let rings: [HTTPCounters]

  init(rings: Int) {
    self.rings = (0..<rings).map { _ in HTTPCounters() }
  }

  /// The sum of one counter over all rings.
  package func total(_ counter: (HTTPCounters) -> Counter) -> UInt64 {
    rings.reduce(0) { $0 &+ counter($1).value }
  }

  /// Requests refused for this problem.
  package func total(of problem: RequestProblem) -> UInt64 {
    rings.reduce(0) { $0 &+ $1.count(of: problem) }
  }

  /// Timeouts of this kind.
  package func total(of kind: TimeoutKind) -> UInt64 { rings.reduce(0) { $0 &+ $1.count(of: kind) } }

  /// Connections open now.
  package var openConnections: Int {
    // Closed first: a connection that opens and closes between the two reads must not make this negative.
    let closed = total { $0.closed }
    return Int(clamping: total { $0.accepted } &- closed)
  }
}
