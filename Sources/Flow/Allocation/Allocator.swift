/// Shares bytes out among flows that cross limits, once. Pure: the same input gives the same output.
///
/// First every flow gets what is guaranteed to it, then the rest goes by priority, the highest first, and within a
/// priority by the weights of those who ask (weighted max-min fairness, by progressive filling: Bertsekas and Gallager,
/// Data Networks, section 6.5.2). It gives no flow more than it asks for and no limit more than it has, and it is work
/// conserving: a flow that gets less than it asks for crosses a limit that has nothing left.
package struct Allocator {
  /// Who asks.
  package struct Flow {
    /// Bytes asked for.
    package var demand: Double
    /// The limits that it crosses, by their index.
    package var limits: [Int]
    /// The guarantees that it may use, by index; those of buckets and groups first, then those of requesters.
    package var guarantees: [Int]
    /// Higher ones are served first.
    package var priority: Int
    /// Whose flow it is: flows with the same number share one weight.
    package var sharer: Int

    package init(demand: Double, limits: [Int], guarantees: [Int] = [], priority: Int = 0, sharer: Int) {
      self.demand = demand
      self.limits = limits
      self.guarantees = guarantees
      self.priority = priority
      self.sharer = sharer
    }
  }

  package var flows: [Flow] = []
  /// Bytes that each limit has to give.
  package var capacities: [Double] = []
  /// Bytes that each guarantee still promises.
  package var guarantees: [Double] = []
  /// The weight of each sharer, above 0.
  package var weights: [Double] = []
  /// Bytes that each flow gets: the result.
  package private(set) var grants: [Double] = []

  /// Less than this many bytes count as none.
  private static let nothing = 1e-6

  // Kept from one run to the next, so that a run allocates nothing.
  private var load: [Double] = []
  private var before: [Double] = []
  private var counts: [Int] = []
  private var used: [Double] = []
  private var open: [Int] = []
  private var chosen: [Int] = []

  package init() {}

  /// Takes everything out, and keeps the room.
  package mutating func removeAll() {
    flows.removeAll(keepingCapacity: true)
    capacities.removeAll(keepingCapacity: true)
    guarantees.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
  }

  /// Computes `grants`; takes what is given out of `capacities` and `guarantees`.
  package mutating func run() {
    grants = Array(repeating: 0, count: flows.count)
    // Guarantees of buckets and groups, then those of requesters.
    for round in 0..<(flows.map(\.guarantees.count).max() ?? 0) {
      let promised = flows.indices.filter { flows[$0].guarantees.count > round }
      if !promised.isEmpty { fill(promised, guarantee: round) }
    }
    var order = flows.indices.filter { flows[$0].demand - grants[$0] > Self.nothing }
    order.sort { (flows[$0].priority, $1) > (flows[$1].priority, $0) }
    var start = 0
    while start < order.count {
      let level = flows[order[start]].priority
      var end = start
      while end < order.count, flows[order[end]].priority == level { end += 1 }
      fill(Array(order[start..<end]), guarantee: nil)
      start = end
    }
  }

  /// Raises the level of all of these flows together, by weight, until each has what it asks for or meets a limit that
  /// is used up. With `guarantee`, a flow's guarantee of that position is one limit more.
  private mutating func fill(_ indices: [Int], guarantee: Int?) {
    open = indices
    counts = Array(repeating: 0, count: weights.count)
    used = Array(repeating: 0, count: weights.count)
    for index in open { counts[flows[index].sharer] += 1 }
    while !open.isEmpty {
      measure(guarantee)
      // Whoever asks for no more than its part on each of its limits has its final grant: others only gain by it.
      if settleContent(guarantee) { continue }
      // All that is left meets its limits: those of the scarcest one have their final grant.
      settleScarcest(guarantee)
    }
  }

  /// Sums up who competes for each limit.
  private mutating func measure(_ guarantee: Int?) {
    let count = capacities.count + guarantees.count
    load = Array(repeating: 0, count: count)
    before = Array(repeating: 0, count: count)
    for index in open {
      let (weight, had) = part(of: index)
      for limit in flows[index].limits {
        load[limit] += weight
        before[limit] += had
      }
      if let guarantee {
        let limit = capacities.count + flows[index].guarantees[guarantee]
        load[limit] += weight
        before[limit] += had
      }
    }
  }

  /// A flow's part of its sharer's weight, and of what the sharer has got in this filling already.
  private func part(of index: Int) -> (weight: Double, had: Double) {
    let sharer = flows[index].sharer
    let count = Double(max(1, counts[sharer]))
    return (weights[sharer] / count, used[sharer] / count)
  }

  /// How far the level can rise on the scarcest limit of a flow: bytes for each unit of weight.
  private func level(_ index: Int, _ guarantee: Int?) -> Double {
    var least = Double.infinity
    for limit in flows[index].limits {
      least = min(least, (max(0, capacities[limit]) + before[limit]) / load[limit])
    }
    if let guarantee {
      let number = flows[index].guarantees[guarantee]
      let limit = capacities.count + number
      least = min(least, (max(0, guarantees[number]) + before[limit]) / load[limit])
    }
    return least
  }

  /// Gives what they ask for to the flows whose part is that much. False when there are none.
  private mutating func settleContent(_ guarantee: Int?) -> Bool {
    chosen.removeAll(keepingCapacity: true)
    for index in open {
      let (weight, had) = part(of: index)
      if flows[index].demand - grants[index] <= weight * level(index, guarantee) - had {
        chosen.append(index)
      }
    }
    if chosen.isEmpty { return false }
    let isChosen = Set(chosen)
    open.removeAll { isChosen.contains($0) }
    for index in chosen { give(flows[index].demand - grants[index], to: index) }
    return true
  }

  /// Gives their part to the flows of the scarcest limit.
  private mutating func settleScarcest(_ guarantee: Int?) {
    let levels = open.map { level($0, guarantee) }
    let bound = (levels.min() ?? 0) * (1 + 1e-9) + 1e-12
    var settled: [(index: Int, bytes: Double)] = []
    for (place, index) in open.enumerated() where levels[place] <= bound {
      let (weight, had) = part(of: index)
      settled.append((index, weight * levels[place] - had))
    }
    // One whose sharer has got more than its part elsewhere gets no more here; what is then left is shared anew.
    if settled.contains(where: { $0.bytes <= 0 }) { settled.removeAll { $0.bytes > 0 } }
    let isSettled = Set(settled.map(\.index))
    open.removeAll { isSettled.contains($0) }
    for (index, bytes) in settled { give(bytes, to: index) }
  }

  private mutating func give(_ wanted: Double, to index: Int) {
    let flow = flows[index]
    counts[flow.sharer] -= 1
    // Rounding must not take a limit below what it has.
    var bytes = max(0, min(wanted, flow.demand - grants[index]))
    for limit in flow.limits { bytes = min(bytes, max(0, capacities[limit])) }
    guard bytes > 0 else { return }
    grants[index] += bytes
    used[flow.sharer] += bytes
    for limit in flow.limits { capacities[limit] -= bytes }
    for guarantee in flow.guarantees { guarantees[guarantee] = max(0, guarantees[guarantee] - bytes) }
  }
}
