import Ring

/// Durations as nanoseconds.
enum Nanoseconds {
  /// Nanoseconds of a duration: 0 for a negative one, about 285 years at most.
  static func count(_ duration: Duration) -> UInt64 {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return UInt64(min(seconds, 9_000_000_000)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }
}

/// The timeouts in nanoseconds: `Duration` divides 128-bit numbers, which a request would do a dozen times.
struct Waits: Sendable {
  let idle: UInt64
  let header: UInt64
  let send: UInt64
  let linger: UInt64
  /// Nanoseconds that a byte may take at the minimum rate; 0 when none is asked for.
  let byte: UInt64
  /// The judge of a request's body, as it begins.
  let rateFloor: RateFloor

  init(_ timeouts: HTTPTimeouts) {
    idle = Nanoseconds.count(timeouts.idle)
    header = Nanoseconds.count(timeouts.header)
    send = Nanoseconds.count(timeouts.send)
    linger = Nanoseconds.count(timeouts.linger)
    byte = timeouts.minimumRate > 0 ? 1_000_000_000 / UInt64(timeouts.minimumRate) : 0
    rateFloor = RateFloor(timeouts)
  }
}

extension Instant {
  /// The instant so many nanoseconds later.
  func after(_ wait: UInt64) -> Instant {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(wait)
    return overflow ? .distantFuture : Instant(nanoseconds: sum)
  }
}
