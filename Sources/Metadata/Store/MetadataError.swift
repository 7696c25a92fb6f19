/// Why the metadata store could not do what it was asked.
package struct MetadataError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Code: Sendable, Hashable {
    /// The disk or the file system failed. After a failed commit the store accepts no update any more.
    case io
    /// Bytes on disk are not what was written: a checksum, a record or a file is wrong or missing.
    case corruption
    /// The disk has no room left for a commit. Clears by itself once there is room.
    case full
    /// The store is closed or closing.
    case closed
    /// Another process has the directory open.
    case locked
    /// The directory was written by a release whose format this one does not know.
    case format
    /// The metadata is older than the journal that was kept of it.
    case stale
    /// More updates wait than `MetadataOptions.queueLimit` allows; nothing was written.
    case overloaded
  }

  package let code: Code
  /// For logs and operators; names files and causes, never keys or values.
  package let message: String
  /// Whether the update that failed may be there all the same once the store is opened again: the write of its group
  /// failed. Else it is certain that nothing of it was written.
  package internal(set) var mayHaveCommitted = false

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { "metadata \(code): \(message)" }
}

extension MetadataError {
  /// The same, of an update whose group was being written.
  var ofFailedWrite: MetadataError {
    var error = self
    error.mayHaveCommitted = true
    return error
  }
}

/// An error type that a closure run by the store can throw: it must be able to carry the store's own failures.
package protocol MetadataFailure: Error {
  init(_ failure: MetadataError)
}

extension MetadataError: MetadataFailure {
  package init(_ failure: MetadataError) { self = failure }
}
