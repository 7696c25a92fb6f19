import Metadata
import Volumes

extension MetricsPage {
  static func write(_ figures: MetadataStatistics, to text: inout MetricsText) {
    text.singles(
      .counter,
      [
        ("weir_metadata_updates_total", "Updates committed.", figures.updates),
        ("weir_metadata_aborts_total", "Updates whose closure refused.", figures.aborts),
        ("weir_metadata_refused_total", "Updates refused because the disk was full.", figures.refused),
        ("weir_metadata_groups_total", "Groups written, each with one sync.", figures.groups),
        ("weir_metadata_cold_reruns_total", "Updates run again for a row not in memory.", figures.coldReruns),
        ("weir_metadata_memory_hits_total", "Point reads answered from memory.", figures.memoryHits),
        ("weir_metadata_memory_misses_total", "Point reads that had to hop.", figures.memoryMisses),
        ("weir_metadata_hidden_entries_total", "Dead entries scans passed.", figures.scans.hiddenEntries),
        ("weir_metadata_scan_flushes_total", "Flushes asked for by scans.", figures.scans.flushes),
        ("weir_metadata_scan_compactions_total", "Compactions likewise.", figures.scans.compactions),
        ("weir_metadata_background_errors_total", "RocksDB's background errors.", figures.backgroundErrors),
      ])
    text.single(
      "weir_metadata_committer_cpu_seconds_total", .counter, "CPU of the committer thread.",
      Double(figures.committerCPUNanoseconds) / 1e9)
    text.singles(
      .gauge,
      [
        ("weir_metadata_queue", "Updates waiting for the committer.", UInt64(max(0, figures.queueDepth))),
        ("weir_metadata_stopped", "1 when a failed commit has stopped it.", figures.isStopped ? 1 : 0),
        ("weir_metadata_full", "1: nothing is stored, 2: nor deleted.", figures.fullness),
        ("weir_metadata_disk_free_bytes", "Free where the metadata lies.", figures.diskFreeBytes ?? 0),
        ("weir_metadata_write_stopped", "1 while RocksDB stops writes.", figures.isWriteStopped ? 1 : 0),
        ("weir_rocksdb_memtable_bytes", "Memtables.", figures.memtableBytes),
        ("weir_rocksdb_block_cache_bytes", "Block cache.", figures.blockCacheBytes),
        ("weir_rocksdb_block_cache_pinned_bytes", "Pinned in the cache.", figures.blockCachePinnedBytes),
        ("weir_rocksdb_table_readers_bytes", "Table readers.", figures.tableReadersBytes),
        ("weir_rocksdb_pending_compaction_bytes", "Compaction debt.", figures.pendingCompactionBytes),
        ("weir_rocksdb_table_file_bytes", "SST files.", figures.tableFileBytes),
        ("weir_rocksdb_level_zero_files", "Files in level 0.", figures.levelZeroFiles),
        ("weir_rocksdb_estimated_keys", "Keys, estimated.", figures.estimatedKeys),
      ])
    for (name, help, histogram) in [
      ("weir_metadata_commit_seconds", "From hand-over to durable.", figures.commitLatency),
      ("weir_metadata_group_write_seconds", "One group's write and sync.", figures.groupWriteLatency),
    ] {
      text.family(name, .gauge, help)
      for (label, share) in [("0.5", 0.5), ("0.99", 0.99)] {
        text.sample(name, [("quantile", label)], Double(histogram.percentile(share)) / 1e9)
      }
    }
  }

  /// Journal, bases and backups of the metadata.
  static func write(_ figures: ProtectionStatistics, to text: inout MetricsText) {
    text.singles(
      .counter,
      [
        ("weir_journal_bytes_total", "Bytes written to the metadata journal.", figures.journalBytes),
        ("weir_journal_records_total", "Groups written to the journal.", figures.journalRecords),
        ("weir_journal_syncs_total", "Syncs of the journal.", figures.journalSyncs),
        ("weir_journal_gaps_total", "Holes in the journal, healed by a base.", figures.journalGaps),
        ("weir_journal_dropped_total", "Groups dropped, too many waiting.", figures.journalDropped),
        ("weir_journal_base_failures_total", "Bases that failed.", figures.baseFailures),
        ("weir_metadata_backups_total", "Backups taken.", figures.backups),
        ("weir_metadata_backup_failures_total", "Backups that failed.", figures.backupFailures),
      ])
    text.singles(
      .gauge,
      [
        ("weir_journal_enabled", "1 with a journal.", figures.hasJournal ? 1 : 0),
        ("weir_journal_failing", "1 while it cannot be written.", figures.isJournalFailing ? 1 : 0),
        ("weir_journal_whole", "1 when a rebuild would come to its end.", figures.isCovered ? 1 : 0),
        ("weir_journal_lag_writes", "Writes that a rebuild would not bring back.", figures.journalBehind),
        ("weir_journal_waiting_bytes", "Bytes that wait to be written.", figures.journalWaitingBytes),
        ("weir_journal_replay_bytes", "Bytes that a rebuild would read.", figures.journalBytesBehindBase),
        ("weir_journal_base_bytes", "Size of the newest base.", figures.baseBytes),
      ])
    for (name, help, milliseconds) in [
      (
        "weir_journal_base_timestamp_seconds", "When the newest base was taken; 0: never.",
        figures.baseMilliseconds
      ),
      (
        "weir_metadata_backup_timestamp_seconds", "When the newest backup known was taken; 0: none.",
        figures.backupMilliseconds
      ),
    ] {
      text.single(name, .gauge, help, Double(milliseconds) / 1000)
    }
  }

