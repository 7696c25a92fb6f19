import Glibc

/// Which ring the calling thread belongs to.
///
/// A POSIX thread-specific value rather than a thread-local variable: Swift has none, and a C one would be
/// looked up once and kept across a suspension, after which the task may be on another thread.
enum ThreadSlot {
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    // SAFETY: the call fills a local. It fails only when a process has used up all its keys.
    let code = unsafe pthread_key_create(&key, nil)
    precondition(code == 0, "no thread-specific key left")
    return key
  }()

  static var current: Ring? {
    // SAFETY: the slot holds a ring that its own thread keeps alive while the slot is set.
    unsafe pthread_getspecific(key).map { unsafe Unmanaged<Ring>.fromOpaque($0).takeUnretainedValue() }
  }

  /// The time of the current ring's turn; nil off the rings.
  static var turnTime: Instant? {
    // SAFETY: as above; the ring is only looked at.
    unsafe pthread_getspecific(key).map {
      unsafe Unmanaged<Ring>.fromOpaque($0)._withUnsafeGuaranteedRef { $0.now }
    }
  }

  @inline(__always)
  static func isCurrent(_ ring: Ring) -> Bool {
    // SAFETY: compares addresses only.
    unsafe pthread_getspecific(key) == UnsafeMutableRawPointer(Unmanaged.passUnretained(ring).toOpaque())
  }

  /// Makes the calling thread the ring's.
  static func enter(_ ring: Ring) {
    // SAFETY: the caller keeps the ring alive until `leave`.
    unsafe pthread_setspecific(key, Unmanaged.passUnretained(ring).toOpaque())
  }

  static func leave() {
    // SAFETY: clears the slot.
    pthread_setspecific(key, nil)
  }
}
