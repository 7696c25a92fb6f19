import Metadata
import Primitives

extension ObjectStore {
  /// Begins a restore; `stepRestore` does it. What it is to show is kept from now on until it is over. Throws
  /// `.notRestorable`, `.momentInFuture`, `.tooManyViews`, `.noSuchBucket`, and `.restoreUnderWay` while another one
  /// works on some of the same keys: each would take what the other has written for somebody else's, and leave it.
  package func beginRestore(_ request: RestoreRequest) async throws(ObjectError) -> RestoreJob {
    let entry = try buckets.entry(request.bucket)
    if let target = request.target { _ = try buckets.entry(target) }
    if case .restore(let asOf) = request.kind { try await expectPast(asOf) }
    entry.expectChange()
    do throws(ObjectError) {
      let (job, changed) = try await metadata.update(.system) { (transaction) throws(ObjectError) in
        let found = try entry.check(in: transaction)
        let now = transaction.timestamp
        let job = RestoreJob(
          id: now.rawValue, kind: request.kind, bucketID: found.id, bucketName: found.name,
          prefix: request.prefix, targetID: request.target?.id, targetName: request.target?.name,
          isDryRun: request.isDryRun, keysPerSecond: request.keysPerSecond,
          started: Timestamp(milliseconds: now.milliseconds))
        if let rival = try Self.rival(of: job, transaction) { throw .restoreUnderWay(id: rival.idText) }
        var settings = found.settings
        if let cut = job.cut {
          let history = try transaction.row(ObjectTables.history(found.id))
          try Self.expectWhole(found, cut.asOf, below: cut.prefix, history)
          guard settings.protectedCuts.count < ViewInfo.limitPerBucket else {
            throw .tooManyViews(limit: ViewInfo.limitPerBucket)
          }
          settings.protectedCuts.append(cut)
        }
        let changed = found.with(settings)
        transaction.put(ObjectTables.bucket(found.name.string), BucketRecord.encode(changed))
        transaction.put(ObjectTables.restoreJob(job.id), RestoreJobRecord.encode(job))
        return (job, changed)
      }
      entry.settle(changed, at: job.id)
      return job
    } catch {
      entry.settleUnless(error)
      throw error
    }
  }

  /// A restore that is not over, and that writes keys which another one is to write. Inside a commit.
  private static func rival(
    of job: RestoreJob, _ transaction: Transaction
  ) throws(ObjectError) -> RestoreJob? {
    if job.isDryRun { return nil }
    for row in try transaction.rows([ObjectTables.restoreJobs]) {
      let other = try Self.restoreJob(row.key, row.value)
      if !other.isOver && !other.isDryRun && other.overlaps(job) { return other }
    }
    return nil
  }

  /// Reads a job's row.
  private static func restoreJob(_ key: [UInt8], _ value: [UInt8]) throws(ObjectError) -> RestoreJob {
    guard key.count == 9 else { throw .damaged("a restore job's key") }
    let id = key[1...].reduce(0) { $0 << 8 | UInt64($1) }
    return try decoding { () throws(RecordError) in try RestoreJobRecord.decode(id: id, value) }
  }

  /// A restore by its id. Throws `.noSuchRestoreJob`.
  package func restoreJob(id: UInt64) async throws(ObjectError) -> RestoreJob {
    guard let value = try await metadata.row(ObjectTables.restoreJob(id)) else {
      throw .noSuchRestoreJob(id: VersionID(rawValue: id).text)
    }
    return try decoding { () throws(RecordError) in try RestoreJobRecord.decode(id: id, value) }
  }

  /// All restores that have not been forgotten, the newest first.
  package func restoreJobs() async throws(ObjectError) -> [RestoreJob] {
    var jobs: [RestoreJob] = []
    try await forEachRow(of: ObjectTables.restoreJobs) { (key, value) throws(ObjectError) in
      jobs.append(try Self.restoreJob(key, value))
    }
    return jobs.reversed()
  }

