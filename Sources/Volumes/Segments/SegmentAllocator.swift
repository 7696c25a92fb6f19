/// Gives out the space of one segment, from the front to the back. Pure: it decides, others act.
struct SegmentAllocator: Sendable {
  /// The preallocated size of the file in bytes, whole pages.
  let capacity: UInt64
  /// The end of what is reserved; everything from here on is unwritten or belongs to nobody.
  private(set) var tail = UInt64(VolumeFormat.pageSize)

  /// An empty segment: the header page is taken.
  init(capacity: UInt64) {
    precondition(capacity > UInt64(VolumeFormat.pageSize) && capacity % UInt64(VolumeFormat.pageSize) == 0)
    self.capacity = capacity
  }

  /// Bytes that can still be reserved, whole pages.
  var remaining: UInt64 { capacity - tail }

  /// Reserves between `least` and `wanted` bytes (rounded up to whole pages), as many as there are; nil when
  /// less than `least` is left.
  mutating func reserve(_ wanted: UInt64, atLeast least: UInt64) -> Range<UInt64>? {
    precondition(least > 0 && least <= wanted)
    guard VolumeFormat.roundedUpToPage(least) <= remaining else { return nil }
    let size = min(VolumeFormat.roundedUpToPage(wanted), remaining)
    defer { tail += size }
    return tail..<tail + size
  }

  /// Gives back the end of a reservation from `start` on. Only the newest reservation can shrink, as what lies
  /// behind an older one is taken; returns whether the space can be reserved again.
  mutating func giveBack(_ range: Range<UInt64>, from start: UInt64) -> Bool {
    precondition(range.contains(start) || start == range.upperBound)
    let kept = VolumeFormat.roundedUpToPage(start)
    guard range.upperBound == tail, kept < range.upperBound else { return false }
    tail = kept
    return true
  }
}
