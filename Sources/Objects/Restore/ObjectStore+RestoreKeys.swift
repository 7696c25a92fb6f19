import Metadata
import Primitives

// The second half of a restore: its keys one by one, many in a commit. A key's old version is brought back as a new one
// that shares the old one's blobs: no object data is read or written.
extension ObjectStore {
  /// Keys that one commit restores.
  private static let keysPerCommit = 64
  /// References and markers that the keys of one commit take; a key that takes more has a commit of its own.
  private static let weightPerCommit = 2_048

  /// Restores the next keys. Should what was found have changed before the commit, the same keys come again. A key that
  /// cannot be restored is noted, and left as it is.
  func restoreNext(_ job: RestoreJob) async throws(ObjectError) -> RestoreJob {
    var decisions = try await decide(job)
    if decisions.isEmpty { return try await finish(job, as: .done) }
    guard let target = buckets.entry(id: job.writtenID), !target.isDeleted else {
      throw .noSuchBucket(name: (job.targetName ?? job.bucketName).string)
    }
    if !job.isDryRun {
      try await warm(
        decisions.flatMap { ReferenceOrigins.rowKeys($0.then?.pieces ?? []) }
          + decisions.map { ObjectTables.touchedKey(job.id, $0.key.bytes) })
    }
    while true {
      do throws(ObjectError) {
        let (next, aftermath) = try await commit(job, decisions, target)
        await settle(aftermath)
        return next
      } catch .conflict {
        // What the keys were found out from has changed: nothing was done.
        return job
      } catch {
        // Nothing of the commit has stayed: the others once more, without the one.
        guard let index = decisions.firstIndex(where: { $0.key == error.key && $0.action != .fail }) else {
          throw error
        }
        decisions[index].fail(error)
      }
    }
  }

  private func commit(
    _ job: RestoreJob, _ decisions: [RestoreDecision], _ target: BucketEntry
  ) async throws(ObjectError) -> (RestoreJob, Aftermath) {
    try await metadata.update(.system) { (transaction) throws(ObjectError) in
      var next = try Self.current(job, transaction)
      var book = CommitBook(transaction)
      guard next.state == .running, next.position == job.position else { return (next, book.aftermath) }
      let bucket = job.isDryRun ? nil : try target.check(in: transaction)
      for decision in decisions {
        var action = decision.action
        if let bucket {
          guard let done = try decision.attempt(target, bucket, job.id, &book) else { throw .conflict }
          action = done
        }
        let change = decision.change(action)
        next.note(change)
        transaction.put(
          ObjectTables.restoredKey(job.id, decision.key.bytes), RestoreChangeRecord.encode(change))
        next.position = decision.key.bytes
      }
      transaction.put(ObjectTables.restoreJob(job.id), RestoreJobRecord.encode(next))
      return (next, book.aftermath)
    }
  }

  /// What is to be done with the next keys; none when there are none left.
  private func decide(_ job: RestoreJob) async throws(ObjectError) -> [RestoreDecision] {
    let prefix = ObjectTables.bucketPrefix(ObjectTables.restoredKeys, job.id)
    let start = job.position.isEmpty ? prefix : ObjectTables.restoredKey(job.id, job.position + [0])
    // At a low rate one commit must not take many seconds' worth: the job could not be cancelled for as long.
    let limit = min(Self.keysPerCommit, max(1, job.keysPerSecond ?? Self.keysPerCommit))
    let progress = VersionSearch.Progress(stepLimit: limits.rowsPerListing)
    return try await inReads(progress) { (progress, reader) throws(ObjectError) -> [RestoreDecision]? in
      var decisions: [RestoreDecision] = []
      var weight = 0
      for row in try Self.rows(reader, from: start, prefix: prefix, limit: limit) {
        let key = ObjectKey(stored: Array(row.key.dropFirst(9)))
        if !decisions.isEmpty { progress = VersionSearch.Progress(stepLimit: self.limits.rowsPerListing) }
        guard let decision = try Self.decide(job, key, reader, &progress) else {
          // Others first; should there be none, the next read goes on with this one.
          return decisions.isEmpty ? nil : decisions
        }
        weight += decision.weight
        if !decisions.isEmpty && weight > Self.weightPerCommit { break }
        decisions.append(decision)
      }
      return decisions
    }
  }

