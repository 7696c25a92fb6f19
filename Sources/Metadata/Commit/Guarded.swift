import Glibc

/// A value behind a POSIX mutex.
///
/// `Synchronization.Mutex` would do the same, but the thread sanitizer does not see its fast path in this
/// toolchain and reports every guarded access as a race; it knows POSIX mutexes.
// SAFETY (unchecked Sendable): `value` is touched only with the mutex held.
@safe final class Guarded<Value>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var value: Value

  init(_ value: Value) {
    self.value = value
    // SAFETY: it lives at a fixed address from here to deinit, as POSIX asks.
    unsafe mutex = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
  }

  deinit {
    // SAFETY: nobody else has a reference any more, so nobody holds or waits for it.
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  func withLock<R>(_ body: (inout Value) -> R) -> R {
    // SAFETY: initialised in init; unlocked on the way out by the thread that locked.
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body(&value)
  }
}
