package import Ring
import Synchronization

/// The metadata store on RocksDB: one committer thread for updates, reads wherever they are asked for.
package final class RocksMetadata: MetadataStore {
  let database: RocksDatabase
  /// Whoever uses the database is inside; closing waits for them.
  let gate = Gate()
  let blocking: BlockingPool
  let queue: UpdateQueue
  let committer: Committer
  let hits = Atomic<UInt64>(0)
  let misses = Atomic<UInt64>(0)
  let wallMilliseconds: @Sendable () -> Int64
  let space: FreeSpace
  private let thread: StoreThread
  /// Clears away what scans step over.
  let sweeper: HiddenEntrySweeper
  private let sweeperThread: StoreThread
  /// The journal, once `protect` has begun one; shared with the committer's engine.
  let journal = Guarded<Journal?>(nil)
  let isLeftOpen = Guarded(false)
  /// What `protect` has started.
  let protection = Guarded<Protection?>(nil)
  private let isClosed = Atomic<Bool>(false)

  /// Opens the store in `path`, which is made if it is missing. Blocks while the log is replayed.
  package static func open(
    path: String, options: MetadataOptions = MetadataOptions(), blocking: BlockingPool
  ) throws(MetadataError) -> RocksMetadata {
    let database = try RocksDatabase(path: path, options: options)
    try RocksFormat.check(database)
    let bound = try HybridClock.decode(bound: database.get(StoreTable.clockKey))
    return try RocksMetadata(path, database, HybridClock(bound: bound), options, blocking)
  }

  private init(
    _ path: String, _ database: RocksDatabase, _ clock: HybridClock, _ options: MetadataOptions,
    _ blocking: BlockingPool
  ) throws(MetadataError) {
    self.database = database
    self.blocking = blocking
    wallMilliseconds = options.wallMilliseconds
    queue = UpdateQueue(limit: options.queueLimit)
    let group = CommitGroup(
      engine: RocksEngine(database, journal: journal), clock: clock,
      wallMilliseconds: options.wallMilliseconds)
    let space = FreeSpace(path: path, options)
    self.space = space
    let hooks = Committer.Hooks(
      room: { space.room() },
      fetch: { [gate, blocking] key, then in
        // Rare, and its end is what puts the update back: no task to wait in.
        Task {
          await blocking.run {
            guard gate.enter() else { return }
            defer { gate.leave() }
            // A failure shows again when the closure reads for itself.
            _ = try? database.look(up: key, memoryOnly: false)
          }
          then()
        }
      })
    committer = Committer(queue: queue, group: group, options: options, hooks: hooks)
    sweeper = HiddenEntrySweeper(database, space)
    sweeperThread = try StoreThread("weir-sweep") { [sweeper] in sweeper.run() }
    do throws(MetadataError) {
      thread = try StoreThread("weir-commit") { [committer] in committer.run() }
    } catch {
      sweeper.close()
      sweeperThread.join()
      throw error
    }
  }

  deinit {
    close()
  }

  package func close() {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    let reason = MetadataError(.closed, "the metadata store is closed")
    for update in queue.close(reason) {
      update.fail(reason)
      update.finish()
    }
    thread.join()
    sweeper.close()
    sweeperThread.join()
    let isUnused = endProtection()
    gate.close()
    // Else a base is being taken, and cannot be stopped: whoever drops the database last closes it.
    if isUnused { database.shutDown() }
  }
}
