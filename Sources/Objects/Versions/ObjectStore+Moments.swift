import Metadata
import Primitives
import Ring
import Synchronization

/// How far back a bucket can be shown and restored.
package struct RestorableSpan: Hashable, Sendable {
  /// The first moment as of which everything is kept; nil: none before now.
  package let earliest: Moment?
  /// The last: now.
  package let latest: Moment
}

extension ObjectStore {
  /// Now, and not before anything that was acknowledged: the clock of commits may be ahead of the wall's for a moment,
  /// after a restart say.
  package var present: Moment {
    max(Moment(Timestamp.now()), Moment(rawValue: settledPast.load(ordering: .acquiring)))
  }

  /// How far back a bucket can be shown and restored.
  package func restorable(_ bucket: BucketInfo) async throws(ObjectError) -> RestorableSpan {
    let entry = try buckets.entry(bucket)
    return try await metadata.read { (reader) throws(ObjectError) in
      RestorableSpan(
        earliest: try Self.earliest(entry.info, reader), latest: self.present)
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
      // A view or a restore keeps what it shows, whatever else is gone.
      if bucket.settings.cuts.contains(where: { $0.asOf == asOf && prefix.starts(with: $0.prefix) }) {
        return
      }
      throw .notRestorable(asOf: asOf, earliest: earliest)
    }
  }

  /// Returns once nothing can be committed any more at or before a moment, so that what it shows never changes. Throws
  /// `.momentInFuture` for one that has not come yet.
  ///
  /// A commit has its timestamp before it is durable and seen. An empty one behind it tells when that is over; what
  /// follows has a later timestamp.
  func expectPast(_ asOf: Moment) async throws(ObjectError) {
    if asOf.rawValue <= settledPast.load(ordering: .acquiring) { return }
    // The clock of commits may be ahead of the wall's for a moment, after a restart say.
    if asOf.time.milliseconds > Timestamp.now().milliseconds + Self.clockAhead { throw .momentInFuture(asOf) }
    for _ in 0..<Self.pastAttempts where asOf.rawValue > settledPast.load(ordering: .acquiring) {
      let now: UInt64
      do throws(ObjectError) {
        now = try await metadata.update(.key(bucket: 0, key: [0]), for: .free) {
          (transaction) throws(ObjectError) in transaction.timestamp.rawValue
        }
      } catch {
        // Nothing is committed at all. What was under way before is long over.
        guard asOf.time.milliseconds < Timestamp.now().milliseconds - Self.stalled else { throw error }
        return
      }
      if now > asOf.rawValue {
        _ = settledPast.max(now, ordering: .acquiringAndReleasing)
        return
      }
      // The moment's millisecond is not over.
      await Ring.current.sleep(for: .milliseconds(1))
    }
    if asOf.rawValue > settledPast.load(ordering: .acquiring) { throw .momentInFuture(asOf) }
  }

  private static let pastAttempts = 4
  /// Milliseconds by which commits' timestamps may be ahead of the wall clock; beyond it a moment is not looked at.
  private static let clockAhead: Int64 = 1_000
  /// Milliseconds after which a commit that was begun is over one way or the other.
  private static let stalled: Int64 = 60_000
}
