import Glibc

/// A queue that threads wait on. (The standard library has a mutex but no condition variable.)
// SAFETY: everything is read and written under `mutex`.
@safe final class BlockingQueue: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var items: [(@Sendable () -> Void)?] = []
  private var head = 0
  private var isClosed = false
  private var taken: UInt64 = 0

  init() {
    // SAFETY: both live at a stable address from here to deinit.
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe condition.initialize(to: pthread_cond_t())
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    // SAFETY: no thread waits any more; each holds a reference while it does.
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  private func locked<R>(_ body: () -> R) -> R {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Adds an item; false once closed.
  func add(_ item: @escaping @Sendable () -> Void) -> Bool {
    let added = locked {
      if isClosed { return false }
      items.append(item)
      return true
    }
    if added { unsafe pthread_cond_signal(condition) }
    return added
  }

  /// The next item, waiting for one; `nil` once closed and empty.
  func next() -> (@Sendable () -> Void)? {
    locked {
      while head == items.count {
        if isClosed { return nil }
        unsafe pthread_cond_wait(condition, mutex)
      }
      let item = items[head]
      items[head] = nil
      head += 1
      taken += 1
      if head == items.count || head >= 1024 {
        items.removeFirst(head)
        head = 0
      }
      return item
    }
  }

  /// Nothing is added any more; waiting threads end when the queue is empty.
  func close() {
    locked { isClosed = true }
    unsafe pthread_cond_broadcast(condition)
  }

  var count: Int { locked { items.count - head } }
  var started: UInt64 { locked { taken } }
}
