import Metadata
import Synchronization

/// Metadata that fails from the n-th update on, like a machine that lost its power: what was committed before is
/// there for the next store.
final class FailingMetadata: MetadataStore {
  let base: any MetadataStore
  private let left: Atomic<Int>

  init(_ base: any MetadataStore, updates: Int) {
    self.base = base
    left = Atomic(updates)
  }

  /// Updates that were still allowed when it was asked.
  var remaining: Int { left.load(ordering: .relaxed) }

  func get(_ key: [UInt8]) async throws(MetadataError) -> [UInt8]? { try await base.get(key) }

  func look(up key: [UInt8]) throws(MetadataError) -> Lookup { try base.look(up: key) }

  func getMany(_ keys: [[UInt8]]) async throws(MetadataError) -> [[UInt8]?] {
    try await base.getMany(keys)
  }

  func update<R: Sendable, E: MetadataFailure>(
    _ scope: UpdateScope, for purpose: UpdatePurpose, _ body: @escaping @Sendable (Transaction) throws(E) -> R
  ) async throws(E) -> R {
    guard left.subtract(1, ordering: .relaxed).newValue >= 0 else {
      throw E(MetadataError(.io, "the power is off"))
    }
    return try await base.update(scope, for: purpose, body)
  }

  func read<R: Sendable, E: MetadataFailure>(
    _ body: @escaping @Sendable (any MetadataReader) throws(E) -> R
  ) async throws(E) -> R { try await base.read(body) }

  func journaled() async { await base.journaled() }

  func statistics() -> MetadataStatistics { base.statistics() }

  func close() {}
}
