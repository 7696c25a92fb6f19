import Metadata
import Primitives

/// How far back a bucket can be shown and restored.
package struct RestorableSpan: Hashable, Sendable {
  /// The first moment as of which everything is kept; nil: none before now.
  package let earliest: Moment?
  /// The last: now.
  package let latest: Moment
}

extension ObjectStore {
  /// How far back a bucket can be shown and restored.
  package func restorable(_ bucket: BucketInfo) async throws(ObjectError) -> RestorableSpan {
    let entry = try buckets.entry(bucket)
    return try await metadata.read { (reader) throws(ObjectError) in
      RestorableSpan(
        earliest: try Self.earliest(entry.info, reader), latest: Moment(Timestamp.now()))
    }
  }

  /// The first moment as of which everything in a bucket is kept.
  static func earliest(
    _ bucket: BucketInfo, _ reader: any MetadataReader
  ) throws(ObjectError) -> Moment? {
    try earliest(bucket, try reader.row(ObjectTables.history(bucket.id)))
  }

  /// The same, by the row of the bucket's history.
  private static func earliest(_ bucket: BucketInfo, _ history: [UInt8]?) throws(ObjectError) -> Moment? {
    guard let since = bucket.settings.historySince else { return nil }
    guard let history else { return since }
    return max(since, Moment(rawValue: try BucketHistory(row: history).horizon))
  }

  /// Throws `.notRestorable` when something that was current at the moment may be gone, of what lies below `prefix`.
  static func expectWhole(
    _ bucket: BucketInfo, _ asOf: Moment, below prefix: [UInt8], _ reader: any MetadataReader
  ) throws(ObjectError) {
    try expectWhole(bucket, asOf, below: prefix, try reader.row(ObjectTables.history(bucket.id)))
  }

  /// The same, by the row of the bucket's history.
  static func expectWhole(
    _ bucket: BucketInfo, _ asOf: Moment, below prefix: [UInt8], _ history: [UInt8]?
  ) throws(ObjectError) {
    let earliest = try earliest(bucket, history)
    guard let earliest, asOf >= earliest else {
      // A view keeps what it shows, whatever else is gone.
      if bucket.settings.protectedCuts.contains(where: { $0.asOf == asOf && prefix.starts(with: $0.prefix) })
      {
        return
      }
      throw .notRestorable(asOf: asOf, earliest: earliest)
    }
  }

  /// Throws `.momentInFuture` for a moment that has not come yet: what it shows could still change.
  func expectPast(_ asOf: Moment) throws(ObjectError) {
    if asOf.time > Timestamp.now() { throw .momentInFuture(asOf) }
  }
}
