import Ring

/// Reads a range of a blob. Belongs to the ring that made it and to one task; ends when `next` has returned nil
/// or thrown, or with `close`.
///
/// No byte is handed out before the CRC of the block it lies in has been checked against a sound trailer. While
/// the caller works on one buffer the next one is being read.
package final class BlobReader {
  private struct ReadInFlight {
    let step: ReadStep
    let source: ExtentSource
    let buffer: Buffer
    let pending: PendingOperation
    /// Whether the page cache held it, so that nothing is gained by reading ahead of it.
    let isCached: Bool
  }

  private let share: RingVolume
  private let extents: [ExtentLocation]
  private let range: Range<UInt64>
  private var cursor: ReadCursor?
  private var source: ExtentSource?
  private var ahead: ReadInFlight?
  /// What the caller is looking at.
  private var current: Buffer?
  private var isEnded = false

  init(share: RingVolume, extents: [ExtentLocation], range: Range<UInt64>) {
    self.share = share
    self.extents = extents
    self.range = range
  }

  deinit {
    // The kernel may still be writing to that buffer, so it is leaked rather than reused.
    assert(ahead == nil, "a BlobReader was dropped in the middle without close()")
    if let ahead { _ = unsafe Unmanaged.passRetained(ahead.buffer) }
    current?.release()
  }

  /// The next verified bytes of the range, at most 256 KiB; nil at its end. They are valid until the next call.
  package func next() async throws(VolumeError) -> UnsafeRawBufferPointer? {
    precondition(share.ring.isCurrent, "a blob is read on the ring that made its reader")
    current?.release()
    current = nil
    guard !isEnded else { return nil }
    do throws(VolumeError) {
      if cursor == nil {
        cursor = try ReadCursor(extents, range: range, capacity: BufferSize.data.byteCount)
      }
      if ahead == nil { ahead = try await startNext() }
      guard let read = ahead else {
        await close()
        return nil
      }
      ahead = nil
      current = read.buffer
      let bytes = try await unsafe verified(read)
      share.counters.payloadBytesRead.count(read.step.take)
      return unsafe bytes
    } catch {
      if error.code == .damaged { share.counters.damagedReads.count() }
      await close()
      throw error
    }
  }

  /// Releases the buffers, after waiting for reads in flight. Harmless after the end.
  package func close() async {
    isEnded = true
    if let ahead {
      self.ahead = nil
      _ = try? await ahead.pending.result()
      ahead.buffer.release()
      if ahead.source !== source { await ahead.source.close() }
    }
    if let source {
      self.source = nil
      await source.close()
    }
    current?.release()
    current = nil
  }

  /// Starts the next read of the range; nil when there is none.
  private func startNext() async throws(VolumeError) -> ReadInFlight? {
    guard let step = cursor?.next() else { return nil }
    let location = extents[step.extent]
    if source == nil || source?.location != location {
      guard location.volume == share.volume.identity.number else {
        throw VolumeError(.damaged, "no such volume", volume: location.volume, segment: location.segment)
      }
      await source?.close()
      source = ExtentSource(location, try await share.openSegments.file(location.segment))
    }
    guard let source else { preconditionFailure("the source was just made") }
    if !step.withTrailer { source.startTrailerRead(share.counters) }
    let size = step.fileRange.count
    let buffer = share.ring.buffers.take(size <= BufferSize.receive.byteCount ? .receive : .data)
    // SAFETY: the buffer is in `ahead` until the read has ended.
    let pending = unsafe source.file.startRead(
      into: buffer.memory.mutablePart(0..<size), at: step.fileRange.lowerBound)
    share.counters.diskBytesRead.count(size)
    return ReadInFlight(
      step: step, source: source, buffer: buffer, pending: pending, isCached: pending.isReady)
  }

  /// Waits for a read, starts the one after it where that helps, and checks every block: the bytes that were asked for.
  private func verified(_ read: ReadInFlight) async throws(VolumeError) -> UnsafeRawBufferPointer {
    let (step, source, location) = (read.step, read.source, read.source.location)
    let count = try await source.file.complete(
      read.pending, into: read.buffer, of: step.fileRange.count, at: step.fileRange.lowerBound, location)
    read.buffer.count = count
    let payloadEnd = step.payloadStart + step.payloadLength
    guard count >= payloadEnd else { throw source.damaged("the segment ends inside an extent") }
    if step.withTrailer, !source.hasTrailer {
      let start = Int(location.trailerOffset - step.fileRange.lowerBound)
      guard count >= start + location.trailerLength else { throw source.damaged("the trailer is cut off") }
      // SAFETY: the part checks its range.
      try unsafe source.takeTrailer(from: read.buffer.bytes.part(start..<start + location.trailerLength))
    } else {
      try await source.takeTrailer()
    }
    // From a disk the next buffer is read while this one is checked and used. From the page cache it is not: this
    // one had better be sent while it is in the CPU's cache.
    if !read.isCached { ahead = try await startNext() }
    // SAFETY: the parts check their ranges; the buffer is `current`, which stays until the next call.
    let payload = unsafe read.buffer.bytes.part(step.payloadStart..<payloadEnd)
    try unsafe check(payload, step, source)
    return unsafe payload.part(step.skip..<step.skip + step.take)
  }

  private func check(
    _ payload: UnsafeRawBufferPointer, _ step: ReadStep, _ source: ExtentSource
  ) throws(VolumeError) {
    for block in 0..<step.blockCount {
      let start = block * VolumeFormat.blockSize
      let end = min(start + VolumeFormat.blockSize, payload.count)
      // SAFETY: the part checks its range.
      guard
        unsafe BlockSums.sum(of: payload.part(start..<end)) == source.sum(ofBlock: step.firstBlock + block)
      else {
        let offset =
          source.location.payloadOffset + UInt64((step.firstBlock + block) * VolumeFormat.blockSize)
        throw source.damaged("a block does not match its CRC", at: offset)
      }
    }
  }
}
