package import Flow
import Ring
import Synchronization

/// Lets a task move so many bytes a second, or do so many of something else, and not more. Confined to one ring; asking
/// for more at once than a second allows is paid for by a longer wait afterwards.
// SAFETY (unchecked Sendable): touched by tasks of one ring only.
package final class Pace: @unchecked Sendable {
  /// Bytes a second; 0 is no limit.
  package let rate: UInt64
  /// When everything that was granted so far is paid for.
  private var paidAt: Instant?

  /// Where the bytes count, beside the rate.
  private let share: BackgroundShare?

  /// Longest time that unused rate is kept for later.
  private static let burst = Duration.milliseconds(100)

  /// - Parameters:
  ///   - rate: bytes a second; 0 is no limit.
  ///   - share: where they count, beside the rate.
  package init(rate: UInt64, share: BackgroundShare? = nil) {
    self.rate = rate
    self.share = share
  }

  /// When `bytes` that are asked for at `now` may be moved. Pure but for what it notes.
  func grant(_ bytes: UInt64, at now: Instant) -> Instant {
    guard rate > 0 else { return now }
    let earliest = now.advanced(by: .zero - Self.burst)
    let start = paidAt.map { max($0, earliest) } ?? earliest
    let cost = Double(bytes) / Double(rate)
    paidAt = start.advanced(by: .nanoseconds(Int64(min(cost, 86_400) * 1e9)))
    return max(start, now)
  }

  /// Returns when `bytes` may be moved, or as soon as `isStopping` says so.
  package func wait(for bytes: UInt64, unless isStopping: () -> Bool) async {
    let due = grant(bytes, at: Ring.current.now)
    while !isStopping() {
      let now = Ring.current.now
      guard now < due else { break }
      await Ring.current.sleep(for: min(due.duration(since: now), Stopping.step))
    }
    await share?.move(bytes, unless: isStopping)
  }
}

/// The part of the server's bandwidth that is there for what it does by itself: what everybody else leaves.
package struct BackgroundShare: Sendable {
  private let control: FlowControl
  private let direction: Direction

  /// - Parameters:
  ///   - control: whom the bytes are counted by.
  ///   - direction: `upload` for bytes that are written, `download` for bytes that are read.
  package init(_ control: FlowControl, _ direction: Direction) {
    self.control = control
    self.direction = direction
  }

  func move(_ bytes: UInt64, unless isStopping: () -> Bool) async {
    await control.moveInBackground(bytes, direction, unless: isStopping)
  }
}

/// A request to stop, looked at between steps.
package final class Stopping: Sendable {
  /// The longest sleep between two looks.
  static let step = Duration.milliseconds(200)
  private let isAsked = Atomic<Bool>(false)
  private let running = Atomic<Int>(0)

  package init() {}

  package var isRequested: Bool { isAsked.load(ordering: .acquiring) }

  /// Runs `body` as a task of `ring` that `stop` waits for.
  func run(on ring: Ring, _ body: @Sendable @escaping () async -> Void) {
    running.add(1, ordering: .acquiringAndReleasing)
    ring.spawn { [self] in
      await body()
      running.subtract(1, ordering: .acquiringAndReleasing)
    }
  }

  /// Sleeps, but not beyond a request to stop.
  func sleep(for duration: Duration) async {
    let end = Ring.current.now.advanced(by: duration)
    while !isRequested {
      let now = Ring.current.now
      guard now < end else { return }
      await Ring.current.sleep(for: min(end.duration(since: now), Self.step))
    }
  }

  /// Asks all tasks to stop.
  func request() { isAsked.store(true, ordering: .releasing) }

  /// How long `stop` waits for tasks that wait for something else.
  static let patience = Duration.seconds(5)

  /// Asks all tasks to stop, and returns when they have, or after five seconds. On a ring.
  package func stop() async {
    request()
    let end = Ring.current.now.advanced(by: Self.patience)
    while running.load(ordering: .acquiring) > 0, Ring.current.now < end {
      await Ring.current.sleep(for: .milliseconds(5))
    }
  }
}
