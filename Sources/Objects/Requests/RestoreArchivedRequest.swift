package import Primitives

/// What a dialect lets its clients ask of restores.
package struct RestoreTerms: Sendable {
  /// Days at most, by class.
  package let mostDays: [StorageClass: UInt32]
  /// The tiers that may be named, by class.
  package let tiers: [StorageClass: [RestoreTier]]
  /// Whether what is restored stays readable until the midnight behind its days.
  package let endsAtMidnight: Bool

  package init(
    mostDays: [StorageClass: UInt32], tiers: [StorageClass: [RestoreTier]], endsAtMidnight: Bool
  ) {
    self.mostDays = mostDays
    self.tiers = tiers
    self.endsAtMidnight = endsAtMidnight
  }
}

/// An archived version that is to be readable for some days (AWS API reference, RestoreObject).
package struct RestoreArchivedRequest: Sendable {
  package var bucket: BucketInfo
  package var key: ObjectKey
  /// Nil: the current one.
  package var version: VersionLabel?
  /// At least 1.
  package var days: UInt32
  /// Nil: Standard.
  package var tier: RestoreTier?
  package var terms: RestoreTerms
  /// From when on its times count.
  package var now: Timestamp

  package init(
    bucket: BucketInfo, key: ObjectKey, version: VersionLabel? = nil, days: UInt32, tier: RestoreTier? = nil,
    terms: RestoreTerms, now: Timestamp
  ) {
    self.bucket = bucket
    self.key = key
    self.version = version
    self.days = days
    self.tier = tier
    self.terms = terms
    self.now = now
  }
}

/// What a request for a restore came to.
package struct RestoreArchivedResult: Hashable, Sendable {
  /// How clients name the version; nil in a bucket that has never had versioning.
  package let label: VersionLabel?
  package let storageClass: StorageClass
  package let restore: ArchiveRestore
  /// Whether the version was readable already, and its time was set anew.
  package let isExtension: Bool
}
