import Ring
import Synchronization

/// Blobs on disk: a volume and, for each ring, the ring's share of it.
///
/// Writers and readers belong to the ring they are made on. Everything else may be called from anywhere.
package final class VolumeStore: Sendable {
  /// What was found at the start and a person should know: why O_DIRECT is not used, say. Empty when all is well.
  package let notices: [String]
  /// The number of the volume, as in every location within it.
  package var volumeNumber: UInt16 { volume.identity.number }

  /// The identity of the volume, as on disk.
  package var identity: VolumeIdentity { volume.identity }

  let volume: Volume
  let shares: [RingVolume]

  init(volume: Volume, rings: [Ring], notices: [String]) {
    self.volume = volume
    self.notices = notices
    shares = rings.map { RingVolume(volume: volume, ring: $0) }
  }

  /// A writer of one blob, on the current ring. `expectedLength` is the blob's length where it is known: a
  /// hint, which saves space and writes. Throws `.closed`, `.readOnly`, and `.full` where it was just found so; else
  /// a full disk shows when space is needed.
  package func makeWriter(
    _ description: ExtentDescription, expectedLength: UInt64?, for purpose: WritePurpose = .store
  ) async throws(VolumeError) -> BlobWriter {
    let share = share
    if let refusal = share.refusal(for: purpose) { throw refusal }
    return BlobWriter(
      share: share, description: description, expectedLength: expectedLength, purpose: purpose)
  }

  /// Bytes of buffers that a writer of a blob of that length holds at most, nil where it is not known: the buffer
  /// being filled and those on their way to the disk.
  package func writerBytes(expecting length: UInt64?) -> Int {
    let most = (1 + volume.options.writesInFlightMax) * BufferSize.data.byteCount
    // The length is what a client says, and has not been judged: nothing is added to one that is beyond all bounds.
    guard let length, length < UInt64(most) else { return most }
    let size = ExtentInProgress.size(headerLength: VolumeFormat.pageSize, payload: length)
    if size < BufferSize.receive.byteCount { return BufferSize.receive.byteCount }
    return min((Int(size) / BufferSize.data.byteCount + 1) * BufferSize.data.byteCount, most)
  }

  /// Bytes of buffers that a reader of so many bytes holds at most: the one being used and the one read ahead.
  package static func readerBytes(_ length: UInt64) -> Int {
    if length <= UInt64(BufferSize.receive.byteCount / 2) { return BufferSize.receive.byteCount }
    return (length > UInt64(BufferSize.data.byteCount / 2) ? 2 : 1) * BufferSize.data.byteCount
  }

  /// A reader, on the current ring, of `range` of the bytes that `extents` make together. Extents that cannot
  /// be, or that do not hold the range, are an error of the first `next`.
  package func makeReader(_ extents: [ExtentLocation], range: Range<UInt64>) -> BlobReader {
    BlobReader(share: share, extents: extents, range: range)
  }

  /// Accounts extents that nothing refers to any more. Their bytes stay readable until their segment is
  /// rewritten.
  package func markDead(_ extents: [ExtentLocation]) { volume.ledger.markDead(extents) }

  /// What each segment holds, by number. `finish` adds an extent's footprint to its segment's live bytes,
  /// `markDead` takes it off.
  package func segmentUsage() -> [SegmentUsage] { volume.ledger.usage(volume: volumeNumber) }

  /// Takes over live bytes that metadata has kept from earlier runs. A segment that is not named has none. The number
  /// of one that is named and has no file any more is not used again: what names it would find another's bytes.
  package func restoreUsage(_ usage: [SegmentUsage]) {
    let own = usage.filter { $0.volume == volumeNumber }
    volume.reserveSegmentNumbers(upTo: own.reduce(0) { max($0, $1.segment) })
    volume.ledger.restore(own)
  }

  /// Figures as of now. Asks the file system for its free space, which may block for a moment.
  package func statistics() -> VolumeStatistics {
    var statistics = VolumeStatistics()
    volume.ledger.add(to: &statistics)
    for share in shares { share.counters.add(to: &statistics) }
    statistics.segmentFailures = volume.health.failureCount
    statistics.readOnlyReason = volume.health.refusal?.description
    if let space = volume.options.space(volume.segmentsPath) {
      statistics.diskFreeBytes = space.free
      statistics.diskTotalBytes = space.total
    }
    return statistics
  }

  /// Seals the segments that are being filled, so that they can be emptied. Blobs that have begun go on.
  package func sealActive() async {
    for share in shares {
      await share.ring.run { await share.sealActive() }
    }
  }

  /// Refuses new writes, seals the active segments and returns their unused space. Writers still open fail.
  package func close() async {
    guard !volume.isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    for share in shares {
      await share.ring.run { await share.close() }
    }
    volume.segmentsDirectory.close()
    volume.lock.close()
  }

  /// The current ring's share.
  private var share: RingVolume { shares[Ring.current.index] }
}
