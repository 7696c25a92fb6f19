/// The thread that takes bases and backups of an open store, one at a time.
final class BackupWorker: Sendable {
  private let database: RocksDatabase
  private let journal: Journal?
  /// The file that is copied beside every backup.
  private let companion: String?
  private let rate: UInt64
  private let report: @Sendable (MetadataNotice) -> Void
  private let monitor: Monitor<State>

  private struct State {
    var requests: [Request] = []
    var schedule: BackupSchedule?
    /// When the next scheduled backup is due; nil until the directory was looked at.
    var scheduledAt: UInt64?
    var baseRetryAt: UInt64 = 0
    var isClosing = false
    var hasEnded = false
    var figures = BackupFigures()
  }

  private enum Request {
    case backup(BackupDirectory, keep: Int, @Sendable (Result<MetadataBackup, MetadataError>) -> Void)
    case check(@Sendable (RebuildReport?) -> Void)

    /// The thread ends without doing it.
    func refuse() {
      switch self {
      case .backup(_, _, let answer): answer(.failure(BackupWorker.closing))
      case .check(let answer): answer(nil)
      }
    }
  }

  private enum Work {
    case request(Request)
    case base
    case look(BackupSchedule)
    case scheduled(BackupSchedule)
    case end
  }

  init(
    database: RocksDatabase, journal: Journal?, schedule: BackupSchedule?, companion: String?, rate: UInt64,
    report: @escaping @Sendable (MetadataNotice) -> Void
  ) {
    self.database = database
    self.journal = journal
    self.companion = companion
    self.rate = rate
    self.report = report
    monitor = Monitor(State(schedule: schedule))
  }

  var figures: BackupFigures { monitor.withLock { $0.figures } }

  /// Takes a backup to `directory` as soon as the thread is free.
  func take(to directory: BackupDirectory, keep: Int) async -> Result<MetadataBackup, MetadataError> {
    await withCheckedContinuation { waiter in
      submit(.backup(directory, keep: keep, { waiter.resume(returning: $0) }))
    }
  }

  /// Examines what a rebuild would be made of, as soon as the thread is free: no base is taken and no file deleted
  /// meanwhile. Faults call for a new base. Nil without a journal, and when the store is closing.
  func check() async -> RebuildReport? {
    await withCheckedContinuation { waiter in submit(.check { waiter.resume(returning: $0) }) }
  }

  private func submit(_ request: Request) {
    let isTaken = monitor.withLock { state in
      guard !state.isClosing else { return false }
      state.requests.append(request)
      return true
    }
    if !isTaken { request.refuse() }
    monitor.signal()
  }

  /// Looks again whether there is something to do.
  func wake() {
    // With the lock, so that a thread about to wait does not miss it.
    monitor.withLock { _ in }
    monitor.signal()
  }

  /// Ends the thread after the work at hand, for which it waits so long.
  /// - Returns: false when the work at hand was not finished; it goes on, and uses the database.
  func close(waiting nanoseconds: UInt64) -> Bool {
    let left = monitor.withLock { state in
      state.isClosing = true
      defer { state.requests = [] }
      return state.requests
    }
    for request in left { request.refuse() }
    monitor.signal()
    let deadline = MonotonicClock.nanoseconds() &+ nanoseconds
    return monitor.wait { state in
      if state.hasEnded || MonotonicClock.nanoseconds() >= deadline { return .done(state.hasEnded) }
      return .wait(until: deadline)
    }
  }

  private static let closing = MetadataError(.closed, "the metadata store is closing")

  /// The body of the thread.
  func run() {
    loop: while true {
      switch next() {
      case .request(.backup(let directory, let keep, let answer)):
        answer(backUp(to: directory, keep: keep))
      case .request(.check(let answer)): answer(examine())
      case .base: takeBase()
      case .look(let schedule): look(schedule)
      case .scheduled(let schedule): keep(schedule)
      case .end: break loop
      }
    }
    monitor.withLock { $0.hasEnded = true }
    monitor.signal()
  }

