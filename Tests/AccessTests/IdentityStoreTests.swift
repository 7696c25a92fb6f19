import Metadata
import Primitives
import Testing

@testable import Access

@Suite struct IdentityStoreTests {
  static func open(
    _ metadata: any MetadataStore = MemoryMetadata(),
    key: AESGCMKey = AESGCMKey([UInt8](repeating: 7, count: 32))
  ) async throws -> IdentityStore {
    try await IdentityStore.open(
      metadata: metadata, sealingKey: key,
      root: RootCredentials(accessKeyID: "root-access", secretAccessKey: "root-secret"))
  }

  @Test func rootIsThere() async throws {
    let store = try await Self.open()
    let root = try #require(store.credential(accessKeyID: "root-access"))
    #expect(root.identity.isRoot && root.identity.canonicalID.utf8.count == 64)
    #expect(!"\(root)".contains("root-secret"))
    #expect(store.credential(accessKeyID: "other") == nil)
  }

  @Test func usersAndKeysSurviveAReopen() async throws {
    let metadata = MemoryMetadata()
    let store = try await Self.open(metadata)
    let user = try await store.createUser(name: "Alice", path: "/team/")
    let made = try await store.createAccessKey(userName: "alice")
    #expect(made.secret.utf8.count == 40 && !"\(made)".contains(made.secret))
    let again = try await Self.open(metadata)
    let credential = try #require(again.credential(accessKeyID: made.key.id))
    #expect(credential.secret == Array(made.secret.utf8))
    #expect(credential.identity == user.identity)
    #expect(user.arn.hasSuffix(":user/team/Alice"))
  }

  @Test func secretsAreSealed() async throws {
    let metadata = MemoryMetadata()
    let store = try await Self.open(metadata)
    _ = try await store.createUser(name: "a")
    let made = try await store.createAccessKey(userName: "a")
    let row = try #require(try await metadata.get(IdentityRecords.accessKeyKey(made.key.id)))
    #expect(row.firstRange(of: Array(made.secret.utf8)) == nil)
    let other = AESGCMKey([UInt8](repeating: 8, count: 32))
    await #expect(throws: AccessError.self) { _ = try await Self.open(metadata, key: other) }
  }

  @Test func namesAreUniqueIgnoringCase() async throws {
    let store = try await Self.open()
    _ = try await store.createUser(name: "Bob")
    await #expect(throws: AccessError.self) { _ = try await store.createUser(name: "bOB") }
    await #expect(throws: AccessError.self) { _ = try await store.createUser(name: "Root") }
  }

  @Test(arguments: ["", "a/b", "a b", String(repeating: "a", count: 65), "é"])
  func badNames(name: String) async throws {
    let store = try await Self.open()
    await #expect(throws: AccessError.self) { _ = try await store.createUser(name: name) }
  }

  @Test func inactiveAndDeletedKeysAreRefused() async throws {
    let store = try await Self.open()
    _ = try await store.createUser(name: "a")
    let id = try await store.createAccessKey(userName: "a").key.id
    try await store.updateAccessKey(id: id, userName: "a", status: .inactive)
    #expect(store.credential(accessKeyID: id) == nil)
    try await store.updateAccessKey(id: id, userName: "a", status: .active)
    #expect(store.credential(accessKeyID: id) != nil)
    await #expect(throws: AccessError.self) { try await store.deleteUser(name: "a") }
    try await store.deleteAccessKey(id: id, userName: "a")
    #expect(store.credential(accessKeyID: id) == nil)
    try await store.deleteUser(name: "a")
    #expect(throws: AccessError.self) { _ = try store.user(named: "a") }
  }

  @Test func twoKeysAUser() async throws {
    let store = try await Self.open()
    _ = try await store.createUser(name: "a")
    _ = try await store.createUser(name: "b")
    _ = try await store.createAccessKey(userName: "a")
    let second = try await store.createAccessKey(userName: "a")
    await #expect(throws: AccessError.self) { _ = try await store.createAccessKey(userName: "a") }
    // Another user's key is as good as none.
    await #expect(throws: AccessError.self) {
      try await store.deleteAccessKey(id: second.key.id, userName: "b")
    }
  }

  @Test func listsInPages() async throws {
    let store = try await Self.open()
    for name in ["d", "A", "c", "B"] {
      _ = try await store.createUser(name: name, path: name == "c" ? "/x/" : "/")
    }
    let first = store.listUsers(limit: 3)
    #expect(first.users.map(\.name) == ["A", "B", "c"] && first.isTruncated)
    let second = store.listUsers(after: "c", limit: 3)
    #expect(second.users.map(\.name) == ["d"] && !second.isTruncated)
    #expect(store.listUsers(pathPrefix: "/x/", limit: 9).users.map(\.name) == ["c"])
  }

  @Test func recordsAreStable() throws {
    let user = User(
      name: "n", path: "/", id: "AIDAX", canonicalID: "c", created: Timestamp(milliseconds: 0x0102))
    #expect(
      IdentityRecords.encode(user) == [1, 1, 0x6E, 1, 0x2F, 5, 0x41, 0x49, 0x44, 0x41, 0x58, 1, 0x63]
        + [0, 0, 0, 0, 0, 0, 1, 2])
    #expect(try IdentityRecords.decodeUser(IdentityRecords.encode(user)) == user)
  }

  @Test func damagedRecordsAreErrors() {
    for _ in 0..<2_000 {
      let bytes = SecureRandom.bytes(Int.random(in: 0..<60))
      _ = try? IdentityRecords.decodeUser(bytes)
      _ = try? IdentityRecords.decodeKey(bytes)
    }
    #expect(throws: RecordError.self) { try IdentityRecords.decodeUser([9]) }
  }
}
