package import Metadata
package import Primitives
import Synchronization

/// The root credentials, from the configuration.
package struct RootCredentials: Sendable, CustomStringConvertible {
  package let accessKeyID: String
  package let secretAccessKey: String

  /// - Throws: `AccessError.configuration` when either half breaks `AccessLimits`.
  package init(accessKeyID: String, secretAccessKey: String) throws(AccessError) {
    guard AccessLimits.isValidAccessKeyID(accessKeyID) else {
      throw .configuration(
        "the root access key must be \(AccessLimits.text(AccessLimits.accessKeyIDLength)) letters, digits"
          + " and _+=,.@-")
    }
    guard AccessLimits.secretLength.contains(secretAccessKey.utf8.count) else {
      throw .configuration(
        "the root secret key must be \(AccessLimits.text(AccessLimits.secretLength)) characters long")
    }
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
  }

  package var description: String { "RootCredentials(\(accessKeyID))" }
}

/// All identities and access keys: rows in metadata for keeps, and a copy in memory for every request's
/// look-up.
package final class IdentityStore: Sendable {
  /// What memory holds; changed only after metadata holds it durably.
  struct Directory: Sendable {
    /// By lower-cased name.
    var users: [String: User] = [:]
    var keys: [String: AccessKey] = [:]
    /// By access key id: active keys and the root key.
    var credentials: [String: Credential] = [:]
    /// Which change of each row this is.
    var order = ChangeOrder()
  }

  let metadata: any MetadataStore
  let sealingKey: AESGCMKey
  let directory: Mutex<Directory>
  /// What goes with a user who is deleted.
  let departure: Departure<User>?

  private init(
    metadata: any MetadataStore, sealingKey: AESGCMKey, directory: Directory, departure: Departure<User>?
  ) {
    self.departure = departure
    self.metadata = metadata
    self.sealingKey = sealingKey
    self.directory = Mutex(directory)
  }

  /// Loads every identity. `departure` goes with users who are deleted.
  ///
  /// - Throws: `AccessError.configuration` for a damaged row or one that `sealingKey` does not open;
  ///   `.metadata` when the rows cannot be read.
  package static func open(
    metadata: any MetadataStore, sealingKey: AESGCMKey, root: RootCredentials,
    departure: Departure<User>? = nil
  ) async throws(AccessError) -> IdentityStore {
    let rows = try await rows(of: metadata)
    var directory = Directory()
    for value in rows.users {
      let user = try decoded { () throws(RecordError) in try IdentityRecords.decodeUser(value) }
      directory.users[user.name.lowercased()] = user
    }
    for value in rows.keys {
      let stored = try decoded { () throws(RecordError) in try IdentityRecords.decodeKey(value) }
      let id = stored.key.id
      guard let secret = sealingKey.open(stored.sealedSecret, associatedData: Array(id.utf8)) else {
        throw .configuration(
          "the secret of access key \(id) does not open: the key file is not the one of this data")
      }
      directory.add(stored.key, secret: secret)
    }
    directory.credentials[root.accessKeyID] = Credential(
      accessKeyID: root.accessKeyID, secret: Array(root.secretAccessKey.utf8), identity: Account.root)
    return IdentityStore(
      metadata: metadata, sealingKey: sealingKey, directory: directory, departure: departure)
  }

  /// The credential of an active access key; nil for an unknown or inactive one.
  package func credential(accessKeyID: String) -> Credential? {
    directory.withLock { $0.credentials[accessKeyID] }
  }

  private static func rows(
    of metadata: any MetadataStore
  ) async throws(AccessError) -> (users: [[UInt8]], keys: [[UInt8]]) {
    try await metadata.read { (reader) throws(AccessError) in
      (
        try values(of: IdentityRecords.userTable, in: reader),
        try values(of: IdentityRecords.accessKeyTable, in: reader)
      )
    }
  }

  private static func values(
    of table: UInt8, in reader: any MetadataReader
  ) throws(AccessError) -> [[UInt8]] {
    do throws(MetadataError) {
      var values: [[UInt8]] = []
      let cursor = reader.cursor(lower: [table], upper: [table + 1])
      try cursor.seek([table])
      while cursor.isValid {
        // SAFETY: the cursor's bytes live until its next move and are copied here.
        unsafe values.append(Array(cursor.value))
        try cursor.next()
      }
      return values
    } catch { throw .metadata(error) }
  }

  private static func decoded<R>(_ body: () throws(RecordError) -> R) throws(AccessError) -> R {
    do throws(RecordError) { return try body() } catch {
      throw .configuration("an identity row is damaged (\(error)): restore the metadata from a backup")
    }
  }
}

extension IdentityStore.Directory {
  /// Adds a key, and its credential if it is active and its user exists.
  mutating func add(_ key: AccessKey, secret: [UInt8]) {
    keys[key.id] = key
    guard key.status == .active, let user = users[key.userName.lowercased()] else { return }
    credentials[key.id] = Credential(accessKeyID: key.id, secret: secret, identity: user.identity)
  }
}
