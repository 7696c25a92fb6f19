import Ring
import Synchronization

/// Looks from time to time at what all flows want, and grants it. On whatever ring finds it due; never on two at once,
/// and nobody waits for it: who finds it busy goes on.
// SAFETY: all but the atomics is touched only while `isBusy` is held.
final class FlowEngine: @unchecked Sendable {
  /// Who shares a weight: uploads and downloads do not compete, and both may have the whole of it.
  private struct Sharer: Hashable {
    let node: FlowNode
    let direction: Direction
  }

  /// Nanoseconds between two allocations, at least; where one takes long, so many times as long; and at most, which
  /// must be less than a budget's depth.
  private static let shortest: UInt64 = 2_000_000
  private static let costFactor: UInt64 = 20
  private static let longest: UInt64 = 20_000_000
  /// Seconds of a limit's rate that all its flows together may have at hand; and at most, where the rings wake late,
  /// so that they have enough until they wake again.
  private static let aheadSeconds = 0.010
  private static let aheadSecondsMax = 0.030

  private let isBusy = Atomic<Bool>(false)
  /// When the last allocation was, and when the next one is due, in nanoseconds.
  private let dueTime = Atomic<UInt64>(0)
  /// Paths that have become active since the last allocation.
  private let arrivals = Locked<[FlowPath]>([])
  private let hasArrivals = Atomic<Bool>(false)
  /// Nanoseconds that a ring has lately woken too late, at most, fading away.
  private let lateness = Atomic<UInt64>(0)

  /// Whether allocations that take long are rarer. Not in tests whose clock stands meanwhile.
  var countsCost = true
  private var last: Instant?
  private var active: [FlowPath] = []
  private var limits: [FlowLimit.Key: FlowLimit] = [:]
  /// The caps and guarantees that active flows cross.
  private var crossed: [FlowLimit] = []
  private var sharers: [Sharer: Int] = [:]
  private var allocator = Allocator()
  private var configuration = FlowConfiguration()

  /// When the next allocation is due.
  var due: Instant { Instant(nanoseconds: dueTime.load(ordering: .relaxed)) }

  /// Makes sure that the allocator looks at a path whose bytes wait.
  func activate(_ path: FlowPath) {
    // Together with the fence in `retire`: either the allocator sees what is wanted, or this sees that it has gone.
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    if path.isActive.exchange(true, ordering: .sequentiallyConsistent) { return }
    arrivals.withLock { $0.append(path) }
    hasArrivals.store(true, ordering: .releasing)
  }

  /// Notes that a ring has woken so many nanoseconds after it wanted to. Of two rings at once one may be missed.
  func noteLate(_ nanoseconds: UInt64) {
    if nanoseconds > lateness.load(ordering: .relaxed) { lateness.store(nanoseconds, ordering: .relaxed) }
  }

  /// Allocates, if it is due and nobody does so already.
  func allocateIfDue(_ now: Instant) {
    guard now >= due, acquire() else { return }
    defer { isBusy.store(false, ordering: .releasing) }
    let start = Instant.now().nanoseconds
    allocate(now)
    let spent = countsCost ? Instant.now().nanoseconds &- start : 0
    let pause = min(max(Self.shortest, spent &* Self.costFactor), Self.longest)
    dueTime.store(now.nanoseconds &+ pause, ordering: .relaxed)
  }

  /// Takes over another configuration, and sets all of `paths` accordingly, which are asked for once nobody allocates:
  /// one that is made before that may have been given what held until now. False while an allocation is under way.
  func configure(_ configuration: FlowConfiguration, _ paths: @autoclosure () -> [FlowPath]) -> Bool {
    guard acquire() else { return false }
    defer { isBusy.store(false, ordering: .releasing) }
    // Two changes may come here in either order.
    if configuration.generation < self.configuration.generation { return true }
    self.configuration = configuration
    for path in paths() { set(path) }
    // Limits that are configured no more, and that no flow crosses.
    limits = limits.filter { rate(of: $0.key) != nil }
    dueTime.store(0, ordering: .relaxed)
    return true
  }

  private func acquire() -> Bool { !isBusy.exchange(true, ordering: .acquiring) }

  // MARK: Configuration

