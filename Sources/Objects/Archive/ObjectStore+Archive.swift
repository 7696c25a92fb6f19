package import Primitives

// Reading what is archived, and making it readable for a while (docs/decisions/0072).
extension ObjectStore {
  /// Throws `.archived` for an object whose bytes cannot be read now. What is known of it can always be asked for.
  package func expectReadable(_ object: OpenObject, at now: Timestamp) throws(ObjectError) {
    let info = object.map.info
    // Most are not archived, and pay no more than this.
    guard info.storageClass.isArchive else { return }
    guard !isReadable(info, in: object.bucket.settings, at: now) else { return }
    throw .archived(info.key, info.storageClass)
  }

  /// Whether an archived object's bytes can be read at a time. A symbolic link has none.
  private func isReadable(_ info: ObjectInfo, in settings: BucketSettings, at now: Timestamp) -> Bool {
    info.kind == .symlink || limits.archives.policy(of: info.storageClass) == nil
      || info.storageClass == .archive && settings.readsArchiveDirectly
      || info.restore?.state(at: now) == .readable
  }

  /// Makes an archived version readable for some days, from when its restore is done; one that is readable already
  /// stays so for the days from now on. Of a restore under way a faster tier makes a faster one.
  ///
  /// Throws `.notArchived`, `.restoreUnderWayAlready`, `.restoreRefused`, and as `setTags`.
  package func restoreArchived(
    _ request: RestoreArchivedRequest
  ) async throws(ObjectError) -> RestoreArchivedResult {
    let (policies, calendar) = (limits.archives, limits.calendar)
    let (label, decision) = try await rewriteArchived(request.bucket, request.key, request.version) {
      (record) throws(ObjectError) in
      let decision = try RestoreRequestDecision(request, record, policies, calendar)
      record.restore = decision.restore
      return decision
    }
    return RestoreArchivedResult(
      label: label, storageClass: decision.storageClass, restore: decision.restore,
      isExtension: decision.isExtension)
  }

  /// Ends a restore before its time. Throws `.notArchived`, `.restoreNotDone`, `.notRestored`, and as `setTags`.
  ///
  /// - Returns: how clients name the version; nil in a bucket that has never had versioning.
  package func endRestore(
    bucket: BucketInfo, key: ObjectKey, version: VersionLabel? = nil, now: Timestamp
  ) async throws(ObjectError) -> VersionLabel? {
    let policies = limits.archives
    return try await rewriteArchived(bucket, key, version) { (record) throws(ObjectError) in
      let storageClass = record.row.storageClass
      guard record.row.kind != .symlink, policies.policy(of: storageClass) != nil else {
        throw .notArchived(key, storageClass)
      }
      switch record.restore?.state(at: now) {
      case .readable: record.restore = nil
      case .underWay: throw .restoreNotDone(key)
      case .over, nil: throw .notRestored(key)
      }
    }.label
  }

  /// Changes the record of a version. A key whose current version is a delete marker has nothing to restore.
  private func rewriteArchived<Value: Sendable>(
    _ bucket: BucketInfo, _ key: ObjectKey, _ version: VersionLabel?,
    _ body: @escaping @Sendable (inout ObjectRecord) throws(ObjectError) -> Value
  ) async throws(ObjectError) -> (label: VersionLabel?, value: Value) {
    do throws(ObjectError) {
      return try await rewrite(bucket, key, version) { (record, _, _) throws(ObjectError) in
        try body(&record)
      }
    } catch {
      if case .deleteMarker(let marker) = error, !marker.isNamed { throw .noSuchKey(key) }
      throw error
    }
  }
}

/// What a request for a restore comes to: pure, so that it can be tried with any times.
struct RestoreRequestDecision: Sendable {
  let storageClass: StorageClass
  let restore: ArchiveRestore
  let isExtension: Bool

  /// Throws `.notArchived`, `.restoreUnderWayAlready`, `.restoreRefused`.
  init(
    _ request: RestoreArchivedRequest, _ record: ObjectRecord, _ policies: ArchivePolicies,
    _ calendar: LifecycleCalendar
  ) throws(ObjectError) {
    storageClass = record.row.storageClass
    guard record.row.kind != .symlink, let policy = policies.policy(of: storageClass) else {
      throw .notArchived(request.key, storageClass)
    }
    let terms = request.terms
    let most = terms.mostDays[storageClass] ?? 0
    guard (1...max(1, most)).contains(request.days) else { throw .restoreRefused(.days(most: most)) }
    let tier = request.tier ?? .standard
    if request.tier != nil, terms.tiers[storageClass]?.contains(tier) != true {
      throw .restoreRefused(.tier(tier, storageClass))
    }
    func until(_ ready: Timestamp) -> Timestamp {
      if terms.endsAtMidnight { return calendar.midnight(request.days, daysAfter: ready) }
      return Timestamp(milliseconds: ready.milliseconds + Int64(request.days) * calendar.day)
    }
    let done = Timestamp(milliseconds: request.now.milliseconds + policy.delay(tier))
    switch record.restore?.state(at: request.now) {
    case .readable:
      let ready = record.restore?.ready ?? request.now
      restore = ArchiveRestore(tier: tier, days: request.days, ready: ready, until: until(request.now))
      isExtension = true
    case .underWay:
      guard let found = record.restore, tier.rawValue < found.tier.rawValue, request.days == found.days else {
        throw .restoreUnderWayAlready(request.key)
      }
      let ready = min(found.ready, done)
      restore = ArchiveRestore(tier: tier, days: request.days, ready: ready, until: until(ready))
      isExtension = false
    case .over, nil:
      restore = ArchiveRestore(tier: tier, days: request.days, ready: done, until: until(done))
      isExtension = false
    }
  }
}
