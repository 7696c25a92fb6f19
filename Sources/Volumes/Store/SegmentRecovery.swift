import Glibc
import Ring

/// What opening a volume does to the segments of earlier runs: none is ever appended to again, and one that a
/// crash left active still has its preallocated tail, which is returned to the file system.
///
/// No data is scanned. The file system knows where data ends (`FileSystem.dataEnd`); before a tail is cut off it
/// is read all the same, which costs no I/O as nothing was ever written there: should a file system be wrong
/// about where data ends, the tail stays.
enum SegmentRecovery {
  /// A segment of an earlier run.
  struct Found {
    let number: UInt32
    let size: UInt64
  }

  /// Seals all segments in `folder`. Those that hold no extent are removed: nothing in them can have been
  /// acknowledged.
  static func run(_ folder: String) async throws(VolumeError) -> (segments: [Found], lastNumber: UInt32) {
    let names = try perform("listing \(folder)") { () throws(IOError) in try Directory.list(folder) }
    var segments: [Found] = []
    let lastNumber = names.compactMap(SegmentName.number).max() ?? 0
    for name in names {
      guard let number = SegmentName.number(name) else { continue }
      let path = folder + "/" + name
      let size = try await perform("sealing \(path)") { () async throws(IOError) in try await seal(path) }
      if size > UInt64(VolumeFormat.pageSize) {
        segments.append(Found(number: number, size: size))
      } else if number < lastNumber {
        // The greatest number stays, so that none is used again (docs/ordering.md, "Volumes", rule 5).
        FileSystem.remove(path)
      }
    }
    return (segments, lastNumber)
  }

  /// Cuts a file to the end of its data: its size now.
  private static func seal(_ path: String) async throws(IOError) -> UInt64 {
    let file = try await File.open(path, flags: O_RDWR)
    defer { file.close() }
    let size = try file.size()
    let end = VolumeFormat.roundedUpToPage(try FileSystem.dataEnd(file))
    guard end < size, try await isZero(file, end..<size) else { return size }
    try file.truncate(to: end)
    return end
  }

  /// Whether the file at `path` is there and has no byte that is not zero: no header, so no extent that was ever
  /// acknowledged (docs/ordering.md, "Volumes", rule 4). On a ring, or at start.
  static func isBlank(_ path: String) async -> Bool {
    do throws(IOError) {
      let file = try await File.open(path, flags: O_RDONLY)
      defer { file.close() }
      return try await isZero(file, 0..<(try file.size()))
    } catch {
      return false
    }
  }

  private static func isZero(_ file: File, _ range: Range<UInt64>) async throws(IOError) -> Bool {
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: 256 << 10, alignment: VolumeFormat.pageSize)
    // SAFETY: allocated and freed here; no read is in flight by then.
    defer { unsafe buffer.deallocate() }
    var position = range.lowerBound
    while position < range.upperBound {
      let wanted = Int(min(UInt64(buffer.count), range.upperBound - position))
      let count = try await unsafe file.read(into: buffer.mutablePart(0..<wanted), at: position)
      if count == 0 { return true }
      guard unsafe buffer.part(0..<count).isZero else { return false }
      position += UInt64(count)
    }
    return true
  }
}
