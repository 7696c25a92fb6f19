import Ring
import Synchronization

/// Who is reading: lets the reclaimer wait until everybody who may have seen a reference has left (sleepable RCU,
/// P. McKenney, "Sleepable Read-Copy Update", 2006).
///
/// A reader enters before it reads an object's row and leaves after the last byte. Each ring counts its readers of
/// even and of odd epochs, so entering costs one atomic addition to a word that no other ring adds to.
final class ReadEpochs: Sendable {
  /// A ring's readers that entered in even, or in odd, epochs. Where one has entered; it leaves by giving this back.
  final class Readers: Sendable {
    fileprivate let count = Atomic<Int>(0)
  }

  private let epoch = Atomic<UInt64>(0)
  /// For each ring, of even epochs and of odd ones.
  private let even: [Readers]
  private let odd: [Readers]

  /// For readers on `rings` rings.
  init(rings: Int) {
    even = (0..<max(1, rings)).map { _ in Readers() }
    odd = (0..<max(1, rings)).map { _ in Readers() }
  }

  /// On a ring. `leave` must follow, on any thread.
  func enter() -> Readers {
    let index = Ring.current.index % even.count
    let isOdd = epoch.load(ordering: .sequentiallyConsistent) & 1 == 1
    let readers = isOdd ? odd[index] : even[index]
    readers.count.add(1, ordering: .sequentiallyConsistent)
    return readers
  }

  /// Ends what `enter` began.
  func leave(_ readers: Readers) { readers.count.subtract(1, ordering: .sequentiallyConsistent) }

  /// Ends the epoch: a wait for everybody who has entered so far. One at a time.
  func begin() -> Grace { Grace(waiting: flip(), flips: 1) }

  /// Whether everybody has left who had entered before `begin`; ask again when not. A body that a client reads slowly
  /// holds it up; who enters meanwhile does not.
  func isOver(_ grace: inout Grace) -> Bool {
    while grace.waiting.allSatisfy({ $0.count.load(ordering: .sequentiallyConsistent) == 0 }) {
      // Twice: a reader may have looked at the epoch just before a flip and been counted just after the look.
      guard grace.flips < 2 else { return true }
      grace = Grace(waiting: flip(), flips: grace.flips + 1)
    }
    return false
  }

  /// Readers that are waited for.
  struct Grace: Sendable {
    fileprivate let waiting: [Readers]
    fileprivate let flips: Int
  }

  private func flip() -> [Readers] {
    let wasOdd = epoch.add(1, ordering: .sequentiallyConsistent).oldValue & 1 == 1
    return wasOdd ? odd : even
  }
}
