package import Ring
import Synchronization

/// What requests of one user at one bucket from one network share: who is counted together, and what applies.
///
/// Made for one state of the configuration; requests under way keep theirs, and the allocator sets its limits anew.
// SAFETY: `lanes`, `sharer` and what is in them, but for the cells, are the allocator's; what was noted is the
// ledger's, under its lock; all else never changes or is atomic.
package final class FlowPath: @unchecked Sendable {
  package let bucket: UInt64?
  /// The bucket's name when the first request came; empty without a bucket.
  package let bucketName: String
  package let user: String
  package let network: Network
  /// The limits of requests that it meets.
  package let gates: [RateGate]
  /// The generation of the configuration that it was made for.
  package let generation: UInt64
  /// That which its limits are of; nil before the allocator has set them.
  var configured: UInt64?
  /// By direction.
  let lanes: [FlowLane]
  /// Whom its weight is shared with.
  var sharer = FlowNode.server
  var weight = 1.0

  /// Whether the allocator looks at it.
  let isActive = Atomic<Bool>(false)
  private let limitedDirections = Atomic<UInt8>(0)
  private let requestCount = Atomic<UInt64>(0)
  /// Requests that each gate has refused.
  private let refusalCounts: [RefusalCount]
  /// Where that is added up which it has used, and what has been already.
  private let ledger: FlowLedger?
  private var noted = FlowUsage()
  private var notedRefusals: [UInt64]

  /// A path as `configuration` has it. Nothing is granted yet where there are limits: the allocator does that once it
  /// is asked.
  init(
    bucket: UInt64?, named bucketName: String, user: String, network: Network, gates: [RateGate],
    configuration: FlowConfiguration, ledger: FlowLedger? = nil,
    rings: Int
  ) {
    self.bucket = bucket
    self.bucketName = bucketName
    self.user = user
    self.network = network
    self.gates = gates
    refusalCounts = gates.map { _ in RefusalCount() }
    notedRefusals = gates.map { _ in 0 }
    self.ledger = ledger
    generation = configuration.generation
    lanes = Direction.allCases.map { _ in FlowLane(rings: rings) }
    let settings = configuration.nodes(bucket: bucket, user: user)
      .compactMap { configuration.nodes[$0]?.settings.caps }
    var limited: [Direction] = []
    for direction in Direction.allCases {
      let scopes = isBackground ? [.total] : [TrafficScope.total, TrafficScope(network)]
      let caps = scopes.flatMap { scope in settings.compactMap { $0[direction, scope] } }
        .filter { !isBackground || $0 > 0 }
      guard let least = caps.min() else { continue }
      limited.append(direction)
      lanes[direction.rawValue].begin(cap: least)
    }
    noteLimited(limited)
  }

  deinit { ledger?.depart(self) }

  /// Whether it is what the server does by itself.
  var isBackground: Bool { user == FlowConfiguration.backgroundUser }

  /// Whether bytes of a direction may have to wait.
  package func isLimited(_ direction: Direction) -> Bool {
    limitedDirections.load(ordering: .relaxed) & (1 << UInt8(direction.rawValue)) != 0
  }

  func noteLimited(_ directions: [Direction]) {
    limitedDirections.store(directions.reduce(0) { $0 | 1 << UInt8($1.rawValue) }, ordering: .relaxed)
  }

  /// Whether a direction is forbidden.
  package func isForbidden(_ direction: Direction) -> Bool {
    lanes[direction.rawValue].cells[0].forbidden.load(ordering: .relaxed)
  }

  /// Nanoseconds that a body of `length` bytes will take if all stays as it is; 0 where nothing is held back.
  package func expectedDelay(of length: UInt64, _ direction: Direction) -> UInt64 {
    let rate = lanes[direction.rawValue].cells[0].heldRate.load(ordering: .relaxed)
    guard rate > 0 else { return 0 }
    return UInt64(min(Double(length) / Double(rate) * 1e9, 1e18))
  }

  func cell(_ direction: Direction, ring: Int) -> FlowCell { lanes[direction.rawValue].cells[ring] }

  /// Counts a request and says whether it may pass all its gates; if not, which one stops it.
  package func admit(_ now: Instant) -> RateGate? {
    requestCount.add(1, ordering: .relaxed)
    for (place, gate) in gates.enumerated() where !gate.pass(now) {
      for passed in gates[..<place] { passed.takeBack() }
      refusalCounts[place].count.add(1, ordering: .relaxed)
      return gate
    }
    return nil
  }

  /// What has gone through so far.
  package var usage: FlowUsage {
    var usage = FlowUsage()
    usage.requests = requestCount.load(ordering: .relaxed)
    usage.refusals = refusalCounts.reduce(0) { $0 &+ $1.count.load(ordering: .relaxed) }
    for direction in Direction.allCases {
      for cell in lanes[direction.rawValue].cells {
        // What waits has not moved yet.
        usage.bytes[direction.rawValue] &+= min(
          cell.wanted.load(ordering: .relaxed), cell.granted.load(ordering: .relaxed))
        usage.delay[direction.rawValue] &+= cell.delay.load(ordering: .relaxed)
      }
    }
    return usage
  }

  /// What it has used since this was called last, and how many requests each of its gates has refused. For the ledger,
  /// under its lock.
  func takeUnnoted() -> (delta: FlowUsage, refusals: [(FlowLedger.RefusalSource, UInt64)]) {
    let usage = usage
    let delta = usage.since(noted)
    noted = usage
    var refusals: [(FlowLedger.RefusalSource, UInt64)] = []
    for (place, gate) in gates.enumerated() {
      let count = refusalCounts[place].count.load(ordering: .relaxed)
      if count == notedRefusals[place] { continue }
      refusals.append((.init(node: gate.node, scope: gate.scope), count &- notedRefusals[place]))
      notedRefusals[place] = count
    }
    return (delta, refusals)
  }
}

/// Requests that one gate has refused of one flow.
private final class RefusalCount: Sendable {
  let count = Atomic<UInt64>(0)
}

/// What has gone through a flow, since it is there.
package struct FlowUsage: Hashable, Sendable {
  /// By direction.
  package var bytes: [UInt64] = [0, 0]
  /// Nanoseconds that tasks have waited, by direction.
  package var delay: [UInt64] = [0, 0]
  package var requests: UInt64 = 0
  /// Of these refused.
  package var refusals: UInt64 = 0

  package init() {}

  mutating func add(_ other: FlowUsage) {
    for place in bytes.indices {
      bytes[place] &+= other.bytes[place]
      delay[place] &+= other.delay[place]
    }
    requests &+= other.requests
    refusals &+= other.refusals
  }

  /// What has come since `earlier`; a count that has gone back counts as unchanged.
  func since(_ earlier: FlowUsage) -> FlowUsage {
    func grown(_ now: UInt64, _ then: UInt64) -> UInt64 { now > then ? now - then : 0 }
    var delta = FlowUsage()
    for place in bytes.indices {
      delta.bytes[place] = grown(bytes[place], earlier.bytes[place])
      delta.delay[place] = grown(delay[place], earlier.delay[place])
    }
    delta.requests = grown(requests, earlier.requests)
    delta.refusals = grown(refusals, earlier.refusals)
    return delta
  }
}
