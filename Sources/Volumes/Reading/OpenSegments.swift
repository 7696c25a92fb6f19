import Glibc
import Ring

/// The segment files that a ring has open for reading: a lookup is one dictionary access, without a lock.
/// Ring-confined. A file that is dropped while a reader uses it is closed when the reader is done.
final class OpenSegments {
  private let volume: Volume
  private var files: [UInt32: File] = [:]
  /// The numbers in order of opening; the oldest is dropped first.
  private var order: [UInt32] = []
  private var oldest = 0

  /// None open yet.
  init(volume: Volume) { self.volume = volume }

  /// The file of a segment, opened on first use. One of another segment or volume is refused. A header that is damaged
  /// is not: each extent says by itself what it is and where, and one bit must not cost all of them.
  func file(_ segment: UInt32) async throws(VolumeError) -> File {
    if let file = files[segment] { return file }
    let file = try await open(segment)
    // Another task may have opened it meanwhile; either serves.
    if files.updateValue(file, forKey: segment) == nil { remember(segment) }
    return file
  }

  /// Drops the file of a segment that is gone, so that its space is the file system's again.
  func drop(_ segment: UInt32) { files[segment] = nil }

  /// Drops all files.
  func closeAll() {
    files = [:]
    order = []
    oldest = 0
  }

  private func remember(_ segment: UInt32) {
    if order.count < volume.options.openSegmentsMax {
      order.append(segment)
    } else {
      files[order[oldest]] = nil
      order[oldest] = segment
      oldest = (oldest + 1) % order.count
    }
  }

  private func open(_ segment: UInt32) async throws(VolumeError) -> File {
    let number = volume.identity.number
    let direct = volume.isDirect && volume.options.directReads
    let buffer = Ring.current.buffers.take(.receive)
    defer { buffer.release() }
    let file: File
    do throws(IOError) {
      file = try await File.open(volume.path(segment), flags: O_RDONLY | (direct ? File.direct : 0))
    } catch {
      guard error.errno == ENOENT else {
        throw VolumeError(error, "opening a segment", volume: number, segment: segment)
      }
      throw VolumeError(.damaged, "the segment is missing", volume: number, segment: segment, errno: ENOENT)
    }
    do throws(IOError) {
      // SAFETY: the buffer is ours until released, after the read has ended.
      buffer.count = try await unsafe file.read(
        into: buffer.memory.mutablePart(0..<VolumeFormat.pageSize), at: 0)
    } catch {
      throw VolumeError(error, "reading a segment's header", volume: number, segment: segment, offset: 0)
    }
    let header: SegmentHeader
    do throws(VolumeError) {
      header = try unsafe SegmentHeader.decode(buffer.bytes)
    } catch {
      if error.code == .damaged { return file }
      throw VolumeError(error.code, error.message, volume: number, segment: segment, offset: 0)
    }
    guard header.segment == segment, header.volumeID == volume.identity.id else {
      throw VolumeError(
        .damaged, "the file is another segment's", volume: number, segment: segment, offset: 0)
    }
    return file
  }
}
