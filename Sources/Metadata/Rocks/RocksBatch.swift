import CRocksDB

/// Owner of one write batch. Used by one thread at a time.
@safe final class RocksBatch {
  let handle: OpaquePointer

  init() {
    // SAFETY: destroyed in deinit.
    unsafe handle = rocksdb_writebatch_create()
  }

  deinit {
    // SAFETY: nothing else refers to it.
    unsafe rocksdb_writebatch_destroy(handle)
  }

  func put(_ key: [UInt8], _ value: [UInt8]) {
    // SAFETY: the batch copies both during the call.
    unsafe key.withChars { keyStart, keyCount in
      unsafe value.withChars { valueStart, valueCount in
        unsafe rocksdb_writebatch_put(handle, keyStart, keyCount, valueStart, valueCount)
      }
    }
  }

  func delete(_ key: [UInt8]) {
    // SAFETY: as for put.
    unsafe key.withChars { unsafe rocksdb_writebatch_delete(handle, $0, $1) }
  }

  func removeAll() {
    // SAFETY: owned by this object.
    unsafe rocksdb_writebatch_clear(handle)
  }
}
