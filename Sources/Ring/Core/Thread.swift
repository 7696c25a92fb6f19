import CURing
import Glibc

/// A thread of our own, joined or detached, exactly once.
struct Thread: Sendable {
  private let handle: pthread_t

  private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Starts a thread with a name of at most 15 bytes. It blocks all signals: they belong to the main thread.
  init(name: String, body: @escaping @Sendable () -> Void) throws(IOError) {
    let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
    var all = sigset_t()
    var old = sigset_t()
    var handle = pthread_t()
    // SAFETY: the new thread takes over the reference to `start`; if there is none, it is released here.
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &old)
    let code = unsafe pthread_create(
      &handle, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        unsafe weir_name_thread(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    unsafe pthread_sigmask(SIG_SETMASK, &old, nil)
    if code != 0 {
      unsafe start.release()
      throw IOError(errno: code, operation: "pthread_create")
    }
    self.handle = handle
  }

  /// Waits for the thread's end.
  func join() { pthread_join(handle, nil) }

  /// Lets the thread end by itself, and what it holds with it.
  func detach() { pthread_detach(handle) }
}
