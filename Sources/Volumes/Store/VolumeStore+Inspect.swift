import Glibc
import Ring

extension VolumeStore {
  /// Segments looked at from the newest back, to find one whose header is sound.
  private static let headersMax = 8

  /// What volume is in `directory`, found out without changing anything; nil when there is none. Blocks. Throws
  /// `.format` for a volume or segments of a later release, `.damaged` for an identity that is damaged or gone, and
  /// for segments of another volume.
  package static func inspect(directory: String) async throws(VolumeError) -> VolumeIdentity? {
    let segments = try segmentNumbers(directory + "/segments")
    guard let identity = try await VolumeIdentity.read(in: directory, segments) else { return nil }
    // A later release writes its own format from its first start on, so the newest segment tells. What a crash left
    // half made has no sound header: then the one before does.
    for segment in segments.suffix(headersMax).reversed() {
      let header: SegmentHeader
      do throws(VolumeError) {
        header = try await readHeader(directory + "/segments/" + SegmentName.string(segment))
      } catch {
        guard error.code == .damaged else {
          throw VolumeError(
            error.code, "segment \(segment): \(error.message)", volume: identity.number, segment: segment,
            errno: error.errno)
        }
        continue
      }
      guard header.volumeID == identity.id else {
        throw VolumeError(
          .damaged, "segment \(segment) belongs to the volume \(header.volumeID), and this is \(identity.id)",
          volume: identity.number, segment: segment)
      }
      break
    }
    return identity
  }

  /// The numbers of the segment files in a folder, in order; none when there is no folder.
  private static func segmentNumbers(_ folder: String) throws(VolumeError) -> [UInt32] {
    guard Directory.exists(folder) else { return [] }
    let names = try perform("listing \(folder)") { () throws(IOError) in try Directory.list(folder) }
    return names.compactMap(SegmentName.number).sorted()
  }

  private static func readHeader(_ path: String) async throws(VolumeError) -> SegmentHeader {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: VolumeFormat.pageSize, alignment: VolumeFormat.pageSize)
    // SAFETY: allocated and freed here; the read has ended by then.
    defer { unsafe memory.deallocate() }
    let count = try await perform("reading \(path)") { () async throws(IOError) in
      let file = try await File.open(path, flags: O_RDONLY)
      defer { file.close() }
      // Pages that are read ahead look like data to whoever asks the file system where data ends.
      posix_fadvise(file.descriptor, 0, 0, POSIX_FADV_RANDOM)
      return try await unsafe file.read(into: memory, at: 0)
    }
    return try unsafe SegmentHeader.decode(UnsafeRawBufferPointer(memory).part(0..<count))
  }
}
