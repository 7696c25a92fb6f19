/// How a metadata store uses memory, disk and the committer. Every number is a bound.
package struct MetadataOptions: Sendable {
  /// Bytes of uncompressed blocks, indexes and filters kept in memory.
  package var blockCacheBytes: Int = 64 << 20
  /// Bytes one memtable takes before it is flushed; also the size of a write-ahead log file.
  package var writeBufferBytes: Int = 16 << 20
  /// Memtables that may exist at once (one being written, the others being flushed).
  package var writeBufferCount: Int = 3
  /// File descriptors RocksDB may hold open.
  package var openFilesLimit: Int = 512
  /// Updates in one group, at most.
  package var groupUpdatesLimit: Int = 1024
  /// Bytes of keys and values after which a group takes no further update.
  package var groupBytesLimit: Int = 4 << 20
  /// Updates that may wait for the committer; beyond it they fail with `.overloaded`.
  package var queueLimit: Int = 65_536
  /// Bytes that must be free on the file system for an update that keeps something; below it they fail with `.full`.
  package var freeBytesReserve: UInt64 = 256 << 20
  /// Bytes that must be free for an update that makes room: flushes and compactions need some themselves. At most
  /// `freeBytesReserve` counts.
  package var freeBytesForDeletes: UInt64 = 64 << 20
  /// Whether to open a store whose write-ahead log is damaged in its middle, and lose what lies behind.
  package var acceptsDamagedLog = false
  /// The wall clock, milliseconds since 1970 UTC; tests move it.
  package var wallMilliseconds: @Sendable () -> Int64 = { MonotonicClock.wallMilliseconds() }

  package init() {}
}
