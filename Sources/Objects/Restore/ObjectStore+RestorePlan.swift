import Metadata
import Primitives

// The first half of a restore: which keys have changed since the moment. They are found by the index of changes, so the
// cost follows their number, not the bucket's; only a restore to another bucket lists all that was there.
extension ObjectStore {
  /// Keys that one step of the plan finds.
  private static let keysPerStep = 512

  /// Does the next part of a restore. Call it until the job is over; a crash in between loses nothing, and does nothing
  /// twice.
  package func stepRestore(_ job: RestoreJob) async throws(ObjectError) -> RestoreJob {
    switch job.state {
    case .planning: try await plan(job)
    case .running: try await restoreNext(job)
    case .done, .cancelled, .failed: job
    }
  }

  private func plan(_ job: RestoreJob) async throws(ObjectError) -> RestoreJob {
    let (keys, position) =
      job.targetID == nil ? try await changedKeys(job) : try await keysThen(job)
    return try await metadata.update(.system) { (transaction) throws(ObjectError) in
      var job = try Self.current(job, transaction)
      guard case .planning = job.state else { return job }
      for key in keys {
        let row = ObjectTables.restoredKey(job.id, key)
        if try transaction.row(row) != nil { continue }
        job.planned += 1
        let pending = RestoreChange(
          key: ObjectKey(stored: key), action: .pending, from: nil, now: nil, size: 0)
        transaction.put(row, RestoreChangeRecord.encode(pending))
      }
      job.position = position ?? []
      if position == nil { job.state = .running }
      transaction.put(ObjectTables.restoreJob(job.id), RestoreJobRecord.encode(job))
      return job
    }
  }

  /// The job as it is inside a commit.
  static func current(
    _ job: RestoreJob, _ transaction: Transaction
  ) throws(ObjectError) -> RestoreJob {
    guard let row = try transaction.row(ObjectTables.restoreJob(job.id)) else {
      throw .noSuchRestoreJob(id: job.idText)
    }
    return try decoding { () throws(RecordError) in try RestoreJobRecord.decode(id: job.id, row) }
  }

  /// The keys of some changes; and where the next step goes on, nil at the end.
  ///
  /// An undelete may ask for changes that are gone, since markers stay when nothing before them can be shown any more.
  /// Then all markers are looked at instead, from the first on: keys that are listed already are not listed twice.
  private func changedKeys(_ job: RestoreJob) async throws(ObjectError) -> ([[UInt8]], [UInt8]?) {
    let limit = limits.changesPerPlan
    return try await metadata.read { (reader) throws(ObjectError) in
      if case .undelete(let from, let to) = job.kind, from <= to {
        let first = job.position.count > 17 ? ChangeRecord.timestamp(job.position) : from.rawValue
        let isAmongMarkers = job.position.first == ObjectTables.markers
        let trimmed = try BucketHistory.find(job.bucketID, reader).trimmed
        if isAmongMarkers || trimmed >= first {
          let start = isAmongMarkers ? job.position + [0] : []
          return try Self.markedKeys(job, from.rawValue...to.rawValue, start, limit, reader)
        }
      }
      let (first, last) = job.span
      let lower = ObjectTables.change(job.bucketID, first, [])
      let upper = ObjectTables.change(job.bucketID, last, [])
      let cursor = reader.cursor(lower: lower, upper: upper)
      try cursor.move(to: job.position.isEmpty ? lower : job.position + [0])
      var keys: [[UInt8]] = []
      var position: [UInt8] = []
      for _ in 0..<limit {
        guard cursor.isValid else { return (keys, nil) }
        // SAFETY: the key is copied before the cursor moves.
        position = unsafe [UInt8](cursor.key)
        guard position.count > 17 else { throw .damaged("a change's row key") }
        let key = Array(position[17...])
        if key.starts(with: job.prefix) { keys.append(key) }
        try cursor.advance()
      }
      return (keys, position)
    }
  }

  /// Some of the keys whose current version is a delete marker made in a time; and where the next step goes on, nil at
  /// the end.
  private static func markedKeys(
    _ job: RestoreJob, _ time: ClosedRange<UInt64>, _ start: [UInt8], _ limit: Int,
    _ reader: any MetadataReader
  ) throws(ObjectError) -> ([[UInt8]], [UInt8]?) {
    let prefix = ObjectTables.marker(job.bucketID, job.prefix)
    var keys: [[UInt8]] = []
    let rows = try Self.rows(reader, from: start.isEmpty ? prefix : start, prefix: prefix, limit: limit)
    for row in rows {
      // One that cannot be read is found to fail when it is looked at.
      // SAFETY: the pointer does not outlive the closure.
      let version = unsafe row.value.withUnsafeBytes { unsafe ObjectRow($0) }?.version.rawValue
      if version.map({ time.contains($0) }) ?? true { keys.append(Array(row.key[9...])) }
    }
    return (keys, rows.count < limit ? nil : rows.last?.key)
  }

  /// Some of the keys that the bucket had at the moment; and where the next step goes on, nil at the end.
  private func keysThen(_ job: RestoreJob) async throws(ObjectError) -> ([[UInt8]], [UInt8]?) {
    guard case .restore(let asOf) = job.kind, let entry = buckets.entry(id: job.bucketID) else {
      throw .noSuchBucket(name: job.bucketName.string)
    }
    let bucket = entry.info
    let walk = MomentWalk(
      bucket: bucket.id, scope: job.prefix, from: job.position.isEmpty ? job.prefix : job.position,
      asOf: asOf, stepLimit: limits.rowsPerListing)
    return try await inReads(walk) { (walk, reader) throws(ObjectError) -> ([[UInt8]], [UInt8]?)? in
      try Self.expectWhole(bucket, asOf, below: job.prefix, reader)
      var keys: [[UInt8]] = []
      var isFull = false
      let isOver = try walk.run(reader) { (key, row) throws(ObjectError) in
        // What cannot be read is found to fail when it is looked at.
        if case .failure(let error) = row, !error.isDamage { throw error }
        isFull = keys.count >= Self.keysPerStep
        if isFull { return .stop }
        keys.append(key)
        return .key
      }
      if isFull { return (keys, keys.last.map { $0 + [0] }) }
      if isOver { return (keys, nil) }
      return keys.isEmpty ? nil : (keys, walk.start)
    }
  }
}

extension RestoreJob {
  /// The commits whose changes concern it: from the first up to, but not including, the second.
  var span: (UInt64, UInt64) {
    switch kind {
    case .restore(let asOf): (asOf.rawValue &+ 1, id &+ 1)
    case .undelete(let from, let to): (from.rawValue, min(to.rawValue, id) &+ 1)
    }
  }
}
