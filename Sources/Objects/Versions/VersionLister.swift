import Metadata
import Primitives

/// Makes one page of a bucket's versions over a snapshot, as they are or as they were at a moment.
struct VersionLister {
  private let bucket: BucketInfo
  private let grouping: KeyGrouping
  private let request: ListObjectVersionsRequest
  let scope: [UInt8]
  private let limit: Int
  private var page = ListObjectVersionsPage()

  /// Nil where the page is empty: the prefix has nothing to do with the part of the bucket that there is.
  init?(_ request: ListObjectVersionsRequest, limit: Int) {
    bucket = request.bucket
    grouping = KeyGrouping(prefix: request.prefix, delimiter: request.delimiter)
    self.request = request
    guard let scope = KeyGrouping.scope(request.prefix, within: request.within) else { return nil }
    self.scope = scope
    self.limit = limit
  }

  mutating func run(_ reader: any MetadataReader) throws(ObjectError) -> ListObjectVersionsPage {
    var tables: [VersionRows.Table] = [.objects, .markers, .versions]
    if request.asOf != nil { tables.append(.removed) }
    let rows = tables.map { VersionRows($0, reader, bucket: bucket.id, scope: scope) }
    guard var before = try start(rows, reader) else { return page }
    while let key = VersionRows.first(rows) {
      // SAFETY: the pointer does not outlive the closure.
      let group = unsafe key.withUnsafeBytes { unsafe grouping.groupLength($0) }.map { Array(key[..<$0]) }
      let limitation = key == before.key ? before.version : nil
      var isLatest = limitation == nil
      while let table = try next(key, rows, before: limitation) {
        guard page.entries.count < limit else { return truncated() }
        if let group {
          page.entries.append(.prefix(group))
          for table in rows { try table.pass(group: group) }
          break
        }
        page.entries.append(.version(try entry(key, table, isLatest: isLatest)))
        isLatest = false
        try table.advance()
      }
      for table in rows where table.key == key { try table.passKey() }
      before.version = nil
    }
    return page
  }

  /// Moves all tables to where the page begins; nil when nothing can follow the markers. Returns the key of which only
  /// versions older than one are to be shown, if there is one.
  private func start(
    _ rows: [VersionRows], _ reader: any MetadataReader
  ) throws(ObjectError) -> (key: [UInt8], version: UInt64?)? {
    let marker = request.keyMarker
    if let label = request.versionMarker, grouping.group(ofMarker: marker) == nil {
      let from = max(marker, scope)
      for table in rows { try table.seek(from) }
      return (marker, try version(label, of: marker, reader))
    }
    switch grouping.start(after: marker) {
    case .nothing: return nil
    case .beginning: for table in rows { try table.seek(scope) }
    case .key(let key): for table in rows { try table.seek(key) }
    }
    return (marker, nil)
  }

  /// The version that a marker names. One that is gone sorts where it was; a `null` that is gone nobody can place, so
  /// the key is shown from its newest version on.
  private func version(
    _ label: VersionLabel, of key: [UInt8], _ reader: any MetadataReader
  ) throws(ObjectError) -> UInt64? {
    switch label {
    case .id(let version): return version.rawValue
    case .foreign: return 0
    case .null:
      let search = VersionSearch(
        reader, bucket: bucket.id, key: ObjectKey(stored: key), asOf: request.asOf)
      return try search.version(.null)?.version.row.version.rawValue
    }
  }

  /// The table that stands on the newest of the key's versions that are left.
  private func next(
    _ key: [UInt8], _ rows: [VersionRows], before version: UInt64?
  ) throws(ObjectError) -> VersionRows? {
    var newest: VersionRows?
    for table in rows where table.key == key {
      if let version {
        guard version > 0 else { continue }
        if table.version >= version { try move(table, upTo: version - 1) }
        guard table.key == key else { continue }
      }
      if let asOf = request.asOf?.rawValue {
        if table.version > asOf { try move(table, upTo: asOf) }
        while table.table == .removed && table.key == key && table.removed <= asOf { try table.advance() }
      }
      guard table.key == key else { continue }
      if newest.map({ table.version > $0.version }) ?? true { newest = table }
    }
    return newest
  }

  private func move(_ table: VersionRows, upTo moment: UInt64) throws(ObjectError) {
    if table.table.isSingle { try table.advance() } else { try table.seek(upTo: moment) }
  }

  private func entry(
    _ key: [UInt8], _ table: VersionRows, isLatest: Bool
  ) throws(ObjectError) -> VersionListEntry {
    let row = try table.row()
    let record = unsafe table.record
    // SAFETY: the fields end within the record, as the row has checked; they are used before the table moves.
    let owner = unsafe OwnerField.find(
      UnsafeRawBufferPointer(rebasing: record[ObjectRow.fixedLength..<row.recordLength])
    ).map { unsafe PrincipalID(String(decoding: $0, as: UTF8Text.self)) }
    return VersionListEntry(
      key: ObjectKey(stored: key), version: row.version, label: row.label, isLatest: isLatest,
      isDeleteMarker: row.isDeleteMarker, lastModified: row.lastModified, etag: row.etag, size: row.size,
      storageClass: row.storageClass, checksumAlgorithm: row.checksumAlgorithm,
      checksumType: row.checksumType, owner: owner ?? bucket.owner)
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
