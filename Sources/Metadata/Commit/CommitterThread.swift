import CRocksDB
import Glibc

/// The operating-system thread of a committer. Join it exactly once.
struct CommitterThread {
  private let handle: pthread_t

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  init(_ run: @escaping @Sendable () -> Void) throws(MetadataError) {
    // SAFETY: the thread takes the retained body over; should there be no thread, it is released here.
    let body = unsafe Unmanaged.passRetained(Body(run))
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
        unsafe pthread_setname_np(pthread_self(), "weir-commit")
        unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, body.toOpaque())
    guard status == 0 else {
      unsafe body.release()
      throw MetadataError(.io, "no committer thread: errno \(status)")
    }
    self.handle = handle
  }

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
