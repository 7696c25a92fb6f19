import Metadata
import Primitives
import Volumes

/// What one commit closure does besides its own row: references, counters and work left for later.
struct CommitBook {
  let transaction: Transaction
  var ledger: ReferenceLedger
  private(set) var cleanUps: [CleanUpID] = []

  init(_ transaction: Transaction) {
    self.transaction = transaction
    ledger = ReferenceLedger(transaction)
  }

  /// Gives up what the value of a row of `key` refers to, and what was noted of it.
  mutating func release(_ value: [UInt8], bucket: UInt64, key: ObjectKey) throws(ObjectError) {
    let row = try decoding { () throws(RecordError) in try ObjectRow(value) }
    if row.contentKind == .inline && row.kind != .appendable { return }
    let record = try decoding { () throws(RecordError) in try ObjectRecord(decoding: value) }
    if let appending = record.appending, appending.last > 0 {
      leave(CleanUpRecord(bucket: bucket, work: .discardAppends(key, row.version)))
    }
    switch record.content {
    case .inline: break
    case .pieces(let pieces): try ledger.drop(pieces)
    case .parts(let parts):
      for part in parts { try ledger.drop(part.pieces) }
    case .manifest(let manifest):
      leave(CleanUpRecord(bucket: bucket, work: .releaseManifest(manifest.id, rows: manifest.rows.count)))
    }
  }

  /// Leaves work for smaller commits; it is this commit's doing from the moment it is durable.
  @discardableResult
  mutating func leave(_ record: CleanUpRecord) -> CleanUpID {
    let id = CleanUpID(timestamp: transaction.timestamp.rawValue, index: UInt8(clamping: cleanUps.count))
    transaction.put(id.key, record.encode())
    cleanUps.append(id)
    return id
  }

  /// What is to be done once the commit is durable.
  var aftermath: Aftermath {
    Aftermath(timestamp: transaction.timestamp.rawValue, dead: ledger.dead, cleanUps: cleanUps)
  }
}

/// What a commit leaves to be done when it is durable.
struct Aftermath: Sendable {
  /// The commit's.
  let timestamp: UInt64
  let dead: [ExtentLocation]
  let cleanUps: [CleanUpID]
}

/// Names a clean-up: the timestamp of the commit that left it, and which of that commit's it is.
struct CleanUpID: Hashable, Sendable {
  let timestamp: UInt64
  let index: UInt8

  var key: [UInt8] { ObjectTables.cleanUp(timestamp, index) }
}
