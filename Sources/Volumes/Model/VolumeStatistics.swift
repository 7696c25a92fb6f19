/// Figures of a volume store. Counters run from the start of the process; gauges are as of now.
package struct VolumeStatistics: Sendable {
  /// Segment files (gauge).
  package var segments = 0
  /// Bytes of extents that something refers to (gauge).
  package var liveBytes: UInt64 = 0
  /// Bytes within segments that nothing refers to any more (gauge).
  package var deadBytes: UInt64 = 0
  /// Preallocated bytes of active segments that are not reserved yet (gauge).
  package var unreservedBytes: UInt64 = 0
  /// Free bytes of the file system, as an unprivileged process sees them (gauge).
  package var diskFreeBytes: UInt64 = 0
  /// Size of the file system in bytes (gauge).
  package var diskTotalBytes: UInt64 = 0
  /// Blobs being written (gauge).
  package var openWriters = 0
  /// Payload bytes accepted from writers.
  package var payloadBytesWritten: UInt64 = 0
  /// Bytes sent to the disk, with headers, trailers and padding.
  package var diskBytesWritten: UInt64 = 0
  /// Payload bytes handed to readers.
  package var payloadBytesRead: UInt64 = 0
  /// Bytes asked of the disk or page cache for readers.
  package var diskBytesRead: UInt64 = 0
  /// Blobs made durable.
  package var blobsWritten: UInt64 = 0
  /// `fdatasync` calls that succeeded.
  package var syncs: UInt64 = 0
  /// `fdatasync` calls that failed; each sealed its segment.
  package var syncFailures: UInt64 = 0
  /// Blobs that were acknowledged by the syncs: divided by `syncs` it says how well syncs are shared.
  package var blobsSynced: UInt64 = 0
  /// Groups of packed blobs written.
  package var packedGroups: UInt64 = 0
  /// Blobs in those groups.
  package var packedBlobs: UInt64 = 0
  /// Segments given up because a write, a sync or their creation failed (full disks aside).
  package var segmentFailures: UInt64 = 0
  /// Why no more writes are tried; nil while they are.
  package var readOnlyReason: String?
  /// Blocks and trailers that did not match their CRC or their place.
  package var damagedReads: UInt64 = 0

  /// Zeros.
  package init() {}
}

extension VolumeStatistics {
  /// Adds those of another volume.
  mutating func add(_ other: VolumeStatistics) {
    segments += other.segments
    liveBytes += other.liveBytes
    deadBytes += other.deadBytes
    unreservedBytes += other.unreservedBytes
    diskFreeBytes += other.diskFreeBytes
    diskTotalBytes += other.diskTotalBytes
    openWriters += other.openWriters
    payloadBytesWritten += other.payloadBytesWritten
    diskBytesWritten += other.diskBytesWritten
    payloadBytesRead += other.payloadBytesRead
    diskBytesRead += other.diskBytesRead
    blobsWritten += other.blobsWritten
    syncs += other.syncs
    syncFailures += other.syncFailures
    blobsSynced += other.blobsSynced
    packedGroups += other.packedGroups
    packedBlobs += other.packedBlobs
    segmentFailures += other.segmentFailures
    damagedReads += other.damagedReads
    readOnlyReason = readOnlyReason ?? other.readOnlyReason
  }
}

/// What one segment holds. Metadata keeps `liveBytes` for good (`VolumeStore.restoreUsage`).
package struct SegmentUsage: Hashable, Sendable {
  /// The volume's number.
  package let volume: UInt16
  /// The segment's number.
  package let segment: UInt32
  /// Bytes of the segment that are written or reserved, header page included.
  package var usedBytes: UInt64
  /// Footprints of extents that something refers to.
  package var liveBytes: UInt64
  /// Whether nobody writes to it any more.
  package var isSealed: Bool

  /// A segment's figures.
  package init(
    volume: UInt16, segment: UInt32, usedBytes: UInt64, liveBytes: UInt64, isSealed: Bool = false
  ) {
    self.volume = volume
    self.segment = segment
    self.usedBytes = usedBytes
    self.liveBytes = liveBytes
    self.isSealed = isSealed
  }

  /// Bytes that a rewrite of the segment would free: everything used that is not live, padding included.
  package var deadBytes: UInt64 { usedBytes > liveBytes ? usedBytes - liveBytes : 0 }
}
