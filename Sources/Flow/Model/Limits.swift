/// Six rates in bytes each second, by direction and scope. Nil is none of its own: only what lies above counts.
/// As a cap, 0 forbids.
package struct BandwidthLimits: Hashable, Sendable {
  private var uploads = RateLimits()
  private var downloads = RateLimits()

  package init() {}

  package subscript(direction: Direction, scope: TrafficScope) -> UInt64? {
    get { direction == .upload ? uploads[scope] : downloads[scope] }
    set { if direction == .upload { uploads[scope] = newValue } else { downloads[scope] = newValue } }
  }

  /// Whether none is set.
  package var isEmpty: Bool { uploads.isEmpty && downloads.isEmpty }
}

/// Three rates by scope; nil is none of its own.
package struct RateLimits: Hashable, Sendable {
  private var total: UInt64?
  private var intranet: UInt64?
  private var extranet: UInt64?

  package init() {}

  package subscript(scope: TrafficScope) -> UInt64? {
    get {
      switch scope {
      case .total: total
      case .intranet: intranet
      case .extranet: extranet
      }
    }
    set {
      switch scope {
      case .total: total = newValue
      case .intranet: intranet = newValue
      case .extranet: extranet = newValue
      }
    }
  }

  /// Whether none is set.
  package var isEmpty: Bool { total == nil && intranet == nil && extranet == nil }
}

/// What is configured for one node.
package struct NodeSettings: Hashable, Sendable {
  /// Priorities that can be given, 10 being served first.
  package static let priorities: ClosedRange<UInt8> = 1...10
  /// Weights that can be given.
  package static let weights: ClosedRange<UInt32> = 1...1_000_000
  /// Rates that can be given: up to 1 PB/s, so that sums of them never overflow.
  package static let highestRate: UInt64 = 1_000_000_000_000_000
  /// Requests each second that a limit can be.
  package static let highestRequests: UInt64 = 1_000_000_000

  /// Bytes each second that are never exceeded.
  package var caps = BandwidthLimits()
  /// Requests each second that are never exceeded.
  package var requests = RateLimits()
  /// Bytes each second that are there when they are asked for.
  package var guarantees = BandwidthLimits()
  /// Above the guarantees, who is served first; nil for the lowest, 1.
  package var priority: UInt8?
  /// Of a requester: its part of what is left, in proportion to the others'; nil for 1.
  package var weight: UInt32?

  package init() {}

  /// Whether nothing is set.
  package var isEmpty: Bool { self == NodeSettings() }
}
