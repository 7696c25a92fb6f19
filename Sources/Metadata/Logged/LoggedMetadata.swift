package import Ring

/// The metadata store in memory with a log on disk: the semantics of `RocksMetadata`, its I/O on a ring. It
/// stands in for RocksDB in simulations, where every I/O has to go through the rings.
///
/// As there, updates that wait are run as one group, the group is one log record and one sync, and nobody sees or
/// hears of a group before it is durable. After a failed write or sync no update is accepted any more.
package final class LoggedMetadata: MetadataStore {
  private let ring: Ring
  private let log: MetadataLog
  private let state: Guarded<State>

  fileprivate struct State {
    let engine: LoggedEngine
    let group: CommitGroup
    let transaction: Transaction
    /// Where the next record goes, and its number.
    var end: UInt64
    var number: UInt64
    var waiting: [PendingUpdate] = []
    var isDraining = false
    var isClosed = false
    var stopped: MetadataError?
    var statistics = MetadataStatistics()
  }

  /// A group between its closures and its waiters.
  fileprivate struct Group {
    let members: [PendingUpdate]
    let record: [UInt8]
    let offset: UInt64
  }

  /// Opens the store whose log is at `path`, replaying what is there; commits run on `ring`. With `isSynced` false
  /// the log's sync is left out, a fault that tests put in. Throws `.io` and `.corruption`.
  package static func open(
    path: String, ring: Ring, isSynced: Bool = true,
    wallMilliseconds: @escaping @Sendable () -> Int64 = { MonotonicClock.wallMilliseconds() }
  ) async throws(MetadataError) -> LoggedMetadata {
    let (log, bytes) = try await MetadataLog.open(path, isSynced: isSynced)
    let (groups, length) = LogRecord.decodeAll(bytes)
    let engine = LoggedEngine(replaying: groups)
    let bound = try HybridClock.decode(bound: engine.entries.value(of: StoreTable.clockKey))
    let group = CommitGroup(
      engine: engine, clock: HybridClock(bound: bound), wallMilliseconds: wallMilliseconds)
    let state = State(
      engine: engine, group: group, transaction: Transaction(base: group), end: UInt64(length),
      number: UInt64(groups.count) + 1)
    return LoggedMetadata(ring, log, state)
  }

  private init(_ ring: Ring, _ log: MetadataLog, _ state: State) {
    self.ring = ring
    self.log = log
    self.state = Guarded(state)
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

  package func update<R: Sendable, E: MetadataFailure>(
    _ scope: UpdateScope, for purpose: UpdatePurpose,
    _ body: @escaping @Sendable (Transaction) throws(E) -> R
  ) async throws(E) -> R {
    // SAFETY: an update that was taken is finished once, by `drain`; a refused one here.
    let result: Result<R, E> = await unsafe withUnsafeContinuation { continuation in
      unsafe submit(ClosureUpdate(scope, body, continuation))
    }
    return try result.get()
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
    log.close()
  }

  private func submit(_ update: PendingUpdate) {
    var mustDrain = false
    let refusal: MetadataError? = state.withLock { state in
      if let refusal = state.refusal { return refusal }
      state.waiting.append(update)
      mustDrain = !state.isDraining
      state.isDraining = true
      return nil
    }
    if let refusal {
      update.fail(refusal)
      update.finish()
    } else if mustDrain {
      ring.spawn { [self] in await drain() }
    }
  }

  /// Commits one group after another until nothing waits.
  private func drain() async {
    while let group = state.withLock({ $0.nextGroup() }) {
      var failure: MetadataError?
      if !group.record.isEmpty {
        do throws(MetadataError) {
          try await log.write(group.record, at: group.offset)
        } catch {
          failure = error
        }
      }
      state.withLock { $0.settle(group, failure) }
      for update in group.members {
        if let failure { update.fail(failure.ofFailedWrite) }
        update.finish()
      }
    }
  }

  private func snapshot() throws(MetadataError) -> OrderedBytes {
    let entries = state.withLock { $0.isClosed ? nil : $0.engine.entries }
    guard let entries else { throw MetadataError(.closed, "the metadata store is closed") }
    return entries
  }
}

extension LoggedMetadata.State {
  fileprivate var refusal: MetadataError? {
    isClosed ? MetadataError(.closed, "the metadata store is closed") : stopped
  }

  /// Runs what waits as one group, as far as one goes; nil when nothing waits.
  fileprivate mutating func nextGroup() -> LoggedMetadata.Group? {
    guard !waiting.isEmpty else {
      isDraining = false
      return nil
    }
    var members: [PendingUpdate] = []
    while let update = waiting.first, group.isEmpty || !update.scope.allowsScans {
      waiting.removeFirst()
      members.append(update)
      if let refusal {
        update.fail(refusal)
      } else {
        let outcome = update.run(in: group, transaction, mayWait: true)
        precondition(outcome != .cold, "memory is never cold")
        if outcome == .committed { statistics.updates += 1 } else { statistics.aborts += 1 }
      }
    }
    return LoggedMetadata.Group(members: members, record: stage(), offset: end)
  }

  /// The record of the group; empty when it wrote nothing.
  private mutating func stage() -> [UInt8] {
    do throws(MetadataError) {
      guard try group.commit() else { return [] }
    } catch {
      preconditionFailure("staging a group cannot fail")
    }
    return LogRecord.encode(number: number, engine.staged)
  }

  fileprivate mutating func settle(_ group: LoggedMetadata.Group, _ failure: MetadataError?) {
    if let failure {
      engine.drop()
      stopped = MetadataError(.io, "the store stopped after a failed commit (\(failure.message))")
      statistics.isStopped = true
    } else if !group.record.isEmpty {
      engine.publish()
      end += UInt64(group.record.count)
      number += 1
      statistics.groups += 1
      statistics.updatesPerGroup.record(UInt64(group.members.count))
    }
  }
}
