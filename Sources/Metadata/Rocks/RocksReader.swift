/// The reader over one snapshot.
final class RocksReader: MetadataReader {
  private let snapshot: RocksSnapshot
  private let options: RocksReadOptions
  /// What its cursors step over.
  let count = ScanCount()

  init(_ database: RocksDatabase) {
    snapshot = RocksSnapshot(database)
    options = RocksReadOptions(snapshot: snapshot)
  }

  func get(_ key: [UInt8]) throws(MetadataError) -> [UInt8]? {
    try snapshot.database.get(key, options)
  }

  func cursor(lower: [UInt8], upper: [UInt8]?) -> MetadataCursor {
    if count.span == nil { count.span = HiddenEntries.Span(lower: lower, upper: upper) }
    return RocksCursor(
      snapshot.database, RocksReadOptions(snapshot: snapshot, lower: lower, upper: upper), count)
  }
}
