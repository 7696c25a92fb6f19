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
    let status = unsafe pthread_create(
      &handle, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, body.toOpaque())
    guard status == 0 else {
      unsafe body.release()
      throw MetadataError(.io, "no committer thread: errno \(status)")
    }
    self.handle = handle
  }

  func join() {
    pthread_join(handle, nil)
  }
}
