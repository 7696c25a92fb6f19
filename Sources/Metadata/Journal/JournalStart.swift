/// What a start finds of the journal, and what it makes of it.
struct JournalStart {
  let chain: JournalChain
  /// The greatest number of a journal file, zero when there is none.
  let lastNumber: UInt64
  /// What an operator should read; empty when all is well.
  let notices: [MetadataNotice]

  /// Where the open database stands.
  struct Database {
    let history: UInt64
    let sequence: UInt64
    /// Whether it has nothing but what every new one has.
    let isEmpty: Bool
  }

  /// Looks at the journal of a database. Changes nothing.
  ///
  /// Throws `.stale` when the database is older than its journal, unless `acceptsOlder` says to go on in a new history
  /// (which the caller has then chosen: no file has it); `.io` and `.format`.
  static func find(
    _ options: JournalOptions, _ database: Database
  ) throws(MetadataError) -> JournalStart {
    let directory = options.journalDirectory
    let files = try JournalFile.list(directory)
    let numbers = try JournalFile.numbers(directory)
    let known = files.map {
      JournalChain.File(
        number: $0.number, path: $0.path, history: $0.header.history, start: $0.header.start, bytes: $0.size)
    }
    var origin = database.sequence
    var isFromEmpty = database.isEmpty
    var notices: [MetadataNotice] = []
    if let newest = files.last(where: { $0.header.history == database.history }) {
      let last = newest.number == files.last?.number ? try newest.lastSequence() : UInt64.max
      isFromEmpty = false
      if last > database.sequence { throw stale(database, last) }
      if last == database.sequence {
        let first = files.first { $0.header.history == database.history }?.header.start ?? origin
        origin = max(newest.header.origin, first)
        isFromEmpty = newest.header.isFromEmpty && first <= newest.header.origin
      } else {
        notices.append(
          MetadataNotice(
            "the last \(database.sequence - last) writes of metadata are not in its journal; a new base is taken"
          ))
      }
    }
    let bases = try JournalBases.load(directory).filter {
      PlainFile.exists("\(options.baseDirectory)/meta/\($0.id)")
    }
    // A store without a past beside the journal of another one: its metadata was lost and made anew, empty.
    let isUnknown = !files.contains { $0.header.history == database.history }
    if database.isEmpty, isUnknown, !files.isEmpty || !bases.isEmpty { throw stale(database, .max) }
    let chain = JournalChain(
      history: database.history, origin: origin, isFromEmpty: isFromEmpty, end: database.sequence,
      files: known,
      bases: bases)
    return JournalStart(chain: chain, lastNumber: numbers.last ?? 0, notices: notices)
  }

  /// Makes the journal's directory durably if it is missing.
  static func prepare(_ options: JournalOptions) throws(MetadataError) {
    guard !PlainFile.exists(options.journalDirectory) else { return }
    try PlainFile.makeDirectory(options.journalDirectory)
    try PlainFile.synchronizeDirectory(of: options.journalDirectory)
    try PlainFile.synchronizeDirectory(of: options.directory)
  }

  /// Whether there is a journal or are bases, and none of them of this history.
  static func isOfOthers(_ options: JournalOptions, _ history: UInt64) throws(MetadataError) -> Bool {
    let histories =
      try JournalFile.list(options.journalDirectory).map(\.header.history)
      + JournalBases.load(options.journalDirectory).map(\.history)
    return !histories.isEmpty && !histories.contains(history)
  }

  /// Gives the directory another name, `….replaced-TIME`, and begins it anew, empty. A crash between the two leaves
  /// what a store without a journal has.
  /// - Returns: the other name.
  static func moveAside(_ options: JournalOptions) throws(MetadataError) -> String {
    var time = MonotonicClock.wallMilliseconds()
    while PlainFile.exists("\(options.directory).replaced-\(time)") { time += 1 }
    let aside = "\(options.directory).replaced-\(time)"
    try PlainFile.rename(options.directory, to: aside)
    try prepare(options)
    return aside
  }

  private static func stale(_ database: Database, _ last: UInt64) -> MetadataError {
    let missing = last == .max ? "" : " (\(last - database.sequence) writes)"
    return MetadataError(
      .stale,
      "it is older than its journal on the volumes, so what was acknowledged is missing\(missing): bring it up to the"
        + " journal with weir metadata rebuild --force, or start once with --set metadata.accept_damaged_log=true to go"
        + " on without")
  }
}
