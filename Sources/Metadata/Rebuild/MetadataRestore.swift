/// Puts a backup in the place of metadata. The server must be stopped.
package enum MetadataRestore {
  /// Copies a backup to `target`, whose contents are deleted, and begins a new history in it, so that a journal of what
  /// came after the backup is never taken for its own.
  ///
  /// - Parameters:
  ///   - source: a directory of backups.
  ///   - id: which one; nil is the newest.
  ///   - target: the metadata directory to make.
  /// - Throws: `.format`, `.corruption`, `.io`, `.full`.
  /// - Returns: the backup and the number of records, estimated.
  package static func run(
    from source: BackupDirectory, id: UInt32?, to target: String
  ) throws(MetadataError) -> (backup: MetadataBackup, keys: UInt64) {
    let backups = try source.list()
    guard let backup = id.map({ id in backups.first { $0.id == id } }) ?? backups.last else {
      throw MetadataError(.corruption, "\(source.path) holds no such backup")
    }
    let engine = try BackupEngine(source.path)
    try engine.verify(backup.id)
    try engine.restore(backup.id, to: target)
    let database = try RocksDatabase(path: target, options: MetadataOptions())
    defer { database.shutDown() }
    try RocksFormat.check(database)
    _ = try JournalHistory.renew(database)
    try database.flushAll()
    return (backup, database.property("rocksdb.estimate-num-keys"))
  }

  /// Takes a backup of metadata that nobody has open.
  package static func takeBackup(
    of path: String, to directory: BackupDirectory, keep: Int, companion: String?
  ) throws(MetadataError) -> MetadataBackup {
    let database = try RocksDatabase(path: path, options: MetadataOptions())
    defer { database.shutDown() }
    try RocksFormat.check(database)
    return try directory.take(of: database, keep: keep, companion: companion, rate: 0)
  }

  /// Whether there is anything in the directory `path`.
  package static func hasFiles(_ path: String) -> Bool {
    let names = (try? PlainFile.names(path)) ?? []
    return names.contains { $0 != "lost+found" }
  }

  /// Whether the metadata in `path` can be opened. Opening replays its log; nobody else may have it open.
  package static func opens(_ path: String) -> Bool {
    do throws(MetadataError) {
      guard exists(path) else { return false }
      let database = try RocksDatabase(path: path, options: MetadataOptions())
      defer { database.shutDown() }
      try RocksFormat.check(database)
      return true
    } catch {
      return false
    }
  }

  /// Whether there is metadata in `path`, sound or not: its `CURRENT` is there.
  package static func exists(_ path: String) -> Bool { PlainFile.exists(path + "/CURRENT") }
}
