/// Durations as nanoseconds.
enum Nanoseconds {
  /// Nanoseconds of a duration: 0 for a negative one, about 285 years at most.
  static func count(_ duration: Duration) -> UInt64 {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return UInt64(min(seconds, 9_000_000_000)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }
}
