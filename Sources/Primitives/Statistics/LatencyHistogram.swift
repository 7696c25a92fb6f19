/// A histogram of durations in nanoseconds with fixed log-linear buckets, as HdrHistogram has them (32 a
/// power of two): any value up to about 18 minutes is kept to within 3.2 %, longer ones count as the
/// longest. Recording is a few instructions and never allocates; 9 KB each.
package struct LatencyHistogram: Sendable {
  private static let subBucketBits = 5
  private static let subBuckets = 1 << subBucketBits
  /// Values of 2^40 ns and more are clamped.
  private static let largest: UInt64 = (1 << 40) - 1
  private static let bucketCount = index(of: largest) + 1

  private var counts: [UInt64]
  /// Values recorded.
  package private(set) var count: UInt64 = 0
  /// The sum of all values in nanoseconds, wrapping after 584 years.
  package private(set) var sum: UInt64 = 0
  /// The least value recorded, in nanoseconds; 0 when there is none.
  package var minimum: UInt64 { count == 0 ? 0 : least }
  /// The greatest value recorded, in nanoseconds; 0 when there is none.
  package private(set) var maximum: UInt64 = 0
  private var least = UInt64.max

  /// An empty histogram.
  package init() { counts = [UInt64](repeating: 0, count: Self.bucketCount) }

  /// Counts one value.
  package mutating func record(_ nanoseconds: UInt64) { record(nanoseconds, times: 1) }

  /// Counts a value `times` times.
  package mutating func record(_ nanoseconds: UInt64, times: UInt64) {
    guard times > 0 else { return }
    counts[Self.index(of: min(nanoseconds, Self.largest))] += times
    count += times
    sum &+= nanoseconds &* times
    least = min(least, nanoseconds)
    maximum = max(maximum, nanoseconds)
  }

  /// The value in nanoseconds that `p` percent (0...100) of all values do not exceed, to the precision of a
  /// bucket; 0 when there is none.
  package func percentile(_ p: Double) -> UInt64 {
    guard count > 0 else { return 0 }
    let share = Double(count) * min(max(p, 0), 100) / 100
    let rank = min(max(UInt64(share.rounded(.up)), 1), count)
    var seen: UInt64 = 0
    for (index, bucket) in counts.enumerated() {
      seen += bucket
      if seen >= rank { return min(max(Self.upperBound(of: index), minimum), maximum) }
    }
    return maximum
  }

  /// The arithmetic mean in nanoseconds; 0 when there is none.
  package var mean: Double { count == 0 ? 0 : Double(sum) / Double(count) }

  /// How many values lie at or below `nanoseconds`, to the precision of a bucket: for cumulative buckets.
  package func countAtOrBelow(_ nanoseconds: UInt64) -> UInt64 {
    let last = Self.index(of: min(nanoseconds, Self.largest))
    return counts[...last].reduce(0, +)
  }

  /// Adds all that `other` counted.
  package mutating func merge(_ other: LatencyHistogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
    count += other.count
    sum &+= other.sum
    least = min(least, other.least)
    maximum = max(maximum, other.maximum)
  }

  /// Forgets all values.
  package mutating func reset() {
    for index in counts.indices { counts[index] = 0 }
    (count, sum, least, maximum) = (0, 0, .max, 0)
  }

  /// Values below 64 have a bucket each; above, the top six bits of a value choose.
  private static func index(of value: UInt64) -> Int {
    guard value >= UInt64(2 * subBuckets) else { return Int(value) }
    let shift = 63 - value.leadingZeroBitCount - subBucketBits
    return shift * subBuckets + Int(value >> UInt64(shift))
  }

  /// The greatest value of a bucket.
  private static func upperBound(of index: Int) -> UInt64 {
    guard index >= 2 * subBuckets else { return UInt64(index) }
    let shift = index / subBuckets - 1
    let mantissa = index - shift * subBuckets
    return (UInt64(mantissa + 1) << UInt64(shift)) - 1
  }
}
