package import Metadata
import Primitives
package import Ring
import Synchronization

/// Gives memory back to the system once no client has asked for anything for a while: what the metadata caches, large
/// memtables, which are written out, and what the allocator keeps for the next allocation; and again while the rest
/// lasts, whenever the process has grown: by a scrub, an audit, a backup, a night of lifecycle. What reads next finds
/// in the page cache what was cached.
package final class IdleMemory: Sendable {
  private let metadata: RocksMetadata
  private let idle: Duration
  private let activity: @Sendable () -> UInt64
  private let stopping = Stopping()
  private let count = Atomic<UInt64>(0)

  /// - Parameters:
  ///   - metadata: whose cache is emptied, and whose large memtables are written out.
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
      var rest = MemoryRest(activity: activity())
      while !stopping.isRequested {
        await stopping.sleep(for: idle / MemoryRest.looks)
        guard !stopping.isRequested, rest.isReleaseDue(activity: activity(), bytes: ResidentMemory.bytes())
        else { continue }
        await metadata.releaseMemory()
        await blocking.run { HeapMemory.giveBackFreePages() }
        rest.released(to: ResidentMemory.bytes())
        count.add(1, ordering: .relaxed)
      }
    }
  }

  /// Ends it: returns when it has stopped. On a ring.
  package func stop() async { await stopping.stop() }
}
