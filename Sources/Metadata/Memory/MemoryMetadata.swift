/// The metadata store in memory: the semantics of `RocksMetadata` without thread, disk or delay.
///
/// An update runs on the caller's thread, as a group of one, so that a run is as deterministic as its
/// callers are; reads see whole groups only. For tests and the simulator.
package final class MemoryMetadata: MetadataStore {
  private let state: Guarded<State>

  fileprivate struct State {
    let engine: MemoryEngine
    let group: CommitGroup
    let transaction: Transaction
    var statistics = MetadataStatistics()
    var isClosed = false
    var stopped: MetadataError?
  }

  /// - Parameter wallMilliseconds: the wall clock, milliseconds since 1970 UTC.
  package init(
    wallMilliseconds: @escaping @Sendable () -> Int64 = { MonotonicClock.wallMilliseconds() }
  ) {
    let engine = MemoryEngine()
    let group = CommitGroup(
      engine: engine, clock: HybridClock(bound: 0), wallMilliseconds: wallMilliseconds)
    state = Guarded(State(engine: engine, group: group, transaction: Transaction(base: group)))
  }

  package func get(_ key: [UInt8]) async throws(MetadataError) -> [UInt8]? {
    try snapshot().value(of: key)
  }

  package func look(up key: [UInt8]) throws(MetadataError) -> Lookup {
    try snapshot().value(of: key).map { .found($0) } ?? .absent
  }

  package func getMany(_ keys: [[UInt8]]) async throws(MetadataError) -> [[UInt8]?] {
    let entries = try snapshot()
    return keys.map { entries.value(of: $0) }
  }

  package func update<R: Sendable, E: MetadataFailure>(
    _ scope: UpdateScope, for purpose: UpdatePurpose,
    _ body: @escaping @Sendable (Transaction) throws(E) -> R
  ) async throws(E) -> R {
    let result: Result<R, E> = state.withLock { state in
      if let refusal = state.refusal() { return .failure(E(refusal)) }
      return state.run(scope, body)
    }
    return try result.get()
  }

  package func read<R: Sendable, E: MetadataFailure>(
    _ body: @escaping @Sendable (any MetadataReader) throws(E) -> R
  ) async throws(E) -> R {
    let entries: OrderedBytes
    do throws(MetadataError) {
      entries = try snapshot()
    } catch {
      throw E(error)
    }
    return try body(MemoryReader(entries: entries))
  }

  /// There is no journal to wait for.
  package func journaled() async {}

  package func statistics() -> MetadataStatistics {
    state.withLock { state in
      var result = state.statistics
      result.estimatedKeys = UInt64(state.engine.entries.count)
      return result
    }
  }

  package func close() {
    state.withLock { $0.isClosed = true }
  }

  /// Makes every commit from now on fail with `error`, as a failing disk would; tests use it.
  package func failCommits(with error: MetadataError) {
    state.withLock { $0.engine.failure = error }
  }

  private func snapshot() throws(MetadataError) -> OrderedBytes {
    let entries = state.withLock { $0.isClosed ? nil : $0.engine.entries }
    guard let entries else { throw MetadataError(.closed, "the metadata store is closed") }
    return entries
  }
}

extension MemoryMetadata.State {
  func refusal() -> MetadataError? {
    isClosed ? MetadataError(.closed, "the metadata store is closed") : stopped
  }

  mutating func run<R, E: MetadataFailure>(
    _ scope: UpdateScope, _ body: (Transaction) throws(E) -> R
  ) -> Result<R, E> {
    guard let result = group.attempt(transaction, scope, mayWait: true, body) else {
      preconditionFailure("memory is never cold")
    }
    do throws(MetadataError) {
      guard try group.commit() else { return counted(result) }
      statistics.groups += 1
      statistics.updatesPerGroup.record(1)
    } catch {
      if error.code != .full {
        stopped = MetadataError(.io, "the store stopped after a failed commit (\(error.message))")
        statistics.isStopped = true
      }
      guard case .success = result else { return .failure(E(error)) }
      return .failure(E(error.ofFailedWrite))
    }
    return counted(result)
  }

  private mutating func counted<R, E: Error>(_ result: Result<R, E>) -> Result<R, E> {
    switch result {
    case .success: statistics.updates += 1
    case .failure: statistics.aborts += 1
    }
    return result
  }
}

/// The reader over one snapshot in memory.
struct MemoryReader: MetadataReader {
  let entries: OrderedBytes

  func get(_ key: [UInt8]) throws(MetadataError) -> [UInt8]? { entries.value(of: key) }

  func cursor(lower: [UInt8], upper: [UInt8]?) -> MetadataCursor {
    MemoryCursor(entries, lower: lower, upper: upper)
  }
}
