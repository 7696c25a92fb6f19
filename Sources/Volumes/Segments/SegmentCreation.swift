import Glibc
import Primitives
import Ring

/// Makes a segment file: name, space and header, all durable before anything in it can be acknowledged.
enum SegmentCreation {
  /// A new segment for `share`'s ring. When the disk has no room for a whole one, tries ever smaller ones.
  static func create(
    for share: RingVolume, _ purpose: WritePurpose
  ) async throws(VolumeError) -> WritableSegment {
    let volume = share.volume
    let capacity = try await affordableSize(volume, purpose)
    let number = try volume.takeSegmentNumber()
    let path = volume.path(number)
    let flags = O_RDWR | O_CREAT | O_EXCL | (volume.isDirect ? File.direct : 0)
    var created: File?
    do throws(IOError) {
      let file = try await File.open(path, flags: flags, mode: 0o600)
      created = file
      let size = try await allocate(file, capacity)
      try await writeHeader(number: number, capacity: size, to: file, of: volume)
      CrashPoint.segmentMade.reach()
      if volume.options.syncMode == .data {
        try await file.synchronize(dataOnly: false)
        CrashPoint.segmentSynced.reach()
        try await volume.segmentsDirectory.synchronize(dataOnly: false)
      }
      CrashPoint.segmentReady.reach()
      return WritableSegment(
        number: number, file: file, capacity: size, volume: volume, sync: sharedSync(file, number, share))
    } catch {
      if let created {
        created.close()
        await Ring.current.blocking.run { FileSystem.remove(path) }
      }
      throw VolumeError(error, "creating a segment", volume: volume.identity.number, segment: number)
    }
  }

  /// The size of a new segment that leaves the reserve free.
  private static func affordableSize(
    _ volume: Volume, _ purpose: WritePurpose
  ) async throws(VolumeError) -> UInt64 {
    let path = volume.segmentsPath
    let reserve =
      purpose == .store ? volume.options.freeBytesReserve : volume.options.freeBytesForMoves
    let look = volume.options.space
    guard let space = await Ring.current.blocking.run({ look(path) }) else {
      return volume.options.segmentSize
    }
    var size = volume.options.segmentSize
    while size + reserve > space.free {
      size = VolumeFormat.roundedDownToPage(size / 2)
      guard size >= VolumeLimits.segmentSizeMin else {
        throw VolumeError(
          .full, "\(space.free >> 20) MiB are free where the volume lies, and \(reserve >> 20) MiB reserved",
          volume: volume.identity.number, errno: ENOSPC)
      }
    }
    return size
  }

  /// Preallocates, so that later syncs need not make a new file size durable, and a full disk is met here
  /// rather than in the middle of a blob.
  private static func allocate(_ file: File, _ capacity: UInt64) async throws(IOError) -> UInt64 {
    var size = capacity
    while true {
      do throws(IOError) {
        try await file.allocate(offset: 0, length: size, keepSize: false)
        return size
      } catch {
        let smaller = VolumeFormat.roundedDownToPage(size / 2)
        switch error.errno {
        case ENOSPC, EDQUOT, EFBIG:
          if smaller < VolumeLimits.segmentSizeMin { throw error }
          size = smaller
        case EOPNOTSUPP, ENOSYS:
          // Space is then found as it is written.
          try file.truncate(to: size)
          return size
        default: throw error
        }
      }
    }
  }

  private static func writeHeader(
    number: UInt32, capacity: UInt64, to file: File, of volume: Volume
  ) async throws(IOError) {
    let header = SegmentHeader(
      volume: volume.identity.number, volumeID: volume.identity.id, segment: number,
      createdMilliseconds: Timestamp.now().milliseconds, capacity: capacity)
    let buffer = Ring.current.buffers.take(.receive)
    defer { buffer.release() }
    // SAFETY: the buffer is ours until released, after the write has ended.
    unsafe header.encode(into: buffer.memory)
    try await unsafe file.write(buffer.memory.part(0..<VolumeFormat.pageSize), at: 0)
  }

  private static func sharedSync(_ file: File, _ number: UInt32, _ share: RingVolume) -> SharedSync {
    let volume = share.volume
    return SharedSync(counters: share.counters) { [unowned share] () async throws(VolumeError) in
      if volume.options.syncMode == .none { return }
      do throws(IOError) {
        try await file.synchronize(dataOnly: true)
      } catch {
        throw VolumeError(error, "syncing a segment", volume: volume.identity.number, segment: number)
      }
      if let failure = share.injectedSyncFailure { throw failure }
      volume.health.succeeded()
    }
  }
}
