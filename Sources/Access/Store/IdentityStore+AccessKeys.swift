import Metadata
import Primitives
import Synchronization

extension IdentityStore {
  /// IAM's CreateAccessKey: the answer is the only place where the secret ever shows.
  ///
  /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html>
  /// - Throws: `.noSuchUser`, `.limitExceeded`, `.metadata`.
  package func createAccessKey(userName: String) async throws(AccessError) -> NewAccessKey {
    let user = try user(named: userName)
    let key = AccessKey(
      id: "AKIA" + IdentityStore.randomID(length: 16), userName: user.name, status: .active,
      created: Timestamp(seconds: Timestamp.now().seconds))
    // 30 random bytes are 40 Base64 characters, the length AWS's secrets have.
    let secret = Base64.encode(SecureRandom.bytes(30))
    let sealed = sealingKey.seal(Array(secret.utf8), associatedData: Array(key.id.utf8))
    let row = IdentityRecords.accessKeyKey(key.id)
    let record = IdentityRecords.encode(.init(key: key, sealedSecret: sealed))
    let userRow = IdentityRecords.userKey(user.name)
    let userID = user.id
    try await change(row) { (transaction) throws(AccessError) in
      guard let value = try transaction.value(of: userRow), IdentityStore.holds(value, userID: userID)
      else { throw .noSuchUser(userName) }
      let held = try transaction.values(of: IdentityRecords.accessKeyTable)
        .count { IdentityStore.isKey($0, of: user.name) }
      guard held < AccessLimits.accessKeysPerUser else {
        throw .limitExceeded(quota: "AccessKeysPerUser", limit: AccessLimits.accessKeysPerUser)
      }
      transaction.put(row, record)
    } remember: { directory, _ in
      directory.add(key, secret: Array(secret.utf8))
    }
    return NewAccessKey(key: key, secret: secret)
  }

  /// IAM's ListAccessKeys, oldest first. - Throws: `.noSuchUser`.
  package func listAccessKeys(userName: String) throws(AccessError) -> [AccessKey] {
    accessKeys(of: try user(named: userName))
  }

  /// The user whose key it is. - Throws: `.noSuchAccessKey`.
  package func owner(ofAccessKey id: String) throws(AccessError) -> User {
    guard let key = directory.withLock({ $0.keys[id] }) else { throw .noSuchAccessKey(id) }
    return try user(named: key.userName)
  }

  /// IAM's UpdateAccessKey: an inactive key is refused from the next request on.
  ///
  /// - Throws: `.noSuchUser`, `.noSuchAccessKey`, `.metadata`.
  package func updateAccessKey(
    id: String, userName: String, status: AccessKey.Status
  ) async throws(AccessError) {
    let user = try user(named: userName)
    let row = IdentityRecords.accessKeyKey(id)
    let sealingKey = sealingKey
    try await change(row, for: .free) { (transaction) throws(AccessError) -> (AccessKey, [UInt8]) in
      guard let value = try transaction.value(of: row), IdentityStore.isKey(value, of: user.name),
        var stored = try? IdentityRecords.decodeKey(value)
      else { throw .noSuchAccessKey(id) }
      guard let secret = sealingKey.open(stored.sealedSecret, associatedData: Array(id.utf8)) else {
        throw .configuration("the secret of access key \(id) does not open: the key file has changed")
      }
      stored.key.status = status
      transaction.put(row, IdentityRecords.encode(stored))
      return (stored.key, secret)
    } remember: { directory, changed in
      directory.credentials[id] = nil
      directory.add(changed.0, secret: changed.1)
    }
  }

  /// IAM's DeleteAccessKey. - Throws: `.noSuchUser`, `.noSuchAccessKey`, `.metadata`.
  package func deleteAccessKey(id: String, userName: String) async throws(AccessError) {
    let user = try user(named: userName)
    let row = IdentityRecords.accessKeyKey(id)
    try await change(row, for: .free) { (transaction) throws(AccessError) in
      guard let value = try transaction.value(of: row), IdentityStore.isKey(value, of: user.name) else {
        throw .noSuchAccessKey(id)
      }
      transaction.delete(row)
    } remember: { directory, _ in
      directory.keys[id] = nil
      directory.credentials[id] = nil
    }
  }

  func accessKeys(of user: User) -> [AccessKey] {
    directory.withLock { Array($0.keys.values) }
      .filter { $0.userName.lowercased() == user.name.lowercased() }
      .sorted { ($0.created, $0.id) < ($1.created, $1.id) }
  }
}
