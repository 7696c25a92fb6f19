import CRocksDB

/// RocksDB's LRU cache of uncompressed blocks, with index and filters, of one database.
// SAFETY (unchecked Sendable): the handle is immutable, RocksDB's caches are thread-safe (rocksdb/cache.h).
@safe final class BlockCache: @unchecked Sendable {
  private let handle: OpaquePointer
  private let bytes: Int
  /// Sixteen shards, each with a lock of its own.
  private static let shardBits: Int32 = 4

  /// - Parameter bytes: of the blocks it holds at most; pinned ones may exceed it.
  init(bytes: Int) {
    self.bytes = bytes
    // SAFETY: the options live for the call; the cache is destroyed in deinit.
    let options: OpaquePointer = unsafe rocksdb_lru_cache_options_create()
    defer { unsafe rocksdb_lru_cache_options_destroy(options) }
    unsafe rocksdb_lru_cache_options_set_capacity(options, bytes)
    unsafe rocksdb_lru_cache_options_set_num_shard_bits(options, Self.shardBits)
    unsafe handle = rocksdb_cache_create_lru_opts(options)
  }

  // SAFETY: this drops our share of the cache; the tables that use it hold one of their own.
  deinit { unsafe rocksdb_cache_destroy(handle) }

  /// Makes the tables of `options`, a `rocksdb_options_t`, use it.
  func use(in options: OpaquePointer) {
    // SAFETY: the call copies what it is given, and shares the cache.
    let table: OpaquePointer = unsafe rocksdb_block_based_options_create()
    defer { unsafe rocksdb_block_based_options_destroy(table) }
    unsafe rocksdb_block_based_options_set_block_cache(table, handle)
    unsafe rocksdb_options_set_block_based_table_factory(options, table)
  }

  /// Lets go of every block that nobody holds at the moment. Reads go on: they find their blocks in the page cache, or
  /// on the disk.
  func empty() {
    // SAFETY: the handle lives as long as this.
    unsafe rocksdb_cache_set_capacity(handle, 0)
    unsafe rocksdb_cache_set_capacity(handle, bytes)
  }
}
