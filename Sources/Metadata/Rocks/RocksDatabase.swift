import CRocksDB
import Glibc

/// Owner of one open `rocksdb_t`. RocksDB's calls are thread-safe (rocksdb/db.h: "no external
/// synchronization"); only closing is not: whoever calls `shutDown` has made sure that all others are done.
// SAFETY (unchecked Sendable): the handles are immutable and RocksDB synchronises itself; `isOpen` changes
// once, when nobody else is left.
@safe final class RocksDatabase: @unchecked Sendable {
  let handle: OpaquePointer
  let cache: BlockCache
  private let options: OpaquePointer
  private let syncedWrite: OpaquePointer
  private let plainWrite: OpaquePointer
  private let plainRead = RocksReadOptions()
  private let memoryRead = RocksReadOptions(memoryOnly: true)
  private var isOpen = true

  init(path: String, options: MetadataOptions) throws(MetadataError) {
    let isNew = try RocksDirectory.prepare(path, acceptsDamagedLog: options.acceptsDamagedLog)
    cache = BlockCache(bytes: options.blockCacheBytes)
    // SAFETY: created here, destroyed in deinit, or below when the database does not open.
    unsafe self.options = try RocksOptions.make(options, cache: cache, create: isNew)
    unsafe syncedWrite = rocksdb_writeoptions_create()
    unsafe rocksdb_writeoptions_set_sync(syncedWrite, 1)
    unsafe plainWrite = rocksdb_writeoptions_create()
    do throws(MetadataError) {
      let opened = try checked { [options = unsafe self.options] report in
        unsafe rocksdb_open(options, path, report)
      }
      guard let opened = unsafe opened else { throw MetadataError(.io, "RocksDB gave no database") }
      unsafe handle = opened
    } catch {
      unsafe rocksdb_writeoptions_destroy(plainWrite)
      unsafe rocksdb_writeoptions_destroy(syncedWrite)
      unsafe rocksdb_options_destroy(self.options)
      throw error
    }
  }

  deinit {
    shutDown()
  }

  /// Closes the files and lets go of the lock on the directory. No call, iterator or snapshot may be left.
  func shutDown() {
    guard isOpen else { return }
    isOpen = false
    flush()
    // SAFETY: made in init; `isOpen` sees to it that this happens once.
    unsafe rocksdb_close(handle)
    unsafe rocksdb_writeoptions_destroy(plainWrite)
    unsafe rocksdb_writeoptions_destroy(syncedWrite)
    unsafe rocksdb_options_destroy(options)
  }

  /// Moves what only the log holds into a table, so that a store at rest does not depend on its log. When it
  /// fails, the log is still there.
  private func flush() { try? flushAll() }

  /// Moves what only the log holds into a table.
  func flushAll() throws(MetadataError) {
    // SAFETY: the options live for the call; the handle is open.
    let options = unsafe rocksdb_flushoptions_create()
    defer { unsafe rocksdb_flushoptions_destroy(options) }
    try checked { unsafe rocksdb_flush(handle, options, $0) }
  }

  /// The value of a key, from wherever it is.
  func get(_ key: [UInt8], _ options: RocksReadOptions? = nil) throws(MetadataError) -> [UInt8]? {
    switch try look(up: key, options ?? plainRead) {
    case .found(let value): return value
    case .absent: return nil
    case .notInMemory: throw MetadataError(.io, "a full read answered from memory only")
    }
  }

  /// One point read, one copy of the value.
  func look(up key: [UInt8], memoryOnly: Bool) throws(MetadataError) -> Lookup {
    try look(up: key, memoryOnly ? memoryRead : plainRead)
  }

  private func look(up key: [UInt8], _ options: RocksReadOptions) throws(MetadataError) -> Lookup {
    do throws(MetadataError) {
      // SAFETY: the key is only read during the call; the slice is destroyed once it is copied.
      let slice = try checked { report in
        unsafe key.withChars { unsafe rocksdb_get_pinned(handle, options.handle, $0, $1, report) }
      }
      guard let slice = unsafe slice else { return .absent }
      defer { unsafe rocksdb_pinnableslice_destroy(slice) }
      var count = 0
      guard let start = unsafe rocksdb_pinnableslice_value(slice, &count) else { return .found([]) }
      return .found(unsafe [UInt8](copying: UnsafeRawBufferPointer(start: start, count: count)))
    } catch {
      if error.message.hasPrefix("Result incomplete") { return .notInMemory }
      throw error
    }
  }

  /// Writes a batch and syncs the write-ahead log before anybody can see it.
  func write(_ batch: RocksBatch) throws(MetadataError) {
    try checked { unsafe rocksdb_write(handle, syncedWrite, batch.handle, $0) }
  }

  /// Writes a batch without a sync: for a database that nobody has yet.
  func writeUnsynced(_ batch: RocksBatch) throws(MetadataError) {
    try checked { unsafe rocksdb_write(handle, plainWrite, batch.handle, $0) }
  }

  /// The sequence number of the last write.
  var latestSequence: UInt64 {
    // SAFETY: the handle is open.
    unsafe rocksdb_get_latest_sequence_number(handle)
  }

  /// A number RocksDB knows about itself; zero when it does not.
  func property(_ name: String) -> UInt64 {
    var value: UInt64 = 0
    // SAFETY: the out-parameter is a local.
    return unsafe rocksdb_property_int(handle, name, &value) == 0 ? value : 0
  }
}
