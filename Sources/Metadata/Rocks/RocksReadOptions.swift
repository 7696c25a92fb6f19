import CRocksDB

/// Owner of one `rocksdb_readoptions_t` and of the bound keys it refers to.
// SAFETY (unchecked Sendable): immutable after init; RocksDB only reads it.
@safe final class RocksReadOptions: @unchecked Sendable {
  let handle: OpaquePointer
  private let bounds: UnsafeMutableRawBufferPointer
  private let snapshot: RocksSnapshot?

  /// - Parameters:
  ///   - memoryOnly: answer Incomplete instead of reading from disk.
  ///   - snapshot: what to read; kept alive.
  ///   - lower: the first key an iterator may stand on.
  ///   - upper: the first key an iterator may no longer stand on.
  init(
    memoryOnly: Bool = false, snapshot: RocksSnapshot? = nil, lower: [UInt8] = [],
    upper: [UInt8]? = nil
  ) {
    // SAFETY: RocksDB keeps pointers to the bounds, which therefore live as long as the options do.
    unsafe handle = rocksdb_readoptions_create()
    self.snapshot = snapshot
    let size = lower.count + (upper?.count ?? 0)
    unsafe bounds = .allocate(byteCount: max(1, size), alignment: 1)
    unsafe rocksdb_readoptions_set_verify_checksums(handle, 1)
    unsafe rocksdb_readoptions_set_total_order_seek(handle, 1)
    unsafe rocksdb_readoptions_set_background_purge_on_iterator_cleanup(handle, 1)
    if memoryOnly { unsafe rocksdb_readoptions_set_read_tier(handle, 1) }
    if let snapshot { unsafe rocksdb_readoptions_set_snapshot(handle, snapshot.handle) }
    if !lower.isEmpty, let start = unsafe bounds.baseAddress {
      unsafe bounds.copyBytes(from: lower)
      unsafe rocksdb_readoptions_set_iterate_lower_bound(
        handle, start.assumingMemoryBound(to: CChar.self), lower.count)
    }
    if let upper, let start = unsafe bounds.baseAddress {
      let target = unsafe start + lower.count
      unsafe UnsafeMutableRawBufferPointer(start: target, count: upper.count).copyBytes(from: upper)
      unsafe rocksdb_readoptions_set_iterate_upper_bound(
        handle, target.assumingMemoryBound(to: CChar.self), upper.count)
    }
  }

  deinit {
    // SAFETY: whoever uses the options holds a reference to this object.
    unsafe rocksdb_readoptions_destroy(handle)
    unsafe bounds.deallocate()
  }
}
