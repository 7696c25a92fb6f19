import Glibc

/// A point on the monotonic clock (CLOCK_MONOTONIC, or the simulated clock on a simulated ring).
package struct Instant: Comparable, Hashable, Sendable {
  /// Nanoseconds since the clock's arbitrary origin.
  package var nanoseconds: UInt64

  /// The point `nanoseconds` after the clock's origin.
  package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// Later than everything: "no deadline".
  package static var distantFuture: Instant { Instant(nanoseconds: .max) }

  /// The clock now: of the current ring where there is one, so that simulated time holds everywhere.
  package static func now() -> Instant {
    if let ring = Ring.currentIfAny { return ring.backend.clock() }
    return monotonic()
  }

  /// The clock when the ring's present turn began: what a request's stages are measured by, without asking the
  /// clock for each. Off the rings it is `now`.
  package static func ofTurn() -> Instant { ThreadSlot.turnTime ?? monotonic() }

  /// The kernel's monotonic clock.
  static func monotonic() -> Instant {
    var time = timespec()
    // SAFETY: `time` is a local the call fills; CLOCK_MONOTONIC always exists on Linux.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Instant(nanoseconds: UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec))
  }

  /// This instant moved by `duration`, held within the clock's range; the distant future stays.
  package func advanced(by duration: Duration) -> Instant {
    if self == .distantFuture { return self }
    let (seconds, attoseconds) = duration.components
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let delta = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
    if overflow || delta.overflow { return seconds < 0 ? Instant(nanoseconds: 0) : .distantFuture }
    if delta.partialValue < 0 {
      let back = delta.partialValue.magnitude
      return Instant(nanoseconds: back > nanoseconds ? 0 : nanoseconds - back)
    }
    let (sum, past) = nanoseconds.addingReportingOverflow(UInt64(delta.partialValue))
    return past ? .distantFuture : Instant(nanoseconds: sum)
  }

  /// The time from `earlier` to this instant; negative when `earlier` is later.
  package func duration(since earlier: Instant) -> Duration {
    let difference = nanoseconds &- earlier.nanoseconds
    return .nanoseconds(Int64(bitPattern: difference))
  }

  package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
}
