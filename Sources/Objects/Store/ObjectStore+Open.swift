package import Metadata
import Primitives
import Volumes

extension ObjectStore {
  /// Rows read in one step when the store opens.
  private static let rowsPerStep = 4096

  func loadBuckets() async throws(ObjectError) {
    try await forEachRow(of: ObjectTables.buckets) { (key, value) throws(ObjectError) in
      let info = try decoding { () throws(RecordError) in
        try BucketRecord.decode(name: Array(key.dropFirst()), value)
      }
      buckets.insert(BucketEntry(info, limits.calendar))
    }
  }

  /// Makes known what is kept of deleted buckets.
  func loadDeletedBuckets() async throws(ObjectError) {
    try await forEachRow(of: ObjectTables.deletedBuckets) { (_, value) throws(ObjectError) in
      let deleted = try decoding { () throws(RecordError) in try DeletedBucket(decoding: value) }
      buckets.insertDeleted(BucketEntry(deleted.bucket, limits.calendar))
    }
  }

  func loadViews() async throws(ObjectError) {
    try await forEachRow(of: ObjectTables.views) { (key, value) throws(ObjectError) in
      views.insert(
        try decoding { () throws(RecordError) in
          try ViewRecord.decode(name: Array(key.dropFirst()), value)
        })
    }
  }

  /// Tells the volumes what of each segment is in use.
  func restoreSegmentUse() async throws(ObjectError) {
    var usage: [SegmentUsage] = []
    try await forEachRow(of: ObjectTables.segmentUse) { (key, value) throws(ObjectError) in
      guard key.count == 7, let live = CounterValue.decode(value) else {
        throw .damaged("a segment counter")
      }
      let volume = key[1..<3].reduce(0) { $0 << 8 | UInt16($1) }
      let segment = key[3..<7].reduce(0) { $0 << 8 | UInt32($1) }
      usage.append(
        SegmentUsage(volume: volume, segment: segment, usedBytes: 0, liveBytes: UInt64(max(0, live))))
    }
    volumes.restoreUsage(usage)
  }

  /// Whether metadata says that segments hold data that something refers to.
  package static func namesSegments(_ metadata: any MetadataStore) async throws(ObjectError) -> Bool {
    try await metadata.read { (reader) throws(ObjectError) in
      let table = [ObjectTables.segmentUse]
      let cursor = reader.cursor(lower: table, upper: upperBound(ofPrefix: table))
      try cursor.move(to: table)
      while cursor.isValid {
        // SAFETY: the cursor is valid and does not move before the bytes are copied.
        if let live = CounterValue.decode(unsafe [UInt8](cursor.value)), live > 0 { return true }
        try cursor.advance()
      }
      return false
    }
  }

  /// Calls `body` with every row of a table, in order; reads them in bounded steps.
  func forEachRow(
    of table: UInt8, _ body: ([UInt8], [UInt8]) throws(ObjectError) -> Void
  ) async throws(ObjectError) {
    var from: [UInt8] = [table]
    while true {
      let start = from
      let rows = try await metadata.read { (reader) throws(ObjectError) in
        try Self.rows(reader, from: start, prefix: [table], limit: Self.rowsPerStep)
      }
      for row in rows { try body(row.key, row.value) }
      guard rows.count == Self.rowsPerStep, let last = rows.last else { return }
      from = last.key + [0]
    }
  }

  /// Up to `limit` rows with a prefix, from a key on.
  static func rows(
    _ reader: any MetadataReader, from start: [UInt8], prefix: [UInt8], limit: Int
  ) throws(ObjectError) -> [MetadataEntry] {
    let cursor = reader.cursor(lower: prefix, upper: upperBound(ofPrefix: prefix))
    var rows: [MetadataEntry] = []
    try cursor.move(to: start)
    while cursor.isValid && rows.count < limit {
      // SAFETY: the cursor is valid and does not move before the bytes are copied.
      unsafe rows.append(MetadataEntry(key: [UInt8](cursor.key), value: [UInt8](cursor.value)))
      try cursor.advance()
    }
    return rows
  }
}
