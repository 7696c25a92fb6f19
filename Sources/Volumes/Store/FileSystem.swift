import Glibc
import Ring

/// What a volume asks of its file system besides reading and writing. All of it blocks: for start-up, the
/// blocking pool and statistics.
enum FileSystem {
  // lseek(2); Swift does not import them.
  private static let seekData: Int32 = 3
  private static let seekHole: Int32 = 4

  /// Free bytes for an unprivileged process, and all bytes, of the file system that holds `path`; nil when it
  /// does not say.
  static func space(_ path: String) -> (free: UInt64, total: UInt64)? {
    var status = statvfs()
    // SAFETY: the pointer is to a local for the length of the call.
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    let unit = UInt64(status.f_frsize)
    return (UInt64(status.f_bavail) &* unit, UInt64(status.f_blocks) &* unit)
  }

  /// Removes a file; that it is not there, or will not go, costs space only.
  static func remove(_ path: String) { try? Directory.remove(file: path) }

  /// Takes the exclusive lock of an open file; false when another process has it.
  static func lock(_ file: File) throws(IOError) -> Bool {
    if flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw IOError(errno: errno, operation: "flock") }
    return false
  }

  /// The end of the last data in a file: behind it lies only what was preallocated and never written. The file
  /// system tells the two apart without reading (lseek(2), seekData); one that cannot answers the file's size.
  static func dataEnd(_ file: File) throws(IOError) -> UInt64 {
    let size = try file.size()
    var position: off_t = 0
    while position < off_t(size) {
      let data = lseek(file.descriptor, position, seekData)
      if data < 0 { return errno == ENXIO ? UInt64(position) : size }
      let hole = lseek(file.descriptor, data, seekHole)
      if hole <= data { return size }
      position = hole
    }
    return size
  }
}
