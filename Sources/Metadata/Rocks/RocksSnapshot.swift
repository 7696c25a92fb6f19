import CRocksDB

/// Owner of one snapshot.
// SAFETY (unchecked Sendable): immutable; RocksDB reads it from any thread.
@safe final class RocksSnapshot: @unchecked Sendable {
  let handle: OpaquePointer
  let database: RocksDatabase

  init(_ database: RocksDatabase) {
    self.database = database
    // SAFETY: released in deinit.
    unsafe handle = rocksdb_create_snapshot(database.handle)
  }

  deinit {
    // SAFETY: options that refer to the snapshot hold this object, so none is left.
    unsafe rocksdb_release_snapshot(database.handle, handle)
  }
}
