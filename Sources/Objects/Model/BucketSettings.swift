/// What is configured of a bucket.
package struct BucketSettings: Hashable, Sendable {
  package var versioning = VersioningState.unversioned
  /// Nil: Object Lock is off. Once on it stays on.
  package var objectLock: ObjectLockConfiguration?
  /// The policy that keeps all of the bucket; it may be over (`worm(at:)`). Nil: there is none.
  package var worm: BucketWorm?
  package var tags = TagSet()
  /// The class of what is written without naming one.
  package var storageClass = StorageClass.standard
  /// Whether OSS's Archive is read without being restored.
  package var readsArchiveDirectly = false
  /// Nil: no page of another origin is let in.
  package var crossOrigin: CrossOriginRules?
  /// Nil: objects may be linked to from anywhere.
  package var referers: RefererRules?
  /// Nil: nothing is done to objects as they age.
  package var lifecycle: LifecycleRules?
  /// Seconds for which what was deleted for good, or overwritten in an unversioned bucket, stays restorable; 0: not at
  /// all.
  package var recoveryWindow: UInt64 = 0
  /// Seconds of the longest recovery window: 100 years.
  package static let longestWindow: UInt64 = 3_155_760_000
  /// The recovery window in milliseconds; what a damaged row says is at most the longest.
  package var recoveryMilliseconds: Int64 { Int64(min(recoveryWindow, Self.longestWindow)) * 1000 }
  /// Since when everything that was ever current is kept, unless it was purged later (`BucketHistory`). Nil: what is
  /// overwritten is gone.
  package var historySince: Moment?
  /// The moments that views, and restores that run, show: what they show is kept from being removed.
  package var protectedCuts: [ProtectedCut] = []
  /// The restores that write into the bucket, and those that are over and keep what they have replaced.
  package var restores: [RestoreClaim] = []

  /// All moments whose contents are kept from being removed.
  package var cuts: [ProtectedCut] {
    restores.isEmpty ? protectedCuts : protectedCuts + restores.filter(\.keeps).map(\.cut)
  }

  package init() {}
}

/// What a view or a restore keeps: everything below a prefix as of a moment.
package struct ProtectedCut: Hashable, Sendable {
  package let asOf: Moment
  package let prefix: [UInt8]

  package init(asOf: Moment, prefix: [UInt8]) {
    self.asOf = asOf
    self.prefix = prefix
  }
}
