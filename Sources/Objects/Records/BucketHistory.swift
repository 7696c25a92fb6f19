import Metadata
import Primitives

/// From when on a bucket's past is whole (docs/format/metadata.md, "History record").
struct BucketHistory: Hashable, Sendable {
  static let recordVersion: UInt8 = 1

  /// Before this moment something is missing that was current then: it was removed and not kept.
  var horizon: UInt64 = 0
  /// Changes up to this commit have been looked at for what need not be kept any longer.
  var purged: UInt64 = 0

  init() {}

  func encode() -> [UInt8] {
    var writer = ByteWriter(capacity: 17)
    writer.u8(Self.recordVersion)
    writer.u64(horizon)
    writer.u64(purged)
    return writer.bytes
  }

  init(decoding value: [UInt8]) throws(RecordError) {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard version == Self.recordVersion else { throw .unknownVersion(version) }
    horizon = try reader.u64()
    purged = try reader.u64()
    try reader.expectEnd()
  }

  /// Notes inside a commit closure that a version is gone which was current until `moment`.
  static func raise(_ bucket: UInt64, to moment: UInt64, _ transaction: Transaction) throws(ObjectError) {
    let key = ObjectTables.history(bucket)
    var history = BucketHistory()
    if let row = try transaction.row(key) { history = try BucketHistory(row: row) }
    guard moment > history.horizon else { return }
    history.horizon = moment
    transaction.put(key, history.encode())
  }

  /// Up to where changes have been looked at, inside a commit closure.
  static func purged(_ bucket: UInt64, _ transaction: Transaction) throws(ObjectError) -> UInt64 {
    guard let row = try transaction.row(ObjectTables.history(bucket)) else { return 0 }
    return try BucketHistory(row: row).purged
  }

  /// Notes inside a commit closure that changes up to one have been looked at.
  static func notePurged(_ bucket: UInt64, _ change: UInt64, _ transaction: Transaction) throws(ObjectError) {
    let key = ObjectTables.history(bucket)
    var history = BucketHistory()
    if let row = try transaction.row(key) { history = try BucketHistory(row: row) }
    history.purged = max(history.purged, change)
    transaction.put(key, history.encode())
  }

  /// As `init(decoding:)`; what cannot be read is damage.
  init(row value: [UInt8]) throws(ObjectError) {
    self = try decoding { () throws(RecordError) in try BucketHistory(decoding: value) }
  }
}
