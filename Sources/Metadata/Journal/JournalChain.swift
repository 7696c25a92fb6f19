/// What a rebuild could be made of now: the journal's files, the bases, and how far both reach together.
struct JournalChain: Sendable {
  /// A journal file as the chain knows it.
  struct File: Hashable, Sendable {
    let number: UInt64
    let path: String
    let history: UInt64
    /// The sequence number before its first record.
    let start: UInt64
    var bytes: UInt64
  }

  let history: UInt64
  /// The journal has every record from behind this number on.
  private(set) var origin: UInt64
  /// Whether the history was empty at `origin`, so that no base is needed.
  private(set) var isFromEmpty: Bool
  /// Sequence number of the last record written.
  private(set) var end: UInt64
  /// Sequence number up to which records are durable.
  private(set) var synced: UInt64
  /// A hole stands at `end`, and nothing has been written behind it yet.
  private(set) var isBroken = false
  /// To which sequence number a rebuild would come.
  private(set) var reachable: UInt64
  private(set) var files: [File]
  /// Oldest first; those of other histories too.
  private(set) var bases: [JournalBase]

  /// A chain whose records end at `end`, all of them durable.
  init(
    history: UInt64, origin: UInt64, isFromEmpty: Bool, end: UInt64, files: [File] = [],
    bases: [JournalBase] = []
  ) {
    self.history = history
    self.origin = origin
    self.isFromEmpty = isFromEmpty
    self.end = end
    self.files = files
    self.bases = bases
    synced = end
    reachable = 0
    reach()
  }

  /// The newest base of the history that the journal goes on from.
  var base: JournalBase? { bases.last { $0.history == history && $0.sequence >= origin } }

  /// Whether a rebuild would come to the end of the journal.
  var isCovered: Bool { !isBroken && (isFromEmpty || base != nil) }

  /// Bytes of journal that a rebuild would have to read.
  var bytesBehindBase: UInt64 {
    let own = files.filter { $0.history == history }
    let sequence = base?.sequence ?? 0
    return own.indices.reduce(0) { sum, index in
      index + 1 < own.count && own[index + 1].start <= sequence ? sum : sum + own[index].bytes
    }
  }

  /// The journal's files that no kept base needs: those of other histories once there is a base of this one, and those
  /// wholly before the oldest base that the journal goes on from. Never the newest.
  var superfluous: [File] {
    guard let oldest = bases.first(where: { $0.history == history && $0.sequence >= origin }) else {
      return []
    }
    var result: [File] = []
    for index in files.indices.dropLast() {
      let next = files[(index + 1)...].first { $0.history == history }
      if files[index].history != history || next.map({ $0.start <= oldest.sequence }) ?? false {
        result.append(files[index])
      }
    }
    return result
  }

  /// The header of a file whose first record follows the sequence number `start`.
  func header(start: UInt64) -> JournalHeader {
    let isGap = isBroken || start != end
    return JournalHeader(
      history: history, start: start, origin: isGap ? start : origin, isFromEmpty: !isGap && isFromEmpty)
  }

  /// A file was begun. - Returns: whether it stands behind a hole.
  mutating func began(_ file: File) -> Bool {
    let isGap = isBroken || file.start != end
    if isGap {
      origin = file.start
      isFromEmpty = false
      isBroken = false
    }
    end = file.start
    files.append(file)
    return isGap
  }

  mutating func wrote(upTo last: UInt64, fileBytes: UInt64) {
    end = last
    if !files.isEmpty { files[files.count - 1].bytes = fileBytes }
  }

  mutating func syncedAll() {
    synced = end
    reach()
  }

  /// Groups up to `last` are not in the journal, or it is not known whether they are.
  mutating func lost(upTo last: UInt64) {
    isBroken = true
    isFromEmpty = false
    end = last
  }

  mutating func took(_ base: JournalBase, keeping kept: Set<UInt32>) {
    bases = bases.filter { kept.contains($0.id) } + [base]
    reach()
  }

  mutating func removed(_ gone: [File]) {
    let numbers = Set(gone.map(\.number))
    files.removeAll { numbers.contains($0.number) }
    guard gone.contains(where: { $0.history == history }) else { return }
    isFromEmpty = false
    if let first = files.first(where: { $0.history == history }) { origin = max(origin, first.start) }
  }

  private mutating func reach() {
    guard isCovered else { return }
    reachable = max(reachable, synced, base?.sequence ?? 0)
  }
}
