import Metadata
import Primitives

/// Makes one page of a bucket's versions, as they are or as they were at a moment. As of a moment much may have come
/// since, and is stepped over: a read that has stepped over as much as it may ends, and the next goes on where it was.
struct VersionLister: Sendable {
  private let bucket: BucketInfo
  private let grouping: KeyGrouping
  private let request: ListObjectVersionsRequest
  let scope: [UInt8]
  private let limit: Int
  /// Rows that one read may step over.
  private let stepLimit: Int
  private var page = ListObjectVersionsPage()
  /// Where the next read goes on; nil: behind the request's markers.
  private var resumption: Place?
  /// How far the search is for the version that the request's marker names.
  private var search: VersionSearch.Progress

  /// The first version that may be shown.
  private struct Place {
    let key: [UInt8]
    /// Of this key only versions older than this one; nil: all.
    var before: UInt64?
    /// Whether what is shown first of the key is its latest version.
    var isLatest = true
  }

  /// Nil where the page is empty: the prefix has nothing to do with the part of the bucket that there is.
  init?(_ request: ListObjectVersionsRequest, limit: Int, stepLimit: Int) {
    bucket = request.bucket
    grouping = KeyGrouping(prefix: request.prefix, delimiter: request.delimiter)
    self.request = request
    guard let scope = KeyGrouping.scope(request.prefix, within: request.within) else { return nil }
    self.scope = scope
    self.limit = limit
    self.stepLimit = stepLimit
    search = VersionSearch.Progress(stepLimit: stepLimit)
  }

  /// One read. Nil: the page is not made yet, and a next read goes on.
  mutating func run(_ reader: any MetadataReader) throws(ObjectError) -> ListObjectVersionsPage? {
    var tables: [VersionRows.Table] = [.objects, .markers, .versions]
    if request.asOf != nil { tables.append(.removed) }
    let budget = StepBudget(stepLimit)
    let rows = tables.map { VersionRows($0, reader, bucket: bucket.id, scope: scope, budget) }
    guard let start = try start(rows, reader) else { return search.isUnfinished ? nil : page }
    var isFirst = true
    while let key = VersionRows.first(rows) {
      if budget.isSpent && !isFirst {
        resumption = Place(key: key)
        return nil
      }
      switch try show(isFirst && key == start.key ? start : Place(key: key), rows, budget, reader) {
      case .all: for table in rows where table.key == key { try table.passKey() }
      case .group(let group): for table in rows { try table.pass(group: group) }
      case .full: return truncated()
      case .paused(let place):
        resumption = place
        return nil
      }
      isFirst = false
    }
    return page
  }

  private enum Outcome {
    case all
    /// The key's common prefix was shown instead.
    case group([UInt8])
    /// There is a version that the page has no room for.
    case full
    /// The read may not go on.
    case paused(Place)
  }

  /// Adds the versions of a key to the page.
  private mutating func show(
    _ start: Place, _ rows: [VersionRows], _ budget: StepBudget, _ reader: any MetadataReader
  ) throws(ObjectError) -> Outcome {
    let key = start.key
    // SAFETY: the pointer does not outlive the closure.
    let group = unsafe key.withUnsafeBytes { unsafe grouping.groupLength($0) }.map { Array(key[..<$0]) }
    var isLatest = start.isLatest
    while true {
      switch try next(key, rows, before: start.before, budget) {
      case .none: return .all
      case .unknown(let version):
        return .paused(Place(key: key, before: version &+ 1, isLatest: isLatest))
      case .row(let table):
        guard page.entries.count < limit else { return .full }
        if let group {
          page.entries.append(.prefix(group))
          return .group(group)
        }
        page.entries.append(.version(try entry(key, table, isLatest: isLatest, reader)))
        isLatest = false
        try table.advance()
      }
    }
  }

