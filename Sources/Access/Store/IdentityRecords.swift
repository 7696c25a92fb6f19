import Metadata
import Primitives

/// The rows of users and access keys.
///
/// Key: table byte, then the user's name in lower case (names are unique ignoring case) or the access key
/// id. Value: a version byte, then length-prefixed fields. Every released version keeps its decoder.
enum IdentityRecords {
  static let userTable: UInt8 = 0x80
  static let accessKeyTable: UInt8 = 0x81
  private static let version: UInt8 = 1

  /// An access key row: the secret stays sealed.
  struct StoredKey: Sendable {
    var key: AccessKey
    var sealedSecret: [UInt8]
  }

  static func userKey(_ name: String) -> [UInt8] { [userTable] + Array(name.lowercased().utf8) }

  static func accessKeyKey(_ id: String) -> [UInt8] { [accessKeyTable] + Array(id.utf8) }

  static func encode(_ user: User) -> [UInt8] {
    var writer = ByteWriter()
    writer.u8(version)
    writer.string(user.name)
    writer.string(user.path)
    writer.string(user.id)
    writer.string(user.canonicalID)
    writer.u64(UInt64(bitPattern: user.created.milliseconds))
    return writer.bytes
  }

  static func decodeUser(_ bytes: [UInt8]) throws(RecordError) -> User {
    var reader = ByteReader(bytes)
    try check(version: try reader.u8())
    let name = try reader.string()
    let path = try reader.string()
    let id = try reader.string()
    let canonicalID = try reader.string()
    let created = Timestamp(milliseconds: Int64(bitPattern: try reader.u64()))
    return User(name: name, path: path, id: id, canonicalID: canonicalID, created: created)
  }

  static func encode(_ stored: StoredKey) -> [UInt8] {
    var writer = ByteWriter()
    writer.u8(version)
    writer.string(stored.key.id)
    writer.string(stored.key.userName)
    writer.u8(stored.key.status.rawValue)
    writer.u64(UInt64(bitPattern: stored.key.created.milliseconds))
    writer.bytes(stored.sealedSecret)
    return writer.bytes
  }

  static func decodeKey(_ bytes: [UInt8]) throws(RecordError) -> StoredKey {
    var reader = ByteReader(bytes)
    try check(version: try reader.u8())
    let id = try reader.string()
    let userName = try reader.string()
    guard let status = AccessKey.Status(rawValue: try reader.u8()) else {
      throw RecordError.badValue("access key status")
    }
    let created = Timestamp(milliseconds: Int64(bitPattern: try reader.u64()))
    let sealed = try reader.bytes()
    return StoredKey(
      key: AccessKey(id: id, userName: userName, status: status, created: created), sealedSecret: sealed)
  }

  private static func check(version found: UInt8) throws(RecordError) {
    guard found == version else { throw RecordError.unknownVersion(found) }
  }
}
