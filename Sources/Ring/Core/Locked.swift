import Glibc

/// A value behind a mutex.
///
/// POSIX's rather than the standard library's `Mutex`, because the thread sanitizer knows it: what one thread
/// does under `Mutex` and another does later looks like a race to it, and every hand-over between rings and
/// other threads goes through here. An uncontended lock and unlock costs about 20 ns either way.
// SAFETY: @unchecked because the value is read and written under `mutex` only.
@safe package final class Locked<Value: Sendable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var value: Value

  /// Starts with `value`.
  package init(_ value: Value) {
    self.value = value
    // SAFETY: the mutex lives at a stable address from here to deinit.
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe pthread_mutex_init(mutex, nil)
  }

  deinit {
    // SAFETY: nobody holds a lock on an object without references.
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// Runs `body` with the value, alone. It must be short and must not lock this again.
  package func withLock<R, E: Error>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try body(&value)
  }
}
