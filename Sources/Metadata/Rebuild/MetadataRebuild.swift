/// Makes metadata again from what the volumes keep of it: the newest sound base, and the journal behind it
/// (docs/format/journal.md). The server must be stopped.
package struct MetadataRebuild {
  /// What `MetadataProtection` was given as the journal's directory.
  let source: JournalOptions
  /// Where the metadata is made; nothing is there, or what may be deleted.
  let target: String
  let report: (RebuildProgress) -> Void

  /// - Parameters:
  ///   - source: the directory on the volumes that holds journal and bases.
  ///   - target: the metadata directory to make. What is in it is deleted.
  ///   - report: called now and then while it works.
  package init(
    source: String, target: String, report: @escaping (RebuildProgress) -> Void = { _ in }
  ) {
    self.source = JournalOptions(directory: source)
    self.target = target
    self.report = report
  }

  /// Only to examine what is kept.
  init(source: JournalOptions) {
    self.source = source
    target = ""
    report = { _ in }
  }

  /// Whether there is anything to rebuild from.
  package static func isPossible(from source: String) -> Bool {
    let options = JournalOptions(directory: source)
    let files = (try? JournalFile.numbers(options.journalDirectory)) ?? []
    let bases = (try? PlainFile.names(options.baseDirectory + "/meta")) ?? []
    return !files.isEmpty || bases.contains { UInt32($0) != nil }
  }

  /// Says what `run` would do, from the lists and the journal alone: nothing is written.
  package func examine() throws(MetadataError) -> RebuildReport {
    var report = RebuildReport()
    let files = try JournalFile.list(source.journalDirectory)
    let bases = try JournalBases.load(source.journalDirectory)
    let start: (history: UInt64, sequence: UInt64)
    if PlainFile.exists(source.baseDirectory + "/meta"),
      let engine = try? BackupEngine(source.baseDirectory),
      let (backup, found) = soundBase(bases, engine, files, &report)
    {
      report.base = backup
      start = found
    } else if let first = emptyStart(files) {
      start = (first.header.history, first.header.start)
    } else {
      throw Self.nothing(source, report.problems)
    }
    var replay = JournalReplay(history: start.history, sequence: start.sequence)
    try replay.run(files, &report, self.report) { (_, _) throws(MetadataError) in }
    return report
  }

  /// What `examine` finds, for a check: that nothing can be rebuilt at all is a fault like others. Nil where nothing
  /// was ever kept to rebuild from.
  package func check() -> RebuildReport? {
    guard Self.isPossible(from: source.directory) else { return nil }
    do throws(MetadataError) { return try examine() } catch {
      var report = RebuildReport()
      report.note(fault: error.message)
      return report
    }
  }

  /// Makes the metadata. Throws `.io`, `.corruption` when nothing sound is left to begin with, `.full`.
  package func run() throws(MetadataError) -> RebuildReport {
    var report = RebuildReport()
    let files = try JournalFile.list(source.journalDirectory)
    let database = try restored(&report, files)
    defer { database.shutDown() }
    guard let history = try JournalHistory.load(database) else {
      throw MetadataError(.corruption, "the base belongs to no history")
    }
    var replay = JournalReplay(history: history, sequence: database.latestSequence)
    let batch = RocksBatch()
    try replay.run(files, &report, self.report) { (span, bytes) throws(MetadataError) in
      let writes = try JournalRecord.decode(writes: Array(bytes[span.writes]), count: Int(span.count))
      for write in writes {
        if let value = write.value { batch.put(write.key, value) } else { batch.delete(write.key) }
      }
      try database.writeUnsynced(batch)
      batch.removeAll()
      guard database.latestSequence == span.last else {
        throw MetadataError(
          .corruption, "replaying led to sequence number \(database.latestSequence) instead of \(span.last)")
      }
    }
    // What stops before the end is another store from here on than the one that wrote the rest.
    if !report.isComplete { _ = try JournalHistory.renew(database) }
    try database.flushAll()
    report.keys = database.property("rocksdb.estimate-num-keys")
    return report
  }

  /// The database of the newest base that can be restored, or an empty one where the journal has everything.
  private func restored(
    _ report: inout RebuildReport, _ files: [JournalFile]
  ) throws(MetadataError) -> RocksDatabase {
    if PlainFile.exists(source.baseDirectory + "/meta") {
      for backup in try BackupEngine(source.baseDirectory).list().reversed() {
        do throws(MetadataError) {
          self.report(.restoring(backup))
          try restore(backup)
          let database = try RocksDatabase(path: target, options: MetadataOptions())
          try RocksFormat.check(database)
          report.base = backup
          return database
        } catch {
          report.note(fault: "base \(backup.id) cannot be used: \(error.message)")
        }
      }
    }
    guard let first = emptyStart(files) else { throw Self.nothing(source, report.problems) }
    try PlainFile.removeContents(target)
    let database = try RocksDatabase(path: target, options: MetadataOptions())
    try RocksFormat.check(database)
    _ = try JournalHistory.renew(database, as: first.header.history)
    guard database.latestSequence == first.header.start else {
      database.shutDown()
      throw MetadataError(.corruption, "\(first.path) does not begin where an empty store ends")
    }
    return database
  }

  /// Copies a base to the target, with an engine of its own: one whose restore has failed goes on copying the rest
  /// of its files in the background until it is closed, into whatever is restored next.
  private func restore(_ backup: MetadataBackup) throws(MetadataError) {
    let engine = try BackupEngine(source.baseDirectory)
    try engine.verify(backup.id)
    try engine.restore(backup.id, to: target)
  }

  /// The newest base whose files are there, and where it stands.
  private func soundBase(
    _ bases: [JournalBase], _ engine: BackupEngine, _ files: [JournalFile], _ report: inout RebuildReport
  ) -> (MetadataBackup, (history: UInt64, sequence: UInt64))? {
    for backup in engine.list().reversed() {
      do throws(MetadataError) {
        try engine.verify(backup.id)
        if let damaged = try BackupContents.damaged(of: backup.id, in: source.baseDirectory) {
          throw MetadataError(.corruption, "\(damaged) is not what was written")
        }
        if let base = bases.first(where: { $0.id == backup.id }) {
          return (backup, (base.history, base.sequence))
        }
        // The list is gone: RocksDB's own note has the sequence number in its second line.
        let note = try PlainFile.read("\(source.baseDirectory)/meta/\(backup.id)", limit: 4096).bytes
        let lines = String(decoding: note, as: Unicode.UTF8.self).split(separator: "\n")
        if let sequence = lines.dropFirst().first.flatMap({ UInt64($0) }), let newest = files.last {
          report.problems.append("base \(backup.id) is not in the list of bases")
          return (backup, (newest.header.history, sequence))
        }
      } catch {
        report.note(fault: "base \(backup.id) cannot be used: \(error.message)")
      }
    }
    return nil
  }

  /// The first file of the newest history, if that history began empty and has its beginning still.
  private func emptyStart(_ files: [JournalFile]) -> JournalFile? {
    guard let newest = files.last,
      let first = files.first(where: { $0.header.history == newest.header.history }),
      first.header.isFromEmpty, first.header.start == first.header.origin
    else { return nil }
    return first
  }

  private static func nothing(_ source: JournalOptions, _ problems: [String] = []) -> MetadataError {
    let reasons = problems.isEmpty ? "" : " (\(problems.joined(separator: "; ")))"
    return MetadataError(
      .corruption,
      "\(source.directory) holds no base and no journal that a rebuild could begin with\(reasons): restore a backup"
        + " with weir metadata restore --from BACKUPS --data DATA")
  }
}
