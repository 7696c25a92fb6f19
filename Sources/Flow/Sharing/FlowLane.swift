import Synchronization

/// One direction of a flow, on all rings. But for its cells it is the allocator's only.
final class FlowLane {
  /// By ring.
  let cells: [FlowCell]
  /// The caps that it crosses; empty where there is none.
  private(set) var limits: [FlowLimit] = []
  /// The guarantees that it may use.
  private(set) var guarantees: [FlowLimit] = []
  private(set) var priority = 0
  /// Its place in the allocation under way.
  var index: Int?

  // What the allocation under way has found.
  /// Bytes that wait, and bytes at hand.
  private(set) var backlog: UInt64 = 0
  private(set) var credit: UInt64 = 0
  /// Bytes that were wanted since the last allocation.
  private var used: UInt64 = 0
  /// The same of the busiest of the last allocations, fading away: who moves large pieces uses nothing in many of them.
  private var recent = 0.0
  /// Bytes that it would like to have at hand.
  private(set) var ahead = 0.0
  /// `wanted` of each cell at the last allocation, and what of it is since.
  private var seen: [UInt64]
  private var fresh: [UInt64]
  /// Bytes granted by halves, below one.
  private var fraction = 0.0
  /// Seconds since bytes were wanted.
  private var idleSeconds = 0.0
  /// Bytes each second that it gets while it is held back; 0 while it is not.
  private var pace = 0.0

  /// Seconds after which a lane that wants nothing gives back what it has at hand, and after which it is forgotten.
  private static let lendingSeconds = 0.030
  private static let forgettingSeconds = 1.0
  /// Seconds after which what was used in an allocation no longer counts.
  private static let fadingSeconds = 0.016
  /// Seconds of its pace that a lane moves at a time.
  private static let quantumSeconds = 0.008

  init(rings: Int) {
    cells = (0..<rings).map { _ in FlowCell() }
    seen = Array(repeating: 0, count: rings)
    fresh = seen
  }

  var isLimited: Bool { !limits.isEmpty }
  var isIdle: Bool { idleSeconds > Self.forgettingSeconds && backlog == 0 && credit == 0 }

  /// A new lane whose least cap is this, before the allocator knows it.
  func begin(cap: UInt64) {
    for cell in cells {
      cell.forbidden.store(cap == 0, ordering: .relaxed)
      if cap > 0 { cell.granted.store(0, ordering: .relaxed) }
      cell.quantum.store(Self.firstQuantum(Double(cap)), ordering: .relaxed)
    }
  }

  /// Takes over what is configured. Tasks that wait go on where there is no limit, and where traffic is forbidden.
  func configure(limits: [FlowLimit], guarantees: [FlowLimit], priority: Int, isForbidden: Bool) {
    let wasLimited = isLimited
    self.limits = isForbidden ? [] : limits
    self.guarantees = isForbidden ? [] : guarantees
    self.priority = priority
    let slowest = limits.map(\.budget.rate).min() ?? 0
    for cell in cells {
      cell.forbidden.store(isForbidden, ordering: .relaxed)
      if !isLimited {
        cell.granted.store(FlowCell.unlimited, ordering: .releasing)
        cell.quantum.store(FlowCell.largestPiece, ordering: .relaxed)
      } else if !wasLimited {
        // What moved before there was a limit is not counted against it.
        if cell.granted.load(ordering: .relaxed) == FlowCell.unlimited {
          cell.granted.store(cell.wanted.load(ordering: .acquiring), ordering: .releasing)
        }
        cell.quantum.store(Self.firstQuantum(slowest), ordering: .relaxed)
      }
    }
    idleSeconds = 0
  }

