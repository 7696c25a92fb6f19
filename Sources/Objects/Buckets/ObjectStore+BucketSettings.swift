import Metadata
import Primitives

extension ObjectStore {
  /// Turns versioning on, or suspends it (AWS API reference, PutBucketVersioning). Durable when it returns what the
  /// bucket is now. Throws `.invalidBucketState` where Object Lock forbids suspension.
  package func setVersioning(
    _ state: VersioningState, of bucket: BucketInfo
  ) async throws(ObjectError) -> BucketInfo {
    try await change(bucket) { (settings) throws(ObjectError) in
      // Nobody gets back to a bucket without versions.
      guard state != .unversioned else { return }
      if state == .suspended && settings.objectLock != nil {
        throw .invalidBucketState(.objectLockForbidsSuspension)
      }
      settings.versioning = state
    }
  }

  /// Turns Object Lock on, or changes its default (AWS API reference, PutObjectLockConfiguration). Throws
  /// `.invalidBucketState` unless versioning is enabled.
  package func setObjectLock(
    _ configuration: ObjectLockConfiguration, of bucket: BucketInfo
  ) async throws(ObjectError) -> BucketInfo {
    try await change(bucket) { (settings) throws(ObjectError) in
      guard settings.versioning == .enabled else { throw .invalidBucketState(.versioningNotEnabled) }
      settings.objectLock = configuration
    }
  }

  /// Replaces a bucket's tags.
  package func setTags(_ tags: TagSet, ofBucket bucket: BucketInfo) async throws(ObjectError) -> BucketInfo {
    try await change(bucket) { (settings) throws(ObjectError) in settings.tags = tags }
  }

  /// Replaces a bucket's cross-origin rules; nil: there are none.
  package func setCrossOrigin(
    _ rules: CrossOriginRules?, of bucket: BucketInfo
  ) async throws(ObjectError) -> BucketInfo {
    try await change(bucket) { (settings) throws(ObjectError) in settings.crossOrigin = rules }
  }

  /// Replaces a bucket's referer rules.
  package func setReferers(
    _ rules: RefererRules, of bucket: BucketInfo
  ) async throws(ObjectError) -> BucketInfo {
    try await change(bucket) { (settings) throws(ObjectError) in
      settings.referers = rules == RefererRules() ? nil : rules
    }
  }

  /// Sets whether OSS's Archive is read without being restored.
  package func setArchiveDirectRead(
    _ isOn: Bool, of bucket: BucketInfo
  ) async throws(ObjectError) -> BucketInfo {
    try await change(bucket) { (settings) throws(ObjectError) in settings.readsArchiveDirectly = isOn }
  }

  /// Sets for how long what is removed stays restorable; 0: what is removed is gone. More than 100 years are 100 years.
  package func setRecoveryWindow(
    seconds: UInt64, of bucket: BucketInfo
  ) async throws(ObjectError) -> BucketInfo {
    try await change(bucket) { (settings) throws(ObjectError) in
      settings.recoveryWindow = min(seconds, BucketSettings.longestWindow)
    }
  }

  /// Replaces a bucket's lifecycle rules; nil: there are none. The keys that are there already are indexed by the new
  /// ones in the background (`LifecycleSetUp`).
  package func setLifecycle(
    _ rules: LifecycleRules?, of bucket: BucketInfo
  ) async throws(ObjectError) -> BucketInfo {
    try await change(
      bucket,
      with: { (settings, transaction) throws(ObjectError) in
        let setUp = ObjectTables.lifecycleSetUp(bucket.id)
        guard var rules else {
          settings.lifecycle = nil
          return transaction.delete(setUp)
        }
        rules.generation = transaction.timestamp.rawValue
        settings.lifecycle = rules
        transaction.put(setUp, LifecycleSetUp(generation: rules.generation).encode())
      })
  }

  /// Changes a bucket's settings in one commit. `body` runs inside it.
  func change(
    _ bucket: BucketInfo, _ body: @escaping @Sendable (inout BucketSettings) throws(ObjectError) -> Void
  ) async throws(ObjectError) -> BucketInfo {
    try await change(bucket, with: { (settings, _) throws(ObjectError) in try body(&settings) })
  }

  /// Changes a bucket's settings, and what goes with them, in one commit.
  private func change(
    _ bucket: BucketInfo,
    with body: @escaping @Sendable (inout BucketSettings, Transaction) throws(ObjectError) -> Void
  ) async throws(ObjectError) -> BucketInfo {
    let entry = try buckets.entry(bucket)
    entry.expectChange()
    do throws(ObjectError) {
      let (changed, timestamp) = try await metadata.update(.bucket(entry.id)) {
        (transaction) throws(ObjectError) in
        let found = try entry.check(in: transaction)
        var settings = found.settings
        try body(&settings, transaction)
        settings.keepHistory(since: Moment(rawValue: transaction.timestamp.rawValue))
        let changed = found.with(settings)
        transaction.put(ObjectTables.bucket(entry.name.string), BucketRecord.encode(changed))
        return (changed, transaction.timestamp.rawValue)
      }
      entry.settle(changed, at: timestamp)
      return changed
    } catch {
      entry.settleUnless(error)
      throw error
    }
  }
}

extension BucketSettings {
  /// Notes from when on what is superseded or removed is kept, or that it is not.
  mutating func keepHistory(since now: Moment) {
    let isKept = versioning != .unversioned || recoveryWindow > 0 || !cuts.isEmpty
    historySince = isKept ? historySince ?? now : nil
  }
}

extension BucketEntry {
  /// A change that was expected has failed. One that failed below may have happened all the same: then commits go on
  /// looking at the row.
  func settleUnless(_ error: ObjectError) {
    if case .storage = error { return }
    settleUnchanged()
  }
}
