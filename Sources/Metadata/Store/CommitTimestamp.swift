/// A moment on the store's hybrid logical clock: 48 bits of milliseconds since 1970 UTC, 16 bits of counter.
///
/// Every update gets its own, greater than that of any update committed before it, across restarts and
/// clock steps too (docs/format/metadata.md, "Clock").
package struct CommitTimestamp: Hashable, Comparable, Sendable {
  package let rawValue: UInt64

  package init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// The first timestamp of a millisecond; times before 1970 become zero, those past 48 bits the last.
  package init(milliseconds: Int64) {
    let clamped = UInt64(max(0, min(milliseconds, 0xFFFF_FFFF_FFFF)))
    rawValue = clamped << 16
  }

  /// Milliseconds since 1970 UTC.
  package var milliseconds: Int64 { Int64(rawValue >> 16) }

  package static func < (a: CommitTimestamp, b: CommitTimestamp) -> Bool { a.rawValue < b.rawValue }
}
