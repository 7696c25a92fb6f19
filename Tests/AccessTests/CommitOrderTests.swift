import Metadata
import Primitives
import Synchronization
import Testing

@testable import Access

/// Memory follows the order of the commits, in whatever order their callers are told of them.
@Suite struct CommitOrderTests {
  /// A store with the user `a` and a key of hers.
  private func make() async throws -> (IdentityStore, HeldMetadata, key: String) {
    let metadata = HeldMetadata()
    let store = try await IdentityStoreTests.open(metadata)
    _ = try await store.createUser(name: "a")
    return (store, metadata, try await store.createAccessKey(userName: "a").key.id)
  }

  /// Runs `first` up to its commit, then the whole of `second`, and then tells `first` of its commit.
  private func overtake(
    _ metadata: HeldMetadata, _ first: @escaping @Sendable () async throws -> Void,
    by second: () async throws -> Void
  ) async throws {
    metadata.holdNext()
    let held = Task { try await first() }
    while !metadata.isHolding { try await Task.sleep(for: .milliseconds(1)) }
    try await second()
    metadata.release()
    try await held.value
  }

  @Test func aDeletedKeyStaysDeleted() async throws {
    let (store, metadata, id) = try await make()
    try await overtake(metadata) {
      try await store.updateAccessKey(id: id, userName: "a", status: .active)
    } by: {
      try await store.deleteAccessKey(id: id, userName: "a")
    }
    #expect(store.credential(accessKeyID: id) == nil)
    #expect(try store.listAccessKeys(userName: "a").isEmpty)
  }

  @Test func theLaterStatusHolds() async throws {
    let (store, metadata, id) = try await make()
    try await overtake(metadata) {
      try await store.updateAccessKey(id: id, userName: "a", status: .active)
    } by: {
      try await store.updateAccessKey(id: id, userName: "a", status: .inactive)
    }
    #expect(store.credential(accessKeyID: id) == nil)
    #expect(try store.listAccessKeys(userName: "a").map(\.status) == [.inactive])
  }

  @Test func aUserMadeAgainStays() async throws {
    let (store, metadata, id) = try await make()
    try await store.deleteAccessKey(id: id, userName: "a")
    try await overtake(metadata) {
      try await store.deleteUser(name: "a")
    } by: {
      _ = try await store.createUser(name: "A")
    }
    #expect(try store.user(named: "a").name == "A")
  }

  @Test func theOrderIsForgottenWhenNothingIsUnderWay() async throws {
    let (store, metadata, id) = try await make()
    #expect(store.directory.withLock { $0.order.count } == 0)
    try await overtake(metadata) {
      try await store.updateAccessKey(id: id, userName: "a", status: .active)
    } by: {
      try await store.deleteAccessKey(id: id, userName: "a")
      #expect(store.directory.withLock { $0.order.count } == 1)
      await #expect(throws: AccessError.self) { try await store.deleteAccessKey(id: id, userName: "a") }
    }
    #expect(store.directory.withLock { $0.order.count } == 0)
  }
}

/// Metadata in memory that can hold back the news of one commit.
final class HeldMetadata: MetadataStore {
  private struct Gate {
    var holdsNext = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let memory = MemoryMetadata()
  private let gate = Mutex(Gate())

  /// The caller of the next update is told of its commit only after `release`.
  func holdNext() { gate.withLock { $0.holdsNext = true } }

  /// Whether a committed update is held.
  var isHolding: Bool { gate.withLock { $0.waiter != nil } }

  func release() {
    let waiter = gate.withLock { gate in
      defer { gate.waiter = nil }
      return gate.waiter
    }
    waiter?.resume()
  }

  func update<R: Sendable, E: MetadataFailure>(
    _ scope: UpdateScope, for purpose: UpdatePurpose, _ body: @escaping @Sendable (Transaction) throws(E) -> R
  ) async throws(E) -> R {
    let holds = gate.withLock { gate in
      defer { gate.holdsNext = false }
      return gate.holdsNext
    }
    let result = try await memory.update(scope, for: purpose, body)
    if holds {
      await withCheckedContinuation { waiter in gate.withLock { $0.waiter = waiter } }
    }
    return result
  }

  func get(_ key: [UInt8]) async throws(MetadataError) -> [UInt8]? { try await memory.get(key) }

  func look(up key: [UInt8]) throws(MetadataError) -> Lookup { try memory.look(up: key) }

  func getMany(_ keys: [[UInt8]]) async throws(MetadataError) -> [[UInt8]?] {
    try await memory.getMany(keys)
  }

  func read<R: Sendable, E: MetadataFailure>(
    _ body: @escaping @Sendable (any MetadataReader) throws(E) -> R
  ) async throws(E) -> R { try await memory.read(body) }

  func journaled() async { await memory.journaled() }

  func statistics() -> MetadataStatistics { memory.statistics() }

  func close() { memory.close() }
}
