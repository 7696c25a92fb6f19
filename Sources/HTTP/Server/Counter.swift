import Synchronization

/// A number that one ring counts up and any thread may read. With a single writer an addition needs no locked
/// instruction.
package final class Counter: Sendable {
  private let storage = Atomic<UInt64>(0)

  package init() {}

  /// The count so far.
  package var value: UInt64 { storage.load(ordering: .relaxed) }

  /// Counts `amount` more, which is not negative. On the counter's ring only.
  func add(_ amount: Int = 1) {
    storage.store(storage.load(ordering: .relaxed) &+ UInt64(truncatingIfNeeded: amount), ordering: .relaxed)
  }
}
