/// Which version of a key: the timestamp of the update that wrote it, unique and increasing over all keys.
package struct VersionID: Hashable, Comparable, Sendable {
  /// 48 bits of milliseconds since 1970 UTC, 16 bits of counter.
  package let rawValue: UInt64

  package init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  package static func < (a: VersionID, b: VersionID) -> Bool { a.rawValue < b.rawValue }
}
