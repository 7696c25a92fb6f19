import Metadata
import Primitives

extension ObjectStore {
  /// Begins a restore; `stepRestore` does it. What it is to show is kept from now on until it is over, and so is what
  /// it is to replace (`RestoreClaim`). Throws `.notRestorable`, `.momentInFuture`, `.tooManyViews`, `.noSuchBucket`,
  /// and `.restoreUnderWay` while another one works on some of the same keys: each would take what the other has
  /// written for somebody else's, and leave it.
  package func beginRestore(_ request: RestoreRequest) async throws(ObjectError) -> RestoreJob {
    let source = try buckets.entry(request.bucket)
    let other = try request.target.map { (bucket) throws(ObjectError) in try buckets.entry(bucket) }
    let target = other ?? source
    if case .restore(let asOf) = request.kind { try await expectPast(asOf) }
    return try await change(target === source ? [source] : [source, target]) {
      (transaction) throws(ObjectError) in
      let now = transaction.timestamp
      let found = try source.check(in: transaction)
      let job = RestoreJob(
        id: now.rawValue, kind: request.kind, bucketID: found.id, bucketName: found.name,
        prefix: request.prefix, targetID: request.target?.id, targetName: request.target?.name,
        isDryRun: request.isDryRun, keysPerSecond: request.keysPerSecond,
        started: Timestamp(milliseconds: now.milliseconds))
      var changed: [BucketInfo] = []
      var settings = found.settings
      if target === source && !job.isDryRun { try Self.claim(found.id, for: job, &settings, transaction) }
      if let cut = job.cut { try Self.protect(cut, of: found, &settings, transaction) }
      if settings != found.settings { changed.append(found.with(settings)) }
      if target !== source && !job.isDryRun {
        let bucket = try target.check(in: transaction)
        var settings = bucket.settings
        try Self.claim(bucket.id, for: job, &settings, transaction)
        changed.append(bucket.with(settings))
      }
      transaction.put(ObjectTables.restoreJob(job.id), RestoreJobRecord.encode(job))
      return (job, changed)
    }
  }

  /// Keeps what a job is to show, inside a commit. Throws `.notRestorable`, `.tooManyViews`.
  private static func protect(
    _ cut: ProtectedCut, of bucket: BucketInfo, _ settings: inout BucketSettings, _ transaction: Transaction
  ) throws(ObjectError) {
    let history = try transaction.row(ObjectTables.history(bucket.id))
    try expectWhole(bucket, cut.asOf, below: cut.prefix, history)
    let limit = ViewInfo.limitPerBucket + RestoreClaim.limitPerBucket
    guard settings.protectedCuts.count < limit else { throw .tooManyViews(limit: limit) }
    settings.protectedCuts.append(cut)
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

  /// Deletes a restore that is over, with the list of its keys, and lets go of what it has replaced. Throws
  /// `.noSuchRestoreJob`.
  package func forgetRestore(id: UInt64) async throws(ObjectError) {
    let job = try await restoreJob(id: id)
    guard job.isOver else { return }
    for table in [ObjectTables.restoredKeys, ObjectTables.touchedKeys] {
      try await discardRows(ObjectTables.bucketPrefix(table, id), job.bucketID)
    }
    let entries = concerned(job)
    try await change(entries, for: .free) { (transaction) throws(ObjectError) in
      transaction.delete(ObjectTables.restoreJob(id))
      return ((), try Self.letGo(of: job, entries, isForgotten: true, transaction))
    }
  }

  /// Notes that a restore is over, and lets go of what it kept.
  @discardableResult
  func finish(_ job: RestoreJob, as state: RestoreJob.State) async throws(ObjectError) -> RestoreJob {
    let entries = concerned(job)
    let finished = try await change(entries, for: .free) { (transaction) throws(ObjectError) in
      let key = ObjectTables.restoreJob(job.id)
      guard let row = try transaction.row(key) else { throw .noSuchRestoreJob(id: job.idText) }
      var found = try decoding { () throws(RecordError) in
        try RestoreJobRecord.decode(id: job.id, row)
      }
      if found.isOver { return (found, []) }
      found.state = state
      found.finished = Timestamp(milliseconds: transaction.timestamp.milliseconds)
      transaction.put(key, RestoreJobRecord.encode(found))
      return (found, try Self.letGo(of: found, entries, transaction))
    }
    do throws(ObjectError) {
      try await discardRows(ObjectTables.bucketPrefix(ObjectTables.touchedKeys, job.id), job.bucketID)
    } catch {
      // They go when it is forgotten.
    }
    return finished
  }

  /// Takes a view's cut out of a bucket's record, inside a commit, and has what it kept looked at again.
  static func release(
    _ cut: ProtectedCut, _ bucket: BucketInfo, _ transaction: Transaction
  ) throws(ObjectError) -> BucketInfo {
    var settings = bucket.settings
    _ = settings.remove(cut)
    settings.keepHistory(since: Moment(rawValue: transaction.timestamp.rawValue))
    let changed = bucket.with(settings)
    transaction.put(ObjectTables.bucket(bucket.name.string), BucketRecord.encode(changed))
    try lookAgain(bucket.id, behind: cut.asOf.rawValue, transaction)
    return changed
  }
}
