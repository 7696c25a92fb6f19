/// A point where tasks of one ring wait for each other. Ring-confined.
// @safe: continuations are the only unsafe thing in it, and each is resumed exactly once.
@safe final class RingSignal {
  private var waiting: [UnsafeContinuation<Void, Never>] = unsafe []

  /// Returns after the next `fire()`.
  func wait() async {
    // SAFETY: the continuation is stored in `waiting`, whose members are each resumed exactly once.
    await unsafe withUnsafeContinuation { continuation in
      unsafe waiting.append(continuation)
    }
  }

  /// Lets all that wait go on.
  func fire() {
    let woken = unsafe waiting
    unsafe waiting = []
    for index in unsafe woken.indices { unsafe woken[index].resume() }
  }
}
