/// Counts in buckets of powers of two: bucket 0 holds zero, bucket n the values in 2^(n-1) ..< 2^n.
package struct PowerHistogram: Sendable {
  package private(set) var buckets = [UInt64](repeating: 0, count: 65)
  package private(set) var count: UInt64 = 0
  package private(set) var sum: UInt64 = 0

  package init() {}

  package mutating func record(_ value: UInt64) {
    buckets[UInt64.bitWidth - value.leadingZeroBitCount] += 1
    count += 1
    sum &+= value
  }

  /// The upper end of the bucket that holds the given share (0...1) of the values; 0 when empty.
  package func percentile(_ share: Double) -> UInt64 {
    let wanted = UInt64((Double(count) * share).rounded(.up))
    var seen: UInt64 = 0
    for (index, bucket) in buckets.enumerated() {
      seen += bucket
      if bucket > 0 && seen >= wanted { return index == 0 ? 0 : UInt64.max >> UInt64(64 - index) }
    }
    return 0
  }
}

/// What a metadata store has done since it was opened, and what it holds now.
package struct MetadataStatistics: Sendable {
  /// Groups written (each one sync of the write-ahead log).
  package var groups: UInt64 = 0
  /// Updates whose writes were committed (or that wrote nothing), and those whose closure threw.
  package var updates: UInt64 = 0
  package var aborts: UInt64 = 0
  /// Updates refused because the disk was full.
  package var refused: UInt64 = 0
  /// Closures run a second time because they asked for something that was not in memory.
  package var coldReruns: UInt64 = 0
  package var updatesPerGroup = PowerHistogram()
  /// Nanoseconds from the hand-over of an update to its being durable.
  package var commitLatency = PowerHistogram()
  /// Nanoseconds of one write of a group, the sync included.
  package var groupWriteLatency = PowerHistogram()
  /// CPU nanoseconds that the committer thread has used.
  package var committerCPUNanoseconds: UInt64 = 0
  /// Updates waiting for the committer now.
  package var queueDepth = 0
  /// Point reads on ring threads answered from memory, and those that had to hop.
  package var memoryHits: UInt64 = 0
  package var memoryMisses: UInt64 = 0
  /// Whether a failed commit has stopped the store.
  package var isStopped = false
  /// Free bytes of the file system, as an unprivileged process sees them; nil where that is not known.
  package var diskFreeBytes: UInt64?
  /// Why updates that keep something are refused now; nil when they are not.
  package var keepRefusal: String?
  /// Why even updates that make room are refused now; nil when they are not.
  package var freeRefusal: String?
  /// Milliseconds the commit clock is ahead of the wall clock (0 when not).
  package var clockAheadMilliseconds: Int64 = 0

  // RocksDB's own figures; zero for a store in memory.
  package var memtableBytes: UInt64 = 0
  package var blockCacheBytes: UInt64 = 0
  package var blockCachePinnedBytes: UInt64 = 0
  package var tableReadersBytes: UInt64 = 0
  package var pendingCompactionBytes: UInt64 = 0
  package var tableFileBytes: UInt64 = 0
  package var estimatedKeys: UInt64 = 0
  package var runningFlushes: UInt64 = 0
  package var runningCompactions: UInt64 = 0
  package var levelZeroFiles: UInt64 = 0
  package var backgroundErrors: UInt64 = 0
  package var isWriteStopped = false

  /// What scans have stepped over, and what came of it.
  package var scans = ScanStatistics()

  /// What the journal and the backups have done; nil without either.
  package var protection: ProtectionStatistics?

  package init() {}
}

/// What scans have stepped over since the store was opened; zero for a store in memory.
package struct ScanStatistics: Sendable {
  /// Overwritten and deleted entries.
  package var hiddenEntries: UInt64 = 0
  /// Flushes and compactions that were asked for to be rid of them.
  package var flushes: UInt64 = 0
  package var compactions: UInt64 = 0

  package init() {}
}

/// What journal, bases and backups have done since the store was opened.
package struct ProtectionStatistics: Sendable {
  /// Whether there is a journal.
  package var hasJournal = false
  package var journalBytes: UInt64 = 0
  package var journalRecords: UInt64 = 0
  package var journalSyncs: UInt64 = 0
  /// Holes, each healed by a base.
  package var journalGaps: UInt64 = 0
  /// Groups that were dropped because too much waited.
  package var journalDropped: UInt64 = 0
  /// Bytes of groups that wait for the journal's thread.
  package var journalWaitingBytes: UInt64 = 0
  /// Writes that a rebuild would not bring back now.
  package var journalBehind: UInt64 = 0
  /// Bytes of journal that a rebuild would read.
  package var journalBytesBehindBase: UInt64 = 0
  /// Whether the journal cannot be written.
  package var isJournalFailing = false
  /// Whether a rebuild would come to the end of the journal.
  package var isCovered = false
  /// When the newest base was taken, milliseconds since 1970 UTC, and its bytes; zero when there is none.
  package var baseMilliseconds: Int64 = 0
  package var baseBytes: UInt64 = 0
  package var baseFailures: UInt64 = 0
  /// When the newest backup that is known was taken, milliseconds since 1970 UTC; zero when none is.
  package var backupMilliseconds: Int64 = 0
  package var backups: UInt64 = 0
  package var backupFailures: UInt64 = 0

  package init() {}
}
