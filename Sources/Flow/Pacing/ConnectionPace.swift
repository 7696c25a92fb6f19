package import Ring

/// The rate that a client asks for on its own connection (`x-oss-traffic-limit`). Of one request.
package struct ConnectionPace: Sendable {
  /// Bits each second that can be asked for.
  package static let bits: ClosedRange<UInt64> = 819_200...838_860_800
  /// Pieces that move in a second, unless they are too small.
  private static let quantaPerSecond: UInt64 = 100

  /// Bytes each second.
  package let rate: UInt64
  /// When the next bytes are due.
  private var due = Instant(nanoseconds: 0)

  /// A pace of `bits` each second, more than 0.
  package init(bits: UInt64) { rate = max(1, bits / 8) }

  /// How many of `count` bytes, more than 0, to move at a time.
  package func piece(of count: Int) -> Int { min(count, Int(max(4096, rate / Self.quantaPerSecond))) }

  /// Takes `count` bytes; when they may move.
  package mutating func take(_ count: Int, _ now: Instant) -> Instant {
    let start = max(due, now)
    let length = UInt64(count).multipliedReportingOverflow(by: 1_000_000_000).partialValue / rate
    due = Instant(nanoseconds: start.nanoseconds &+ length)
    return start
  }

  /// Nanoseconds that `count` bytes take.
  package func duration(of count: UInt64) -> UInt64 {
    let (product, overflow) = count.multipliedReportingOverflow(by: 1_000)
    return overflow ? .max : product / rate * 1_000_000
  }
}
