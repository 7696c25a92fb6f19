package import Metadata
import Primitives
package import Ring
import Synchronization

/// Gives memory back to the system once no client has asked for anything for a while: what the metadata caches, and
/// what the allocator keeps for the next allocation. What background work takes afterwards stays until clients have
/// come and gone again. The first requests afterwards read from the page cache what was cached.
package final class IdleMemory: Sendable {
  private let metadata: RocksMetadata
  private let idle: Duration
  private let activity: @Sendable () -> UInt64
  private let stopping = Stopping()
  private let count = Atomic<UInt64>(0)
  /// How often it looks for requests within `idle`.
  private static let looks = 10

  /// - Parameters:
  ///   - metadata: whose cache is emptied.
  ///   - idle: time without a request before memory is given back; zero is never.
  ///   - activity: a number that moves with every request.
  package init(metadata: RocksMetadata, after idle: Duration, activity: @escaping @Sendable () -> UInt64) {
    self.metadata = metadata
    self.idle = idle
    self.activity = activity
  }

  /// How often memory was given back.
  package var releases: UInt64 { count.load(ordering: .relaxed) }

  /// Begins; it works on `ring`, and on a thread of `blocking` where it takes long.
  package func start(on ring: Ring, blocking: BlockingPool) {
    guard idle > .zero else { return }
    stopping.run(on: ring) { [self] in
      let step = idle / Self.looks
      var seen = activity()
      var looks = 0
      while !stopping.isRequested {
        await stopping.sleep(for: step)
        let now = activity()
        looks = now == seen ? looks + 1 : 0
        seen = now
        // Once a rest.
        guard looks == Self.looks, !stopping.isRequested else { continue }
        await metadata.releaseMemory()
        await blocking.run { HeapMemory.giveBackFreePages() }
        count.add(1, ordering: .relaxed)
      }
    }
  }

  /// Ends it: returns when it has stopped. On a ring.
  package func stop() async { await stopping.stop() }
}