  static func write(_ figures: VolumeStatistics, to text: inout MetricsText) {
    text.singles(
      .counter,
      [
        ("weir_volume_payload_written_bytes_total", "Blob bytes accepted.", figures.payloadBytesWritten),
        ("weir_volume_written_bytes_total", "Bytes sent to the disk.", figures.diskBytesWritten),
        ("weir_volume_payload_read_bytes_total", "Blob bytes handed out.", figures.payloadBytesRead),
        ("weir_volume_read_bytes_total", "Bytes asked of disk or page cache.", figures.diskBytesRead),
        ("weir_volume_blobs_total", "Blobs made durable.", figures.blobsWritten),
        ("weir_volume_syncs_total", "fdatasync calls.", figures.syncs),
        ("weir_volume_sync_failures_total", "fdatasync calls that failed.", figures.syncFailures),
        ("weir_volume_synced_blobs_total", "Blobs acknowledged by syncs.", figures.blobsSynced),
        ("weir_volume_packed_groups_total", "Packed writes.", figures.packedGroups),
        ("weir_volume_packed_blobs_total", "Blobs in packed writes.", figures.packedBlobs),
        ("weir_volume_segment_failures_total", "Segments whose writes failed.", figures.segmentFailures),
        ("weir_volume_damaged_reads_total", "Reads that met damage.", figures.damagedReads),
      ])
    text.singles(
      .gauge,
      [
        (
          "weir_volume_read_only", "1 when failures have ended writing.",
          figures.readOnlyReason == nil ? 0 : 1
        ),
        ("weir_volume_segments", "Segment files.", UInt64(max(0, figures.segments))),
        ("weir_volume_live_bytes", "Bytes of extents in use.", figures.liveBytes),
        ("weir_volume_dead_bytes", "Bytes that a rewrite would free.", figures.deadBytes),
        ("weir_volume_unreserved_bytes", "Preallocated and not reserved.", figures.unreservedBytes),
        ("weir_volume_disk_free_bytes", "Free on the file system.", figures.diskFreeBytes),
        ("weir_volume_disk_bytes", "Size of the file system.", figures.diskTotalBytes),
        ("weir_volume_writers", "Blobs being written.", UInt64(max(0, figures.openWriters))),
      ])
  }
}

extension MetricsPage {
  /// What the volumes differ in, by their names; all else is told of them together.
  static func write(
    _ volumes: [(name: String, state: VolumeState, figures: VolumeStatistics)], to text: inout MetricsText
  ) {
    func write(_ name: String, _ help: String, _ value: (VolumeState, VolumeStatistics) -> UInt64) {
      text.family(name, .gauge, help)
      for volume in volumes {
        text.sample(name, [("volume", volume.name)], value(volume.state, volume.figures))
      }
    }
    write("weir_volumes_live_bytes", "Bytes of extents in use, by volume.") { $1.liveBytes }
    write("weir_volumes_dead_bytes", "Bytes that a rewrite would free, by volume.") { $1.deadBytes }
    write("weir_volumes_disk_free_bytes", "Free on the volume's file system.") { $1.diskFreeBytes }
    write("weir_volumes_disk_bytes", "Size of the volume's file system.") { $1.diskTotalBytes }
    write("weir_volumes_read_only", "1 when failures have ended writing to the volume.") {
      $1.readOnlyReason == nil ? 0 : 1
    }
    write("weir_volumes_draining", "1 while the volume is emptied.") { state, _ in state == .draining ? 1 : 0
    }
  }
}

extension MetadataStatistics {
  /// How full the disk is: 0 not, 1 too full to store, 2 too full to delete.
  fileprivate var fullness: UInt64 { freeRefusal != nil ? 2 : keepRefusal != nil ? 1 : 0 }
}
