/// The format record of a store: written when the store is made, checked whenever it is opened.
enum RocksFormat {
  static func check(_ database: RocksDatabase) throws(MetadataError) {
    if let record = try database.get(StoreTable.formatKey) {
      guard record.count == 1 else { throw MetadataError(.corruption, "the format record is damaged") }
      guard record[0] == StoreTable.formatVersion else {
        throw MetadataError(
          .format, "the store has format \(record[0]), this program knows \(StoreTable.formatVersion)")
      }
      return
    }
    guard try isEmpty(database) else {
      throw MetadataError(.corruption, "the store has records but no format record")
    }
    let batch = RocksBatch()
    batch.put(StoreTable.formatKey, [StoreTable.formatVersion])
    try database.write(batch)
  }

  private static func isEmpty(_ database: RocksDatabase) throws(MetadataError) -> Bool {
    let cursor = RocksCursor(database, RocksReadOptions())
    try cursor.seek([])
    return !cursor.isValid
  }
}
