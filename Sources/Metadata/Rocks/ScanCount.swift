import CRocksDB

/// Counts the entries that the cursors of one read step over without showing them. Used on the thread that made it
/// only: RocksDB counts by thread.
@safe final class ScanCount {
  private let context: OpaquePointer
  private let before: Readings
  /// How often cursors went on to the next key.
  var moves: UInt64 = 0
  /// Where the first cursor walks.
  var span: HiddenEntries.Span?

  private struct Readings {
    /// Entries passed, among them one for each move to the next key.
    var passed: UInt64
    var deletions: UInt64
    /// Steps within memtables.
    var memtableSteps: UInt64

    init(_ context: OpaquePointer) {
      // SAFETY: the context is open, and of this thread.
      unsafe passed = rocksdb_perfcontext_metric(context, Int32(rocksdb_internal_key_skipped_count))
      unsafe deletions = rocksdb_perfcontext_metric(context, Int32(rocksdb_internal_delete_skipped_count))
      unsafe memtableSteps = rocksdb_perfcontext_metric(context, Int32(rocksdb_next_on_memtable_count))
    }
  }

  init() {
    // The level is the thread's own, and this one is what RocksDB begins with.
    rocksdb_set_perf_level(Int32(rocksdb_enable_count))
    // SAFETY: a view of the thread's counters, destroyed in deinit.
    unsafe context = rocksdb_perfcontext_create()
    before = unsafe Readings(context)
  }

  deinit {
    // SAFETY: made in init.
    unsafe rocksdb_perfcontext_destroy(context)
  }

  /// What was stepped over so far; nil when nothing was.
  var scan: HiddenEntries.Scan? {
    let now = unsafe Readings(context)
    let passed = (now.passed &- before.passed) &+ (now.deletions &- before.deletions)
    guard let span, passed > moves else { return nil }
    let hidden = passed - moves
    // At most: a memtable's steps may also have been to keys that were shown.
    let inMemtables = min(hidden, now.memtableSteps &- before.memtableSteps)
    return HiddenEntries.Scan(inMemtables: inMemtables, inTables: hidden - inMemtables, span: span)
  }
}
