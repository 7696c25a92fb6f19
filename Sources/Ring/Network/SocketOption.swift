import Glibc

/// Switches of sockets.
enum SocketOption {
  /// Turns a boolean option on. Failure is not worth an error: every option used is an optimisation, or its
  /// absence shows in the call that follows (bind).
  static func enable(_ descriptor: Int32, _ level: Int32, _ name: Int32) {
    var one: Int32 = 1
    // SAFETY: reads four bytes of a local.
    unsafe setsockopt(descriptor, level, name, &one, socklen_t(MemoryLayout<Int32>.size))
  }

  /// The error a finished non-blocking connect left behind; 0 when it succeeded.
  static func pendingError(_ descriptor: Int32) -> Int32 {
    var code: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    // SAFETY: writes four bytes into a local.
    let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
    return result < 0 ? errno : code
  }
}
