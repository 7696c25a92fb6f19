/// Clears away what scans step over, on a thread of its own: readers only leave their counts here.
final class HiddenEntrySweeper: Sendable {
  private let database: RocksDatabase
  private let space: FreeSpace
  private let monitor = Monitor(State())

  private struct State {
    var entries = HiddenEntries()
    var figures = ScanStatistics()
    var isWanted = false
    var isClosing = false
  }

  init(_ database: RocksDatabase, _ space: FreeSpace) {
    self.database = database
    self.space = space
  }

  var figures: ScanStatistics { monitor.withLock { $0.figures } }

  /// Takes what a read has stepped over.
  func note(_ scan: HiddenEntries.Scan) {
    let isWanted = monitor.withLock { state in
      state.figures.hiddenEntries += scan.count
      let isWanted = state.entries.note(scan, now: MonotonicClock.nanoseconds())
      if isWanted { state.isWanted = true }
      return isWanted
    }
    if isWanted { monitor.signal() }
  }

  /// Ends the thread after the work at hand, of which a compaction is broken off.
  func close() {
    monitor.withLock { $0.isClosing = true }
    monitor.signal()
    database.cancelCompactions()
  }

  /// The body of the thread.
  func run() {
    while isWanted() { look() }
  }

  private func isWanted() -> Bool {
    monitor.wait { state in
      if state.isClosing { return .done(false) }
      guard state.isWanted else { return .wait(until: nil) }
      state.isWanted = false
      return .done(true)
    }
  }

  private func look() {
    let figures = look(at: monitor.withLock { $0.entries.span })
    let action = monitor.withLock { $0.entries.action(figures) }
    let started = MonotonicClock.nanoseconds()
    switch action {
    case .none: return
    // What failed shows as a background error, and when the store is closed.
    case .flush: try? database.flushAll()
    case .compact(let span): database.compact(span)
    }
    let now = MonotonicClock.nanoseconds()
    monitor.withLock { state in
      if action == .flush { state.figures.flushes += 1 } else { state.figures.compactions += 1 }
      state.entries.finished(action, figures, took: now &- started, now: now)
    }
  }

  private func look(at span: HiddenEntries.Span?) -> HiddenEntries.Figures {
    let levels = database.levels()
    let base = Int(clamping: database.property("rocksdb.base-level"))
    let zero = levels.first ?? (files: 0, bytes: 0)
    let below = levels.indices.contains(base) ? levels[base].bytes : 0
    // Levels are told in whole MiB, rounded.
    let merged = min(database.property("rocksdb.live-sst-files-size"), zero.bytes + below + (2 << 20))
    let spanBytes = span.flatMap { try? database.tableBytes($0) } ?? 0
    let free = space.freeBytes() ?? .max
    return HiddenEntries.Figures(
      memtableEntries: database.property("rocksdb.num-entries-active-mem-table"), mergedBytes: merged,
      spanBytes: spanBytes, levelZeroFiles: zero.files,
      isFlushing: database.isAny(["rocksdb.num-running-flushes", "rocksdb.mem-table-flush-pending"]),
      isCompacting: database.isAny(["rocksdb.num-running-compactions", "rocksdb.compaction-pending"]),
      // Tables go once those that replace them are there.
      hasRoom: space.room(free: free - min(free, merged + spanBytes)).refusal(for: .keep) == nil)
  }
}

extension RocksDatabase {
  /// Whether any of the numbers is not zero.
  fileprivate func isAny(_ properties: [String]) -> Bool { properties.contains { property($0) != 0 } }
}
