/// A committed group on its way to the journal.
// SAFETY (unchecked Sendable): the batch has one owner at a time, handed over under the queue's lock.
struct JournalItem: @unchecked Sendable {
  let batch: RocksBatch
  /// Sequence number of its last write.
  let last: UInt64
  /// Writes in it, at least one.
  let count: UInt32
  /// Bytes of the batch.
  let bytes: Int

  /// Sequence number of its first write.
  var first: UInt64 { last &- UInt64(count) &+ 1 }
}

/// Groups between the committer, which puts them in and never waits, and the journal's thread.
final class JournalQueue: Sendable {
  private let monitor: Monitor<State>
  private let bytesLimit: Int

  private struct State {
    var waiting: [JournalItem] = []
    var waitingBytes = 0
    var spare: [RocksBatch] = []
    var isSleeping = false
    var isClosed = false
    var isSyncWanted = false
    var handed: UInt64
    var dropped: UInt64 = 0
  }

  /// Batches kept for use again, and the size above which one is not worth keeping.
  private static let spareLimit = 8
  private static let spareBytesLimit = 1 << 20

  /// - Parameters:
  ///   - bytesLimit: bytes of groups that may wait.
  ///   - handed: the sequence number before that of the first group.
  init(bytesLimit: Int, handed: UInt64) {
    self.bytesLimit = bytesLimit
    monitor = Monitor(State(handed: handed))
  }

  /// Hands a committed group over; when too much waits, or the queue is closed, it is dropped, which leaves a hole
  /// in the sequence numbers.
  /// - Returns: an empty batch for the next group.
  func hand(_ item: JournalItem) -> RocksBatch {
    var mustWake = false
    let next: RocksBatch? = monitor.withLock { state in
      state.handed = item.last
      guard !state.isClosed, state.waiting.isEmpty || state.waitingBytes + item.bytes <= bytesLimit else {
        state.dropped += 1
        return item.batch
      }
      state.waiting.append(item)
      state.waitingBytes += item.bytes
      mustWake = state.isSleeping
      state.isSleeping = false
      return state.spare.popLast()
    }
    if mustWake { monitor.signal() }
    let batch = next ?? RocksBatch()
    batch.removeAll()
    return batch
  }

  /// What `take` found.
  struct Taken {
    var items: [JournalItem] = []
    /// Somebody waits for a sync.
    var isSyncWanted = false
    /// The queue is closed, and these were the last.
    var isClosed = false
  }

  /// Waits until groups wait (but not before `earliest`), a sync is wanted, the queue is closed, or `deadline` has
  /// come, and takes what there is. No deadline: waits for ever.
  func take(earliest: UInt64, deadline: UInt64?) -> Taken {
    monitor.wait { state in
      let now = MonotonicClock.nanoseconds()
      let isDue = deadline.map { now >= $0 } ?? false
      guard state.isClosed || state.isSyncWanted || isDue || now >= earliest && !state.waiting.isEmpty else {
        // Before `earliest` nobody needs to wake the thread: it looks again by itself.
        state.isSleeping = now >= earliest
        return .wait(until: now < earliest ? min(earliest, deadline ?? earliest) : deadline)
      }
      let taken = Taken(items: state.waiting, isSyncWanted: state.isSyncWanted, isClosed: state.isClosed)
      state.waiting.removeAll(keepingCapacity: true)
      state.waitingBytes = 0
      state.isSleeping = false
      state.isSyncWanted = false
      return .done(taken)
    }
  }

  /// Gives batches back whose groups are written.
  func recycle(_ items: [JournalItem]) {
    monitor.withLock { state in
      for item in items where state.spare.count < Self.spareLimit && item.bytes <= Self.spareBytesLimit {
        state.spare.append(item.batch)
      }
    }
  }

  /// Lets the journal's thread sync as soon as it can.
  func wantSync() {
    monitor.withLock { $0.isSyncWanted = true }
    monitor.signal()
  }

  /// Takes nothing more; the thread ends when it has written what waits.
  func close() {
    monitor.withLock { $0.isClosed = true }
    monitor.signal()
  }

  /// Sequence number of the last group that was handed over or dropped.
  var lastHanded: UInt64 { monitor.withLock { $0.handed } }

  /// Bytes that wait, and groups that were dropped.
  var figures: (waitingBytes: Int, dropped: UInt64) {
    monitor.withLock { ($0.waitingBytes, $0.dropped) }
  }
}
