import Glibc

/// Calls that touch only the inode in memory and are not worth a submission.
extension File {
  /// The file's size in bytes now.
  package func size() throws(IOError) -> UInt64 {
    var status = stat()
    // SAFETY: the call fills a local.
    if unsafe fstat(descriptor, &status) < 0 { throw IOError(errno: errno, operation: "fstat") }
    return UInt64(status.st_size)
  }

  /// Sets the file's size in bytes. Cutting off much data may block for long; not for hot paths.
  package func truncate(to size: UInt64) throws(IOError) {
    if ftruncate(descriptor, off_t(size)) < 0 { throw IOError(errno: errno, operation: "ftruncate") }
  }

  /// Closes the descriptor. No operation may be pending. Again: nothing happens.
  package func close() {
    if isClosed.raise() { Glibc.close(descriptor) }
  }
}
