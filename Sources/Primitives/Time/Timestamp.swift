import Glibc

/// A moment in UTC to the millisecond.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Milliseconds since 1970-01-01T00:00:00Z; negative before.
  package let milliseconds: Int64

  /// A moment from milliseconds since 1970.
  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// A moment from whole seconds since 1970; saturates far outside every calendar.
  package init(seconds: Int64) {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    milliseconds = overflow ? (seconds < 0 ? .min : .max) : product
  }

  /// The wall clock, now.
  package static func now() -> Timestamp {
    var time = timespec()
    // SAFETY: the pointer is to a local for the length of the call.
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Whole seconds since 1970, rounded down.
  package var seconds: Int64 { milliseconds.flooredQuotient(1000) }

  /// The same moment without its milliseconds, the precision of `Last-Modified`.
  package var truncatedToSeconds: Timestamp { Timestamp(seconds: seconds) }

  /// ISO 8601 with milliseconds.
  package var description: String { iso8601 }

  /// Earlier moments first.
  package static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }
}
