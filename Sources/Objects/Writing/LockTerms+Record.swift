import Primitives

extension ObjectStore {
  /// Throws `.objectLockMissing` when a write asks for a lock in a bucket without Object Lock.
  static func check(_ lock: LockTerms, _ bucket: BucketInfo) throws(ObjectError) {
    if !lock.isEmpty && bucket.settings.objectLock == nil { throw .objectLockMissing }
  }
}

extension MetadataFields {
  /// The fields of a version that is about to be written in `bucket`, whose default retention it gets unless `lock`
  /// says otherwise.
  init(
    owner: PrincipalID?, system: SystemMetadata, user: UserMetadata, tags: TagSet, lock: LockTerms,
    in bucket: BucketInfo
  ) {
    self.init(owner: owner, system: system, user: user)
    self.tags = tags
    retention =
      lock.retention ?? bucket.settings.objectLock?.defaultRetention?.retention(from: Timestamp.now())
    legalHold = lock.legalHold
  }
}

extension ObjectLockConfiguration.DefaultRetention {
  /// Days of a year of a default retention.
  private static let daysPerYear = 365

  /// What a version gets that is written at `time`.
  func retention(from time: Timestamp) -> Retention {
    let days =
      switch period {
      case .days(let days): days
      case .years(let years): years * Self.daysPerYear
      }
    return Retention(
      mode: mode, until: Timestamp(milliseconds: time.milliseconds + Int64(days) * 86_400_000))
  }
}
