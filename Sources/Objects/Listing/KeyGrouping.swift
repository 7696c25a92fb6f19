import Glibc
import Metadata

/// Prefix and delimiter of a listing, and which common prefix a key falls under.
struct KeyGrouping: Sendable {
  let prefix: [UInt8]
  /// Empty: no grouping.
  let delimiter: [UInt8]

  /// How many bytes of `key`, which begins with the prefix, are its common prefix: up to and including the
  /// first delimiter behind the prefix. Nil when it has none.
  func groupLength(_ key: UnsafeRawBufferPointer) -> Int? {
    guard let first = delimiter.first else { return nil }
    var start = prefix.count
    while start + delimiter.count <= key.count {
      // SAFETY: `start` is within the key, and the search ends with it.
      guard let base = key.baseAddress,
        let found = unsafe memchr(base + start, Int32(first), key.count - start)
      else { return nil }
      let index = unsafe UnsafeRawPointer(found) - base
      let end = index + delimiter.count
      guard end <= key.count else { return nil }
      // SAFETY: the delimiter's length from `index` on is within the key.
      if unsafe UnsafeRawBufferPointer(rebasing: key[index...]).begins(with: delimiter) { return end }
      start = index + 1
    }
    return nil
  }

  /// The group of a marker, which need not begin with the prefix.
  func group(ofMarker marker: [UInt8]) -> [UInt8]? {
    guard marker.starts(with: prefix) else { return nil }
    // SAFETY: the pointer does not outlive the closure.
    return unsafe marker.withUnsafeBytes { unsafe groupLength($0) }.map { Array(marker[..<$0]) }
  }

  /// Where a page begins.
  enum Start {
    case beginning
    /// At the first key that is not before this.
    case key([UInt8])
    /// Nothing can follow the marker.
    case nothing
  }

  /// Where a page begins that shows what sorts after `marker`.
  func start(after marker: [UInt8]) -> Start {
    if marker.isEmpty { return .beginning }
    guard let group = group(ofMarker: marker) else { return .key(marker + [0]) }
    // The group is not greater than the marker, so none of it is listed.
    return upperBound(ofPrefix: group).map { .key($0) } ?? .nothing
  }

  /// The longer of a prefix and the part of a bucket that there is, when one goes on where the other ends; nil when
  /// no key can begin with both.
  static func scope(_ prefix: [UInt8], within part: [UInt8]) -> [UInt8]? {
    if part.starts(with: prefix) { return part }
    return prefix.starts(with: part) ? prefix : nil
  }
}
