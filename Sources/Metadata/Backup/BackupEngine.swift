import CRocksDB

/// A backup of a store's metadata, as the backup engine lists it.
package struct MetadataBackup: Sendable, Hashable {
  /// Its number within its directory; greater is newer.
  package let id: UInt32
  /// When it was taken, milliseconds since 1970 UTC.
  package let milliseconds: Int64
  /// Bytes of all its files, those it shares with other backups too.
  package let bytes: UInt64
  package let files: Int
}

/// Owner of RocksDB's backup engine on one directory. Used by one thread at a time; two on one directory at the same
/// time must not both write.
@safe final class BackupEngine {
  private let handle: OpaquePointer
  private let directory: String

  /// Opens the engine, which makes the directory if it is missing (not those above).
  /// - Parameters:
  ///   - directory: where the backups lie.
  ///   - rate: bytes a second to write; 0 is no limit.
  /// - Throws: `.io`, or `.corruption` for a directory that RocksDB cannot read.
  init(_ directory: String, rate: UInt64 = 0) throws(MetadataError) {
    // SAFETY: options and environment are ours, and destroyed once the engine is open; it has copied what it needs,
    // and the default environment lives as long as the process.
    let options: OpaquePointer = unsafe rocksdb_backup_engine_options_create(directory)
    defer { unsafe rocksdb_backup_engine_options_destroy(options) }
    let environment: OpaquePointer = unsafe rocksdb_create_default_env()
    defer { unsafe rocksdb_env_destroy(environment) }
    unsafe rocksdb_backup_engine_options_set_sync(options, 1)
    unsafe rocksdb_backup_engine_options_set_share_table_files(options, 1)
    unsafe rocksdb_backup_engine_options_set_backup_rate_limit(options, rate)
    let opened = try checked { unsafe rocksdb_backup_engine_open_opts(options, environment, $0) }
    guard let opened = unsafe opened else { throw MetadataError(.io, "RocksDB gave no backup engine") }
    unsafe handle = opened
    self.directory = directory
  }

  deinit {
    // SAFETY: opened in init; nobody else has it.
    unsafe rocksdb_backup_engine_close(handle)
  }

  /// The sound backups, oldest first.
  func list() -> [MetadataBackup] {
    // SAFETY: the list is ours until destroyed; the indexes lie within it.
    guard let info = unsafe rocksdb_backup_engine_get_backup_info(handle) else { return [] }
    defer { unsafe rocksdb_backup_engine_info_destroy(info) }
    let backups = (0..<(unsafe rocksdb_backup_engine_info_count(info))).map { index in
      unsafe MetadataBackup(
        id: rocksdb_backup_engine_info_backup_id(info, index),
        milliseconds: Self.milliseconds(rocksdb_backup_engine_info_timestamp(info, index)),
        bytes: rocksdb_backup_engine_info_size(info, index),
        files: Int(rocksdb_backup_engine_info_number_files(info, index)))
    }
    return backups.sorted { $0.id < $1.id }
  }

  /// A time in seconds as it stands in a backup's file, which may be damaged: what lies outside the years 1970 to 9999
  /// is 1970.
  static func milliseconds(_ seconds: Int64) -> Int64 {
    (0...253_402_300_799).contains(seconds) ? seconds * 1000 : 0
  }

  /// Takes a backup of an open database: copies what it does not have yet, and syncs it. Nobody else can read it.
  func create(from database: RocksDatabase) throws(MetadataError) -> MetadataBackup {
    // RocksDB leaves modes to the umask: first nobody is let in, then what was written there is made private too.
    try PlainFile.makePrivate(directory, below: ["meta", "private", "shared_checksum", "shared"])
    defer { try? PlainFile.makePrivate(directory, below: ["meta", "private", "shared_checksum", "shared"]) }
    // SAFETY: the caller keeps the database open.
    try checked { unsafe rocksdb_backup_engine_create_new_backup_flush(handle, database.handle, 1, $0) }
    guard let newest = list().last else { throw MetadataError(.io, "the backup is not in its directory") }
    return newest
  }

  /// Deletes all but the newest `count`.
  func purge(keeping count: Int) throws(MetadataError) {
    // SAFETY: opened in init.
    try checked { unsafe rocksdb_backup_engine_purge_old_backups(handle, UInt32(clamping: count), $0) }
  }

  /// Throws `.corruption` when a file of the backup is missing or has not its size; what is in them says
  /// `BackupContents`.
  func verify(_ id: UInt32) throws(MetadataError) {
    // SAFETY: opened in init.
    try checked { unsafe rocksdb_backup_engine_verify_backup(handle, id, $0) }
  }

  /// Copies a backup to `path`, every file checked against its checksum. What is in `path` is deleted. After a
  /// failure the engine may still be writing there until it is released.
  func restore(_ id: UInt32, to path: String) throws(MetadataError) {
    // SAFETY: the options are destroyed behind the call.
    let options: OpaquePointer = unsafe rocksdb_restore_options_create()
    defer { unsafe rocksdb_restore_options_destroy(options) }
    // RocksDB would make it with the umask's mode.
    try PlainFile.makeDirectory(path)
    try checked {
      unsafe rocksdb_backup_engine_restore_db_from_backup(handle, path, path, options, id, $0)
    }
  }
}
