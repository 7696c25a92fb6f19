import Glibc
import Primitives
import Ring

/// The data directory: one process at a time, one format, and the paths of what lies in it.
///
/// Layout (docs/format/directory.md): `FORMAT` (text), `lock`, `secrets.key` and `root-credentials` (mode
/// 0600), `metadata/` (RocksDB), `volumes/` (segments).
package final class DataDirectory: Sendable {
  /// The version this program reads and writes.
  static let formatVersion = 1
  private static let formatPrefix = "weir data directory, format "

  package let path: String
  private let lock: Int32

  package var metadata: String { path + "/metadata" }
  package var volumes: String { path + "/volumes" }
  /// Where the volumes keep what the metadata can be made again from.
  package var care: String { volumes + "/metadata" }
  /// There while metadata is being made again; a server does not start then.
  package var incompleteMark: String { path + "/metadata-incomplete" }
  /// There while metadata may be older than what lies on the volumes: nothing is reclaimed then.
  package var reclaimHold: String { path + "/reclaim-held" }
  package var keyFile: String { path + "/secrets.key" }
  package var rootCredentialsFile: String { path + "/root-credentials" }

  /// Opens or makes the directory and takes its lock.
  ///
  /// - Throws: `ConfigurationError` when it belongs to something else, to a newer version, or to another
  ///   process. Nothing in it is changed then.
  package init(path: String) throws(ConfigurationError) {
    self.path = path
    // SAFETY: a system call on a NUL-terminated string.
    if unsafe mkdir(path, 0o700) != 0, errno != EEXIST {
      throw DataDirectory.problem("cannot be made", path)
    }
    let format = path + "/FORMAT"
    let known = try DataDirectory.readFormat(format)
    if known == nil, try !DataDirectory.isEmpty(path) {
      if SmallFile.exists(path + "/volumes/volume") {
        throw ConfigurationError(
          "\(path) has volumes but no FORMAT: make the rest again with weir metadata rebuild --data \(path)")
      }
      throw ConfigurationError(
        "\(path) is not empty and not a data directory of weir: give an empty or new directory")
    }
    if let known, known > DataDirectory.formatVersion {
      throw ConfigurationError(
        "\(path) has format \(known), newer than this program's \(DataDirectory.formatVersion): upgrade weir")
    }
    lock = try DataDirectory.takeLock(path + "/lock", of: path)
    if known == nil { try DataDirectory.writeFormat(format) }
  }

  /// Makes a data directory of one that has nothing but volumes left.
  static func adopt(_ path: String) throws(ConfigurationError) {
    try writeFormat(path + "/FORMAT")
  }

  /// Refuses to work as root in a directory of another user, who could not read what root makes in it.
  /// - Parameters:
  ///   - path: the data directory.
  ///   - command: what was asked for, such as `weir fsck`; for the advice.
  ///   - user: who asks.
  /// - Throws: `ConfigurationError` that says who may.
  static func checkUser(
    _ path: String, command: String, user: uid_t = geteuid()
  ) throws(ConfigurationError) {
    let owner = try SmallFile.owner(path)
    guard user == 0, owner != 0 else { return }
    throw ConfigurationError(
      "\(path) belongs to user \(owner), who could not read what root makes in it: run this as that user"
        + " (sudo -u '#\(owner)' \(command) …)")
  }

  private static func writeFormat(_ file: String) throws(ConfigurationError) {
    let text = "\(formatPrefix)\(formatVersion)\n"
    try SmallFile.write(Array(text.utf8), to: file, mode: 0o600)
  }

  deinit { close(lock) }

  private static func readFormat(_ path: String) throws(ConfigurationError) -> Int? {
    guard let bytes = try SmallFile.read(path) else { return nil }
    let text = String(decoding: bytes, as: Unicode.UTF8.self)
    guard text.hasPrefix(formatPrefix),
      let version = Int(text.dropFirst(formatPrefix.count).prefix { $0 != "\n" }), version > 0
    else {
      throw ConfigurationError(
        "\(path) is damaged: it should say \"\(formatPrefix)\(formatVersion)\". If this is a data directory, write"
          + " that line into it (or restore the file); if not, give another directory")
    }
    return version
  }

  /// What an empty directory may hold: a file system's own folder, and what a first start leaves that ends
  /// before `FORMAT` has its name.
  private static let freshNames: Set<String> = ["lock", "lost+found", "FORMAT.new"]

  private static func isEmpty(_ path: String) throws(ConfigurationError) -> Bool {
    do throws(IOError) {
      return try Directory.list(path).allSatisfy(freshNames.contains)
    } catch { throw ConfigurationError("\(path) cannot be listed: \(error)") }
  }

  private static func takeLock(_ file: String, of path: String) throws(ConfigurationError) -> Int32 {
    // SAFETY: a system call on a NUL-terminated string.
    let descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw problem("cannot be opened", file) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw ConfigurationError(
        "\(path) is in use by another process: stop that server, or give another directory")
    }
    return descriptor
  }

  private static func problem(_ what: String, _ path: String) -> ConfigurationError {
    ConfigurationError("\(path) \(what): \(SmallFile.reason())")
  }
}
