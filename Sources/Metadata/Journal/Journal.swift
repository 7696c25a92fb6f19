import Synchronization

/// The journal of an open store: takes committed groups from the committer, and knows how far a rebuild would come.
final class Journal: Sendable {
  let options: JournalOptions
  let queue: JournalQueue
  private let state: Guarded<State>
  private let isNewFileWanted = Atomic<Bool>(false)
  private let report: @Sendable (MetadataNotice) -> Void

  private struct State {
    var chain: JournalChain
    var figures = Figures()
    /// Why the journal cannot be written now.
    var failure: MetadataError?
    /// Why the last base could not be taken.
    var baseFailure: MetadataError?
    /// Whether something on the disk is damaged that a new base makes superfluous.
    var isDamaged = false
    /// Called when a base becomes necessary.
    var wantBase: @Sendable () -> Void = {}
    var waiters: [Waiter] = []
    var isClosed = false
  }

  /// Counts since the start.
  struct Figures {
    var bytes: UInt64 = 0
    var records: UInt64 = 0
    var syncs: UInt64 = 0
    var gaps: UInt64 = 0
  }

  private struct Waiter {
    let sequence: UInt64
    let resume: @Sendable () -> Void
  }

  /// - Parameters:
  ///   - options: where it lies, and its bounds.
  ///   - chain: what is on the disk; its end is where the store stands.
  ///   - report: takes what an operator should read.
  init(
    options: JournalOptions, chain: JournalChain, report: @escaping @Sendable (MetadataNotice) -> Void
  ) {
    self.options = options
    self.report = report
    queue = JournalQueue(bytesLimit: options.queueBytes, handed: chain.end)
    state = Guarded(State(chain: chain))
  }

  /// What the journal is made of now.
  var chain: JournalChain { state.withLock { $0.chain } }

  var figures: Figures { state.withLock { $0.figures } }

  var isFailing: Bool { state.withLock { $0.failure != nil } }

  /// Whether a base should be taken.
  var isBaseWanted: Bool {
    state.withLock { state in
      guard state.failure == nil, !state.isClosed else { return false }
      let limit = max(options.baseBytes, state.chain.base?.bytes ?? 0)
      return state.isDamaged || !state.chain.isCovered || state.chain.bytesBehindBase > limit
    }
  }

  /// Returns once a rebuild would bring back everything that was handed over before the call; at once while the journal
  /// or its bases fail.
  func settled() async {
    let sequence = queue.lastHanded
    await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
      let isThere = state.withLock { state in
        if state.isClosed || state.failure != nil || state.chain.reachable >= sequence
          || state.baseFailure != nil && !state.chain.isCovered
        {
          return true
        }
        state.waiters.append(Waiter(sequence: sequence, resume: { waiter.resume() }))
        return false
      }
      if isThere { waiter.resume() } else { queue.wantSync() }
    }
  }

  /// Sets what is called, on any thread, when a base becomes necessary.
  func onBaseWanted(_ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.wantBase = body }
  }
}

// MARK: - What the journal's threads say

extension Journal {
  func notice(_ text: String, isProblem: Bool = false) {
    report(MetadataNotice(text, isProblem: isProblem))
  }

  /// The header of the next file.
  func header(start: UInt64) -> JournalHeader { state.withLock { $0.chain.header(start: start) } }

  /// Groups up to `last` are passed over.
  func lost(upTo last: UInt64) { state.withLock { $0.chain.lost(upTo: last) } }

  /// A file was begun.
  func began(_ file: JournalChain.File) {
    let isGap = state.withLock { state in
      let isGap = state.chain.began(file)
      if isGap { state.figures.gaps += 1 }
      return isGap
    }
    guard isGap else { return }
    notice(
      "the metadata journal has a hole before sequence number \(file.start); until a new base is complete, a rebuild"
        + " would end there", isProblem: true)
    settle()
  }

  func wrote(upTo last: UInt64, fileBytes: UInt64, records: Int, bytes: Int) {
    state.withLock { state in
      state.chain.wrote(upTo: last, fileBytes: fileBytes)
      state.figures.bytes += UInt64(bytes)
      state.figures.records += UInt64(records)
    }
  }

  /// Everything written is durable.
  func synced() {
    let wasFailing = state.withLock { state in
      state.chain.syncedAll()
      state.figures.syncs += 1
      defer { state.failure = nil }
      return state.failure != nil
    }
    if wasFailing { notice("the metadata journal is written again") }
    settle()
  }

  /// The journal cannot be written: groups up to `last` are lost to it.
  func failed(_ error: MetadataError, upTo last: UInt64) {
    let isNews = state.withLock { state in
      state.chain.lost(upTo: last)
      defer { state.failure = error }
      return state.failure == nil
    }
    if isNews {
      notice(
        "the metadata journal cannot be written (\(error.message)); the store goes on without it, and losing the"
          + " metadata disk now would lose what is written from here on", isProblem: true)
    }
    settle()
  }

  /// A base is complete.
  func took(_ base: JournalBase, keeping kept: Set<UInt32>) {
    state.withLock { state in
      state.chain.took(base, keeping: kept)
      state.baseFailure = nil
      state.isDamaged = false
    }
    settle()
  }

  /// What lies on the disk is damaged: a new base is wanted, and a new file, since what follows damage in a file cannot
  /// be found. The file comes first: what that base does not hold is written to it.
  func mend() {
    isNewFileWanted.store(true, ordering: .releasing)
    state.withLock { $0.isDamaged = true }
    queue.wantSync()
    settle()
  }

  /// Whether a new file is to be begun; says so once.
  func takeNewFileWanted() -> Bool { isNewFileWanted.exchange(false, ordering: .acquiring) }

  func removed(_ files: [JournalChain.File]) {
    state.withLock { $0.chain.removed(files) }
  }

  func baseFailed(_ error: MetadataError) {
    state.withLock { $0.baseFailure = error }
    settle()
  }

  func closed() {
    state.withLock { $0.isClosed = true }
    settle()
  }

  /// Resumes whoever has waited long enough, and asks for a base where one is needed.
  private func settle() {
    let (ready, wantBase) = state.withLock { state in
      let gone =
        state.isClosed || state.failure != nil || state.baseFailure != nil && !state.chain.isCovered
      let ready = state.waiters.filter { gone || $0.sequence <= state.chain.reachable }
      if !ready.isEmpty { state.waiters.removeAll { gone || $0.sequence <= state.chain.reachable } }
      return (ready, state.wantBase)
    }
    for waiter in ready { waiter.resume() }
    if isBaseWanted { wantBase() }
  }
}