  private func next() -> Work {
    monitor.wait { [journal] state in
      if state.isClosing { return .done(.end) }
      if !state.requests.isEmpty { return .done(.request(state.requests.removeFirst())) }
      let now = MonotonicClock.nanoseconds()
      var until: UInt64?
      if let journal, journal.isBaseWanted {
        if now >= state.baseRetryAt { return .done(.base) }
        until = state.baseRetryAt
      }
      guard let schedule = state.schedule else { return .wait(until: until) }
      guard let due = state.scheduledAt else { return .done(.look(schedule)) }
      return now >= due ? .done(.scheduled(schedule)) : .wait(until: min(due, until ?? due))
    }
  }

  // MARK: - Backups

  private func backUp(to directory: BackupDirectory, keep: Int) -> Result<MetadataBackup, MetadataError> {
    let result: Result<MetadataBackup, MetadataError>
    do throws(MetadataError) {
      let backup = try directory.take(of: database, keep: keep, companion: companion, rate: rate)
      report(
        MetadataNotice("backup \(backup.id) of the metadata to \(directory.path): \(backup.bytes) bytes"))
      result = .success(backup)
    } catch {
      let text = "the backup of the metadata to \(directory.path) failed: \(error.message)"
      report(MetadataNotice(text, isProblem: true))
      result = .failure(error)
    }
    monitor.withLock { $0.figures.record(result) }
    return result
  }

  /// Finds out when the next scheduled backup is due.
  private func look(_ schedule: BackupSchedule) {
    let newest = try? schedule.directory.list().last
    let wait = schedule.wait(newest: newest, wallMilliseconds: MonotonicClock.wallMilliseconds())
    monitor.withLock { state in
      state.scheduledAt = MonotonicClock.nanoseconds() &+ wait
      if let newest { state.figures.lastMilliseconds = newest.milliseconds }
    }
  }

  private func keep(_ schedule: BackupSchedule) {
    let wait =
      switch backUp(to: schedule.directory, keep: schedule.keep) {
      case .success: schedule.intervalNanoseconds
      case .failure: schedule.retryNanoseconds
      }
    monitor.withLock { $0.scheduledAt = MonotonicClock.nanoseconds() &+ wait }
  }

  // MARK: - Bases

  private func examine() -> RebuildReport? {
    guard let journal else { return nil }
    let report = MetadataRebuild(source: journal.options).check()
    if let report, !report.faults.isEmpty {
      BackupContents.removeDamaged(in: journal.options.baseDirectory)
      journal.mend()
    }
    return report
  }

  private func takeBase() {
    guard let journal else { return }
    let started = MonotonicClock.nanoseconds()
    do throws(MetadataError) {
      let base = try BaseCapture(database: database, journal: journal, rate: rate).run()
      let milliseconds = (MonotonicClock.nanoseconds() &- started) / 1_000_000
      report(
        MetadataNotice("base \(base.id) of the metadata journal: \(base.bytes) bytes in \(milliseconds) ms"))
      monitor.withLock { state in
        state.figures.base = base
        state.figures.isBaseFailing = false
      }
    } catch {
      let isNews = monitor.withLock { state in
        state.baseRetryAt = MonotonicClock.nanoseconds() &+ 12 * journal.options.retryNanoseconds
        state.figures.baseFailures += 1
        defer { state.figures.isBaseFailing = true }
        return !state.figures.isBaseFailing
      }
      journal.baseFailed(error)
      if isNews {
        report(
          MetadataNotice("no base of the metadata journal could be taken: \(error.message)", isProblem: true))
      }
    }
  }
}

/// What the worker has done since the start.
struct BackupFigures {
  /// When the newest backup that succeeded was taken, milliseconds since 1970 UTC; 0 when none is known.
  var lastMilliseconds: Int64 = 0
  var backups: UInt64 = 0
  var failures: UInt64 = 0
  var base: JournalBase?
  var baseFailures: UInt64 = 0
  /// Whether the last attempt failed.
  var isBaseFailing = false

  mutating func record(_ result: Result<MetadataBackup, MetadataError>) {
    switch result {
    case .success(let backup):
      backups += 1
      lastMilliseconds = max(lastMilliseconds, backup.milliseconds)
    case .failure: failures += 1
    }
  }
}
