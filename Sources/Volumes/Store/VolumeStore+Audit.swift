import Ring

extension VolumeStore {
  /// Reads all of an extent, its header included, and checks that they belong together: what the header says
  /// the extent is. Throws `.damaged` for a flipped bit anywhere. On the current ring.
  package func audit(_ location: ExtentLocation) async throws(VolumeError) -> ExtentDescription {
    let reader = makeReader([location], range: 0..<location.length)
    while try await unsafe reader.next() != nil {}
    return try await description(at: location)
  }

  /// Reads the header and the trailer of an extent and checks that they belong together, without the bytes between.
  /// Throws `.damaged`. On the current ring.
  package func inspect(_ location: ExtentLocation) async throws(VolumeError) {
    guard location.volume == volumeNumber, location.isPlausible else {
      throw VolumeError(
        .damaged, "a location is impossible", volume: location.volume, segment: location.segment,
        offset: location.offset)
    }
    _ = try await description(at: location)
  }

  private func description(at location: ExtentLocation) async throws(VolumeError) -> ExtentDescription {
    let file = try await shares[Ring.current.index].openSegments.file(location.segment)
    let header = try await bytes(of: file, location, at: location.offset, count: Int(location.headerLength))
    let trailer = try await bytes(
      of: file, location, at: location.trailerOffset, count: location.trailerLength)
    // SAFETY: the pointers stay inside the closures, and every access checks its range.
    let decoded = unsafe header.withUnsafeBytes { unsafe ExtentHeader.decode($0) }
    let blob = unsafe trailer.withUnsafeBytes { bytes in
      unsafe ExtentTrailer.isSound(bytes, of: location) ? ExtentTrailer.blob(bytes) : nil
    }
    guard let decoded, decoded.segment == location.segment, decoded.offset == location.offset,
      decoded.length == location.length, decoded.headerLength == Int(location.headerLength),
      decoded.volumeID == volume.identity.id, decoded.description.blob == blob
    else {
      throw VolumeError(
        .damaged, "the header does not belong to the extent", volume: location.volume,
        segment: location.segment,
        offset: location.offset)
    }
    return decoded.description
  }

  /// Some bytes of a segment, by whole pages: works with O_DIRECT too.
  private func bytes(
    of file: File, _ location: ExtentLocation, at offset: UInt64, count: Int
  ) async throws(VolumeError) -> [UInt8] {
    let start = VolumeFormat.roundedDownToPage(offset)
    let size = Int(VolumeFormat.roundedUpToPage(offset + UInt64(count)) - start)
    let buffer = Ring.current.buffers.take(.data)
    defer { buffer.release() }
    // SAFETY: the buffer is ours until released, after the read has ended.
    let pending = unsafe file.startRead(into: buffer.memory.mutablePart(0..<size), at: start)
    let read = try await file.complete(pending, into: buffer, of: size, at: start, location)
    let skip = Int(offset - start)
    guard read >= skip + count else {
      throw VolumeError(
        .damaged, "the segment ends inside an extent", volume: location.volume, segment: location.segment,
        offset: offset)
    }
    // SAFETY: the part checks its range, and the bytes are copied.
    return unsafe Array(buffer.memory.part(skip..<skip + count))
  }
}
