import Metadata
import Primitives

// What restores say in the records of buckets: the moment that they show of the one, and their claim on the other.
extension ObjectStore {
  /// Changes the records of some buckets in one commit, and what memory knows of them behind it. `body` runs inside
  /// the commit, and gives those it has changed.
  func change<Value: Sendable>(
    _ entries: [BucketEntry], for purpose: UpdatePurpose = .keep,
    _ body: @escaping @Sendable (Transaction) throws(ObjectError) -> (Value, [BucketInfo])
  ) async throws(ObjectError) -> Value {
    for entry in entries { entry.expectChange() }
    do throws(ObjectError) {
      let (value, changed, timestamp) = try await metadata.update(.system, for: purpose) {
        (transaction) throws(ObjectError) -> (Value, [BucketInfo], UInt64) in
        let (value, changed) = try body(transaction)
        for bucket in changed {
          transaction.put(ObjectTables.bucket(bucket.name.string), BucketRecord.encode(bucket))
        }
        return (value, changed, transaction.timestamp.rawValue)
      }
      for entry in entries {
        if let bucket = changed.first(where: { $0.id == entry.id }) {
          entry.settle(bucket, at: timestamp)
        } else {
          entry.settleUnchanged()
        }
      }
      return value
    } catch {
      for entry in entries { entry.settleUnless(error) }
      throw error
    }
  }

  /// The buckets whose records tell of a job, as far as they are there.
  func concerned(_ job: RestoreJob) -> [BucketEntry] {
    let ids = job.bucketID == job.writtenID ? [job.bucketID] : [job.bucketID, job.writtenID]
    return ids.compactMap { buckets.entry(id: $0) }.filter { !$0.isDeleted }
  }

  /// Enters a job into the settings of the bucket that it writes, inside a commit. Throws `.restoreUnderWay`,
  /// `.tooManyViews`.
  static func claim(
    _ bucket: UInt64, for job: RestoreJob, _ settings: inout BucketSettings, _ transaction: Transaction
  ) throws(ObjectError) {
    if let rival = settings.restores.first(where: { $0.covers(job.prefix) }) {
      throw .restoreUnderWay(id: VersionID(rawValue: rival.id).text)
    }
    if settings.restores.count >= RestoreClaim.limitPerBucket {
      guard let index = settings.restores.firstIndex(where: \.isOver) else {
        throw .tooManyViews(limit: RestoreClaim.limitPerBucket)
      }
      let oldest = settings.restores.remove(at: index)
      try lookAgain(bucket, behind: oldest.id, transaction)
    }
    settings.restores.append(job.claim)
    settings.keepHistory(since: Moment(rawValue: job.id))
  }

  /// Lets go of what a job that is over need not keep any more, inside a commit. Gives the buckets that it changed.
  static func letGo(
    of job: RestoreJob, _ entries: [BucketEntry], isForgotten: Bool = false, _ transaction: Transaction
  ) throws(ObjectError) -> [BucketInfo] {
    var changed: [BucketInfo] = []
    for entry in entries {
      let bucket: BucketInfo
      do throws(ObjectError) {
        bucket = try entry.check(in: transaction)
      } catch .noSuchBucket {
        continue
      }
      var settings = bucket.settings
      if bucket.id == job.bucketID, let cut = job.cut, !isForgotten, settings.remove(cut) {
        try lookAgain(bucket.id, behind: cut.asOf.rawValue, transaction)
      }
      if bucket.id == job.writtenID, settings.endRestore(job, isForgotten: isForgotten) {
        try lookAgain(bucket.id, behind: job.id, transaction)
      }
      if settings == bucket.settings { continue }
      settings.keepHistory(since: Moment(rawValue: transaction.timestamp.rawValue))
      changed.append(bucket.with(settings))
    }
    return changed
  }

  /// Has what was kept since a moment looked at again, inside a commit.
  static func lookAgain(
    _ bucket: UInt64, behind moment: UInt64, _ transaction: Transaction
  ) throws(ObjectError) {
    let key = ObjectTables.history(bucket)
    guard let row = try transaction.row(key) else { return }
    var history = try BucketHistory(row: row)
    history.purged = min(history.purged, moment)
    transaction.put(key, history.encode())
  }

  /// Whether the bucket that a restore wrote into can be made what it was when the restore began: there is something
  /// to be undone, and that moment is whole.
  package func canUndo(_ job: RestoreJob) async throws(ObjectError) -> Bool {
    guard job.isOver, !job.isDryRun, job.changed > 0, let entry = buckets.entry(id: job.writtenID),
      !entry.isDeleted
    else { return false }
    return try await metadata.read { (reader) throws(ObjectError) in
      do throws(ObjectError) {
        try Self.expectWhole(entry.info, Moment(rawValue: job.id), below: job.prefix, reader)
        return true
      } catch .notRestorable {
        return false
      }
    }
  }

  /// Whether what a restore has replaced is kept only until the restore is forgotten.
  package func isKept(by job: RestoreJob) -> Bool {
    buckets.entry(id: job.writtenID)?.info.settings.restores.contains { $0.id == job.id && $0.isOver }
      ?? false
  }
}

extension BucketSettings {
  /// Takes out one cut; false: there was none.
  mutating func remove(_ cut: ProtectedCut) -> Bool {
    guard let index = protectedCuts.firstIndex(of: cut) else { return false }
    protectedCuts.remove(at: index)
    return true
  }

  /// Ends a restore's claim. True: it is gone, and nothing is kept for it any more. Else the bucket itself keeps
  /// nothing of what was replaced: then the claim does, until the restore is forgotten.
  fileprivate mutating func endRestore(_ job: RestoreJob, isForgotten: Bool) -> Bool {
    guard let index = restores.firstIndex(where: { $0.id == job.id }) else { return false }
    let keepsItself = versioning == .enabled || recoveryWindow > 0
    if restores[index].keeps && job.changed > 0 && !keepsItself && !isForgotten {
      restores[index].isOver = true
      return false
    }
    restores.remove(at: index)
    return true
  }
}
