import Metadata
import Primitives

/// From when on a bucket's past is whole (docs/format/metadata.md, "History record"). Version 1 has no `trimmed`.
struct BucketHistory: Hashable, Sendable {
  static let recordVersion: UInt8 = 2

  /// Before this moment something is missing that was current then: it was removed and not kept.
  var horizon: UInt64 = 0
  /// Changes up to this commit have been looked at for what need not be kept any longer.
  var purged: UInt64 = 0
  /// Changes up to this commit may be gone.
  var trimmed: UInt64 = 0

  init() {}

  func encode() -> [UInt8] {
    var writer = ByteWriter(capacity: 25)
    writer.u8(Self.recordVersion)
    writer.u64(horizon)
    writer.u64(purged)
    writer.u64(trimmed)
    return writer.bytes
  }

  init(decoding value: [UInt8]) throws(RecordError) {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard (1...Self.recordVersion).contains(version) else { throw .unknownVersion(version) }
    horizon = try reader.u64()
    purged = try reader.u64()
    if version > 1 { trimmed = try reader.u64() }
    try reader.expectEnd()
  }

  /// Up to which commit nobody needs changes any more: no moment before it can be asked for, no view or restore shows
  /// one, and nothing that they have removed is left to be let go of.
  func trimmable(_ settings: BucketSettings) -> UInt64 {
    var bound = purged
    if let since = settings.historySince { bound = min(bound, max(since.rawValue, horizon)) }
    for cut in settings.cuts { bound = min(bound, cut.asOf.rawValue) }
    return bound
  }

  /// Notes inside a commit closure that a version is gone which was current until `moment`.
  static func raise(_ bucket: UInt64, to moment: UInt64, _ transaction: Transaction) throws(ObjectError) {
    var history = try find(bucket, transaction)
    guard moment > history.horizon else { return }
    history.horizon = moment
    transaction.put(ObjectTables.history(bucket), history.encode())
  }

  /// A bucket's, inside a commit closure.
  static func find(_ bucket: UInt64, _ transaction: Transaction) throws(ObjectError) -> BucketHistory {
    guard let row = try transaction.row(ObjectTables.history(bucket)) else { return BucketHistory() }
    return try BucketHistory(row: row)
  }

  /// A bucket's, in a snapshot.
  static func find(_ bucket: UInt64, _ reader: any MetadataReader) throws(ObjectError) -> BucketHistory {
    guard let row = try reader.row(ObjectTables.history(bucket)) else { return BucketHistory() }
    return try BucketHistory(row: row)
  }

  /// Notes inside a commit closure that changes up to one have been looked at.
  static func notePurged(_ bucket: UInt64, _ change: UInt64, _ transaction: Transaction) throws(ObjectError) {
    var history = try find(bucket, transaction)
    history.purged = max(history.purged, change)
    transaction.put(ObjectTables.history(bucket), history.encode())
  }

  /// As `init(decoding:)`; what cannot be read is damage.
  init(row value: [UInt8]) throws(ObjectError) {
    self = try decoding { () throws(RecordError) in try BucketHistory(decoding: value) }
  }
}
