import Metadata
import Primitives
import Synchronization
import Testing

@testable import Access

/// What goes with a user who is deleted.
@Suite struct DepartureTests {
  private static let row: [UInt8] = [0x90, 1]

  private static func open(
    _ metadata: any MetadataStore, _ departure: Departure<User>
  ) async throws -> IdentityStore {
    try await IdentityStore.open(
      metadata: metadata, sealingKey: AESGCMKey([UInt8](repeating: 7, count: 32)),
      root: RootCredentials(accessKeyID: "root-access", secretAccessKey: "root-secret"), departure: departure)
  }

  @Test func goesInTheSameCommit() async throws {
    let metadata = MemoryMetadata()
    let followed = Mutex<[String]>([])
    let store = try await Self.open(
      metadata,
      Departure { (transaction, user) throws(MetadataError) in
        transaction.put(Self.row, Array(user.id.utf8))
        return { followed.withLock { $0.append(user.name) } }
      })
    let user = try await store.createUser(name: "alice")
    _ = try await store.createAccessKey(userName: "alice")
    // Nothing goes with a deletion that is refused.
    await #expect(throws: AccessError.self) { try await store.deleteUser(name: "alice") }
    #expect(try await metadata.get(Self.row) == nil && followed.withLock { $0 } == [])
    for key in try store.listAccessKeys(userName: "alice") {
      try await store.deleteAccessKey(id: key.id, userName: "alice")
    }
    try await store.deleteUser(name: "alice")
    #expect(try await metadata.get(Self.row) == Array(user.id.utf8))
    #expect(followed.withLock { $0 } == ["alice"] && store.user(id: user.id) == nil)
  }

  @Test func keepsTheUserIfItCannotGo() async throws {
    let metadata = MemoryMetadata()
    let store = try await Self.open(
      metadata,
      Departure { (transaction, _) throws(MetadataError) in
        transaction.put(Self.row, [1])
        throw MetadataError(.corruption, "a row is damaged")
      })
    let user = try await store.createUser(name: "alice")
    await #expect(throws: AccessError.self) { try await store.deleteUser(name: "alice") }
    #expect(store.user(id: user.id) == user)
    #expect(try await metadata.get(Self.row) == nil)
  }

  @Test func aCommitSeesWhoIsThere() async throws {
    let metadata = MemoryMetadata()
    let store = try await Self.open(metadata, Departure { (_, _) throws(MetadataError) in nil })
    let (alice, bob) = (try await store.createUser(name: "alice"), try await store.createUser(name: "bob"))
    try await store.deleteUser(name: "alice")
    let again = try await store.createUser(name: "alice")
    let ids = try await metadata.update(.system) { (transaction) throws(AccessError) in
      try IdentityStore.userIDs(in: transaction)
    }
    #expect(ids == [again.id, bob.id] && again.id != alice.id)
  }
}
