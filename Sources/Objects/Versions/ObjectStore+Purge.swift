import Metadata
package import Primitives

/// What a step of purging has done.
package struct PurgeStep: Sendable {
  /// Versions that were let go of, and their bytes.
  package let versions: Int
  package let bytes: UInt64
  /// Changes that it has looked at or deleted.
  package let changes: Int
  /// Whether the next step has something to look at now.
  package let hasMore: Bool

  init(versions: Int = 0, bytes: UInt64 = 0, changes: Int = 0, hasMore: Bool) {
    self.versions = versions
    self.bytes = bytes
    self.changes = changes
    self.hasMore = hasMore
  }
}

// Letting go of what was removed and need not be kept any longer: the recovery window is over, and no view shows it.
// Behind it go the changes that nobody can ask for (ObjectStore+Trim.swift).
extension ObjectStore {
  /// Changes that one step looks at.
  private static let purgedChanges = 128

  /// Buckets that keep something that was removed, or changes that nobody needs, and all deleted ones that are not
  /// forgotten.
  package func bucketsToPurge() async throws(ObjectError) -> [UInt64] {
    var ids: [UInt64] = []
    try await forEachRow(of: ObjectTables.bucketCounters) { (key, value) throws(ObjectError) in
      guard key.count == 10, key[9] == ObjectTables.removedCount, CounterValue.decode(value) != 0 else {
        return
      }
      ids.append(key[1..<9].reduce(0) { $0 << 8 | UInt64($1) })
    }
    let others = try await deletedBuckets().map(\.id) + (try await bucketsToTrim())
    let known = Set(ids)
    return ids + others.filter { !known.contains($0) }
  }

  /// Looks at the next changes of a bucket whose time is over at `now`; where there are none, deletes the next of those
  /// that nobody needs. Each step notes how far it is: a walk of many goes on where it was, after a restart too.
  package func purge(_ bucket: UInt64, now: Timestamp) async throws(ObjectError) -> PurgeStep {
    guard let entry = buckets.entry(id: bucket) else {
      return PurgeStep(hasMore: false)
    }
    let found = try await overdue(entry.info, now)
    guard let last = found.last else {
      return entry.isDeleted ? try await forgetIfEmpty(entry) : try await trim(entry)
    }
    if found.isNothingKept { return try await skip(entry, to: last) }
    try await warm(found.removed + (try await references(of: found.removed)))
    let (step, aftermath) = try await metadata.update(.bucket(bucket), for: .free) {
      (transaction) throws(ObjectError) in
      try entry.checkKept(in: transaction)
      // A view that was deleted meanwhile has what it kept looked at again.
      guard try BucketHistory.find(bucket, transaction).purged == found.purged else {
        return (PurgeStep(hasMore: true), CommitBook(transaction).aftermath)
      }
      var settings = entry.isDeleted ? entry.info.settings : try entry.check(in: transaction).settings
      // Nobody undoes a restore of a deleted bucket but by its recovery window.
      if entry.isDeleted { settings.restores = [] }
      var book = CommitBook(transaction)
      var usage = UsageChange()
      var (versions, bytes): (Int, UInt64) = (0, 0)
      for rowKey in found.removed {
        guard let value = try transaction.row(rowKey) else { continue }
        let place = try VersionRowKey(rowKey)
        let version = try KeyVersion(.noncurrent, value)
        if settings.isShown(place, version) { continue }
        transaction.delete(rowKey)
        try book.release(version.value, bucket: bucket, key: ObjectKey(stored: place.key))
        try BucketHistory.raise(bucket, to: version.until, transaction)
        usage.removed(-1, version.row.size)
        versions += 1
        bytes &+= version.row.size
      }
      usage.apply(bucket, transaction)
      try BucketHistory.notePurged(bucket, last, transaction)
      let step = PurgeStep(versions: versions, bytes: bytes, changes: found.changes, hasMore: true)
      return (step, book.aftermath)
    }
    await settle(aftermath)
    return step
  }

  /// Changes whose time is over.
  private struct Overdue: Sendable {
    /// Up to where changes had been looked at before.
    var purged: UInt64 = 0
    /// The keys of the rows that they removed and that were kept.
    var removed: [[UInt8]] = []
    /// The last of these changes; nil when there is none.
    var last: UInt64?
    /// How many they are.
    var changes = 0
    /// Whether the bucket keeps nothing at all: then changes need not be looked at, and `last` is the end of those due.
    var isNothingKept = false
  }