  /// Looks at what its rings have wanted in the last `seconds`.
  func look(after seconds: Double) {
    (backlog, credit, used) = (0, 0, 0)
    for (place, cell) in cells.enumerated() {
      let wanted = cell.wanted.load(ordering: .acquiring)
      let granted = cell.granted.load(ordering: .relaxed)
      fresh[place] = wanted &- seen[place]
      seen[place] = wanted
      used &+= fresh[place]
      if wanted > granted { backlog += wanted - granted } else { credit += granted - wanted }
    }
    idleSeconds = used > 0 || backlog > 0 ? 0 : idleSeconds + seconds
    recent = max(Double(used), recent * max(0, 1 - seconds / Self.fadingSeconds))
    if idleSeconds > Self.lendingSeconds { recent = 0 }
    // As much again as it used, twice, so that it need not wait for the next allocation while there is enough. What
    // waits is asked for anyway.
    ahead = max(0, 2 * recent - Double(backlog))
    for limit in limits {
      limit.ahead += ahead
      limit.credit += Double(credit)
    }
  }

  /// What it asks for, in bytes, once all lanes have been looked at. `seconds` of a limit's rate may be at hand.
  func demand(within seconds: Double) -> Double {
    var ahead = ahead
    for limit in limits where limit.ahead > limit.budget.rate * seconds {
      ahead = min(ahead, self.ahead * limit.budget.rate * seconds / limit.ahead)
    }
    return Double(backlog) + max(0, ahead - Double(credit))
  }

  /// Hands out what it was given, to those first who wait.
  func grant(_ bytes: Double, asked: Double, after seconds: Double) {
    let whole = bytes + fraction
    var rest = UInt64(max(0, whole))
    fraction = whole - Double(rest)
    // Who gets all that it asks for moves as much at a time as it likes.
    let isHeldBack = bytes < asked * 0.99
    pace = isHeldBack ? (pace == 0 ? bytes / seconds : 0.8 * pace + 0.2 * bytes / seconds) : 0
    let quantum = isHeldBack ? Self.quantum(pace) : Self.quantum(limits.map(\.budget.rate).min() ?? 0)
    let share = backlog > 0 ? min(1, Double(rest) / Double(backlog)) : 0
    var extras: [UInt64] = []
    for cell in cells {
      let granted = cell.granted.load(ordering: .relaxed)
      let wanted = cell.wanted.load(ordering: .relaxed)
      let waiting = wanted > granted ? UInt64((Double(wanted - granted) * share).rounded(.up)) : 0
      extras.append(min(waiting, rest))
      rest -= extras[extras.count - 1]
    }
    spread(rest, into: &extras)
    for (cell, bytes) in zip(cells, extras) {
      if bytes > 0 {
        cell.granted.store(cell.granted.load(ordering: .relaxed) &+ bytes, ordering: .releasing)
      }
      cell.quantum.store(quantum, ordering: .relaxed)
      cell.heldRate.store(UInt64(min(pace, 1e15)), ordering: .relaxed)
    }
  }

  /// What is beyond the backlog goes to the rings that have used something, in proportion.
  private func spread(_ bytes: UInt64, into extras: inout [UInt64]) {
    guard bytes > 0 else { return }
    var rest = bytes
    if used > 0 {
      for place in extras.indices {
        let part = min(rest, UInt64(Double(bytes) * (Double(fresh[place]) / Double(used))))
        extras[place] += part
        rest -= part
      }
    }
    let busiest = fresh.indices.max { fresh[$0] < fresh[$1] } ?? 0
    extras[busiest] += rest
  }

  /// Takes back what lies idle; how many bytes.
  func takeBack() -> Double {
    guard credit > 0, idleSeconds > Self.lendingSeconds else { return 0 }
    var bytes: UInt64 = 0
    for cell in cells {
      let granted = cell.granted.load(ordering: .relaxed)
      let wanted = cell.wanted.load(ordering: .acquiring)
      guard granted > wanted else { continue }
      // Should the ring take some of it at this moment, they count as wanted the next time.
      cell.granted.store(wanted, ordering: .releasing)
      bytes += granted - wanted
    }
    credit = 0
    return Double(bytes)
  }

  /// At first little moves at a time: nobody knows yet how many there are.
  private static func firstQuantum(_ rate: Double) -> Int { quantum(min(rate, 2_000_000)) }

  /// Bytes to move at a time at a rate.
  private static func quantum(_ rate: Double) -> Int {
    min(max(Int(min(rate, 1e12) * quantumSeconds), FlowCell.smallestPiece), FlowCell.largestPiece)
  }
}
