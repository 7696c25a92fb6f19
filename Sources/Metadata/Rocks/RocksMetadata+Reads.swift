import Ring
import Synchronization

extension RocksMetadata {
  package func get(_ key: [UInt8]) async throws(MetadataError) -> [UInt8]? {
    try enter()
    defer { gate.leave() }
    guard Ring.currentIfAny != nil else { return try database.get(key) }
    switch try look(up: key) {
    case .found(let value): return value
    case .absent: return nil
    case .notInMemory: misses.add(1, ordering: .relaxed)
    }
    return try await waiting { database throws(MetadataError) in try database.get(key) }
  }

  package func look(up key: [UInt8]) throws(MetadataError) -> Lookup {
    try enter()
    defer { gate.leave() }
    let answer = try database.look(up: key, memoryOnly: true)
    if case .notInMemory = answer { return answer }
    hits.add(1, ordering: .relaxed)
    return answer
  }

  package func getMany(_ keys: [[UInt8]]) async throws(MetadataError) -> [[UInt8]?] {
    try enter()
    defer { gate.leave() }
    let onRing = Ring.currentIfAny != nil
    var values = [[UInt8]?](repeating: nil, count: keys.count)
    var cold: [Int] = []
    for (index, key) in keys.enumerated() {
      switch try database.look(up: key, memoryOnly: onRing) {
      case .found(let value): values[index] = value
      case .absent: break
      case .notInMemory: cold.append(index)
      }
    }
    if onRing { hits.add(UInt64(keys.count - cold.count), ordering: .relaxed) }
    guard !cold.isEmpty else { return values }
    misses.add(UInt64(cold.count), ordering: .relaxed)
    let wanted = cold.map { keys[$0] }
    let fetched = try await waiting { database throws(MetadataError) in
      var fetched: [[UInt8]?] = []
      for key in wanted { fetched.append(try database.get(key)) }
      return fetched
    }
    for (index, value) in zip(cold, fetched) { values[index] = value }
    return values
  }

  package func read<R: Sendable, E: MetadataFailure>(
    _ body: @escaping @Sendable (any MetadataReader) throws(E) -> R
  ) async throws(E) -> R {
    do throws(MetadataError) {
      try enter()
    } catch {
      throw E(error)
    }
    defer { gate.leave() }
    return try await waiting { [sweeper] database throws(E) in
      let reader = RocksReader(database)
      defer {
        if let scan = reader.count.scan { sweeper.note(scan) }
      }
      return try body(reader)
    }
  }

  /// Runs something that may wait for the disk on the blocking pool. The caller is inside the gate.
  private func waiting<R: Sendable, E: Error>(
    _ body: @escaping @Sendable (RocksDatabase) throws(E) -> R
  ) async throws(E) -> R {
    let result = await blocking.run { [database] in
      Result { () throws(E) in try body(database) }
    }
    return try result.get()
  }

  private func enter() throws(MetadataError) {
    guard gate.enter() else { throw MetadataError(.closed, "the metadata store is closed") }
  }
}
