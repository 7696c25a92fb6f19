import Glibc
import Synchronization

/// Lets users in until it is closed; closing waits for those inside.
final class Gate: Sendable {
  /// The number inside, times two; the lowest bit says closed.
  private let state = Atomic<UInt64>(0)

  /// - Returns: false when the gate is closed; else `leave` must follow.
  func enter() -> Bool {
    let before = state.add(2, ordering: .acquiring).oldValue
    if before & 1 == 0 { return true }
    leave()
    return false
  }

  func leave() {
    state.subtract(2, ordering: .releasing)
  }

  /// Shuts the gate and returns when everybody has left. Only for shutting down: it polls.
  func close() {
    state.bitwiseOr(1, ordering: .acquiringAndReleasing)
    while state.load(ordering: .acquiring) > 1 { usleep(200) }
  }
}
