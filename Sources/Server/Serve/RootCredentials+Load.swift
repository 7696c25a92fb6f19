package import Access
import Glibc
import Primitives

/// Where the root credentials come from: the environment or the configuration, else the data directory,
/// where the first start puts a pair that it makes.
package enum RootCredentialsSource {
  static let accessKeyVariable = "WEIR_ROOT_ACCESS_KEY"
  static let secretKeyVariable = "WEIR_ROOT_SECRET_KEY"

  struct Loaded {
    let credentials: RootCredentials
    /// Whether this start made them: then they are shown once.
    let isNew: Bool
  }

  /// - Throws: `ConfigurationError` when only one half is given, or a half breaks the rules.
  static func load(
    configuration: Configuration, directory: DataDirectory
  ) throws(ConfigurationError) -> Loaded {
    if let given = try given(configuration) { return Loaded(credentials: given, isNew: false) }
    if let stored = try read(directory.rootCredentialsFile) {
      return Loaded(credentials: stored, isNew: false)
    }
    let access20 = SecureRandom.string(20, from: .upperAlphanumeric)
    let secret40 = Base64.encode(SecureRandom.bytes(30))
    let made = try checked(access20, secret40)
    let text = "access_key=\(access20)\nsecret_key=\(secret40)\n"
    try SmallFile.write(Array(text.utf8), to: directory.rootCredentialsFile, mode: 0o600)
    return Loaded(credentials: made, isNew: true)
  }

  /// The pair of the environment or the configuration; nil when there is none.
  static func given(_ configuration: Configuration) throws(ConfigurationError) -> RootCredentials? {
    let access = configuration.root.accessKey
    let secret = configuration.root.secretKey
    if access.isEmpty && secret.isEmpty { return nil }
    guard !access.isEmpty, !secret.isEmpty else {
      throw ConfigurationError(
        "set both \(accessKeyVariable) and \(secretKeyVariable) (or root.access_key and root.secret_key)")
    }
    return try checked(access, secret)
  }

  /// The pair kept in a data directory; nil when there is none.
  ///
  /// - Throws: `ConfigurationError` when the file is damaged or may be read by others than its owner.
  static func read(_ path: String) throws(ConfigurationError) -> RootCredentials? {
    guard let bytes = try SmallFile.read(path) else { return nil }
    guard try SmallFile.mode(path) & 0o077 == 0 else {
      throw ConfigurationError("\(path) can be read by others: chmod 600 it")
    }
    var values: [String: String] = [:]
    for line in String(decoding: bytes, as: Unicode.UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { values[parts[0]] = parts[1] }
    }
    guard let access = values["access_key"], let secret = values["secret_key"] else {
      throw ConfigurationError("\(path) is damaged: expected the lines access_key=… and secret_key=…")
    }
    return try checked(access, secret)
  }

  /// The pair that a subcommand signs with: from the environment, else from a data directory on this machine.
  ///
  /// - Throws: `ConfigurationError` saying where a pair can come from.
  package static func forClient(dataDirectory: String?) throws(ConfigurationError) -> RootCredentials {
    var configuration = Configuration()
    configuration.applyEnvironment()
    if let given = try given(configuration) { return given }
    let directory = dataDirectory ?? configuration.data
    guard let stored = try read(directory + "/root-credentials") else {
      throw ConfigurationError(
        "no root credentials: set \(accessKeyVariable) and \(secretKeyVariable), or give --data DIR")
    }
    return stored
  }

  private static func checked(
    _ access: String, _ secret: String
  ) throws(ConfigurationError) -> RootCredentials {
    do throws(AccessError) {
      return try RootCredentials(accessKeyID: access, secretAccessKey: secret)
    } catch {
      if case .configuration(let message) = error { throw ConfigurationError(message) }
      throw ConfigurationError("the root credentials cannot be used: \(error)")
    }
  }
}
