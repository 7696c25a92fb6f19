/// A directory that backups are written to (docs/format/journal.md, "A backup directory").
package struct BackupDirectory: Sendable, Hashable {
  package let path: String
  static let format = "weir metadata backup, format 1\n"

  package init(_ path: String) {
    self.path = path
  }

  /// Makes the directory if it is missing or empty. Throws `.format` when it holds something else.
  func prepare() throws(MetadataError) {
    try PlainFile.makeDirectory(path)
    if try isBackup() { return }
    let names = try PlainFile.names(path).filter { $0 != "lost+found" && $0 != "FORMAT.new" }
    guard names.isEmpty else {
      throw MetadataError(
        .format, "\(path) is neither empty nor a directory of metadata backups: give another directory")
    }
    try PlainFile.replace(path + "/FORMAT", with: Array(Self.format.utf8))
  }

  /// Whether it is a directory of backups. Throws `.format` for one of a later version.
  package func isBackup() throws(MetadataError) -> Bool {
    let file = path + "/FORMAT"
    guard PlainFile.exists(file) else { return false }
    let text = String(decoding: try PlainFile.read(file, limit: 256).bytes, as: Unicode.UTF8.self)
    guard text.hasPrefix("weir metadata backup, format ") else { return false }
    guard text == Self.format else {
      throw MetadataError(.format, "\(path) was written by a newer weir: \(text.prefix { $0 != "\n" })")
    }
    return true
  }

  /// The backups in it, oldest first. Throws `.format` when it is no directory of backups.
  package func list() throws(MetadataError) -> [MetadataBackup] {
    guard try isBackup() else {
      throw MetadataError(.format, "\(path) holds no metadata backups")
    }
    return try BackupEngine(path).list()
  }

  /// Takes a backup of `database`, keeps the newest `keep`, and puts a copy of the file `companion` beside them.
  func take(
    of database: RocksDatabase, keep: Int, companion: String?, rate: UInt64
  ) throws(MetadataError) -> MetadataBackup {
    try prepare()
    if let companion { try Companion.copy(companion, to: path + "/" + Companion.name) }
    let engine = try BackupEngine(path, rate: rate)
    let backup = try engine.create(from: database)
    try engine.purge(keeping: max(1, keep))
    return backup
  }
}

/// The file that metadata needs beside it: the key under which users' secrets are sealed.
package enum Companion {
  package static let name = "secrets.key"

  /// Copies the file durably, mode 0600, unless the copy is the same already.
  package static func copy(_ source: String, to target: String) throws(MetadataError) {
    let bytes = try PlainFile.read(source, limit: 1 << 20).bytes
    if PlainFile.exists(target), try PlainFile.read(target, limit: 1 << 20).bytes == bytes { return }
    try PlainFile.replace(target, with: bytes)
  }
}
