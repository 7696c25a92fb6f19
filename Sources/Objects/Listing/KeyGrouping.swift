import Glibc

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
}