  private func set(_ path: FlowPath) {
    path.configured = configuration.generation
    let nodes = configuration.nodes(bucket: path.bucket, user: path.user)
    let member = path.bucket.flatMap { configuration.members[$0] }
    // Weights are among the requesters of a pool, or of the server.
    path.sharer =
      member.map { .poolRequester(pool: $0.pool, user: path.user) }
      ?? .bucketRequester(bucket: 0, user: path.user)
    let weights = nodes.filter { $0.kind == "requester" }
      .compactMap { configuration.nodes[$0]?.settings.weight }
    path.weight = Double(weights.last ?? 1)
    let standing = FlowStanding(bucket: path.bucket, user: path.user, in: configuration)
    var limited: [Direction] = []
    for direction in Direction.allCases {
      if path.isBackground {
        if setBackground(path, direction) { limited.append(direction) }
        continue
      }
      let caps = nodes.flatMap { limits(of: $0, direction, path.network, isGuarantee: false) }
      let isForbidden = caps.contains { $0.budget.rate == 0 }
      path.lanes[direction.rawValue].configure(
        limits: caps, guarantees: standing.promises.flatMap { guarantees(of: $0, direction, path.network) },
        priority: standing.priority, isForbidden: isForbidden)
      if !caps.isEmpty { limited.append(direction) }
    }
    path.noteLimited(limited)
  }

  /// The server's own work gets what everybody else leaves of the server's limit, and little enough at any rate. False
  /// where it has no limit.
  private func setBackground(_ path: FlowPath, _ direction: Direction) -> Bool {
    let caps = [FlowNode.server, .background].compactMap { node in
      limit(FlowLimit.Key(node: node, direction: direction, scope: .total, isGuarantee: false))
    }.filter { $0.budget.rate > 0 }
    let guarantee = FlowLimit.Key(
      node: .background, direction: direction, scope: .total, isGuarantee: true)
    path.lanes[direction.rawValue].configure(
      limits: caps, guarantees: limit(guarantee).map { [$0] } ?? [], priority: 0, isForbidden: false)
    return !caps.isEmpty
  }

  /// The limits of a node for a direction and a network, as objects that all paths share.
  private func limits(
    of node: FlowNode, _ direction: Direction, _ network: Network, isGuarantee: Bool,
    _ level: PriorityLevelID? = nil
  ) -> [FlowLimit] {
    [TrafficScope.total, TrafficScope(network)].compactMap { scope in
      limit(
        FlowLimit.Key(node: node, direction: direction, scope: scope, isGuarantee: isGuarantee, level: level))
    }
  }

  /// A limit as an object that all paths share; nil where there is none.
  private func limit(_ key: FlowLimit.Key) -> FlowLimit? {
    guard let rate = rate(of: key) else { return nil }
    if let limit = limits[key] {
      limit.budget.setRate(rate)
      return limit
    }
    let limit = FlowLimit(key, rate: rate)
    limits[key] = limit
    return limit
  }

  private func guarantees(
    of promise: FlowStanding.Promise, _ direction: Direction, _ network: Network
  ) -> [FlowLimit] {
    switch promise {
    case .node(let node): limits(of: node, direction, network, isGuarantee: true)
    case .level(let level):
      limits(of: .pool(level.place.pool), direction, network, isGuarantee: true, level)
    }
  }

  private func rate(of key: FlowLimit.Key) -> UInt64? {
    if let level = key.level {
      return configuration.plans[level.place]?.guarantees(of: level.number)[key.direction, key.scope]
    }
    let settings = configuration.nodes[key.node]?.settings
    if key.node == .background, key.isGuarantee {
      return settings?.guarantees[key.direction, key.scope] ?? FlowControl.backgroundFloor
    }
    return key.isGuarantee
      ? settings?.guarantees[key.direction, key.scope] : settings?.caps[key.direction, key.scope]
  }

  // MARK: Allocation

