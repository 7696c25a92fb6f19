import Ring

/// Extents of blobs that are not packed: reserving their space, writing behind, closing.
extension BlobWriter {
  /// Takes the next buffer, when the disk has kept up.
  func takeBuffer() async throws(VolumeError) {
    while inFlight.count >= share.volume.options.writesInFlightMax { try await awaitOldestWrite() }
    let header = extent.length == 0 ? extent.headerLength : 0
    // A whole small blob, its trailer and a byte to notice the end with fit a small buffer.
    var size = BufferSize.data
    if length == 0, let expectedLength, expectedLength < UInt64(BufferSize.receive.byteCount),
      ExtentInProgress.size(headerLength: header, payload: expectedLength) < BufferSize.receive.byteCount
    {
      size = .receive
    }
    buffer = share.ring.buffers.take(size)
    filled = header
  }

  /// Sends the full buffer on its way; the extent goes on in the next one.
  func writeFullBuffer() async throws(VolumeError) {
    if extent.reservation == nil {
      try await reserve(payload: forecastLength())
      encodeHeader(length: extent.payloadMax, isLast: forecastIsLast)
    }
    startWrite()
  }

  /// Ends the current extent behind its last payload byte and begins the next one.
  func closeExtent(isLast: Bool) async throws(VolumeError) {
    if extent.reservation == nil {
      try await reserve(payload: extent.length)
      encodeHeader(length: extent.length, isLast: isLast)
    }
    guard let reservation = extent.reservation else { preconditionFailure("space was just reserved") }
    let location = ExtentLocation(
      volume: share.volume.identity.number, segment: reservation.segment.number,
      offset: reservation.range.lowerBound, length: extent.length, headerLength: UInt16(extent.headerLength))
    try await writeTrailer(location)
    let header = makeHeader(length: extent.length, isLast: isLast)
    if header != extent.writtenHeader { try await rewriteHeader(header, reservation) }
    locations.append(location)
    lastHeader = header
    reservations.append((reservation, end: extent.fileOffset))
    if !isLast { CrashPoint.extentClosed.reach() }
    extent = ExtentInProgress(
      index: extent.index + 1, blobOffset: extent.blobOffset + extent.length,
      headerLength: VolumeFormat.pageSize, payloadMax: share.volume.options.extentSizeMax)
  }

  /// Flags the last closed extent as the blob's last, when that was not known as it was closed.
  func markLast() async throws(VolumeError) {
    guard var header = lastHeader, !header.flags.contains(.last), let (reservation, _) = reservations.last,
      header.flags.contains(.aligned)
    else { return }
    header.flags.insert(.last)
    try await rewriteHeader(header, reservation)
  }

  /// Waits for all writes in flight.
  func awaitWrites() async throws(VolumeError) {
    while !inFlight.isEmpty { try await awaitOldestWrite() }
  }

  /// Waits for a sync of every segment that holds a part of the blob.
  func synchronize() async throws(VolumeError) {
    var last: WritableSegment?
    for (reservation, _) in reservations where reservation.segment !== last {
      do throws(VolumeError) {
        try await reservation.segment.sync.wait(
          blobs: reservation.segment === reservations.last?.0.segment ? 1 : 0)
      } catch {
        reservation.segment.fail(error)
        throw error
      }
      last = reservation.segment
    }
  }

  private func awaitOldestWrite() async throws(VolumeError) {
    let write = inFlight[0]
    do throws(IOError) {
      _ = try await write.pending.result()
    } catch {
      inFlight.removeFirst()
      write.buffer.release()
      let failure = VolumeError(
        error, "writing an extent", volume: share.volume.identity.number, segment: write.segment.number,
        offset: write.offset)
      write.segment.fail(failure)
      throw failure
    }
    inFlight.removeFirst()
    write.buffer.release()
  }

  /// How much payload the current extent will get, as far as can be told now.
  private func forecastLength() -> UInt64 {
    let limit = share.volume.options.extentSizeMax
    if let expectedLength, expectedLength >= extent.blobOffset + extent.length {
      return min(expectedLength - extent.blobOffset, limit)
    }
    // Unknown: ever larger extents waste at most about as much as the blob is long.
    let doubled = VolumeLimits.unknownLengthExtent << UInt64(min(extent.index, 10))
    return max(extent.length, min(doubled, limit))
  }

  private var forecastIsLast: Bool { extent.blobOffset + extent.payloadMax == expectedLength }

  private func reserve(payload: UInt64) async throws(VolumeError) {
    let size = ExtentInProgress.size(headerLength: extent.headerLength, payload: payload)
    let reservation = try await share.reserve(
      size, atLeast: min(size, VolumeLimits.reservationLeastMax), for: purpose)
    let space = reservation.range.upperBound - reservation.range.lowerBound
    extent.reservation = reservation
    extent.fileOffset = reservation.range.lowerBound
    extent.payloadMax = min(
      payload, ExtentInProgress.payload(headerLength: extent.headerLength, space: space))
    precondition(extent.payloadMax >= extent.length)
  }

