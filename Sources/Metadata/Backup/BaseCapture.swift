/// Takes one base: backup, entry in `bases`, then what is not needed any more goes.
struct BaseCapture {
  let database: RocksDatabase
  let journal: Journal
  /// Bytes a second.
  let rate: UInt64

  /// Bases that are kept: the older one is of use when the newer turns out to be damaged.
  static let kept = 2

  func run() throws(MetadataError) -> JournalBase {
    let options = journal.options
    try checkSpace(options)
    try PlainFile.makeDirectory(options.directory)
    let engine = try BackupEngine(options.baseDirectory, rate: rate)
    // What is committed before the backup begins is in it.
    let sequence = database.latestSequence
    let backup = try engine.create(from: database)
    let chain = journal.chain
    let base = JournalBase(
      id: backup.id, history: chain.history, sequence: sequence, milliseconds: backup.milliseconds,
      bytes: backup.bytes)
    let there = Set(engine.list().suffix(Self.kept).map(\.id))
    let old = chain.bases.filter { there.contains($0.id) && $0.id != base.id }
    try PlainFile.makeDirectory(options.journalDirectory)
    try JournalBases.store(old + [base], in: options.journalDirectory)
    journal.took(base, keeping: there)
    try tidy(engine)
    return base
  }

  /// Deletes the backups and journal files that no kept base needs.
  private func tidy(_ engine: BackupEngine) throws(MetadataError) {
    try engine.purge(keeping: Self.kept)
    let files = journal.chain.superfluous
    for file in files { try PlainFile.remove(file.path) }
    journal.removed(files)
  }

  private func checkSpace(_ options: JournalOptions) throws(MetadataError) {
    let needed =
      database.property("rocksdb.total-sst-files-size") + database.property("rocksdb.size-all-mem-tables")
    guard let free = RocksDirectory.freeBytes(options.directory), free < needed + options.freeBytesReserve
    else { return }
    throw MetadataError(.full, "\(free) bytes are free for it, \(needed) may be needed")
  }
}
