import CRocksDB

/// Turns `MetadataOptions` into RocksDB's options. The reasons are in docs/decisions/0010-metadata-committer.md.
enum RocksOptions {
  /// A new `rocksdb_options_t`, whose tables use `cache`; the caller destroys it after opening.
  static func make(
    _ options: MetadataOptions, cache: BlockCache, create: Bool
  ) throws(MetadataError) -> OpaquePointer {
    // SAFETY: `plain` is ours until destroyed; the call copies it into `full` before it parses the text.
    let plain: OpaquePointer = unsafe rocksdb_options_create()
    defer { unsafe rocksdb_options_destroy(plain) }
    // What the text says of tables is laid over these, so the cache stays.
    unsafe cache.use(in: plain)
    let full: OpaquePointer = unsafe rocksdb_options_create()
    do throws(MetadataError) {
      let text = text(options, create: create)
      try checked { report in unsafe rocksdb_get_options_from_string(plain, text, full, report) }
    } catch {
      unsafe rocksdb_options_destroy(full)
      throw error
    }
    return unsafe full
  }

  private static func text(_ options: MetadataOptions, create: Bool) -> String {
    (common(options) + ["create_if_missing=\(create)", "block_based_table_factory={\(table)}"])
      .joined(separator: ";")
  }

  private static func common(_ options: MetadataOptions) -> [String] {
    [
      // Safety. Every group is synced, so a torn record can only be the last: replaying to the first bad
      // one loses nothing that was acknowledged. Absolute consistency would refuse that normal crash.
      "paranoid_checks=true",
      "wal_recovery_mode=kPointInTimeRecovery",
      "manual_wal_flush=false",
      "unordered_write=false",
      "recycle_log_file_num=0",
      "max_bgerror_resume_count=0",
      // Memory.
      "write_buffer_size=\(options.writeBufferBytes)",
      "max_write_buffer_number=\(options.writeBufferCount)",
      "max_total_wal_size=\(options.writeBufferBytes * (options.writeBufferCount + 1))",
      "max_open_files=\(options.openFilesLimit)",
      // One writer: no concurrent memtable inserts to prepare for, no yielding between writers.
      "allow_concurrent_memtable_write=false",
      "enable_write_thread_adaptive_yield=false",
      "enable_pipelined_write=false",
      "avoid_unnecessary_blocking_io=true",
      // Tables. What level 0 holds soon moves on, and LZ4 costs the reader of a page next to nothing.
      "compression=kLZ4Compression",
      "level_compaction_dynamic_level_bytes=true",
      "target_file_size_base=\(32 << 20)",
      "max_bytes_for_level_base=\(128 << 20)",
      "max_background_jobs=2",
      "bytes_per_sync=\(1 << 20)",
      "compaction_readahead_size=\(1 << 20)",
      // Of the diagnostics file, only the headers that opening writes: RocksDB built with assertions, as
      // Debian's is, aborts the process when it logs once more after a write of that file has failed, so a
      // dying or full disk would take the reads down as well. Errors reach us as statuses.
      "info_log_level=FATAL_LEVEL",
      "max_log_file_size=\(4 << 20)",
      "keep_log_file_num=4",
      "max_manifest_file_size=\(64 << 20)",
      "stats_dump_period_sec=0",
      "stats_persist_period_sec=0",
    ]
  }

  private static let table: String =
    [
      // Indexes and filters are cached in partitions, so that a store larger than the cache does not
      // push a 200 KiB filter through it for one key.
      "cache_index_and_filter_blocks=true",
      "cache_index_and_filter_blocks_with_high_priority=true",
      "pin_l0_filter_and_index_blocks_in_cache=true",
      "pin_top_level_index_and_filter=true",
      "index_type=kTwoLevelIndexSearch",
      "partition_filters=true",
      "metadata_block_size=4096",
      "filter_policy=bloomfilter:10:false",
      "whole_key_filtering=true",
      "data_block_index_type=kDataBlockBinaryAndHash",
      "block_size=8192",
      "format_version=5",
      // What a flush writes was just committed and is what is read next.
      "prepopulate_block_cache=kFlushOnly",
    ].joined(separator: ";")
}
