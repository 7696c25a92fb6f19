import Ring
import Synchronization

/// When the free space of the volumes was looked at last.
final class SpaceLook: Sendable {
  /// How old a look may be.
  static let period = Duration.seconds(1)

  private let due = Atomic<UInt64>(0)

  /// Whether it is time for another look; true for one caller only.
  func isDue(_ now: Instant) -> Bool {
    let seen = due.load(ordering: .relaxed)
    guard now.nanoseconds >= seen else { return false }
    let next = now.advanced(by: Self.period).nanoseconds
    return due.compareExchange(expected: seen, desired: next, ordering: .relaxed).exchanged
  }
}
