import Ring
import Synchronization

extension RocksMetadata {
  package func statistics() -> MetadataStatistics {
    let counts = committer.statistics
    var result = MetadataStatistics()
    result.groups = counts.groups
    result.updates = counts.updates
    result.aborts = counts.aborts
    result.coldReruns = counts.coldReruns
    result.refused = counts.refused
    result.diskFreeBytes = space.freeBytes()
    result.keepRefusal = refusal(for: .keep)?.message
    result.freeRefusal = refusal(for: .free)?.message
    result.updatesPerGroup = counts.updatesPerGroup
    result.commitLatency = counts.commitLatency
    result.groupWriteLatency = counts.groupWriteLatency
    result.committerCPUNanoseconds = counts.cpuNanoseconds
    result.isStopped = counts.isStopped
    result.clockAheadMilliseconds = max(
      0, CommitTimestamp(rawValue: counts.lastTimestamp).milliseconds - wallMilliseconds())
    result.queueDepth = queue.depth
    result.memoryHits = hits.load(ordering: .relaxed)
    result.memoryMisses = misses.load(ordering: .relaxed)
    result.scans = sweeper.figures
    result.protection = protection.withLock { $0?.statistics }
    guard gate.enter() else { return result }
    defer { gate.leave() }
    addProperties(to: &result)
    return result
  }

  private func addProperties(to result: inout MetadataStatistics) {
    result.memtableBytes = database.property("rocksdb.size-all-mem-tables")
    result.blockCacheBytes = database.property("rocksdb.block-cache-usage")
    result.blockCachePinnedBytes = database.property("rocksdb.block-cache-pinned-usage")
    result.tableReadersBytes = database.property("rocksdb.estimate-table-readers-mem")
    result.pendingCompactionBytes = database.property("rocksdb.estimate-pending-compaction-bytes")
    result.tableFileBytes = database.property("rocksdb.total-sst-files-size")
    result.estimatedKeys = database.property("rocksdb.estimate-num-keys")
    result.runningFlushes = database.property("rocksdb.num-running-flushes")
    result.runningCompactions = database.property("rocksdb.num-running-compactions")
    result.levelZeroFiles = database.levels().first?.files ?? 0
    result.backgroundErrors = database.property("rocksdb.background-errors")
    result.isWriteStopped = database.property("rocksdb.is-write-stopped") != 0
  }

  /// Empties the block cache, and writes memtables out that are worth it if the disk has room for them beside its
  /// reserve, so that the memory can go back to the system: for a store that nobody asks anything.
  package func releaseMemory() async {
    await blocking.run { [gate, database, space] in
      guard gate.enter() else { return }
      defer { gate.leave() }
      let memtables = database.property("rocksdb.size-all-mem-tables")
      let free = space.freeBytes() ?? .max
      let hasRoom = space.room(free: free - min(free, memtables)).refusal(for: .keep) == nil
      // Small ones stay: a store that is asked once in a while would make a table of each request. What cannot be
      // written would hold RocksDB up.
      if memtables > Self.memtablesAtRest, hasRoom { try? database.flushAll() }
      database.cache.empty()
    }
  }

  /// Bytes of memtables above which they are written out when memory is given back.
  private static let memtablesAtRest: UInt64 = 8 << 20
}

extension Protection {
  var statistics: ProtectionStatistics {
    var result = ProtectionStatistics()
    let backups = worker.figures
    result.baseFailures = backups.baseFailures
    result.backupMilliseconds = backups.lastMilliseconds
    result.backups = backups.backups
    result.backupFailures = backups.failures
    guard let journal else { return result }
    result.hasJournal = true
    let figures = journal.figures
    result.journalBytes = figures.bytes
    result.journalRecords = figures.records
    result.journalSyncs = figures.syncs
    result.journalGaps = figures.gaps
    let queue = journal.queue.figures
    result.journalDropped = queue.dropped
    result.journalWaitingBytes = UInt64(max(0, queue.waitingBytes))
    let chain = journal.chain
    let handed = journal.queue.lastHanded
    result.journalBehind = handed - min(handed, chain.reachable)
    result.journalBytesBehindBase = chain.bytesBehindBase
    result.isCovered = chain.isCovered
    result.isJournalFailing = journal.isFailing
    result.baseMilliseconds = chain.base?.milliseconds ?? 0
    result.baseBytes = chain.base?.bytes ?? 0
    return result
  }
}
