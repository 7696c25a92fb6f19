import Metadata
package import Primitives

/// A moment that a bucket is looked at as of: all commits up to and including it, none after. A consistent cut over
/// all keys, since every commit has a timestamp of its own.
package struct Moment: Hashable, Comparable, Sendable {
  /// A commit timestamp: 48 bits of milliseconds since 1970 UTC, 16 bits of counter.
  package let rawValue: UInt64

  package init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// The end of a time's millisecond. Times before 1970 become the first moment, those past 48 bits the last.
  package init(_ time: Timestamp) {
    rawValue = CommitTimestamp(milliseconds: time.milliseconds).rawValue | 0xFFFF
  }

  /// The moment just after a version was written.
  package init(_ version: VersionID) {
    rawValue = version.rawValue
  }

  /// Its millisecond.
  package var time: Timestamp { Timestamp(milliseconds: Int64(rawValue >> 16)) }

  package static func < (a: Moment, b: Moment) -> Bool { a.rawValue < b.rawValue }
}
