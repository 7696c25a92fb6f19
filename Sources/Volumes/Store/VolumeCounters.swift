import Synchronization

/// Counters of one ring's share of a volume. Only the ring adds, anybody reads.
final class VolumeCounters: Sendable {
  let openWriters = Atomic<Int>(0)
  let payloadBytesWritten = Atomic<UInt64>(0)
  let diskBytesWritten = Atomic<UInt64>(0)
  let payloadBytesRead = Atomic<UInt64>(0)
  let diskBytesRead = Atomic<UInt64>(0)
  let blobsWritten = Atomic<UInt64>(0)
  let syncs = Atomic<UInt64>(0)
  let syncFailures = Atomic<UInt64>(0)
  let blobsSynced = Atomic<UInt64>(0)
  let packedGroups = Atomic<UInt64>(0)
  let packedBlobs = Atomic<UInt64>(0)
  let damagedReads = Atomic<UInt64>(0)

  /// Adds this ring's counts to `statistics`.
  func add(to statistics: inout VolumeStatistics) {
    statistics.openWriters += openWriters.load(ordering: .relaxed)
    statistics.payloadBytesWritten += payloadBytesWritten.load(ordering: .relaxed)
    statistics.diskBytesWritten += diskBytesWritten.load(ordering: .relaxed)
    statistics.payloadBytesRead += payloadBytesRead.load(ordering: .relaxed)
    statistics.diskBytesRead += diskBytesRead.load(ordering: .relaxed)
    statistics.blobsWritten += blobsWritten.load(ordering: .relaxed)
    statistics.syncs += syncs.load(ordering: .relaxed)
    statistics.syncFailures += syncFailures.load(ordering: .relaxed)
    statistics.blobsSynced += blobsSynced.load(ordering: .relaxed)
    statistics.packedGroups += packedGroups.load(ordering: .relaxed)
    statistics.packedBlobs += packedBlobs.load(ordering: .relaxed)
    statistics.damagedReads += damagedReads.load(ordering: .relaxed)
  }
}

extension Atomic<UInt64> {
  /// Adds to a counter that one thread writes: no locked instruction is needed.
  func count(_ amount: Int = 1) {
    store(load(ordering: .relaxed) &+ UInt64(amount), ordering: .relaxed)
  }
}