  /// What a restore has done with its keys, or would do, from the one behind `after` on. Throws `.noSuchRestoreJob`.
  package func restoreChanges(
    id: UInt64, after: [UInt8]? = nil, limit: Int
  ) async throws(ObjectError) -> RestoreChangesPage {
    _ = try await restoreJob(id: id)
    let bounded = max(1, min(limit, limits.pageLength))
    return try await metadata.read { (reader) throws(ObjectError) in
      let prefix = ObjectTables.bucketPrefix(ObjectTables.restoredKeys, id)
      let start = after.map { ObjectTables.restoredKey(id, $0 + [0]) } ?? prefix
      let rows = try Self.rows(reader, from: start, prefix: prefix, limit: bounded)
      let changes = try rows.map { (row) throws(ObjectError) in
        try decoding { () throws(RecordError) in
          try RestoreChangeRecord.decode(key: Array(row.key.dropFirst(9)), row.value)
        }
      }
      return RestoreChangesPage(
        changes: changes, next: rows.count == bounded ? rows.last.map { Array($0.key.dropFirst(9)) } : nil)
    }
  }

  /// Ends a restore where it is; what it has done stays. No effect on one that is over. Throws `.noSuchRestoreJob`.
  @discardableResult
  package func cancelRestore(id: UInt64) async throws(ObjectError) -> RestoreJob {
    try await finish(try await restoreJob(id: id), as: .cancelled)
  }

  /// Notes that a restore cannot go on. Throws `.noSuchRestoreJob`.
  @discardableResult
  package func failRestore(id: UInt64, message: String) async throws(ObjectError) -> RestoreJob {
    try await finish(try await restoreJob(id: id), as: .failed(message))
  }

  /// Deletes a restore that is over, with the list of its keys. Throws `.noSuchRestoreJob`.
  package func forgetRestore(id: UInt64) async throws(ObjectError) {
    let job = try await restoreJob(id: id)
    guard job.isOver else { return }
    try await discardRows(ObjectTables.bucketPrefix(ObjectTables.restoredKeys, id), job.bucketID)
    try await metadata.update(.system, for: .free) { (transaction) throws(ObjectError) in
      transaction.delete(ObjectTables.restoreJob(id))
    }
  }

  /// Notes that a restore is over, and lets go of what it kept.
  @discardableResult
  func finish(_ job: RestoreJob, as state: RestoreJob.State) async throws(ObjectError) -> RestoreJob {
    let entry = buckets.entry(id: job.bucketID)
    entry?.expectChange()
    do throws(ObjectError) {
      let (finished, changed, timestamp) = try await metadata.update(.system, for: .free) {
        (transaction) throws(ObjectError) -> (RestoreJob, BucketInfo?, UInt64) in
        let key = ObjectTables.restoreJob(job.id)
        guard let row = try transaction.row(key) else { throw .noSuchRestoreJob(id: job.idText) }
        var found = try decoding { () throws(RecordError) in
          try RestoreJobRecord.decode(id: job.id, row)
        }
        let now = transaction.timestamp
        if found.isOver { return (found, nil, now.rawValue) }
        found.state = state
        found.finished = Timestamp(milliseconds: now.milliseconds)
        transaction.put(key, RestoreJobRecord.encode(found))
        let changed = try Self.release(found.cut, entry, transaction)
        return (found, changed, now.rawValue)
      }
      if let changed { entry?.settle(changed, at: timestamp) } else { entry?.settleUnchanged() }
      return finished
    } catch {
      entry?.settleUnless(error)
      throw error
    }
  }

  /// Takes a cut out of a bucket's record, inside a commit. Nil: the bucket is gone.
  private static func release(
    _ cut: ProtectedCut?, _ entry: BucketEntry?, _ transaction: Transaction
  ) throws(ObjectError) -> BucketInfo? {
    guard let cut, let entry, !entry.isDeleted else { return nil }
    let found: BucketInfo
    do throws(ObjectError) {
      found = try entry.check(in: transaction)
    } catch .noSuchBucket {
      return nil
    }
    return try release(cut, found, transaction)
  }

  /// Takes a cut out of a bucket's record, inside a commit, and has what it kept looked at again.
  static func release(
    _ cut: ProtectedCut, _ bucket: BucketInfo, _ transaction: Transaction
  ) throws(ObjectError) -> BucketInfo {
    var settings = bucket.settings
    if let index = settings.protectedCuts.firstIndex(of: cut) { settings.protectedCuts.remove(at: index) }
    settings.keepHistory(since: Moment(rawValue: transaction.timestamp.rawValue))
    let changed = bucket.with(settings)
    transaction.put(ObjectTables.bucket(bucket.name.string), BucketRecord.encode(changed))
    let key = ObjectTables.history(bucket.id)
    if let row = try transaction.row(key) {
      var history = try BucketHistory(row: row)
      history.purged = min(history.purged, cut.asOf.rawValue)
      transaction.put(key, history.encode())
    }
    return changed
  }
}
