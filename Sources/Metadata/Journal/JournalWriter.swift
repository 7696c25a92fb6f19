/// The journal's thread: writes what the committer handed over, and syncs it at intervals.
///
/// Whatever fails, the committer never notices: what cannot be written is dropped, and the hole in the sequence
/// numbers tells.
final class JournalWriter {
  private let journal: Journal
  private let options: JournalOptions
  private var file: WritableFile?
  private var fileNumber: UInt64
  /// Sequence number of the last group seen, written or not.
  private var end: UInt64
  /// Records that are not written yet: their heads back to back, and the batches that hold their writes.
  private var heads: [UInt8] = []
  private var pending: [JournalItem] = []
  private var pendingBytes = 0
  /// When the oldest byte that is not synced was written; nil when all are.
  private var unsyncedSince: UInt64?
  /// While the journal fails: when to try again.
  private var retryAt: UInt64?

  /// Bytes gathered before they are written.
  private static let pendingLimit = 4 << 20

  /// - Parameters:
  ///   - journal: what is told of every step.
  ///   - lastNumber: the greatest number of a file in the directory, zero when there is none.
  init(journal: Journal, lastNumber: UInt64) {
    self.journal = journal
    options = journal.options
    fileNumber = lastNumber
    end = journal.chain.end
  }

  /// The body of the thread: returns when the queue is closed and everything is on the disk.
  func run() {
    var earliest: UInt64 = 0
    while true {
      let taken = journal.queue.take(earliest: earliest, deadline: deadline)
      if journal.takeNewFileWanted(), retryAt == nil { beginAnew() }
      if !taken.items.isEmpty {
        write(taken.items)
        journal.queue.recycle(taken.items)
        earliest = MonotonicClock.nanoseconds() &+ options.gatherNanoseconds
      }
      let now = MonotonicClock.nanoseconds()
      if let retryAt, now >= retryAt { tryAgain() }
      if taken.isClosed || taken.isSyncWanted || isSyncDue(now) { synchronize() }
      if taken.isClosed { break }
    }
    file?.shut()
    journal.closed()
  }

  private var deadline: UInt64? {
    retryAt ?? unsyncedSince.map { $0 &+ options.syncNanoseconds }
  }

  private func isSyncDue(_ now: UInt64) -> Bool {
    unsyncedSince.map { now >= $0 &+ options.syncNanoseconds } ?? false
  }

  private func write(_ items: [JournalItem]) {
    do throws(MetadataError) {
      for item in items { try add(item) }
      try flush()
    } catch {
      fail(error, upTo: items.last?.last ?? end)
    }
  }

  private func add(_ item: JournalItem) throws(MetadataError) {
    guard retryAt == nil else {
      end = item.last
      journal.lost(upTo: end)
      return
    }
    // SAFETY: the batch is not touched before the closure returns.
    let head = unsafe item.batch.withWrites {
      unsafe JournalRecord.head(first: item.first, count: item.count, writes: $0)
    }
    guard let head else {
      throw MetadataError(.io, "a group of \(item.bytes) bytes is too large for it")
    }
    if file == nil || item.first != end &+ 1 || fileBytes > options.fileBytes {
      try begin(at: item.first &- 1)
    }
    heads += head
    pending.append(item)
    pendingBytes += item.bytes
    end = item.last
    if pendingBytes > Self.pendingLimit { try flush() }
  }

  private var fileBytes: UInt64 { (file?.size ?? 0) + UInt64(pendingBytes) }

  /// Closes the file at hand and begins the next, whose first record follows the sequence number `start`.
  private func begin(at start: UInt64) throws(MetadataError) {
    if file != nil {
      try flush()
      synchronize()
      guard retryAt == nil else { throw MetadataError(.io, "its last sync failed") }
      file?.shut()
      file = nil
    }
    let header = journal.header(start: start)
    fileNumber += 1
    let path = options.journalDirectory + "/" + JournalName.string(fileNumber)
    let new = try WritableFile(path, exclusive: true)
    do throws(MetadataError) {
      try new.append(header.encode())
      try new.synchronize()
      try PlainFile.synchronizeDirectory(of: path)
    } catch {
      try? PlainFile.remove(path)
      throw error
    }
    file = new
    end = start
    journal.began(
      JournalChain.File(
        number: fileNumber, path: path, history: header.history, start: start, bytes: new.size))
  }

  /// Writes what is pending straight from the batches, which nobody changes before they are recycled.
  private func flush() throws(MetadataError) {
    guard let file, !pending.isEmpty else { return }
    let before = file.size
    let result = unsafe heads.withUnsafeBytes { heads in
      Result { () throws(MetadataError) in
        var parts = unsafe [UnsafeRawBufferPointer]()
        unsafe parts.reserveCapacity(2 * pending.count)
        for (index, item) in pending.enumerated() {
          let start = index * JournalRecord.headLength
          // SAFETY: there is a head for each item; the batches live, unchanged, until this returns.
          unsafe parts.append(
            UnsafeRawBufferPointer(rebasing: heads[start..<start + JournalRecord.headLength]))
          unsafe item.batch.withWrites { unsafe parts.append($0) }
        }
        try unsafe file.append(parts)
      }
    }
    try result.get()
    if unsyncedSince == nil { unsyncedSince = MonotonicClock.nanoseconds() }
    journal.wrote(
      upTo: end, fileBytes: file.size, records: pending.count, bytes: Int(file.size - before))
    clearPending()
  }

  private func clearPending() {
    heads.removeAll(keepingCapacity: true)
    pending.removeAll(keepingCapacity: true)
    pendingBytes = 0
  }

  private func synchronize() {
    guard let file, retryAt == nil else { return }
    do throws(MetadataError) {
      if unsyncedSince != nil { try file.synchronize() }
      unsyncedSince = nil
      journal.synced()
    } catch {
      fail(error, upTo: end)
    }
  }

  /// Gives the file up: what it holds behind its last sync is not known.
  private func fail(_ error: MetadataError, upTo last: UInt64) {
    file?.shut()
    file = nil
    clearPending()
    unsyncedSince = nil
    end = last
    retryAt = MonotonicClock.nanoseconds() &+ options.retryNanoseconds
    journal.failed(error, upTo: last)
  }

  /// Begins a new file behind the hole that a failure has left.
  private func tryAgain() {
    retryAt = nil
    beginAnew()
  }

  /// Begins a new file at once.
  private func beginAnew() {
    do throws(MetadataError) {
      try begin(at: end)
      journal.synced()
    } catch {
      fail(error, upTo: end)
    }
  }
}
