import Metadata
import Ring
import Synchronization

/// Metadata that counts its snapshots, and lets something happen right before an update.
final class WatchedMetadata: MetadataStore {
  let base: any MetadataStore
  private let count = Atomic<Int>(0)
  private let pending = Locked<(@Sendable () async -> Void)?>(nil)

  init(_ base: any MetadataStore) {
    self.base = base
  }

  /// Snapshots that were asked for.
  var reads: Int { count.load(ordering: .relaxed) }

  /// Runs `body` once, before the next update is begun.
  func beforeNextUpdate(_ body: @escaping @Sendable () async -> Void) { pending.withLock { $0 = body } }

  func get(_ key: [UInt8]) async throws(MetadataError) -> [UInt8]? { try await base.get(key) }

  func look(up key: [UInt8]) throws(MetadataError) -> Lookup { try base.look(up: key) }

  func getMany(_ keys: [[UInt8]]) async throws(MetadataError) -> [[UInt8]?] {
    try await base.getMany(keys)
  }

  func update<R: Sendable, E: MetadataFailure>(
    _ scope: UpdateScope, for purpose: UpdatePurpose, _ body: @escaping @Sendable (Transaction) throws(E) -> R
  ) async throws(E) -> R {
    let first = pending.withLock { pending in
      defer { pending = nil }
      return pending
    }
    await first?()
    return try await base.update(scope, for: purpose, body)
  }

  func read<R: Sendable, E: MetadataFailure>(
    _ body: @escaping @Sendable (any MetadataReader) throws(E) -> R
  ) async throws(E) -> R {
    count.add(1, ordering: .relaxed)
    return try await base.read(body)
  }

  func journaled() async { await base.journaled() }

  func statistics() -> MetadataStatistics { base.statistics() }

  func close() {}
}