  /// Notes that changes up to one, or to now, need not be looked at, since nothing is kept that they have removed.
  private func skip(_ entry: BucketEntry, to last: UInt64) async throws(ObjectError) -> PurgeStep {
    let bucket = entry.id
    return try await metadata.update(.bucket(bucket), for: .free) { (transaction) throws(ObjectError) in
      try entry.checkKept(in: transaction)
      if try !transaction.any(ObjectTables.bucketPrefix(ObjectTables.removed, bucket)) {
        // What is removed from now on is removed by later commits.
        try BucketHistory.notePurged(bucket, min(last, transaction.timestamp.rawValue - 1), transaction)
      }
      return PurgeStep(hasMore: true)
    }
  }

  /// What the next changes have removed, of which the window is over.
  private func overdue(_ bucket: BucketInfo, _ now: Timestamp) async throws(ObjectError) -> Overdue {
    let window = bucket.settings.recoveryMilliseconds
    let due = CommitTimestamp(milliseconds: max(0, now.milliseconds - window)).rawValue
    return try await metadata.read { (reader) throws(ObjectError) in
      var found = Overdue()
      found.purged = try BucketHistory.find(bucket.id, reader).purged
      guard found.purged < due else { return found }
      let lower = ObjectTables.change(bucket.id, found.purged &+ 1, [])
      let cursor = reader.cursor(lower: lower, upper: ObjectTables.change(bucket.id, due, []))
      try cursor.move(to: lower)
      let prefix = ObjectTables.bucketPrefix(ObjectTables.removed, bucket.id)
      let kept = try Self.rows(reader, from: prefix, prefix: prefix, limit: 1)
      if cursor.isValid && kept.isEmpty {
        (found.isNothingKept, found.last) = (true, due)
        return found
      }
      while cursor.isValid {
        // SAFETY: the bytes are copied before the cursor moves.
        let (key, value) = unsafe ([UInt8](cursor.key), [UInt8](cursor.value))
        guard key.count > 17 else { throw .damaged("a change's row key") }
        let change = try decoding { () throws(RecordError) in try ChangeRecord(decoding: value) }
        let timestamp = ChangeRecord.timestamp(key)
        // Changes of one commit are not parted: the place to go on is a time.
        if found.changes >= Self.purgedChanges && timestamp != found.last { break }
        found.last = timestamp
        found.changes += 1
        for version in change.removed {
          found.removed.append(
            ObjectTables.removedVersion(
              bucket.id, Array(key[17...]), version.rawValue, removed: timestamp))
        }
        try cursor.advance()
      }
      return found
    }
  }

  /// The keys of the reference rows that letting go of versions reads.
  private func references(of rowKeys: [[UInt8]]) async throws(ObjectError) -> [[UInt8]] {
    var keys: [[UInt8]] = []
    for rowKey in rowKeys {
      guard let value = try await metadata.row(rowKey) else { continue }
      let version = try KeyVersion(.noncurrent, value)
      if version.row.contentKind == .inline { continue }
      switch try version.record().content {
      case .inline, .manifest: break
      case .pieces(let pieces): keys += ReferenceOrigins.rowKeys(pieces)
      case .parts(let parts): keys += ReferenceOrigins.rowKeys(parts.flatMap(\.pieces))
      }
    }
    return keys
  }

  /// A deleted bucket of which nothing is kept any more is forgotten.
  private func forgetIfEmpty(_ entry: BucketEntry) async throws(ObjectError) -> PurgeStep {
    let none = PurgeStep(hasMore: false)
    guard entry.isDeleted else { return none }
    let id = entry.id
    let aftermath = try await metadata.update(.bucket(id), for: .free) {
      (transaction) throws(ObjectError) -> Aftermath? in
      guard try !transaction.any(ObjectTables.bucketPrefix(ObjectTables.removed, id)) else { return nil }
      var book = CommitBook(transaction)
      transaction.delete(ObjectTables.deletedBucket(id))
      Self.discardHistory(of: id, &book)
      return book.aftermath
    }
    guard let aftermath else { return none }
    buckets.forget(id: id)
    await settle(aftermath)
    return none
  }

  /// Deletes what only tells of a bucket's past, inside the commit that ends it.
  static func discardHistory(of bucket: UInt64, _ book: inout CommitBook) {
    for kind in ObjectTables.bucketCounterKinds {
      book.transaction.delete(ObjectTables.bucketCounter(bucket, kind))
    }
    book.transaction.delete(ObjectTables.history(bucket))
    book.leave(CleanUpRecord(bucket: bucket, work: .discardChanges))
  }
}

extension BucketSettings {
  /// Whether a view, or a restore that runs, shows a version that was removed.
  fileprivate func isShown(_ place: VersionRowKey, _ version: KeyVersion) -> Bool {
    cuts.contains { cut in
      version.row.version.rawValue <= cut.asOf.rawValue && cut.asOf.rawValue < place.removed ?? 0
        && place.key.starts(with: cut.prefix)
    }
  }
}
