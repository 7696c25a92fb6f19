import Synchronization

/// A flag that goes up once.
final class OnceFlag: Sendable {
  private let isUp = Atomic<Bool>(false)

  /// True for the one caller that raises it.
  func raise() -> Bool { !isUp.exchange(true, ordering: .acquiringAndReleasing) }
}
