import Glibc
import Ring

/// Directories that tests leave behind.
enum TemporaryTree {
  /// Removes a directory with all beneath it, as far as that is possible.
  static func remove(_ path: String) {
    guard let names = try? Directory.list(path) else {
      _ = unsafe unlink(path)
      return
    }
    for name in names where name != "." && name != ".." { remove(path + "/" + name) }
    _ = unsafe rmdir(path)
  }
}
