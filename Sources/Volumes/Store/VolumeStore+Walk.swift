import Ring

/// An extent that a segment says it holds.
package struct WalkedExtent: Sendable {
  /// Where it is.
  package let location: ExtentLocation
  /// What its header says it is part of.
  package let description: ExtentDescription
  /// Its index within its blob.
  package let index: UInt32
  /// Where in the blob its payload starts.
  package let blobOffset: UInt64
  /// Whether its header says that no extent of the blob follows.
  package let isLast: Bool
  /// Whether its trailer is there and names the same blob: if not, its writing was interrupted or given up, or it
  /// is damaged. The payload is not read (`audit` does).
  package let isComplete: Bool
}

extension VolumeStore {
  /// All extents of a segment as the segment itself tells, without any metadata (docs/format/volume.md, "Walking
  /// a segment"). For audits, and to rebuild metadata as a last resort. On the current ring. Throws `.damaged` for a
  /// header of the segment that is damaged, though its extents may be read all the same.
  package func walk(segment: UInt32) async throws(VolumeError) -> [WalkedExtent] {
    let file = try await shares[Ring.current.index].openSegments.file(segment)
    let size = try perform("walking a segment") { () throws(IOError) in try file.size() }
    var window = SegmentWindow(file: file, size: size, volume: volumeNumber, segment: segment)
    do throws(VolumeError) {
      try await window.expectHeader()
    } catch {
      // A crash before the header was written leaves preallocated space. Pages of it that somebody has read look like
      // data to the next start (`FileSystem.dataEnd`), which then keeps them; they hold nothing.
      if error.code == .damaged, await SegmentRecovery.isBlank(volume.path(segment)) { return [] }
      throw error
    }
    var extents: [WalkedExtent] = []
    var position = UInt64(VolumeFormat.pageSize)
    while position < size {
      let page = VolumeFormat.roundedDownToPage(position) + UInt64(VolumeFormat.pageSize)
      guard let header = try await window.header(at: position), header.segment == segment,
        header.offset == position, header.volumeID == volume.identity.id
      else {
        position = page
        continue
      }
      let location = ExtentLocation(
        volume: volumeNumber, segment: segment, offset: position, length: header.length,
        headerLength: UInt16(header.headerLength))
      let isComplete = try await window.trailerNames(header.description.blob, location)
      extents.append(
        WalkedExtent(
          location: location, description: header.description, index: header.index,
          blobOffset: header.blobOffset, isLast: header.flags.contains(.last), isComplete: isComplete))
      let end = position + location.footprint
      // Behind a packed extent may be the next of its group; behind everything else comes a page. What an
      // interrupted write left may have been written over: look at every page of it.
      if isComplete {
        position = header.flags.contains(.aligned) ? VolumeFormat.roundedUpToPage(end) : end
      } else {
        position = page
      }
    }
    return extents
  }
}

/// A moving view of a segment, for a walk.
private struct SegmentWindow {
  let file: File
  let size: UInt64
  let volume: UInt16
  let segment: UInt32
  private var start: UInt64 = 0
  private var bytes: [UInt8] = []

  init(file: File, size: UInt64, volume: UInt16, segment: UInt32) {
    self.file = file
    self.size = size
    self.volume = volume
    self.segment = segment
  }

  /// Throws `.damaged` when the segment's own header is not sound.
  mutating func expectHeader() async throws(VolumeError) {
    try await load(0, VolumeFormat.pageSize)
    // SAFETY: the pointer stays inside the closure, and the decoder checks every access.
    let result = unsafe bytes.withUnsafeBytes { bytes in
      Result { () throws(VolumeError) in try unsafe SegmentHeader.decode(bytes) }
    }
    if case .failure(let error) = result {
      throw VolumeError(error.code, error.message, volume: volume, segment: segment, offset: 0)
    }
  }

  /// The sound header at `position`; nil when there is none.
  mutating func header(at position: UInt64) async throws(VolumeError) -> ExtentHeader? {
    try await load(position, VolumeFormat.pageSize)
    let offset = Int(position - start)
    let end = min(bytes.count, offset + VolumeFormat.pageSize)
    guard offset < end else { return nil }
    // SAFETY: the part checks its range, and the decoder every access.
    return unsafe bytes.withUnsafeBytes { unsafe ExtentHeader.decode($0.part(offset..<end)) }
  }

  /// Whether the sound trailer of the extent at `location` names `blob`.
  mutating func trailerNames(_ blob: BlobID, _ location: ExtentLocation) async throws(VolumeError) -> Bool {
    guard location.isPlausible, location.trailerOffset < size else { return false }
    try await load(location.trailerOffset, location.trailerLength)
    let offset = Int(location.trailerOffset - start)
    let end = offset + location.trailerLength
    guard end <= bytes.count else { return false }
    // SAFETY: the part checks its range, and the decoder every access.
    return unsafe bytes.withUnsafeBytes { bytes in
      let trailer = unsafe bytes.part(offset..<end)
      return unsafe ExtentTrailer.isSound(trailer, of: location) && ExtentTrailer.blob(trailer) == blob
    }
  }

  /// Makes `count` bytes from `position` on lie in `bytes`, or as many as the segment has.
  private mutating func load(_ position: UInt64, _ count: Int) async throws(VolumeError) {
    if position >= start, position + UInt64(count) <= start + UInt64(bytes.count) { return }
    let buffer = Ring.current.buffers.take(.data)
    defer { buffer.release() }
    start = VolumeFormat.roundedDownToPage(position)
    // SAFETY: the buffer is ours until released, after the read has ended.
    let pending = unsafe file.startRead(into: buffer.memory, at: start)
    let place = ExtentLocation(volume: volume, segment: segment, offset: start, length: 1)
    buffer.count = try await file.complete(pending, into: buffer, of: buffer.capacity, at: start, place)
    // SAFETY: the bytes are copied.
    bytes = unsafe Array(buffer.bytes)
  }
}