  /// Nil: another read has to go on. What cannot be read is a key that fails.
  private static func decide(
    _ job: RestoreJob, _ key: ObjectKey, _ reader: any MetadataReader,
    _ progress: inout VersionSearch.Progress
  ) throws(ObjectError) -> RestoreDecision? {
    do throws(ObjectError) {
      var past: LocatedVersion?
      if case .restore(let asOf) = job.kind {
        past = try VersionSearch(reader, bucket: job.bucketID, key: key, asOf: asOf).current(&progress)
        if progress.isUnfinished { return nil }
      }
      return try RestoreDecision(job, key, past: past, reader)
    } catch {
      guard error.isDamage else { throw error }
      return RestoreDecision(key, failed: error)
    }
  }
}

extension RestoreJob {
  /// Counts a key.
  mutating func note(_ change: RestoreChange) {
    switch change.action {
    case .pending: break
    case .create: created.add(change.size)
    case .replace: replaced.add(change.size)
    case .delete: deleted.add(change.size)
    case .unchanged: unchanged.add(change.size)
    case .skip: skipped.add(change.size)
    case .fail: failed.add(change.size)
    }
  }
}

extension RestoreDecision {
  /// As `perform`; damage that it meets is the key's.
  fileprivate func attempt(
    _ target: BucketEntry, _ bucket: BucketInfo, _ job: UInt64, _ book: inout CommitBook
  ) throws(ObjectError) -> RestoreChange.Action? {
    do throws(ObjectError) {
      return try perform(target, job, &book)
    } catch {
      throw error.naming(bucket, key)
    }
  }

  /// Does it inside a commit closure, for a restore or (`job` nil) for itself. Nil: what it was found out from has
  /// changed; nothing of the commit may stay.
  func perform(
    _ target: BucketEntry, _ job: UInt64?, _ book: inout CommitBook
  ) throws(ObjectError) -> RestoreChange.Action? {
    if action == .unchanged || action == .skip || action == .fail { return action }
    if let job, try book.transaction.row(ObjectTables.touchedKey(job, key.bytes)) != nil { return .skip }
    var versions = try KeyVersions(target, key, book.transaction)
    versions.restore = job
    let object = try versions.object()
    var current = object
    if current == nil { current = try versions.marker() }
    // Somebody was faster: what they wrote stays.
    guard current?.row.version == now, object?.row.size == nowSize else { return .skip }
    if action == .delete {
      _ = try versions.delete(object, &book)
      return action
    }
    if let markers, let current {
      return try markers.take(from: current, &versions, &book) ? action : nil
    }
    guard let then, try then.isUnchanged(book.transaction) else { return nil }
    let value = try then.share(in: versions.bucket, &book)
    _ = try versions.put(value, size: then.record.row.size, lastModified: nil, over: object, &book)
    return action
  }
}

extension RestoreDecision.Source {
  /// Whether the row is still what it was.
  fileprivate func isUnchanged(_ transaction: Transaction) throws(ObjectError) -> Bool {
    guard let row = try transaction.row(rowKey) else { return false }
    let now = try KeyVersion(KeyVersion.Place(rowKey: rowKey), row).record()
    return now.row.version == version && now.moves == record.moves
  }

  /// Takes the references of a new version with the same content, and returns its record.
  fileprivate func share(
    in bucket: BucketInfo, _ book: inout CommitBook
  ) throws(ObjectError) -> [UInt8] {
    try book.ledger.share(pieces, from: origins)
    var copy = record
    copy.appending = nil
    copy.upload = nil
    copy.moves = 0
    copy.fields.legalHold = nil
    copy.fields.retention = bucket.settings.objectLock?.defaultRetention?.retention(
      from: Timestamp(milliseconds: book.transaction.timestamp.milliseconds))
    if case .manifest(let manifest) = record.content {
      // Its own rows, since a manifest belongs to one version.
      let id = ManifestID.random()
      copy.content = .manifest(ManifestReference(id: id, rows: manifest.rows))
      for (index, row) in manifestRows.enumerated() {
        book.transaction.put(ObjectTables.manifestRow(bucket.id, id, index), row)
      }
    }
    return copy.encode()
  }
}
