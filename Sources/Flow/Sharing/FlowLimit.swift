import Ring

/// A cap, or a guarantee, of one direction and scope at one node. Of the allocator only.
final class FlowLimit {
  struct Key: Hashable {
    let node: FlowNode
    let direction: Direction
    let scope: TrafficScope
    let isGuarantee: Bool
    /// The level of the pool's priorities whose guarantee it is, and not the node's own.
    var level: PriorityLevelID?
  }

  let key: Key
  var budget: TokenBudget
  /// Its place in the allocation under way; nil where no flow crosses it.
  var index: Int?
  /// Bytes that flows would like to have at hand, in the allocation under way.
  var ahead = 0.0
  /// Bytes that flows have at hand.
  var credit = 0.0

  private var last: Instant?

  init(_ key: Key, rate: UInt64) {
    self.key = key
    budget = TokenBudget(rate: rate)
  }

  /// Begins an allocation: adds what the time has made. More than once for one allocation does nothing.
  func begin(_ now: Instant) {
    if last == now { return }
    budget.refill(last.map { Double(now.nanoseconds &- $0.nanoseconds) / 1e9 } ?? TokenBudget.depth)
    last = now
    index = nil
    ahead = 0
    credit = 0
  }

  /// Takes bytes back that a flow had at hand.
  func takeBack(_ bytes: Double) {
    credit -= bytes
    budget.giveBack(bytes)
  }
}
