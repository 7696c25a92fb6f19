/// A sorted map of byte strings, as a value: a list of sorted runs of bounded length.
///
/// A copy is a snapshot; after one, the first change to a run copies that run. Good for the sizes of tests
/// (millions of keys), not meant to be more.
struct OrderedBytes: Sendable {
  struct Entry: Sendable {
    let key: [UInt8]
    var value: [UInt8]
  }
  /// Where an entry is; the position after the last one is (runs.count, 0).
  struct Position: Equatable, Sendable {
    var run: Int
    var offset: Int
  }

  /// Every run has 1 to `runLimit` entries.
  private var runs: [[Entry]] = []
  private(set) var count = 0
  private static let runLimit = 512

  var end: Position { Position(run: runs.count, offset: 0) }

  subscript(position: Position) -> Entry { runs[position.run][position.offset] }

  func value(of key: [UInt8]) -> [UInt8]? {
    let position = lowerBound(of: key)
    guard position != end, self[position].key == key else { return nil }
    return self[position].value
  }

  /// The first entry whose key is not below `key`.
  func lowerBound(of key: [UInt8]) -> Position {
    let run = Self.firstIndex(in: 0..<runs.count) { index in
      runs[index].last.map { !$0.key.lexicographicallyPrecedes(key) } ?? true
    }
    guard run < runs.count else { return end }
    let offset = Self.firstIndex(in: 0..<runs[run].count) { index in
      !runs[run][index].key.lexicographicallyPrecedes(key)
    }
    return Position(run: run, offset: offset)
  }

  func position(after position: Position) -> Position {
    position.offset + 1 < runs[position.run].count
      ? Position(run: position.run, offset: position.offset + 1)
      : Position(run: position.run + 1, offset: 0)
  }

  mutating func put(_ key: [UInt8], _ value: [UInt8]) {
    var position = lowerBound(of: key)
    if position != end && self[position].key == key {
      runs[position.run][position.offset].value = value
      return
    }
    count += 1
    guard !runs.isEmpty else {
      runs = [[Entry(key: key, value: value)]]
      return
    }
    if position == end { position = Position(run: runs.count - 1, offset: runs[runs.count - 1].count) }
    runs[position.run].insert(Entry(key: key, value: value), at: position.offset)
    split(position.run)
  }

  mutating func remove(_ key: [UInt8]) {
    let position = lowerBound(of: key)
    guard position != end, self[position].key == key else { return }
    count -= 1
    runs[position.run].remove(at: position.offset)
    if runs[position.run].isEmpty { runs.remove(at: position.run) }
  }

  private mutating func split(_ run: Int) {
    guard runs[run].count > Self.runLimit else { return }
    let half = runs[run].count / 2
    runs.insert(Array(runs[run][half...]), at: run + 1)
    runs[run].removeSubrange(half...)
  }

  /// The first index of a range for which `isAtOrAfter` holds (it holds for all that follow), or its end.
  private static func firstIndex(in range: Range<Int>, _ isAtOrAfter: (Int) -> Bool) -> Int {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      let middle = low + (high - low) / 2
      if isAtOrAfter(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
