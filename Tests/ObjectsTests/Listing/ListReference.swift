@testable import Objects

/// A listing by the words of the documentation, over all keys, one at a time.
enum ListReference {
  /// An entry: a key, or a common prefix.
  struct Entry: Hashable {
    let bytes: [UInt8]
    let isPrefix: Bool
  }

  static func entries(
    _ keys: [[UInt8]], prefix: [UInt8], delimiter: [UInt8], after: [UInt8]
  ) -> [Entry] {
    var result: [Entry] = []
    for key in keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) where key.starts(with: prefix) {
      let entry: Entry
      if let end = end(of: delimiter, in: key, from: prefix.count) {
        entry = Entry(bytes: Array(key[..<end]), isPrefix: true)
      } else {
        entry = Entry(bytes: key, isPrefix: false)
      }
      // Exclusive; a common prefix must itself sort after the marker.
      guard after.isEmpty || after.lexicographicallyPrecedes(entry.bytes) else { continue }
      if result.last != entry { result.append(entry) }
    }
    return result
  }

  private static func end(of delimiter: [UInt8], in key: [UInt8], from start: Int) -> Int? {
    guard !delimiter.isEmpty, key.count >= start + delimiter.count else { return nil }
    for index in start...(key.count - delimiter.count)
    where Array(key[index..<(index + delimiter.count)]) == delimiter {
      return index + delimiter.count
    }
    return nil
  }
}
