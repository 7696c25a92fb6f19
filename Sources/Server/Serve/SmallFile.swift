import Glibc

/// Whole small files, read and replaced at start; never on a ring.
enum SmallFile {
  static let bytesMax = 1 << 20

  /// The file's bytes; nil when there is none. - Throws: when it cannot be read or is over 1 MiB.
  static func read(_ path: String) throws(ConfigurationError) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw ConfigurationError("\(path) cannot be opened: \(reason())")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      // SAFETY: the buffer outlives the call and its count bounds what is read.
      let count = unsafe chunk.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
      }
      guard count >= 0 else { throw ConfigurationError("\(path) cannot be read: \(reason())") }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= bytesMax else { throw ConfigurationError("\(path) is over 1 MiB") }
    }
  }

  /// Replaces the file durably: a new file is synced, renamed over it, and the directory synced.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(ConfigurationError) {
    let temporary = path + ".new"
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw ConfigurationError("\(temporary) cannot be made: \(reason())") }
    defer { close(descriptor) }
    // SAFETY: the buffer outlives the call and its count bounds what is written.
    let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    guard count == bytes.count, fchmod(descriptor, mode) == 0, fsync(descriptor) == 0,
      unsafe rename(temporary, path) == 0
    else { throw ConfigurationError("\(path) cannot be written: \(reason())") }
    try synchronizeDirectory(of: path)
  }

  private static func synchronizeDirectory(of path: String) throws(ConfigurationError) {
    let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let parent = unsafe open(directory.isEmpty ? "/" : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard parent >= 0 else { throw ConfigurationError("\(directory) cannot be opened: \(reason())") }
    defer { close(parent) }
    guard fsync(parent) == 0 else { throw ConfigurationError("\(directory) cannot be synced: \(reason())") }
  }

  /// The permission bits of the file. - Throws: when it cannot be examined.
  static func mode(_ path: String) throws(ConfigurationError) -> mode_t {
    var status = stat()
    // SAFETY: the status outlives the call that fills it.
    guard unsafe stat(path, &status) == 0 else {
      throw ConfigurationError("\(path) cannot be examined: \(reason())")
    }
    return status.st_mode & 0o7777
  }

  /// The user that the file belongs to. - Throws: when it cannot be examined.
  static func owner(_ path: String) throws(ConfigurationError) -> uid_t {
    var status = stat()
    // SAFETY: the status outlives the call that fills it.
    guard unsafe stat(path, &status) == 0 else {
      throw ConfigurationError("\(path) cannot be examined: \(reason())")
    }
    return status.st_uid
  }

  /// Whether there is something at `path`.
  static func exists(_ path: String) -> Bool {
    // SAFETY: a system call on a NUL-terminated string.
    unsafe access(path, F_OK) == 0
  }

  /// Deletes the file durably; fine when there is none.
  static func remove(_ path: String) throws(ConfigurationError) {
    // SAFETY: a system call on a NUL-terminated string.
    guard unsafe unlink(path) == 0 || errno == ENOENT else {
      throw ConfigurationError("\(path) cannot be deleted: \(reason())")
    }
    try synchronizeDirectory(of: path)
  }

  static func reason() -> String {
    // SAFETY: strerror returns a NUL-terminated string that is copied at once.
    unsafe String(cString: strerror(errno))
  }
}