  private func allocate(_ now: Instant) {
    let seconds = last.map { Double(now.nanoseconds &- $0.nanoseconds) / 1e9 } ?? TokenBudget.depth
    last = now
    if hasArrivals.exchange(false, ordering: .acquiring) {
      let arrived = arrivals.withLock { list in
        defer { list = [] }
        return list
      }
      for path in arrived where path.configured != configuration.generation { set(path) }
      active += arrived
    }
    gather(now, seconds)
    if allocator.flows.isEmpty { return }
    allocator.run()
    apply(max(seconds, 1e-4))
  }

  /// Looks at all active flows and makes an allocation of those that want something.
  private func gather(_ now: Instant, _ seconds: Double) {
    allocator.removeAll()
    crossed.removeAll(keepingCapacity: true)
    sharers.removeAll(keepingCapacity: true)
    for path in active {
      for lane in path.lanes {
        for limit in lane.limits { limit.begin(now) }
        for limit in lane.guarantees { limit.begin(now) }
      }
    }
    var retired = false
    for path in active {
      for lane in path.lanes where lane.isLimited {
        lane.look(after: seconds)
        let idle = lane.takeBack()
        if idle > 0 { for limit in lane.limits { limit.takeBack(idle) } }
      }
      if path.lanes.allSatisfy({ !$0.isLimited || $0.isIdle }) { retired = true }
    }
    if retired { retire() }
    let late = lateness.load(ordering: .relaxed)
    lateness.store(late - late / 64, ordering: .relaxed)
    let ahead = min(Self.aheadSeconds + Double(late) / 1e9, Self.aheadSecondsMax)
    for path in active {
      for direction in Direction.allCases {
        let lane = path.lanes[direction.rawValue]
        lane.index = nil
        guard lane.isLimited else { continue }
        let demand = lane.demand(within: ahead)
        if demand >= 1 { add(lane, direction, of: path, demand) }
      }
    }
  }

  private func add(_ lane: FlowLane, _ direction: Direction, of path: FlowPath, _ demand: Double) {
    lane.index = allocator.flows.count
    let key = Sharer(node: path.sharer, direction: direction)
    let sharer: Int
    if let known = sharers[key] {
      sharer = known
      allocator.weights[known] = max(allocator.weights[known], path.weight)
    } else {
      sharer = allocator.weights.count
      sharers[key] = sharer
      allocator.weights.append(path.weight)
    }
    allocator.flows.append(
      Allocator.Flow(
        demand: demand, limits: lane.limits.map { place($0) },
        guarantees: lane.guarantees.map { place($0) }, priority: lane.priority, sharer: sharer))
  }

  private func place(_ limit: FlowLimit) -> Int {
    if let index = limit.index { return index }
    limit.budget.keep(beside: limit.credit)
    let tokens = max(0, limit.budget.tokens)
    let index: Int
    if limit.key.isGuarantee {
      index = allocator.guarantees.count
      allocator.guarantees.append(tokens)
    } else {
      index = allocator.capacities.count
      allocator.capacities.append(tokens)
    }
    limit.index = index
    crossed.append(limit)
    return index
  }

  private func apply(_ seconds: Double) {
    for path in active {
      for lane in path.lanes {
        guard let index = lane.index else { continue }
        lane.grant(allocator.grants[index], asked: allocator.flows[index].demand, after: seconds)
      }
    }
    for limit in crossed {
      guard let index = limit.index else { continue }
      let left = limit.key.isGuarantee ? allocator.guarantees[index] : allocator.capacities[index]
      limit.budget.spend(max(0, limit.budget.tokens) - left)
    }
  }

  /// Lets go of paths that have been idle for long.
  private func retire() {
    var kept: [FlowPath] = []
    for path in active {
      guard path.lanes.allSatisfy({ !$0.isLimited || $0.isIdle }) else {
        kept.append(path)
        continue
      }
      path.isActive.store(false, ordering: .sequentiallyConsistent)
      atomicMemoryFence(ordering: .sequentiallyConsistent)
      // Somebody may have begun to wait just now, and found it active still.
      let isWanted = path.lanes.contains { lane in
        lane.isLimited
          && lane.cells.contains {
            $0.wanted.load(ordering: .sequentiallyConsistent) > $0.granted.load(ordering: .relaxed)
          }
      }
      if isWanted, !path.isActive.exchange(true, ordering: .sequentiallyConsistent) { kept.append(path) }
    }
    active = kept
  }
}
