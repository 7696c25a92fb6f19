import Glibc
import Primitives

/// The file that holds the key under which users' secrets are sealed: 32 random bytes as 64 hexadecimal
/// digits.
///
/// It is made on the first start with mode 0600 and synced, file and directory, before any secret is
/// sealed under it. Whoever has the metadata without this file has no secret.
enum KeyFile {
  /// Reads the key at `path`, or makes it when there is none; never for metadata that exists, whose secrets it would
  /// not open.
  ///
  /// - Throws: `ConfigurationError` when the file cannot be read or made, is missing, is not 64 hexadecimal digits,
  ///   or may be read by others than its owner.
  static func load(path: String, metadata: String) throws(ConfigurationError) -> AESGCMKey {
    guard let text = try SmallFile.read(path) else {
      guard try SmallFile.read(metadata + "/CURRENT") == nil else {
        throw ConfigurationError(
          "\(path) is missing, under which the secrets in \(metadata) are sealed: restore it from a backup, or from"
            + " volumes/metadata/secrets.key. If no user has access keys, any 64 hexadecimal digits will do (mode 0600)"
        )
      }
      let key = SecureRandom.bytes(32)
      try SmallFile.write(Array(Hex.encode(key).utf8) + [UInt8(ascii: "\n")], to: path, mode: 0o600)
      return AESGCMKey(key)
    }
    guard try SmallFile.mode(path) & 0o077 == 0 else {
      throw ConfigurationError("\(path) can be read by others: chmod 600 it")
    }
    guard text.count >= 64, let key = Hex.decode(text.prefix(64)) else {
      throw ConfigurationError("\(path) is not a key file (64 hexadecimal digits): restore it from a backup")
    }
    return AESGCMKey(key)
  }
}
