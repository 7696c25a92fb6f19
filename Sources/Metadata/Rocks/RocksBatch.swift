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

  /// Writes in the batch.
  var count: UInt32 {
    // SAFETY: owned by this object.
    UInt32(clamping: unsafe rocksdb_writebatch_count(handle))
  }

  /// The writes as RocksDB lays them out, behind the head of its batch. They are good during `body`, which must not
  /// change the batch.
  func withWrites<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    var size = 0
    // SAFETY: the batch lives, and is not changed, during the call; it is never shorter than its head.
    let start = unsafe rocksdb_writebatch_data(handle, &size)
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: size)
    return unsafe body(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(Self.headLength)))
  }

  /// Bytes of the batch.
  var byteCount: Int { unsafe withWrites { $0.count } + Self.headLength }

  /// Bytes of a batch in front of its writes: sequence number and count.
  private static let headLength = 12

  func removeAll() {
    // SAFETY: owned by this object.
    unsafe rocksdb_writebatch_clear(handle)
  }
}
