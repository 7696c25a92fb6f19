/// What a ring has before its thread has made the real backend, and after its end: only the clock works.
final class IdleBackend: Backend {
  func submit(_ operation: Operation, token: Token) { preconditionFailure("the ring is not running") }
  func cancel(_ token: Token, descriptor: Int32) {}
  func turn(waitUntil deadline: Instant?) {}
  func clock() -> Instant { .monotonic() }
  func claimBuffer(flags: UInt32) -> Buffer? { nil }
  func giveBack(_ buffer: Buffer) {}
  func growBuffers() {}
  func forget(descriptor: Int32) {}
  func shutDown() {}
}