  private func makeHeader(length: UInt64, isLast: Bool) -> ExtentHeader {
    guard let reservation = extent.reservation else { preconditionFailure("a header needs its place") }
    var flags: ExtentHeader.Flags = isLast ? .last : []
    if extent.headerLength == VolumeFormat.pageSize { flags.insert(.aligned) }
    return ExtentHeader(
      flags: flags, headerLength: extent.headerLength, segment: reservation.segment.number,
      index: extent.index,
      offset: reservation.range.lowerBound, length: length, blobOffset: extent.blobOffset,
      volumeID: share.volume.identity.id, description: description)
  }

  /// Writes the header into the room that the first buffer of the extent has for it.
  private func encodeHeader(length: UInt64, isLast: Bool) {
    guard let buffer else { preconditionFailure("the first buffer is still here") }
    let header = makeHeader(length: length, isLast: isLast)
    // SAFETY: the buffer is ours, and its first bytes were left for the header.
    unsafe header.encode(into: buffer.memory)
    extent.writtenHeader = header
  }

  /// Appends the trailer to the payload, pads to a page and sends the rest of the extent on its way.
  private func writeTrailer(_ location: ExtentLocation) async throws(VolumeError) {
    let size = location.trailerLength
    let blocks = extent.sums.finish()
    if buffer == nil { try await takeBuffer() }
    if let buffer, buffer.capacity - filled >= size {
      // SAFETY: the buffer is ours and has the room.
      unsafe ExtentTrailer.encode(
        location, blob: description.blob, blocks: blocks,
        into: buffer.memory.mutablePart(filled..<filled + size))
      filled += size
    } else {
      var trailer = [UInt8](repeating: 0, count: size)
      // SAFETY: the array is ours for the length of the closure.
      unsafe trailer.withUnsafeMutableBytes {
        unsafe ExtentTrailer.encode(location, blob: description.blob, blocks: blocks, into: $0)
      }
      try await append(trailer)
    }
    if buffer != nil, filled > 0 { startWrite() }
  }

  /// Appends bytes that may reach into the next buffer.
  private func append(_ bytes: [UInt8]) async throws(VolumeError) {
    var start = 0
    while start < bytes.count {
      if let buffer, filled == buffer.capacity { startWrite() }
      if buffer == nil { try await takeBuffer() }
      guard let buffer else { preconditionFailure("a buffer was just taken") }
      let count = min(bytes.count - start, buffer.capacity - filled)
      // SAFETY: `store` checks that the bytes fit.
      unsafe buffer.memory.store(bytes: Array(bytes[start..<start + count]), at: filled)
      filled += count
      start += count
    }
  }

  /// Starts the write of the current buffer, padded with zeros to a page.
  private func startWrite() {
    guard let buffer, let reservation = extent.reservation else { preconditionFailure("nothing to write") }
    let count = Int(VolumeFormat.roundedUpToPage(UInt64(filled)))
    precondition(
      extent.fileOffset + UInt64(count) <= reservation.range.upperBound, "a write leaves its space")
    // SAFETY: the buffer stays in `inFlight` until the write has ended.
    unsafe buffer.memory.zero(filled..<count)
    let pending = unsafe reservation.segment.file.startWrite(
      buffer.memory.part(0..<count), at: extent.fileOffset)
    inFlight.append(
      WriteInFlight(pending: pending, buffer: buffer, segment: reservation.segment, offset: extent.fileOffset)
    )
    share.counters.diskBytesWritten.count(count)
    extent.fileOffset += UInt64(filled)
    self.buffer = nil
    filled = 0
  }

  /// Writes a header again that turned out other than forecast. Nothing of the extent is acknowledged yet.
  private func rewriteHeader(_ header: ExtentHeader, _ reservation: Reservation) async throws(VolumeError) {
    precondition(header.headerLength == VolumeFormat.pageSize)
    // The forecast was written to the same page: never two writes to one page in flight.
    try await awaitWrites()
    let page = share.ring.buffers.take(.receive)
    // SAFETY: the buffer stays in `inFlight` until the write has ended.
    unsafe header.encode(into: page.memory)
    let pending = unsafe reservation.segment.file.startWrite(
      page.memory.part(0..<VolumeFormat.pageSize), at: header.offset)
    inFlight.append(
      WriteInFlight(pending: pending, buffer: page, segment: reservation.segment, offset: header.offset))
    share.counters.diskBytesWritten.count(VolumeFormat.pageSize)
  }
}
