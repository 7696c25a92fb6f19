/// Timers in order of time: a binary heap. Equal times fire in the order they were added.
struct TimerHeap {
  @safe enum Action {
    case resume(UnsafeContinuation<UInt64, Never>)
    case run(() -> Void)
  }

  private struct Entry {
    let instant: Instant
    let sequence: UInt64
    let action: Action

    func precedes(_ other: Entry) -> Bool {
      instant == other.instant ? sequence < other.sequence : instant < other.instant
    }
  }

  private var entries: [Entry] = []
  private var sequence: UInt64 = 0

  var count: Int { entries.count }

  /// When the earliest timer is due; the distant future when there is none.
  var next: Instant { entries.first?.instant ?? .distantFuture }

  mutating func add(_ instant: Instant, _ action: Action) {
    entries.append(Entry(instant: instant, sequence: sequence, action: action))
    sequence &+= 1
    siftUp(entries.count - 1)
  }

  /// The earliest timer if it is due, removed.
  mutating func popDue(at now: Instant) -> Action? {
    guard let first = entries.first, first.instant <= now else { return nil }
    let last = entries.removeLast()
    if !entries.isEmpty {
      entries[0] = last
      siftDown(0)
    }
    return first.action
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[child].precedes(entries[parent]) else { return }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown(_ start: Int) {
    var parent = start
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
        if entries[child].precedes(entries[least]) { least = child }
      }
      if least == parent { return }
      entries.swapAt(parent, least)
      parent = least
    }
  }
}
