import Primitives

/// The record `00 'j'` of a database: which history its sequence numbers belong to (docs/format/journal.md).
enum JournalHistory {
  private static let version: UInt8 = 1

  /// Never zero.
  static func random() -> UInt64 { max(1, SecureRandom.uint64()) }

  static func encode(_ history: UInt64) -> [UInt8] {
    [version] + CounterValue.encode(Int64(bitPattern: history))
  }

  /// The history of a database; nil when it has none yet. Throws `.corruption`.
  static func load(_ database: RocksDatabase) throws(MetadataError) -> UInt64? {
    guard let record = try database.get(StoreTable.historyKey) else { return nil }
    guard record.first == version, let bits = CounterValue.decode([UInt8](record.dropFirst())) else {
      throw MetadataError(.corruption, "the record of the journal's history is damaged")
    }
    return UInt64(bitPattern: bits)
  }

  /// Begins a new history, durably. Nobody else may be writing.
  static func renew(_ database: RocksDatabase, as history: UInt64 = random()) throws(MetadataError) -> UInt64
  {
    let batch = RocksBatch()
    batch.put(StoreTable.historyKey, encode(history))
    try database.write(batch)
    return history
  }
}
