import Metadata
import Primitives

/// What one step of a set-up did.
package struct LifecycleSetUpStep: Sendable {
  /// Rows that were walked, and looks that were written for them.
  package let rows: Int
  package let looks: Int
  package let hasMore: Bool
}

extension ObjectStore {
  /// Buckets whose keys are not all indexed by their rules.
  package func lifecycleSetUps() async throws(ObjectError) -> [UInt64] {
    var buckets: [UInt64] = []
    try await forEachRow(of: ObjectTables.lifecycleSetUps) { (key, _) throws(ObjectError) in
      guard key.count == 9 else { throw .damaged("a lifecycle set-up's row key") }
      buckets.append(key[1...].reduce(0) { $0 << 8 | UInt64($1) })
    }
    return buckets
  }

  /// Whether a bucket's keys are all indexed by its rules.
  package func isLifecycleSetUp(_ bucket: BucketInfo) async throws(ObjectError) -> Bool {
    try await metadata.row(ObjectTables.lifecycleSetUp(bucket.id)) == nil
  }

  /// Indexes the next rows of a bucket.
  package func setUpLifecycle(_ bucket: UInt64) async throws(ObjectError) -> LifecycleSetUpStep {
    let done = LifecycleSetUpStep(rows: 0, looks: 0, hasMore: false)
    let rowKey = ObjectTables.lifecycleSetUp(bucket)
    guard let value = try await metadata.row(rowKey) else { return done }
    let setUp = try decoding { () throws(RecordError) in try LifecycleSetUp(decoding: value) }
    guard let entry = buckets.entry(id: bucket), !entry.isDeleted else {
      // Deleting rules takes the row along; deleting their bucket leaves it.
      try await metadata.update(.bucket(bucket), for: .free) { (transaction) throws(ObjectError) in
        if try transaction.row(rowKey) == value { transaction.delete(rowKey) }
      }
      return done
    }
    // What is known of the bucket may be a moment older than the row: then the next pass begins.
    guard let rules = entry.info.settings.lifecycle, rules.generation == setUp.generation else { return done }
    let limit = limits.rowsPerStep
    let page = try await metadata.read { (reader) throws(ObjectError) in
      try SetUpPage(reader, setUp, bucket, rules, self.limits.calendar, limit: limit)
    }
    let next = setUp.after(page.last, isTableDone: page.rows < limit)
    try await metadata.update(.bucket(bucket)) { (transaction) throws(ObjectError) in
      // Other rules begin anew.
      guard try transaction.row(rowKey) == value else { return }
      let earliest = self.limits.calendar.midnight(
        atOrAfter: Timestamp(milliseconds: transaction.timestamp.milliseconds))
      for (key, time) in page.looks {
        transaction.put(
          ObjectTables.lifecycleLook(max(time, earliest), bucket, key), [LifecycleLooks.rowVersion])
      }
      if let next { transaction.put(rowKey, next.encode()) } else { transaction.delete(rowKey) }
    }
    return LifecycleSetUpStep(rows: page.rows, looks: page.looks.count, hasMore: next != nil)
  }
}

/// Some rows of a table, and when their keys have to be looked at.
private struct SetUpPage: Sendable {
  var rows = 0
  /// The key of the last row.
  var last: [UInt8]?
  var looks: [(key: [UInt8], time: Timestamp)] = []

  init(
    _ reader: any MetadataReader, _ setUp: LifecycleSetUp, _ bucket: UInt64, _ rules: LifecycleRules,
    _ calendar: LifecycleCalendar, limit: Int
  ) throws(ObjectError) {
    let prefix = ObjectTables.bucketPrefix(setUp.table, bucket)
    let start = setUp.position.isEmpty ? prefix : setUp.position + [0]
    let cursor = reader.cursor(lower: prefix, upper: upperBound(ofPrefix: prefix))
    try cursor.move(to: start)
    while cursor.isValid && rows < limit {
      // SAFETY: the bytes are copied before the cursor moves.
      let (rowKey, value) = unsafe ([UInt8](cursor.key), [UInt8](cursor.value))
      let (key, time) = try Self.look(setUp.table, rowKey, value, rules, calendar)
      if let time { looks.append((key, time)) }
      rows += 1
      last = rowKey
      try cursor.advance()
    }
  }

  /// A row's key, and when lifecycle has to do with it; nil: never.
  private static func look(
    _ table: UInt8, _ rowKey: [UInt8], _ value: [UInt8], _ rules: LifecycleRules,
    _ calendar: LifecycleCalendar
  ) throws(ObjectError) -> (key: [UInt8], time: Timestamp?) {
    let key = try Self.key(table, rowKey)
    let decision = LifecycleDecision(rules, key: key, calendar: calendar)
    if decision.rules.isEmpty { return (key, nil) }
    if table == ObjectTables.uploads {
      guard let id = UploadID(rowKey: rowKey) else { throw .damaged("an upload key") }
      return (key, decision.abortion(of: Moment(rawValue: id.created).time)?.time)
    }
    let version = try KeyVersion(KeyVersion.Place(rowKey: rowKey), value)
    let judged = try version.judged(for: decision, noncurrentSince: version.until)
    return (key, decision.firstLook(at: judged))
  }

  private static func key(_ table: UInt8, _ rowKey: [UInt8]) throws(ObjectError) -> [UInt8] {
    switch table {
    case ObjectTables.versions: return try VersionRowKey(rowKey).key
    case ObjectTables.uploads:
      // SAFETY: the pointer does not outlive the closure.
      let name = unsafe rowKey.withUnsafeBytes { unsafe EscapedKey.read(.init(rebasing: $0.dropFirst(9))) }
      guard let name else { throw .damaged("an upload key") }
      return name.key
    default: return Array(rowKey.dropFirst(9))
    }
  }
}
