import Metadata
import Primitives

/// Makes one page of the keys that a bucket had at a moment, over a snapshot of today: the tables of current,
/// noncurrent and removed versions are walked side by side, and each key is shown as the last of its versions that
/// was written up to the moment and had not been removed by then.
///
/// Where nothing has changed since the moment, only the table of current objects has rows, and a page costs what one
/// of today does and a little more.
struct MomentLister {
  private let bucket: BucketInfo
  private let grouping: KeyGrouping
  private let after: [UInt8]
  let scope: [UInt8]
  private let asOf: UInt64
  private var builder: ObjectsPageBuilder

  /// Nil where the page is empty: the prefix has nothing to do with the part of the bucket that there is.
  init?(_ request: ListObjectsRequest, asOf: Moment, limit: Int) {
    bucket = request.bucket
    grouping = KeyGrouping(prefix: request.prefix, delimiter: request.delimiter)
    after = request.after
    guard let scope = KeyGrouping.scope(request.prefix, within: request.within) else { return nil }
    self.scope = scope
    self.asOf = asOf.rawValue
    builder = ObjectsPageBuilder(bucket, limit: limit)
  }

  mutating func run(_ reader: any MetadataReader) throws(ObjectError) -> ListObjectsPage {
    let start: [UInt8]
    switch grouping.start(after: after) {
    case .beginning: start = scope
    case .key(let key): start = key
    case .nothing: return builder.page
    }
    let tables: [VersionRows.Table] = [.objects, .markers, .versions, .removed]
    let rows = tables.map { VersionRows($0, reader, bucket: bucket.id, scope: scope) }
    for table in rows { try table.seek(start) }
    while let key = VersionRows.first(rows) {
      guard let shown = try Self.shown(key, rows, asOf) else {
        for table in rows where table.key == key { try table.passKey() }
        continue
      }
      guard !builder.isFull else { return builder.truncated() }
      // SAFETY: the pointers do not outlive the closures.
      let group = unsafe key.withUnsafeBytes { unsafe grouping.groupLength($0) }.map { Array(key[..<$0]) }
      if let group {
        unsafe group.withUnsafeBytes { unsafe builder.append(prefix: $0) }
        for table in rows { try table.pass(group: group) }
        continue
      }
      try append(key, shown)
      for table in rows where table.key == key { try table.passKey() }
    }
    return builder.page
  }

  private mutating func append(_ key: [UInt8], _ shown: VersionRows) throws(ObjectError) {
    let record = unsafe shown.record
    let count = key.count
    // SAFETY: neither pointer outlives the closure, and `shown` does not move in it.
    let result = unsafe key.withUnsafeBytes { (bytes) -> Result<Void, ObjectError> in
      Result { () throws(ObjectError) in
        try unsafe builder.append(UnsafeRawBufferPointer(start: bytes.baseAddress, count: count), record)
      }
    }
    try result.get()
  }

  /// The table that stands on what a key was at the moment; nil when it was nothing, or deleted. Moves tables within
  /// the key only.
  private static func shown(
    _ key: [UInt8], _ rows: [VersionRows], _ asOf: UInt64
  ) throws(ObjectError) -> VersionRows? {
    var newest: VersionRows?
    for table in rows where table.key == key {
      switch table.table {
      case .objects, .markers: guard table.version <= asOf else { continue }
      case .versions:
        try table.seek(upTo: asOf)
        guard table.key == key else { continue }
      case .removed:
        try table.seek(upTo: asOf)
        while table.key == key && table.removed <= asOf { try table.advance() }
        guard table.key == key else { continue }
      }
      if newest.map({ table.version > $0.version }) ?? true { newest = table }
    }
    guard let newest, try !newest.row().isDeleteMarker else { return nil }
    return newest
  }
}

extension VersionRows {
  /// The first key that any of the tables stands on.
  static func first(_ rows: [VersionRows]) -> [UInt8]? {
    var first: [UInt8]?
    for case let key? in rows.lazy.map(\.key) {
      if let known = first, !key.lexicographicallyPrecedes(known) { continue }
      first = key
    }
    return first
  }
}
