/// How an open store is kept safe from the loss of its disk.
package struct MetadataProtection: Sendable {
  /// Where the journal and its bases go; nil keeps none.
  package var journal: JournalOptions?
  /// Backups taken by the store itself; nil takes none.
  package var schedule: BackupSchedule?
  /// The file that is copied beside every backup, the key that secrets are sealed under.
  package var companion: String?
  /// Bytes a second that bases and backups write; 0 is no limit.
  package var copyRate: UInt64 = 32 << 20
  /// How long closing waits for a base or backup under way: nanoseconds.
  package var closePatience: UInt64 = 5_000_000_000
  /// Whether to go on in a new history when the metadata is older than its journal.
  package var acceptsOlder = false
  /// Takes what an operator should read; called on the store's own threads.
  package var report: @Sendable (MetadataNotice) -> Void = { _ in }

  package init() {}
}

/// The threads of a store's protection.
struct Protection {
  let journal: Journal?
  let writer: StoreThread?
  let worker: BackupWorker
  let workerThread: StoreThread
  let closePatience: UInt64
}

extension RocksMetadata {
  /// Begins the journal and the backups; once, before the first update. Blocks while the end of the journal is read.
  ///
  /// Throws `.stale` when the metadata is older than its journal, and `.io` when that cannot be read.
  package func protect(_ options: MetadataProtection) throws(MetadataError) {
    precondition(protection.withLock { $0 == nil }, "a store is protected once")
    var journal: Journal?
    var writer: StoreThread?
    if let place = options.journal {
      let start = try startJournal(place, options)
      let made = Journal(options: place, chain: start.chain, report: options.report)
      for notice in start.notices { options.report(notice) }
      let lastNumber = start.lastNumber
      writer = try StoreThread("weir-journal") {
        JournalWriter(journal: made, lastNumber: lastNumber).run()
      }
      journal = made
    }
    let worker = BackupWorker(
      database: database, journal: journal, schedule: options.schedule, companion: options.companion,
      rate: options.copyRate, report: options.report)
    journal?.onBaseWanted { [weak worker] in worker?.wake() }
    let workerThread = try StoreThread("weir-backup") { worker.run() }
    self.journal.withLock { $0 = journal }
    protection.withLock {
      $0 = Protection(
        journal: journal, writer: writer, worker: worker, workerThread: workerThread,
        closePatience: options.closePatience)
    }
  }

  private func startJournal(
    _ place: JournalOptions, _ options: MetadataProtection
  ) throws(MetadataError) -> JournalStart {
    try JournalStart.prepare(place)
    let known = try JournalHistory.load(database)
    let history = if let known { known } else { try JournalHistory.renew(database) }
    do throws(MetadataError) {
      return try findJournal(place, standing(history), options)
    } catch {
      guard error.code == .stale, options.acceptsOlder else { throw error }
      options.report(
        MetadataNotice(
          "the metadata is older than its journal, and goes on without what is missing", isProblem: true))
      return try findJournal(place, standing(JournalHistory.renew(database)), options)
    }
  }

  /// The journal that the database goes on from. One of another history is moved aside, whole: it may be all that is
  /// left of what was acknowledged after a backup that was restored, and bases of this history would push it out.
  private func findJournal(
    _ place: JournalOptions, _ standing: JournalStart.Database, _ options: MetadataProtection
  ) throws(MetadataError) -> JournalStart {
    if !standing.isEmpty, try JournalStart.isOfOthers(place, standing.history) {
      let aside = try JournalStart.moveAside(place)
      options.report(
        MetadataNotice(
          "the journal and bases on the volumes are of other metadata than this, which was restored or rebuilt: they"
            + " are kept in \(aside) until you delete it"))
    }
    return try JournalStart.find(place, standing)
  }

  private func standing(_ history: UInt64) -> JournalStart.Database {
    let sequence = database.latestSequence
    // A new store has its format and its history, and nothing else.
    return JournalStart.Database(history: history, sequence: sequence, isEmpty: sequence <= 2)
  }

  /// Returns once everything committed before the call would also survive the loss of the metadata disk.
  package func journaled() async {
    guard let journal = journal.withLock({ $0 }) else { return }
    await journal.settled()
  }

  /// Takes a backup to a directory, in the background, while the store serves. Throws `.format` for a directory that
  /// holds something else, `.io`, `.full`, `.closed`.
  package func backUp(to directory: BackupDirectory, keep: Int) async throws(MetadataError) -> MetadataBackup
  {
    guard let worker = protection.withLock({ $0?.worker }) else {
      throw MetadataError(.closed, "the metadata store takes no backups")
    }
    return try await worker.take(to: directory, keep: keep).get()
  }

  /// Examines what a rebuild of this store would be made of, while it serves. Faults call for a new base, which is
  /// taken at once. Nil without a journal.
  package func checkRebuild() async -> RebuildReport? {
    guard let worker = protection.withLock({ $0?.worker }) else { return nil }
    return await worker.check()
  }

  /// Whether a base was still being taken when the store was closed; the database was left open then.
  package var wasLeftOpen: Bool { isLeftOpen.withLock { $0 } }

  /// Ends the threads once the committer has ended. The journal then has all that the database has.
  /// - Returns: whether nobody uses the database any more.
  func endProtection() -> Bool {
    guard let protection = protection.withLock({ $0 }) else { return true }
    protection.journal?.queue.close()
    protection.writer?.join()
    let hasEnded = protection.worker.close(waiting: protection.closePatience)
    if hasEnded { protection.workerThread.join() } else { protection.workerThread.letGo() }
    isLeftOpen.withLock { $0 = !hasEnded }
    return hasEnded
  }
}
