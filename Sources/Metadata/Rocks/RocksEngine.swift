/// Groups written to RocksDB. Belongs to the committer thread.
final class RocksEngine: CommitEngine {
  private let database: RocksDatabase
  private var batch = RocksBatch()
  /// Where groups go once they are durable; empty without a journal.
  private let journal: Guarded<Journal?>

  init(_ database: RocksDatabase, journal: Guarded<Journal?>) {
    self.database = database
    self.journal = journal
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
    do throws(MetadataError) {
      try database.write(batch)
    } catch {
      batch.removeAll()
      throw error
    }
    guard let journal = journal.withLock({ $0 }), batch.count > 0 else {
      batch.removeAll()
      return
    }
    let item = JournalItem(
      batch: batch, last: database.latestSequence, count: batch.count, bytes: batch.byteCount)
    batch = journal.queue.hand(item)
  }
}
