import Glibc

/// The clocks the store measures and stamps with.
enum MonotonicClock {
  static func nanoseconds() -> UInt64 { read(CLOCK_MONOTONIC) }

  /// CPU time of the calling thread.
  static func threadCPUNanoseconds() -> UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

  /// Wall clock, milliseconds since 1970 UTC.
  static func wallMilliseconds() -> Int64 { Int64(read(CLOCK_REALTIME) / 1_000_000) }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    // SAFETY: the pointer is to a local of the right type; these clocks always exist.
    unsafe clock_gettime(clock, &time)
    return UInt64(max(0, time.tv_sec)) &* 1_000_000_000 &+ UInt64(max(0, time.tv_nsec))
  }
}
