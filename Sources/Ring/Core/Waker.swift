import CURing
import Glibc

/// An eventfd that ends the sleep of a ring.
final class Waker: Sendable {
  let descriptor: Int32

  init() throws(IOError) {
    descriptor = weir_eventfd()
    if descriptor < 0 { throw IOError(errno: errno, operation: "eventfd") }
  }

  deinit { close(descriptor) }

  /// Wakes the ring, from any thread.
  func wake() {
    var one: UInt64 = 1
    // SAFETY: writes the eight bytes of a local. It fails only with EAGAIN, when a wake is pending anyway.
    _ = unsafe write(descriptor, &one, 8)
  }

  /// Forgets the wakes so far.
  func drain() {
    var count: UInt64 = 0
    // SAFETY: reads eight bytes into a local.
    _ = unsafe read(descriptor, &count, 8)
  }
}