  /// Moves all tables to where the read begins; nil when nothing can follow the markers, or the search is unfinished.
  private mutating func start(_ rows: [VersionRows], _ reader: any MetadataReader) throws(ObjectError)
    -> Place?
  {
    if let resumption {
      for table in rows { try table.seek(resumption.key) }
      return resumption
    }
    let marker = request.keyMarker
    if let label = request.versionMarker, grouping.group(ofMarker: marker) == nil {
      let version = try version(label, of: marker, reader)
      if search.isUnfinished { return nil }
      let from = max(marker, scope)
      for table in rows { try table.seek(from) }
      return Place(key: marker, before: version, isLatest: version == nil)
    }
    switch grouping.start(after: marker) {
    case .nothing: return nil
    case .beginning: for table in rows { try table.seek(scope) }
    case .key(let key): for table in rows { try table.seek(key) }
    }
    return Place(key: marker)
  }

  /// The version that a marker names. One that is gone sorts where it was; a `null` that is gone nobody can place, so
  /// the key is shown from its newest version on.
  private mutating func version(
    _ label: VersionLabel, of key: [UInt8], _ reader: any MetadataReader
  ) throws(ObjectError) -> UInt64? {
    switch label {
    case .id(let version): return version.rawValue
    case .foreign: return 0
    case .null:
      let versions = VersionSearch(
        reader, bucket: bucket.id, key: ObjectKey(stored: key), asOf: request.asOf)
      return try versions.version(.null, &search)?.version.row.version.rawValue
    }
  }

  private enum Newest {
    case none
    case row(VersionRows)
    /// The read may not go on; nothing newer than this is to be shown.
    case unknown(from: UInt64)
  }

  /// The table that stands on the newest of the key's versions that are left.
  private func next(
    _ key: [UInt8], _ rows: [VersionRows], before version: UInt64?, _ budget: StepBudget
  ) throws(ObjectError) -> Newest {
    var newest: VersionRows?
    for table in rows where table.key == key {
      try table.check()
      if let version {
        guard version > 0 else { continue }
        if table.version >= version { try move(table, upTo: version - 1) }
      }
      if let asOf = request.asOf?.rawValue {
        if table.key == key, table.version > asOf { try move(table, upTo: asOf) }
        var hasStepped = false
        while table.table == .removed, table.key == key, table.removed <= asOf, table.isNewer(than: newest) {
          if hasStepped && budget.isSpent { return .unknown(from: table.version) }
          try table.advance()
          hasStepped = true
        }
      }
      if table.key == key, table.isNewer(than: newest) { newest = table }
    }
    return newest.map { .row($0) } ?? .none
  }

  private func move(_ table: VersionRows, upTo moment: UInt64) throws(ObjectError) {
    guard !table.table.isSingle, let key = table.key else { return try table.advance() }
    try table.seek(key, upTo: moment)
  }

  private func entry(
    _ key: [UInt8], _ table: VersionRows, isLatest: Bool, _ reader: any MetadataReader
  ) throws(ObjectError) -> VersionListEntry {
    var row = try table.row()
    let record = unsafe table.record
    // SAFETY: the fields end within the record, as the row has checked; they are used before the table moves.
    let owner = unsafe OwnerField.find(
      UnsafeRawBufferPointer(rebasing: record[ObjectRow.fixedLength..<row.recordLength])
    ).map { unsafe PrincipalID(String(decoding: $0, as: UTF8Text.self)) }
    var restore: ArchiveRestore?
    if request.showsRestores, row.storageClass.isArchive {
      // SAFETY: as above.
      restore = try unsafe ObjectRecord.restore(in: record, row)
    }
    if let asOf = request.asOf, let past = try table.state(asOf: asOf.rawValue, reader) {
      row = row.asItWas(past)
    }
    return VersionListEntry(
      key: ObjectKey(stored: key), version: row.version, label: row.label, isLatest: isLatest,
      isDeleteMarker: row.isDeleteMarker, kind: row.kind, lastModified: row.lastModified, etag: row.etag,
      size: row.size,
      storageClass: row.storageClass, checksumAlgorithm: row.checksumAlgorithm,
      checksumType: row.checksumType, owner: owner ?? bucket.owner, restore: restore)
  }

  private mutating func truncated() -> ListObjectVersionsPage {
    page.isTruncated = true
    switch page.entries.last {
    case .version(let entry):
      page.nextKeyMarker = entry.key.bytes
      page.nextVersionMarker = entry.label
    case .prefix(let prefix): page.nextKeyMarker = prefix
    case nil: break
    }
    return page
  }

  private func max(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] { a.lexicographicallyPrecedes(b) ? b : a }
}
