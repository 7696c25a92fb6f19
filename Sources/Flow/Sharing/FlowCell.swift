import Ring
import Synchronization

/// What one ring may send or receive for one flow: two counters of bytes, each written by one side only, so that no
/// lock and no contended instruction stands on the way of a body.
///
/// The ring counts up what it wants; the allocator counts up what it grants. Bytes may move while `wanted` is not
/// beyond `granted`; who goes beyond waits, in order, until it is granted.
// SAFETY: `spare` and `queue` are touched by the cell's ring only; all else is atomic.
package final class FlowCell: @unchecked Sendable {
  /// What is granted where there is no limit.
  static let unlimited = UInt64.max / 2

  let wanted = Atomic<UInt64>(0)
  let granted = Atomic<UInt64>(unlimited)
  /// Bytes to move at a time where there is no more at hand.
  let quantum = Atomic<Int>(FlowCell.largestPiece)
  /// Bytes each second that the flow gets on all rings while it is held back; 0 while it is not.
  let heldRate = Atomic<UInt64>(0)
  /// Whether the traffic is forbidden.
  let forbidden = Atomic<Bool>(false)
  /// Nanoseconds that tasks have waited here.
  let delay = Atomic<UInt64>(0)
  let queue = TicketQueue()
  /// Bytes that were granted and not used in the end.
  private var spare: UInt64 = 0

  /// Bytes that are moved at a time, at most and at least.
  package static let largestPiece = 256 << 10
  package static let smallestPiece = 2 << 10
  /// Quanta that are asked for at a time by who need not move evenly.
  private static let batchQuanta = 8

  init() {}

  /// How many of `count` bytes, more than 0, to move at a time: all that is at hand, at least a quantum.
  @inline(__always)
  func piece(of count: Int) -> Int {
    let limit = granted.load(ordering: .relaxed)
    let taken = wanted.load(ordering: .relaxed)
    let ready = limit > taken ? Int(clamping: min(limit - taken, UInt64(Self.largestPiece))) : 0
    return min(count, max(ready, quantum.load(ordering: .relaxed)))
  }

  /// How many of `count` bytes, more than 0, to ask for at a time where they need not move evenly: several quanta.
  func batch(of count: Int) -> Int {
    let quantum = min(quantum.load(ordering: .relaxed), Self.largestPiece / Self.batchQuanta)
    return max(piece(of: count), min(count, quantum * Self.batchQuanta))
  }

  /// Wants `count` bytes more. Nil when they may move at once, else the ticket to wait for.
  @inline(__always)
  func take(_ count: Int) -> UInt64? {
    var count = UInt64(truncatingIfNeeded: count)
    if spare > 0 {
      let part = min(spare, count)
      spare -= part
      count -= part
    }
    let ticket = wanted.load(ordering: .relaxed) &+ count
    wanted.store(ticket, ordering: .releasing)
    return ticket <= granted.load(ordering: .acquiring) ? nil : ticket
  }

  /// Bytes that were taken and will not move.
  func giveBack(_ count: Int) { spare += UInt64(truncatingIfNeeded: max(0, count)) }

  /// Lets those go on whose bytes are granted. False: others still wait.
  func release() -> Bool { queue.release(upTo: granted.load(ordering: .acquiring)) }
}
