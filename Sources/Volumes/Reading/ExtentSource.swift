import Ring

/// An extent that a `BlobReader` is reading: its file, and its trailer once that has been read and found sound.
final class ExtentSource {
  let location: ExtentLocation
  let file: File
  private var trailerRead: PendingOperation?
  private var trailerBuffer: Buffer?
  /// The block CRCs of the sound trailer.
  private var sums: [UInt32] = []

  /// An extent of `file`. The location is plausible.
  init(_ location: ExtentLocation, _ file: File) {
    self.location = location
    self.file = file
  }

  /// Starts reading the trailer by itself: for an extent that does not fit one buffer.
  func startTrailerRead(_ counters: VolumeCounters) {
    guard trailerBuffer == nil, sums.isEmpty else { return }
    let range = trailerPages
    let buffer = Ring.current.buffers.take(range.count <= BufferSize.receive.byteCount ? .receive : .data)
    trailerBuffer = buffer
    counters.diskBytesRead.count(range.count)
    // SAFETY: the buffer stays here until the read has ended.
    trailerRead = unsafe file.startRead(
      into: buffer.memory.mutablePart(0..<range.count), at: range.lowerBound)
  }

  /// Takes the trailer from the read of its own, if one was started and it is not taken yet.
  func takeTrailer() async throws(VolumeError) {
    guard let pending = trailerRead, let buffer = trailerBuffer else { return }
    trailerRead = nil
    let range = trailerPages
    do throws(VolumeError) {
      buffer.count = try await file.complete(
        pending, into: buffer, of: range.count, at: range.lowerBound, location)
    } catch {
      buffer.release()
      trailerBuffer = nil
      throw error
    }
    let start = Int(location.trailerOffset - range.lowerBound)
    defer {
      buffer.release()
      trailerBuffer = nil
    }
    guard buffer.count >= start + location.trailerLength else { throw damaged("the trailer is cut off") }
    // SAFETY: the part checks its range.
    try unsafe takeTrailer(from: buffer.bytes.part(start..<start + location.trailerLength))
  }

  /// Takes the trailer from bytes that were read with the payload.
  func takeTrailer(from bytes: UnsafeRawBufferPointer) throws(VolumeError) {
    guard sums.isEmpty else { return }
    // SAFETY: the trailer is checked for its size before any field is used.
    guard unsafe ExtentTrailer.isSound(bytes, of: location) else { throw damaged("the trailer is not sound") }
    sums = (0..<location.blockCount).map { unsafe ExtentTrailer.blockCRC(bytes, $0) }
  }

  /// The CRC of a block. The trailer has been taken.
  func sum(ofBlock index: Int) -> UInt32 { sums[index] }

  /// Whether the trailer has been taken.
  var hasTrailer: Bool { !sums.isEmpty }

  /// Waits for a read in flight and releases its buffer.
  func close() async {
    if let pending = trailerRead { _ = try? await pending.result() }
    trailerRead = nil
    trailerBuffer?.release()
    trailerBuffer = nil
  }

  /// Damage in this extent; `offset` is that of the extent unless another is given.
  func damaged(_ what: String, at offset: UInt64? = nil) -> VolumeError {
    VolumeError(
      .damaged, what, volume: location.volume, segment: location.segment, offset: offset ?? location.offset)
  }

  private var trailerPages: Range<UInt64> {
    let end = location.trailerOffset + UInt64(location.trailerLength)
    return VolumeFormat.roundedDownToPage(location.trailerOffset)..<VolumeFormat.roundedUpToPage(end)
  }
}

extension File {
  /// Waits for a read into the start of `buffer` and repeats it while it is short, up to the end of the file:
  /// the bytes there are, at most `wanted`.
  func complete(
    _ pending: PendingOperation, into buffer: Buffer, of wanted: Int, at offset: UInt64,
    _ location: ExtentLocation
  ) async throws(VolumeError) -> Int {
    do throws(IOError) {
      var done = try await pending.result()
      while done > 0, done < wanted {
        // SAFETY: the buffer is the caller's until this returns; the part checks its range.
        let more = try await unsafe read(
          into: buffer.memory.mutablePart(done..<wanted), at: offset + UInt64(done))
        if more == 0 { break }
        done += more
      }
      return done
    } catch {
      throw VolumeError(
        error, "reading an extent", volume: location.volume, segment: location.segment, offset: offset)
    }
  }
}
