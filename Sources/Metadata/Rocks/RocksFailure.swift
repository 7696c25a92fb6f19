import CRocksDB
import Glibc

/// Runs a C call that reports failure through a trailing `char **errptr` and throws what it reports.
@safe func checked<R>(
  _ call: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
) throws(MetadataError) -> R {
  // SAFETY: errptr must be null on entry; what the library puts there is a string for us to free.
  var report: UnsafeMutablePointer<CChar>? = nil
  let result = unsafe call(&report)
  guard let text = unsafe report else { return result }
  defer { unsafe rocksdb_free(text) }
  throw RocksFailure.classify(unsafe String(cString: text))
}

/// RocksDB's C API reports a `Status` as text; its beginning names the class.
enum RocksFailure {
  static func classify(_ text: String) -> MetadataError {
    MetadataError(code(text), text)
  }

  private static func code(_ text: String) -> MetadataError.Code {
    if text.hasPrefix("Corruption") { return .corruption }
    if text.hasPrefix("IO error") {
      if text.contains("No space left on device") { return .full }
      if text.contains("LOCK") || text.contains("lock hold by current process") { return .locked }
      return .io
    }
    // A manifest or table from a newer library, or one that is not what its name says.
    if text.hasPrefix("Not implemented") || text.hasPrefix("Invalid argument") { return .corruption }
    return .io
  }
}
