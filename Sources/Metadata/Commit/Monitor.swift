import Glibc

/// A value behind a POSIX mutex, with a condition that threads wait on. Times are nanoseconds on the monotonic clock.
// SAFETY (unchecked Sendable): `value` is touched only with the mutex held.
@safe final class Monitor<Value>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var value: Value

  /// What a waiting thread goes on with.
  enum Outcome<R> {
    case done(R)
    /// Wait for a signal, but no longer than until then; nil waits for ever.
    case wait(until: UInt64?)
  }

  init(_ value: Value) {
    self.value = value
    // SAFETY: both live at a fixed address from here to deinit, as POSIX asks.
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    // SAFETY: nobody else has a reference any more, so nobody holds or waits for them.
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  func withLock<R>(_ body: (inout Value) -> R) -> R {
    // SAFETY: initialised in init; unlocked on the way out by the thread that locked.
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body(&value)
  }

  /// Wakes one thread that waits.
  func signal() {
    // SAFETY: initialised in init; the caller's reference keeps it.
    unsafe pthread_cond_signal(condition)
  }

  /// Calls `body` with the lock held, again after every signal and every deadline it named, until it is done.
  func wait<R>(_ body: (inout Value) -> Outcome<R>) -> R {
    // SAFETY: as for withLock; waiting needs the lock to be held, and gives it back held.
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      switch body(&value) {
      case .done(let result): return result
      case .wait(until: nil): unsafe pthread_cond_wait(condition, mutex)
      case .wait(let deadline?):
        var time = timespec(
          tv_sec: Int(clamping: deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
        unsafe pthread_cond_timedwait(condition, mutex, &time)
      }
    }
  }
}
