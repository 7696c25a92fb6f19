import Synchronization

/// What one ring has done since it started. Written by the ring's thread alone (plain load and store, no
/// bus lock), readable from any thread at any time.
package final class RingStatistics: Sendable {
  /// A number only one thread changes.
  package struct Counter: ~Copyable, Sendable {
    private let value = Atomic<UInt64>(0)
    init() {}

    /// The value now, from any thread.
    package var current: UInt64 { value.load(ordering: .relaxed) }

    func add(_ amount: UInt64 = 1) {
      value.store(value.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }
    func subtract(_ amount: UInt64 = 1) {
      value.store(value.load(ordering: .relaxed) &- amount, ordering: .relaxed)
    }
  }

  /// Turns of the event loop.
  package let turns = Counter()
  /// Calls into the kernel to submit or wait.
  package let enters = Counter()
  /// Times the ring was woken by another thread.
  package let wakes = Counter()
  /// Completions delivered.
  package let completions = Counter()
  /// Jobs (pieces of tasks between two suspensions) run.
  package let jobs = Counter()
  /// Socket operations ended by their deadline.
  package let timeouts = Counter()
  /// Timers and sleeps that came due.
  package let timers = Counter()
  /// Times the kernel found no provided receive buffer.
  package let bufferShortages = Counter()
  /// Times the kernel's completion queue ran over.
  package let overflows = Counter()
  /// Operations started and not completed yet.
  package let pending = Counter()
  /// Open sockets of this ring.
  package let sockets = Counter()
  /// Buffers taken and not released, of both sizes, with those that came from `Socket.receive()`.
  package let buffersOutstanding = Counter()
  /// Bytes of buffer memory held, taken or cached.
  package let bufferBytes = Counter()

  private let kinds = InlineArray<10, Counter> { _ in Counter() }

  init() { precondition(OperationKind.allCases.count == 10) }

  /// Operations of a kind submitted so far.
  package func submitted(_ kind: OperationKind) -> UInt64 { kinds[Int(kind.rawValue)].current }

  /// Operations submitted so far.
  package var submitted: UInt64 { OperationKind.allCases.reduce(0) { $0 &+ submitted($1) } }

  func countSubmission(_ kind: OperationKind) {
    kinds[Int(kind.rawValue)].add()
    pending.add()
  }
}
