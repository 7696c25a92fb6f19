import Metadata
import Primitives

/// Walks the keys that a bucket had at a moment, over snapshots of today: the tables of current and removed versions
/// are walked side by side, and each key is shown as the last of its versions that was written up to the moment and had
/// not been removed by then.
///
/// A key that has noncurrent versions has a current one, which is newer than all of them. So their table is not walked:
/// where the current version came behind the moment, the place is looked up where the key's older ones begin.
///
/// What has come since is stepped over, and may be very much: a read that has stepped over as much as it may ends, and
/// the next goes on where it was, in a snapshot of its own. What a key was at the moment is the same in all of them.
struct MomentWalk: Sendable {
  private let bucket: UInt64
  private let scope: [UInt8]
  private let asOf: UInt64
  /// Rows that one read may step over.
  private let stepLimit: Int
  /// The first key of the next read.
  private(set) var start: [UInt8]
  /// Of that key, the newest removed version that has not been looked at; nil: none has.
  private var removedStart: UInt64?

  /// What to do behind a key that was shown.
  enum Next {
    case key
    /// Nothing else that begins with this is of interest.
    case behind([UInt8])
    case stop
  }

  /// Over the keys from `start` on that begin with `scope`.
  init(bucket: UInt64, scope: [UInt8], from start: [UInt8], asOf: Moment, stepLimit: Int) {
    self.bucket = bucket
    self.scope = scope
    self.start = start
    self.asOf = asOf.rawValue
    self.stepLimit = stepLimit
  }

  /// Shows keys in their order, each with the table that stands on what it was, or why that cannot be told, until the
  /// end or until `show` stops it. False: there is more to walk, in a next read.
  mutating func run(
    _ reader: any MetadataReader,
    _ show: (_ key: [UInt8], _ row: Result<VersionRows, ObjectError>) throws(ObjectError) -> Next
  ) throws(ObjectError) -> Bool {
    let budget = StepBudget(stepLimit)
    func over(_ table: VersionRows.Table) -> VersionRows {
      VersionRows(table, reader, bucket: bucket, scope: scope, budget)
    }
    let rows = [over(.objects), over(.markers), over(.removed)]
    let noncurrent = over(.versions)
    for table in rows { try table.seek(start) }
    var isFirst = true
    while let key = VersionRows.first(rows) {
      if budget.isSpent && !isFirst {
        (start, removedStart) = (key, nil)
        return false
      }
      let from = key == start ? removedStart : nil
      isFirst = false
      let shown = Result { () throws(ObjectError) in
        try look(at: key, rows, noncurrent, removedFrom: from, budget)
      }
      let row: Result<VersionRows, ObjectError>
      switch shown {
      case .success(.nothing):
        for table in rows where table.key == key { try table.passKey() }
        continue
      case .success(.unknown(let version)):
        (start, removedStart) = (key, version)
        return false
      case .success(.object(let found)): row = .success(found)
      case .failure(let error): row = .failure(error)
      }
      switch try show(key, row) {
      case .key: for table in rows where table.key == key { try table.passKey() }
      case .behind(let group): for table in rows { try table.pass(group: group) }
      case .stop: return true
      }
    }
    return true
  }

  private enum Shown {
    /// Nothing, or deleted.
    case nothing
    case object(VersionRows)
    /// The read may not go on; removed versions newer than this are not what the key was.
    case unknown(from: UInt64)
  }

  /// The table that stands on what a key was at the moment. Moves tables within the key only.
  private func look(
    at key: [UInt8], _ rows: [VersionRows], _ noncurrent: VersionRows, removedFrom: UInt64?,
    _ budget: StepBudget
  ) throws(ObjectError) -> Shown {
    var newest: VersionRows?
    for table in rows where table.key == key {
      try table.check()
      if table.table == .removed {
        try table.seek(key, upTo: min(asOf, removedFrom ?? asOf))
        var hasStepped = false
        while table.key == key, table.removed <= asOf, table.isNewer(than: newest) {
          if hasStepped && budget.isSpent { return .unknown(from: table.version) }
          try table.advance()
          hasStepped = true
        }
        guard table.key == key, table.isNewer(than: newest), table.removed > asOf else { continue }
        newest = table
      } else if table.version <= asOf {
        newest = table
      } else {
        try noncurrent.seek(key, upTo: asOf)
        if noncurrent.key == key { newest = noncurrent }
      }
    }
    guard let newest, try !newest.row().isDeleteMarker else { return .nothing }
    return .object(newest)
  }
}

extension VersionRows {
  /// The first key that any of the tables stands on.
  static func first(_ rows: [VersionRows]) -> [UInt8]? {
    var first: [UInt8]?
    for table in rows {
      guard let key = table.key else { continue }
      if let known = first, !key.lexicographicallyPrecedes(known) { continue }
      first = key
    }
    return first
  }

  /// Whether the version it stands on was written behind that of another table, if there is one.
  func isNewer(than other: VersionRows?) -> Bool { other.map { version > $0.version } ?? true }
}
