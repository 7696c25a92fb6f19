package import Metadata
import Primitives
package import Ring
import Synchronization

/// Gives memory back to the system once no client has asked for anything for a while: what the metadata caches, and
/// what the allocator keeps for the next allocation; and again while the rest lasts, whenever the process has grown:
/// by a scrub, an audit, a backup, a night of lifecycle. What reads next finds in the page cache what was cached.
package final class IdleMemory: Sendable {
  private let metadata: RocksMetadata
  private let idle: Duration
  private let activity: @Sendable () -> UInt64
  private let stopping = Stopping()
  private let count = Atomic<UInt64>(0)

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

/// When a process at rest gives memory back: after so many looks that saw no request, and after each further so many
/// if it has grown by then.
package struct MemoryRest {
  private var activity: UInt64
  private var quietLooks = 0
  /// The least memory seen since it was last given back; nil when nothing has been in this rest.
  private var floor: UInt64?

  /// How often one looks for requests within the time that makes a rest.
  package static let looks = 10
  /// Bytes of growth that are worth another release: a thirtieth of what RocksDB's cache may hold.
  package static let growth: UInt64 = 16 << 20

  /// - Parameter activity: the number of requests at the beginning.
  package init(activity: UInt64) { self.activity = activity }

  /// Looks once.
  /// - Parameters:
  ///   - now: a number that moves with every request.
  ///   - bytes: resident memory.
  /// - Returns: whether memory is to be given back now.
  package mutating func isReleaseDue(activity now: UInt64, bytes: UInt64) -> Bool {
    guard now == activity else {
      activity = now
      quietLooks = 0
      floor = nil
      return false
    }
    quietLooks += 1
    if let floor { self.floor = min(floor, bytes) }
    guard quietLooks >= Self.looks else { return false }
    quietLooks = 0
    guard let floor else { return true }
    return bytes >= floor + Self.growth
  }

  /// Memory was given back, down to `bytes` resident.
  package mutating func released(to bytes: UInt64) { floor = bytes }
}
