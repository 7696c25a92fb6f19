package import Metadata
import Primitives
import Synchronization

extension IdentityStore {
  /// IAM's CreateUser.
  ///
  /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html>
  /// - Throws: `.invalid`, `.userExists`, `.limitExceeded`, `.metadata`.
  package func createUser(name: String, path: String = "/") async throws(AccessError) -> User {
    guard AccessLimits.isValidUserName(name) else {
      throw .invalid(parameter: "userName", value: name, rule: "be 1 to 64 of letters, digits and _+=,.@-")
    }
    guard AccessLimits.isValidPath(path) else {
      throw .invalid(parameter: "path", value: path, rule: "begin and end with /, at most 512 characters")
    }
    guard name.lowercased() != Account.root.name else { throw .userExists(name) }
    guard directory.withLock({ $0.users.count }) < AccessLimits.users else {
      throw .limitExceeded(quota: "UsersPerAccount", limit: AccessLimits.users)
    }
    let user = User(
      name: name, path: path, id: "AIDA" + IdentityStore.randomID(length: 17),
      canonicalID: Hex.encode(SecureRandom.bytes(32)), created: Timestamp(seconds: Timestamp.now().seconds))
    let row = IdentityRecords.userKey(name)
    let record = IdentityRecords.encode(user)
    try await change(row) { (transaction) throws(AccessError) in
      if try transaction.value(of: row) != nil { throw .userExists(name) }
      transaction.put(row, record)
    } remember: { directory, _ in
      directory.users[name.lowercased()] = user
    }
    return user
  }

  /// IAM's GetUser. - Throws: `.noSuchUser`.
  package func user(named name: String) throws(AccessError) -> User {
    guard let user = directory.withLock({ $0.users[name.lowercased()] }) else { throw .noSuchUser(name) }
    return user
  }

  /// The user of an id; nil if there is none, or no more.
  package func user(id: String) -> User? {
    directory.withLock { directory in directory.users.values.first { $0.id == id } }
  }

  /// IAM's ListUsers: users whose path begins with `pathPrefix`, by name, after the name `marker`.
  ///
  /// - Returns: at most `limit` users and whether more follow.
  package func listUsers(
    pathPrefix: String = "/", after marker: String? = nil, limit: Int
  ) -> (users: [User], isTruncated: Bool) {
    let floor = marker.map { Array($0.lowercased().utf8) }
    let all = directory.withLock { Array($0.users.values) }
      .filter { $0.path.utf8.starts(with: pathPrefix.utf8) }
      .map { (order: Array($0.name.lowercased().utf8), user: $0) }
      .filter { entry in floor.map { $0.lexicographicallyPrecedes(entry.order) } ?? true }
      .sorted { $0.order.lexicographicallyPrecedes($1.order) }
    return (all.prefix(limit).map(\.user), all.count > limit)
  }

  /// IAM's DeleteUser. - Throws: `.noSuchUser`, `.userHasAccessKeys`, `.metadata`.
  package func deleteUser(name: String) async throws(AccessError) {
    let user = try user(named: name)
    guard accessKeys(of: user).isEmpty else { throw .userHasAccessKeys(name) }
    let row = IdentityRecords.userKey(name)
    let id = user.id
    let follow = try await change(row, for: .free) {
      (transaction) throws(AccessError) -> Departure<User>.Follow? in
      guard let value = try transaction.value(of: row), IdentityStore.holds(value, userID: id) else {
        throw .noSuchUser(name)
      }
      for value in try transaction.values(of: IdentityRecords.accessKeyTable)
      where IdentityStore.isKey(value, of: user.name) {
        throw .userHasAccessKeys(name)
      }
      let follow: Departure<User>.Follow?
      do throws(MetadataError) {
        follow = try self.departure?.commit(transaction, user)
      } catch { throw .metadata(error) }
      transaction.delete(row)
      return follow
    } remember: { directory, _ in
      directory.users[name.lowercased()] = nil
    }
    await follow?()
  }

  /// The ids of all users as a commit of scope `.system` finds them: whoever writes rows about a user has looked in
  /// memory, and a deletion may have come since.
  package static func userIDs(in transaction: Transaction) throws(AccessError) -> Set<String> {
    Set(
      try transaction.values(of: IdentityRecords.userTable)
        .compactMap { try? IdentityRecords.decodeUser($0).id })
  }

  static func holds(_ row: [UInt8], userID: String) -> Bool {
    (try? IdentityRecords.decodeUser(row))?.id == userID
  }

  static func isKey(_ row: [UInt8], of userName: String) -> Bool {
    (try? IdentityRecords.decodeKey(row))?.key.userName.lowercased() == userName.lowercased()
  }

  /// `length` characters of A–Z and 2–7, as IAM's ids have.
  static func randomID(length: Int) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    return String(decoding: SecureRandom.bytes(length).map { alphabet[Int($0 & 31)] }, as: Unicode.UTF8.self)
  }
}

extension Transaction {
  func value(of key: [UInt8]) throws(AccessError) -> [UInt8]? {
    do throws(MetadataError) { return try get(key) } catch { throw .metadata(error) }
  }

  /// The values of a whole table; `.system` scope only. Bounded by the quotas on users and keys.
  func values(of table: UInt8) throws(AccessError) -> [[UInt8]] {
    do throws(MetadataError) {
      return try scan(prefix: [table], limit: AccessLimits.users * AccessLimits.accessKeysPerUser).map(
        \.value)
    } catch { throw .metadata(error) }
  }
}
