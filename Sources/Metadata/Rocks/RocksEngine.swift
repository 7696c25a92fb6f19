/// Groups written to RocksDB. Belongs to the committer thread.
final class RocksEngine: CommitEngine {
  private let database: RocksDatabase
  private let batch = RocksBatch()

  init(_ database: RocksDatabase) {
    self.database = database
  }

  func look(up key: [UInt8], memoryOnly: Bool) throws(MetadataError) -> Lookup {
    try database.look(up: key, memoryOnly: memoryOnly)
  }

  func cursor(lower: [UInt8], upper: [UInt8]?) throws(MetadataError) -> MetadataCursor {
    RocksCursor(database, RocksReadOptions(lower: lower, upper: upper))
  }

  func put(_ key: [UInt8], _ value: [UInt8]) {
    batch.put(key, value)
  }

  func delete(_ key: [UInt8]) {
    batch.delete(key)
  }

  func commit() throws(MetadataError) {
    defer { batch.removeAll() }
    try database.write(batch)
  }
}
