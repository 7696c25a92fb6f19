import Glibc

/// An operating-system failure: which call, and why.
package struct IOError: Error, Sendable {
  /// The errno value, positive.
  package let errno: Int32
  /// What was attempted, for people ("receive", "open", …).
  package let operation: StaticString

  /// A failure of `operation` with a positive errno value.
  package init(errno: Int32, operation: StaticString) {
    self.errno = errno
    self.operation = operation
  }

  /// The deadline passed.
  package var isTimeout: Bool { errno == ETIMEDOUT }
  /// `cancel()` or `close()` ended it, or the ring is shutting down.
  package var isCancelled: Bool { errno == ECANCELED }
  /// The other side is gone.
  package var isDisconnect: Bool {
    switch errno {
    case ECONNRESET, EPIPE, ECONNABORTED, ENOTCONN, ESHUTDOWN, ENETRESET, EHOSTUNREACH, ENETUNREACH: true
    default: false
    }
  }
}

extension IOError: CustomStringConvertible {
  /// "receive: Connection reset by peer (errno 104)"
  package var description: String {
    // SAFETY: strerror returns a NUL-terminated string, copied here before anything else can call it.
    let reason = unsafe String(cString: strerror(errno))
    return "\(operation): \(reason) (errno \(errno))"
  }
}
