/// The updates that are written together: their merged writes over the store.
///
/// Writes go straight to the engine's batch, in order; the overlay beside it answers the reads of later
/// closures. A plain batch and a dictionary cost less than RocksDB's indexed
/// batch (docs/decisions/0010-metadata-committer.md).
final class CommitGroup: TransactionBase {
  private let engine: any CommitEngine
  private let wallMilliseconds: @Sendable () -> Int64
  private(set) var clock: HybridClock
  /// What the group has written; nil deletes.
  private var overlay: [KeyBytes: [UInt8]?] = [:]
  /// The value each counter moved by the group will have.
  private var counters: [KeyBytes: Int64] = [:]
  /// Bytes of the keys and values in the batch.
  private(set) var byteCount = 0

  /// Set for the closure at hand: whether its reads may wait for the disk.
  private var mayWait = true
  /// What the closure at hand asked for and was not in memory.
  private(set) var coldKey: [UInt8]?

  init(
    engine: any CommitEngine, clock: HybridClock, wallMilliseconds: @escaping @Sendable () -> Int64
  ) {
    self.engine = engine
    self.clock = clock
    self.wallMilliseconds = wallMilliseconds
  }

  /// Whether nothing has been written, so that a scan of the store sees everything.
  var isEmpty: Bool { overlay.isEmpty && counters.isEmpty }

  /// Runs one closure and takes its writes over; when it throws, the group is as it was.
  ///
  /// Nil: the closure asked for something that is not in memory (`coldKey`) although `mayWait` was false.
  /// It has left no trace and has to be run again.
  func attempt<R, E: MetadataFailure>(
    _ transaction: Transaction, _ scope: UpdateScope, mayWait: Bool,
    _ body: (Transaction) throws(E) -> R
  ) -> Result<R, E>? {
    precondition(isEmpty || !scope.allowsScans, "a scanning closure needs a group of its own")
    self.mayWait = mayWait
    coldKey = nil
    transaction.open(scope, at: clock.next(wallMilliseconds: wallMilliseconds()))
    defer { transaction.close() }
    do throws(E) {
      let result = try body(transaction)
      guard coldKey == nil else { return nil }
      do throws(MetadataError) {
        try absorb(transaction.staged)
      } catch {
        return coldKey == nil ? .failure(E(error)) : nil
      }
      return .success(result)
    } catch {
      return coldKey == nil ? .failure(error) : nil
    }
  }

  /// Writes the group durably and empties it; a group that wrote nothing costs nothing.
  /// - Returns: whether anything had to be written.
  func commit() throws(MetadataError) -> Bool {
    let bound = clock.boundToStore()
    if let bound { engine.put(StoreTable.clockKey, HybridClock.encode(bound: bound)) }
    guard bound != nil || !isEmpty else { return false }
    for (key, value) in counters { engine.put(key.bytes, CounterValue.encode(value)) }
    overlay.removeAll(keepingCapacity: overlay.count <= 4096)
    counters.removeAll(keepingCapacity: counters.count <= 4096)
    byteCount = 0
    try engine.commit()
    if let bound { clock.stored(bound: bound) }
    return true
  }

  func value(of key: [UInt8]) throws(MetadataError) -> [UInt8]? {
    if !isEmpty {
      let wanted = KeyBytes(key)
      if let written = overlay[wanted] { return written }
      if let count = counters[wanted] { return CounterValue.encode(count) }
    }
    switch try engine.look(up: key, memoryOnly: !mayWait) {
    case .found(let value): return value
    case .absent: return nil
    case .notInMemory:
      coldKey = key
      throw MetadataError(.io, "not in memory; the closure is run again")
    }
  }

  func cursor(lower: [UInt8], upper: [UInt8]?) throws(MetadataError) -> MetadataCursor {
    try engine.cursor(lower: lower, upper: upper)
  }

  /// Everything that can fail comes before the first change.
  private func absorb(_ staged: StagedWrites) throws(MetadataError) {
    var moved: [(key: KeyBytes, value: Int64)] = []
    for counter in staged.counters {
      let before: Int64
      if let known = counters[counter.key] {
        before = known
      } else {
        before = try Transaction.counter(value(of: counter.key.bytes))
      }
      moved.append((counter.key, before &+ counter.delta))
    }
    for write in staged.writes {
      overlay[write.key] = .some(write.value)
      if !counters.isEmpty { counters[write.key] = nil }
      byteCount += write.key.bytes.count + (write.value?.count ?? 0)
      if let value = write.value {
        engine.put(write.key.bytes, value)
      } else {
        engine.delete(write.key.bytes)
      }
    }
    for counter in moved {
      overlay[counter.key] = nil
      if counters.updateValue(counter.value, forKey: counter.key) == nil {
        byteCount += counter.key.bytes.count + 8
      }
    }
  }
}
