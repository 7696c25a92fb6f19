import Ring

/// The one thread that runs update closures: takes what waits, runs it as one group, writes the group with
/// one sync, resumes its waiters. What arrives meanwhile is the next group; there is no delay to gather.
// SAFETY (unchecked Sendable): `group`, `transaction` and the arrays belong to the committer thread; the
// rest is immutable or locks itself.
final class Committer: @unchecked Sendable {
  private let queue: UpdateQueue
  private let group: CommitGroup
  private let transaction: Transaction
  private let hooks: Hooks
  private let updatesLimit: Int
  private let bytesLimit: Int
  private let counts = Guarded(Counts())

  /// The updates of the group in the making, and the number of them whose closure threw.
  private var members: [PendingUpdate] = []
  private var aborts: UInt64 = 0
  private var coldReruns: UInt64 = 0
  /// Why no group is written any more; for good.
  private var stopped: MetadataError?
  /// What the group in the making has room for, and how many of its members were refused.
  private var room = Room.plenty
  private var refused = 0

  /// How often an update is put back for what it needs to be fetched before it may wait for the disk.
  private static let coldRunsLimit = 4

  /// What the committer asks of the store around it.
  struct Hooks: Sendable {
    /// What there is room for on the disk, asked once per group.
    var room: @Sendable () -> Room
    /// Brings a key into memory off this thread, then calls back from any thread.
    var fetch: @Sendable (_ key: [UInt8], _ then: @escaping @Sendable () -> Void) -> Void
  }

  struct Counts {
    var groups: UInt64 = 0
    var updates: UInt64 = 0
    var aborts: UInt64 = 0
    var coldReruns: UInt64 = 0
    var refused: UInt64 = 0
    var updatesPerGroup = PowerHistogram()
    var commitLatency = PowerHistogram()
    var groupWriteLatency = PowerHistogram()
    var cpuNanoseconds: UInt64 = 0
    var isStopped = false
    var lastTimestamp: UInt64 = 0
  }

  init(queue: UpdateQueue, group: CommitGroup, options: MetadataOptions, hooks: Hooks) {
    self.queue = queue
    self.group = group
    self.hooks = hooks
    transaction = Transaction(base: group)
    updatesLimit = options.groupUpdatesLimit
    bytesLimit = options.groupBytesLimit
  }

  var statistics: Counts { counts.withLock { $0 } }

  /// The body of the committer thread: returns when the queue is closed.
  func run() {
    var batch: [PendingUpdate] = []
    while queue.take(into: &batch, wait: members.isEmpty) {
      if batch.isEmpty { finishGroup() }
      for update in batch { admit(update) }
      batch.removeAll(keepingCapacity: true)
    }
    finishGroup()
  }

  /// Runs one update in the group, which is written first when the update may not join it.
  private func admit(_ update: PendingUpdate) {
    if update.scope.allowsScans && !group.isEmpty { finishGroup() }
    if members.isEmpty { room = stopped.map { Room(refusing: $0) } ?? hooks.room() }
    if let refusal = room.refusal(for: update.purpose) {
      update.fail(refusal)
      refused += 1
      members.append(update)
    } else {
      switch update.run(in: group, transaction, mayWait: update.coldRuns >= Self.coldRunsLimit) {
      case .committed:
        members.append(update)
      case .aborted:
        aborts += 1
        members.append(update)
      case .cold:
        putBack(update)
      }
    }
    if members.count >= updatesLimit || group.byteCount >= bytesLimit { finishGroup() }
  }

  private func putBack(_ update: PendingUpdate) {
    guard let key = group.coldKey else { preconditionFailure("a cold closure names its key") }
    update.coldRuns += 1
    coldReruns += 1
    hooks.fetch(key) { [queue] in
      guard let refusal = queue.submit(update, again: true) else { return }
      update.fail(refusal)
      update.finish()
    }
  }

  /// Writes the group, then resumes its members: nobody hears of a group that is not durable, not even
  /// those whose closure threw, for it may have thrown because of what the group wrote.
  private func finishGroup() {
    guard !members.isEmpty else { return }
    let started = MonotonicClock.nanoseconds()
    var wrote = false
    if refused < members.count {
      do throws(MetadataError) {
        CrashPoint.commitBegins.reach()
        wrote = try group.commit()
        CrashPoint.commitDone.reach()
      } catch {
        giveUp(error)
      }
    }
    let ended = MonotonicClock.nanoseconds()
    record(wrote ? ended &- started : nil, at: ended)
    for update in members { update.finish() }
    members.removeAll(keepingCapacity: members.count <= 4096)
    aborts = 0
    coldReruns = 0
    refused = 0
  }

  /// A group could not be written. Where that is for want of room, RocksDB refuses every write until it has found
  /// room, written out its memtables and begun a new log; then it goes on. After anything else what the disk holds is
  /// not known, so nothing is trusted any more.
  private func giveUp(_ error: MetadataError) {
    for update in members { update.fail(error.ofFailedWrite) }
    refused = members.count
    if error.code == .full { return }
    let reason = MetadataError(.io, "the store stopped after a failed commit (\(error.message))")
    stopped = reason
    counts.withLock { $0.isStopped = true }
    for update in queue.close(reason) {
      update.fail(reason)
      update.finish()
    }
  }

  private func record(_ writeNanoseconds: UInt64?, at now: UInt64) {
    let cpu = MonotonicClock.threadCPUNanoseconds()
    counts.withLock { counts in
      counts.aborts += aborts
      counts.coldReruns += coldReruns
      counts.cpuNanoseconds = cpu
      counts.lastTimestamp = group.clock.last
      counts.refused += UInt64(refused)
      guard refused < members.count, stopped == nil else { return }
      counts.updates += UInt64(members.count - refused) - aborts
      for update in members { counts.commitLatency.record(now &- update.submittedNanoseconds) }
      guard let writeNanoseconds else { return }
      counts.groups += 1
      counts.updatesPerGroup.record(UInt64(members.count))
      counts.groupWriteLatency.record(writeNanoseconds)
    }
  }
}
