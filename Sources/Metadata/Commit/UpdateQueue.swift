import Glibc

/// Updates waiting for the committer; many threads put in, one takes everything out.
// SAFETY (unchecked Sendable): every stored variable is touched only with `lock` held.
@safe final class UpdateQueue: @unchecked Sendable {
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let wake: UnsafeMutablePointer<pthread_cond_t>
  private let limit: Int
  private var waiting: [PendingUpdate] = []
  private var isSleeping = false
  /// Set once: why nothing is accepted any more.
  private var refusal: MetadataError?

  init(limit: Int) {
    self.limit = limit
    // SAFETY: both live at a fixed address from here to deinit, as POSIX asks.
    unsafe lock = .allocate(capacity: 1)
    unsafe wake = .allocate(capacity: 1)
    unsafe pthread_mutex_init(lock, nil)
    unsafe pthread_cond_init(wake, nil)
  }

  deinit {
    // SAFETY: nobody else has a reference any more, so nobody holds or waits for them.
    unsafe pthread_cond_destroy(wake)
    unsafe pthread_mutex_destroy(lock)
    unsafe wake.deallocate()
    unsafe lock.deallocate()
  }

  /// Hands an update over; nil when it was taken. `again` passes the limit: it has been counted before.
  func submit(_ update: PendingUpdate, again: Bool = false) -> MetadataError? {
    var mustWake = false
    let refused: MetadataError? = locked {
      if let refusal { return refusal }
      guard again || waiting.count < limit else {
        return MetadataError(.overloaded, "\(limit) updates are waiting already")
      }
      waiting.append(update)
      mustWake = isSleeping
      isSleeping = false
      return nil
    }
    // Outside the lock, or the committer would wake only to wait for it.
    // SAFETY: initialised in init; the caller's reference keeps it.
    if mustWake { unsafe pthread_cond_signal(wake) }
    return refused
  }

  /// Moves everything that waits into `batch` (which must be empty); with `wait`, sleeps until there is
  /// something or the queue is closed.
  /// - Returns: false once the queue is closed and empty.
  func take(into batch: inout [PendingUpdate], wait: Bool) -> Bool {
    precondition(batch.isEmpty, "a batch was taken over an unfinished one")
    return locked {
      while wait && waiting.isEmpty && refusal == nil {
        isSleeping = true
        // SAFETY: the lock is held, as it must be.
        unsafe pthread_cond_wait(wake, lock)
      }
      isSleeping = false
      swap(&waiting, &batch)
      return !batch.isEmpty || refusal == nil
    }
  }

  /// Accepts nothing from now on (the first reason stays) and gives back what was still waiting.
  func close(_ reason: MetadataError) -> [PendingUpdate] {
    locked {
      if refusal == nil { refusal = reason }
      // SAFETY: initialised in init.
      unsafe pthread_cond_signal(wake)
      defer { waiting = [] }
      return waiting
    }
  }

  var depth: Int { locked { waiting.count } }

  private func locked<R>(_ body: () -> R) -> R {
    // SAFETY: initialised in init; unlocked on the way out by the thread that locked.
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    return body()
  }
}
