import Glibc

/// What carries operations out: io_uring, epoll and threads, or a simulation.
///
/// Everything a ring learns of the outside world (bytes, errors, the time) comes through here, so that a
/// simulated backend controls all of it. All methods are called on the ring's thread.
protocol Backend: AnyObject {
  /// Starts an operation. Its completion is delivered by a later `turn`, exactly once; until then the
  /// operation's memory belongs to the backend.
  func submit(_ operation: Operation, token: Token)

  /// Asks for a pending operation to end early. Its completion comes all the same, with `-ECANCELED` or
  /// with whatever happened first. Operations on files may not heed it.
  func cancel(_ token: Token, descriptor: Int32)

  /// Sends what the socket has room for here and now, beside what is submitted: how many bytes, or a negative
  /// errno. Never waits.
  func sendNow(_ bytes: UnsafeRawBufferPointer, descriptor: Int32) -> Int

  /// Hands over what was submitted, waits for a completion (not beyond `deadline`; `nil`: not at all) and
  /// delivers what has completed to `Ring.complete`.
  func turn(waitUntil deadline: Instant?)

  /// Whether files may be read around the backend, where the page cache has the bytes.
  var readsPageCache: Bool { get }

  /// The time.
  func clock() -> Instant

  /// The buffer that a `receiveProvided` completion with these flags filled.
  func claimBuffer(flags: UInt32) -> Buffer?

  /// Takes back a buffer of `claimBuffer`.
  func giveBack(_ buffer: Buffer)

  /// A `receiveProvided` failed with ENOBUFS: make more if allowed.
  func growBuffers()

  /// The descriptor is about to be closed; nothing is pending on it.
  func forget(descriptor: Int32)

  /// Ends the backend. Nothing is pending, or what is pending is given up.
  func shutDown()
}

extension Backend {
  func sendNow(_ bytes: UnsafeRawBufferPointer, descriptor: Int32) -> Int {
    // SAFETY: the kernel reads exactly the buffer, during the call.
    let sent = unsafe send(
      descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    return sent < 0 ? -Int(errno) : sent
  }

  var readsPageCache: Bool { true }
}
