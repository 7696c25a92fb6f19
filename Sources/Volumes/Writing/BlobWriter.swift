import Ring
import Synchronization

/// Writes one blob. Belongs to the ring that made it and to one task; ends with `finish` or `abandon`.
///
/// Bytes go straight into page-aligned buffers that become the disk's: the caller fills what `nextBuffer` gives
/// and says so with `advance`. A full buffer is written behind while the next one fills. A blob that is small
/// and complete in its first buffer is packed with others that wait instead.
///
/// After an error has been thrown the writer has ended: its space is dead, its buffers are back.
package final class BlobWriter {
  struct WriteInFlight {
    let pending: PendingOperation
    let buffer: Buffer
    let segment: WritableSegment
    let offset: UInt64
  }

  let share: RingVolume
  let description: ExtentDescription
  let expectedLength: UInt64?
  let purpose: WritePurpose

  /// The buffer being filled; the next byte goes to `filled`, header space included.
  var buffer: Buffer?
  var filled = 0
  var extent: ExtentInProgress
  var inFlight: [WriteInFlight] = []
  /// Closed extents, and the header of the last of them.
  var locations: [ExtentLocation] = []
  var lastHeader: ExtentHeader?
  /// The reservations behind `locations`, and how far each is written.
  var reservations: [(Reservation, end: UInt64)] = []
  /// Payload bytes so far.
  private(set) var length: UInt64 = 0
  private var isEnded = false

  init(
    share: RingVolume, description: ExtentDescription, expectedLength: UInt64?, purpose: WritePurpose
  ) {
    self.share = share
    self.purpose = purpose
    self.description = description
    self.expectedLength = expectedLength
    // A blob that will be packed leaves room for just its header; others start their payload on a page.
    let willPack = expectedLength.map { $0 <= UInt64(share.volume.options.packThreshold) } ?? false
    extent = ExtentInProgress(
      index: 0, blobOffset: 0, headerLength: willPack ? description.headerLength : VolumeFormat.pageSize,
      payloadMax: share.volume.options.extentSizeMax)
    share.counters.openWriters.add(1, ordering: .relaxed)
  }

  deinit {
    // The kernel may still be reading those buffers, so they are leaked rather than reused.
    assert(isEnded, "a BlobWriter was dropped without finish() or abandon()")
    for write in inFlight { _ = unsafe Unmanaged.passRetained(write.buffer) }
  }

  /// Space for the blob's next bytes: at least one byte, at most 256 KiB, the same until `advance` is called.
  package func nextBuffer() async throws(VolumeError) -> UnsafeMutableRawBufferPointer {
    try checkOpen()
    if buffer == nil {
      do throws(VolumeError) { try await takeBuffer() } catch { throw await fail(error) }
    }
    guard let buffer else { preconditionFailure("a buffer was just taken") }
    // SAFETY: the caller writes within the buffer, which stays ours until it is written to disk.
    return unsafe buffer.memory.mutablePart(filled..<limit(of: buffer))
  }

  /// The first `count` bytes of that space are the blob's next bytes.
  package func advance(_ count: Int) async throws(VolumeError) {
    try checkOpen()
    guard let buffer else { preconditionFailure("advance without nextBuffer") }
    precondition(count >= 0 && count <= limit(of: buffer) - filled, "advance beyond the space given")
    // SAFETY: the caller has filled these bytes.
    unsafe extent.sums.update(buffer.memory.part(filled..<filled + count))
    filled += count
    extent.length += UInt64(count)
    length += UInt64(count)
    share.counters.payloadBytesWritten.count(count)
    do throws(VolumeError) {
      if extent.isFull || (filled == buffer.capacity && extent.headerLength != VolumeFormat.pageSize) {
        try await closeExtent(isLast: length == expectedLength)
      } else if filled == buffer.capacity {
        try await writeFullBuffer()
      }
    } catch { throw await fail(error) }
  }

  /// Makes the blob durable: on return an `fdatasync` that began after its last write has succeeded. The
  /// extents in order; none for a blob without bytes.
  package func finish() async throws(VolumeError) -> [ExtentLocation] {
    try checkOpen()
    do throws(VolumeError) {
      if isPackable {
        locations = [try await pack()]  // accounted as live by the round
      } else {
        if extent.length > 0 {
          try await closeExtent(isLast: true)
        } else {
          try await markLast()
        }
        try await awaitWrites()
        CrashPoint.blobWritten.reach()
        try await synchronize()
        share.volume.ledger.addLive(locations)
      }
    } catch { throw await fail(error) }
    CrashPoint.blobSynced.reach()
    share.counters.blobsWritten.count()
    await end(giveUp: false)
    return locations
  }

  /// Gives the blob up: nothing of it will be referred to, its space is dead. Harmless after the end.
  package func abandon() async {
    if !isEnded { await end(giveUp: true) }
  }

  /// Where the buffer's space for the current extent ends.
  private func limit(of buffer: Buffer) -> Int {
    min(buffer.capacity, filled + Int(clamping: extent.payloadMax - extent.length))
  }

  /// The whole blob is in its first buffer and small enough to share a write.
  private var isPackable: Bool {
    length > 0 && length <= UInt64(share.volume.options.packThreshold) && locations.isEmpty
      && extent.reservation == nil
  }

  private func pack() async throws(VolumeError) -> ExtentLocation {
    guard let buffer else { preconditionFailure("a packable blob has a buffer") }
    let blob = PackedBlob(
      description: description, purpose: purpose, buffer: buffer, payload: extent.headerLength..<filled,
      blocks: extent.sums.finish())
    self.buffer = nil  // the round releases it
    return try await share.packing.add(blob, write: share.writePacked).get()
  }

  private func checkOpen() throws(VolumeError) {
    precondition(share.ring.isCurrent, "a blob is written on the ring that made its writer")
    if isEnded { throw VolumeError(.closed, "the writer has ended") }
  }

  private func fail(_ error: VolumeError) async -> VolumeError {
    await end(giveUp: true)
    return error
  }

  /// Waits for what is in flight and gives everything back.
  private func end(giveUp: Bool) async {
    isEnded = true
    for write in inFlight {
      _ = try? await write.pending.result()
      write.buffer.release()
    }
    inFlight = []
    buffer?.release()
    buffer = nil
    if let reservation = extent.reservation { reservations.append((reservation, end: extent.fileOffset)) }
    extent.reservation = nil
    for (reservation, end) in reservations.reversed() {
      reservation.segment.end(reservation, writtenTo: giveUp ? reservation.range.lowerBound : end)
    }
    reservations = []
    share.counters.openWriters.subtract(1, ordering: .relaxed)
  }
}
