/// The view an update closure has of the store: all earlier commits, its own group's and its own writes.
///
/// It belongs to the committer and is good only until the closure returns.
package final class Transaction {
  /// What lies beneath this closure's own writes.
  private let base: any TransactionBase
  private(set) var staged = StagedWrites()
  private(set) var scope: UpdateScope = .system
  private(set) var isOpen = false
  private var now = CommitTimestamp(rawValue: 0)

  init(base: any TransactionBase) {
    self.base = base
  }

  /// The moment of this update, greater than that of every update before it.
  package var timestamp: CommitTimestamp {
    precondition(isOpen, "a transaction was used outside its closure")
    return now
  }

  /// The value of a key as this closure would leave it, or nil.
  package func get(_ key: [UInt8]) throws(MetadataError) -> [UInt8]? {
    checkOpen(key)
    if let write = staged.write(for: key) { return write.value }
    let delta = staged.counterDelta(for: key)
    let value = try base.value(of: key)
    guard let delta else { return value }
    return CounterValue.encode(try Self.counter(value) &+ delta)
  }

  package func put(_ key: [UInt8], _ value: [UInt8]) {
    checkOpen(key)
    precondition(value.count <= Self.valueLimit, "a value is too long")
    staged.put(key, value)
  }

  package func delete(_ key: [UInt8]) {
    checkOpen(key)
    staged.put(key, nil)
  }

  /// Adds to a counter (absent: zero). Deltas are merged: one read and one write per counter and group,
  /// so hundreds of updates may move one counter cheaply. Wraps at 64 bits.
  package func addCounter(_ key: [UInt8], _ delta: Int64) {
    checkOpen(key)
    staged.add(key, delta)
  }

  /// Whether any key begins with `prefix`. Not in `.key` scope.
  package func anyKey(withPrefix prefix: [UInt8]) throws(MetadataError) -> Bool {
    try !scan(prefix: prefix, limit: 1).isEmpty
  }

  /// The first `limit` entries whose keys begin with `prefix`, in key order. Not in `.key` scope.
  package func scan(prefix: [UInt8], limit: Int) throws(MetadataError) -> [MetadataEntry] {
    checkOpen(prefix)
    precondition(scope.allowsScans, "a closure of key scope must not scan")
    precondition(limit > 0, "a scan needs a positive limit")
    let upper = upperBound(ofPrefix: prefix)
    let cursor = try base.cursor(lower: prefix, upper: upper)
    let own = try ownEntries(prefix)
    return try Self.merge(cursor, from: prefix, with: own, limit: limit)
  }

  private func checkOpen(_ key: [UInt8]) {
    precondition(isOpen, "a transaction was used outside its closure")
    precondition((1...Self.keyLimit).contains(key.count), "a key must have 1 to \(Self.keyLimit) bytes")
    precondition(key[0] != StoreTable.tag, "table 0 belongs to the store")
  }

  static let keyLimit = 4096
  static let valueLimit = 64 << 20
}

// MARK: - The committer's side

extension Transaction {
  func open(_ scope: UpdateScope, at timestamp: CommitTimestamp) {
    self.scope = scope
    now = timestamp
    isOpen = true
  }

  func close() {
    isOpen = false
    staged.removeAll()
  }

  static func counter(_ value: [UInt8]?) throws(MetadataError) -> Int64 {
    guard let value else { return 0 }
    guard let count = CounterValue.decode(value) else {
      throw MetadataError(.corruption, "a counter record has \(value.count) bytes instead of 8")
    }
    return count
  }
}

// MARK: - Scans over own writes

extension Transaction {
  /// This closure's own writes below a prefix, sorted, with counters resolved.
  private func ownEntries(
    _ prefix: [UInt8]
  ) throws(MetadataError) -> [(key: [UInt8], value: [UInt8]?)] {
    var own = staged.writes(withPrefix: prefix)
    for counter in staged.counters where counter.key.bytes.starts(with: prefix) {
      own.append((key: counter.key.bytes, value: try get(counter.key.bytes)))
    }
    own.sort { $0.key.lexicographicallyPrecedes($1.key) }
    return own
  }

  private static func merge(
    _ cursor: MetadataCursor, from prefix: [UInt8], with own: [(key: [UInt8], value: [UInt8]?)],
    limit: Int
  ) throws(MetadataError) -> [MetadataEntry] {
    var result: [MetadataEntry] = []
    var pending = own[...]
    try cursor.seek(prefix)
    while result.count < limit {
      // SAFETY: the cursor is valid and is not moved before the bytes are copied.
      let stored = unsafe cursor.isValid ? [UInt8](cursor.key) : nil
      guard let mine = pending.first, stored.map({ !$0.lexicographicallyPrecedes(mine.key) }) ?? true
      else {
        guard let stored else { break }
        // SAFETY: as above.
        result.append(MetadataEntry(key: stored, value: unsafe [UInt8](cursor.value)))
        try cursor.next()
        continue
      }
      pending.removeFirst()
      if stored == mine.key { try cursor.next() }
      if let value = mine.value { result.append(MetadataEntry(key: mine.key, value: value)) }
    }
    return result
  }
}
