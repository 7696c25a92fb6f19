import CURing
import Glibc

/// Directories. All of it blocks: for start-up and the blocking pool.
package enum Directory {
  /// Creates a directory and those above it that are missing; fine if it exists.
  package static func create(_ path: String, mode: UInt32 = 0o700) throws(IOError) {
    if unsafe mkdir(path, mode_t(mode)) == 0 { return }
    switch errno {
    case EEXIST: return
    case ENOENT:
      guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { break }
      try create(String(path[..<slash]), mode: mode)
      if unsafe mkdir(path, mode_t(mode)) == 0 || errno == EEXIST { return }
    default: break
    }
    throw IOError(errno: errno, operation: "mkdir")
  }

  /// The names in a directory, sorted, without "." and "..".
  package static func list(_ path: String) throws(IOError) -> [String] {
    guard let stream = unsafe opendir(path) else { throw IOError(errno: errno, operation: "opendir") }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    // SAFETY: the entry is valid until the next readdir, and its name is NUL-terminated.
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Makes creations, renames and removals in a directory durable.
  package static func synchronize(_ path: String) throws(IOError) {
    let descriptor = unsafe weir_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    if descriptor < 0 { throw IOError(errno: errno, operation: "open") }
    defer { close(descriptor) }
    if fsync(descriptor) < 0 { throw IOError(errno: errno, operation: "fsync") }
  }

  /// Removes a file. Missing is an ENOENT.
  package static func remove(file path: String) throws(IOError) {
    if unsafe unlink(path) < 0 { throw IOError(errno: errno, operation: "unlink") }
  }

  /// Renames a file or directory, replacing a file of the new name.
  package static func rename(_ source: String, to target: String) throws(IOError) {
    if unsafe Glibc.rename(source, target) < 0 { throw IOError(errno: errno, operation: "rename") }
  }

  /// Whether something of that name exists.
  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}
