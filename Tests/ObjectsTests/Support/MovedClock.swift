import Primitives
import Synchronization

/// A wall clock that stands still until a test moves it.
final class MovedClock: Sendable {
  private let milliseconds: Atomic<Int64>

  init(_ start: Timestamp) { milliseconds = Atomic(start.milliseconds) }

  var now: Timestamp { Timestamp(milliseconds: milliseconds.load(ordering: .sequentiallyConsistent)) }

  func move(to time: Timestamp) {
    milliseconds.store(time.milliseconds, ordering: .sequentiallyConsistent)
  }

  func advance(hours: Int64) { move(to: Timestamp(milliseconds: now.milliseconds + hours * 3_600_000)) }
}
