import Synchronization

/// Counts the connections of all rings against the limit.
final class ConnectionCensus: Sendable {
  enum Verdict {
    case welcome
    /// Too many: tell the client.
    case refuse
    /// Too many even of those that are being told.
    case drop
  }

  private let open = Atomic<Int>(0)
  private let refusing = Atomic<Int>(0)

  /// Connections being served.
  var count: Int { open.load(ordering: .relaxed) }

  /// Counts a new connection in. Every call is paired with `leave` of its verdict.
  func enter(_ limits: HTTPLimits) -> Verdict {
    if open.add(1, ordering: .relaxed).newValue <= limits.connections { return .welcome }
    open.subtract(1, ordering: .relaxed)
    if refusing.add(1, ordering: .relaxed).newValue <= limits.refusals { return .refuse }
    refusing.subtract(1, ordering: .relaxed)
    return .drop
  }

  /// Counts a connection out.
  func leave(_ verdict: Verdict) {
    switch verdict {
    case .welcome: open.subtract(1, ordering: .relaxed)
    case .refuse: refusing.subtract(1, ordering: .relaxed)
    case .drop: break
    }
  }
}
