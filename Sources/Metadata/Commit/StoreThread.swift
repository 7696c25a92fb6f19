import CRocksDB
import Glibc

/// An operating-system thread of the store. Join it exactly once, or let go of it.
struct StoreThread {
  private let handle: pthread_t

  private final class Body {
    let name: String
    let run: @Sendable () -> Void
    init(_ name: String, _ run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }

  /// Starts a thread; `name` has 15 bytes at most.
  init(_ name: String, _ run: @escaping @Sendable () -> Void) throws(MetadataError) {
    // SAFETY: the thread takes the retained body over; should there be no thread, it is released here.
    let body = unsafe Unmanaged.passRetained(Body(name, run))
    var handle = pthread_t()
    // Signals belong to the main thread.
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    let status = unsafe pthread_create(
      &handle, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        unsafe pthread_setname_np(pthread_self(), body.name)
        body.run()
        return nil
      }, body.toOpaque())
    guard status == 0 else {
      unsafe body.release()
      throw MetadataError(.io, "no thread \(name): errno \(status)")
    }
    self.handle = handle
  }

  /// Leaves the thread to itself.
  func letGo() { pthread_detach(handle) }

  /// Waits for the end of the thread; on the thread itself (which may drop the last reference to a store
  /// with an update's closure) it lets go of it instead.
  func join() {
    guard pthread_equal(handle, pthread_self()) == 0 else {
      pthread_detach(handle)
      return
    }
    pthread_join(handle, nil)
  }
}
