/// Decides when what scans step over is worth being cleared away: entries that were overwritten or deleted, and that
/// memtables and tables still hold. Counts in, actions out; docs/decisions/0041-hidden-entries.md has the reasons.
///
/// Each action has a price in entries stepped over, so whatever readers do, the work they cause stays in proportion to
/// the work it would have spared them, and it rests after each action for several times as long as that took.
struct HiddenEntries: Sendable {
  /// The keys from `lower` up to, not including, `upper` (nil: to the end).
  struct Span: Sendable, Hashable {
    let lower: [UInt8]
    let upper: [UInt8]?
  }

  /// What one read has stepped over, and where.
  struct Scan: Sendable {
    var inMemtables: UInt64
    var inTables: UInt64
    var span: Span

    var count: UInt64 { inMemtables + inTables }
  }

  /// What the store is like when it is looked at.
  struct Figures: Sendable {
    /// Entries in the memtable that is being written to.
    var memtableEntries: UInt64
    /// Bytes of level 0 and of the level below it: what merging level 0 down reads and writes, at most.
    var mergedBytes: UInt64
    /// Bytes of tables within `span`.
    var spanBytes: UInt64
    var levelZeroFiles: UInt64
    /// Whether RocksDB is flushing, or about to.
    var isFlushing: Bool
    /// Whether RocksDB is compacting, or about to.
    var isCompacting: Bool
    /// Whether the disk has room for more tables.
    var hasRoom: Bool
  }

  enum Action: Sendable, Hashable {
    case none
    /// Write the memtable out, which keeps one entry of each key.
    case flush
    /// Merge what level 0 and the levels below hold of a span.
    case compact(Span)
  }

  /// The least price of anything: syncs, files and a turn of RocksDB's threads, beside some 0.6 µs for each entry.
  static let leastPrice: UInt64 = 16_384
  /// A memtable with fewer entries is not flushed.
  static let leastEntries: UInt64 = 1024
  /// Entries of the memtable that are flushed for each entry stepped over.
  static let entriesForStep: UInt64 = 4
  /// Bytes that are merged for each entry stepped over.
  static let bytesForStep: UInt64 = 256
  /// So many flushes make RocksDB merge level 0 down by itself; each pays its part.
  static let flushesForMerge: UInt64 = 4
  /// With more files in level 0 nothing is flushed: RocksDB is behind with merging.
  static let levelZeroLimit: UInt64 = 8
  /// What has more bytes is left to RocksDB: one merge must not go on for minutes.
  static let spanLimit: UInt64 = 256 << 20
  /// Rest for each nanosecond of an action.
  static let restForWork: UInt64 = 4
  /// What merging a byte takes, nanoseconds.
  static let nanosecondsForByte: UInt64 = 32
  /// The longest rest, nanoseconds.
  static let longestRest: UInt64 = 60_000_000_000

  /// Stepped over since the last action.
  private(set) var inMemtables: UInt64 = 0
  private(set) var inTables: UInt64 = 0
  /// The span that most of it was in, by majority vote, and by how many entries it leads.
  private(set) var span: Span?
  private var lead: UInt64 = 0
  private var lookAt = Self.leastPrice
  private var restsUntil: UInt64 = 0
  private var isLooking = false

  /// Takes a read's count. `now` is nanoseconds.
  /// - Returns: whether to ask for `action` now; true once until that has been asked.
  mutating func note(_ scan: Scan, now: UInt64) -> Bool {
    inMemtables += scan.inMemtables
    inTables += scan.inTables
    if scan.span == span {
      lead += scan.count
    } else if scan.count > lead {
      span = scan.span
      lead = scan.count - lead
    } else {
      lead -= scan.count
    }
    guard !isLooking, inMemtables + inTables >= lookAt, now >= restsUntil else { return false }
    isLooking = true
    return true
  }

  /// What to do about it. After anything but `none`, `finished` must follow.
  mutating func action(_ figures: Figures) -> Action {
    let action = choose(figures)
    if action == .none {
      isLooking = false
      lookAt = inMemtables + inTables + Self.leastPrice
    }
    return action
  }

  private mutating func choose(_ figures: Figures) -> Action {
    guard figures.hasRoom else { return .none }
    // What RocksDB is at by itself may be the very thing: the count begins again.
    if figures.isFlushing { inMemtables = 0 }
    if figures.isCompacting { inTables = 0 }
    if inMemtables >= Self.flushPrice(figures), figures.memtableEntries >= Self.leastEntries,
      figures.levelZeroFiles <= Self.levelZeroLimit
    {
      return .flush
    }
    guard let span, inTables >= Self.compactionPrice(figures) else { return .none }
    if figures.spanBytes > Self.spanLimit {
      inTables = 0
      self.span = nil
      lead = 0
      return .none
    }
    return .compact(span)
  }

  /// Entries that must have been stepped over in memtables before a flush.
  static func flushPrice(_ figures: Figures) -> UInt64 {
    let merge = figures.mergedBytes / flushesForMerge / bytesForStep
    return max(leastPrice, figures.memtableEntries / entriesForStep + merge)
  }

  /// Entries that must have been stepped over in tables before a compaction.
  static func compactionPrice(_ figures: Figures) -> UInt64 {
    max(leastPrice, (figures.mergedBytes + figures.spanBytes) / bytesForStep)
  }

  /// The action is over, at `now`, having taken so many nanoseconds.
  mutating func finished(_ action: Action, _ figures: Figures, took: UInt64, now: UInt64) {
    let later = action == .flush ? figures.mergedBytes / Self.flushesForMerge * Self.nanosecondsForByte : 0
    let rest = min(Self.longestRest, Self.restForWork * (took + later))
    self = HiddenEntries()
    restsUntil = now + rest
  }
}
