package import Ring
import Synchronization

/// Lets so many requests a second pass, on all rings together, without a lock: the generic cell rate algorithm (ITU-T
/// I.371, annex A) in one atomic number.
package final class RateGate: Sendable {
  /// The node that it stands for, for who asks which limit refused.
  package let node: FlowNode
  /// Whose requests it counts.
  package let scope: TrafficScope
  private let limit: UInt64
  /// Nanoseconds from one request to the next.
  private let interval: UInt64
  /// Nanoseconds that requests may come early: of a second's, five in a hundred may come at once, and five at least.
  private let tolerance: UInt64
  /// When the next request would be due if they came one by one.
  private let due = Atomic<UInt64>(0)
  private let refused = Atomic<UInt64>(0)

  /// At most `limit` requests a second; with 0 none.
  package init(_ limit: UInt64, at node: FlowNode, of scope: TrafficScope = .total) {
    self.node = node
    self.scope = scope
    self.limit = limit
    interval = limit == 0 ? 0 : max(1, 1_000_000_000 / limit)
    tolerance = limit == 0 ? 0 : interval &* (max(limit / 20, min(limit, 5)) - 1)
  }

  /// Requests that were refused.
  package var refusals: UInt64 { refused.load(ordering: .relaxed) }

  /// Whether one more request may pass now.
  package func pass(_ now: Instant) -> Bool {
    var seen = due.load(ordering: .relaxed)
    while limit > 0 {
      let start = max(seen, now.nanoseconds)
      if start - now.nanoseconds > tolerance { break }
      let (done, current) = due.weakCompareExchange(
        expected: seen, desired: start &+ interval, ordering: .relaxed)
      if done { return true }
      seen = current
    }
    refused.add(1, ordering: .relaxed)
    return false
  }

  /// Takes a request back that another gate has refused.
  package func takeBack() { due.subtract(interval, ordering: .relaxed) }
}
