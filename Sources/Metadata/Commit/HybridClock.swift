/// Hands out commit timestamps that only grow (docs/format/metadata.md, "Clock").
struct HybridClock {
  private(set) var last: UInt64
  /// What the disk holds: no timestamp above it may be seen before a greater bound is written.
  private var bound: UInt64

  /// How far above the last timestamp a stored bound lies.
  static let leadMilliseconds: UInt64 = 128

  /// - Parameter bound: the stored upper bound, zero for a new store.
  init(bound: UInt64) {
    last = bound
    self.bound = bound
  }

  mutating func next(wallMilliseconds: Int64) -> CommitTimestamp {
    let wall = CommitTimestamp(milliseconds: wallMilliseconds).rawValue
    // The counter carries into the milliseconds. At the end of time (year 10889) the clock stands still.
    last = max(wall, last == UInt64.max ? last : last + 1)
    return CommitTimestamp(rawValue: last)
  }

  /// The bound that the group in the making has to write, nil when the stored one suffices.
  func boundToStore() -> UInt64? {
    guard last > bound else { return nil }
    let (sum, overflow) = last.addingReportingOverflow(Self.leadMilliseconds << 16)
    return overflow ? UInt64.max : sum
  }

  mutating func stored(bound: UInt64) {
    self.bound = max(self.bound, bound)
  }

  static func encode(bound: UInt64) -> [UInt8] {
    [StoreTable.clockVersion] + CounterValue.encode(Int64(bitPattern: bound))
  }

  static func decode(bound record: [UInt8]?) throws(MetadataError) -> UInt64 {
    guard let record else { return 0 }
    guard record.first == StoreTable.clockVersion, let bits = CounterValue.decode([UInt8](record.dropFirst()))
    else { throw MetadataError(.corruption, "the clock record is damaged") }
    return UInt64(bitPattern: bits)
  }
}
