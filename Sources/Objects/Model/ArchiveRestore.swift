package import Primitives

/// How soon an archived object is wanted (`Tier`), the fastest first. The number is part of the record format.
package enum RestoreTier: UInt8, Hashable, Sendable, CaseIterable {
  case expedited = 0
  case standard = 1
  case bulk = 2

  /// As both dialects write it.
  package var name: String {
    switch self {
    case .expedited: "Expedited"
    case .standard: "Standard"
    case .bulk: "Bulk"
    }
  }
}

/// The restore of an archived version that was asked for last (docs/decisions/0072): no bytes move, so that all there
/// is to it are the times between which they may be read.
package struct ArchiveRestore: Hashable, Sendable {
  package let tier: RestoreTier
  /// Days that were asked for.
  package let days: UInt32
  /// From when on the version can be read.
  package let ready: Timestamp
  /// Until when.
  package let until: Timestamp

  package init(tier: RestoreTier, days: UInt32, ready: Timestamp, until: Timestamp) {
    self.tier = tier
    self.days = days
    self.ready = ready
    self.until = until
  }

  /// What a restore is at some time.
  package enum State: Hashable, Sendable {
    case underWay, readable, over
  }

  package func state(at now: Timestamp) -> State {
    if now < ready { return .underWay }
    return now < until ? .readable : .over
  }
}

/// How objects of an archive are read.
package struct ArchivePolicy: Hashable, Sendable {
  /// Whether they are read only after they were restored.
  package var needsRestore = true
  /// How long a restore takes, by its tier.
  package var expedited = Duration.zero
  package var standard = Duration.zero
  package var bulk = Duration.zero

  package init() {}

  /// Milliseconds that a restore takes.
  func delay(_ tier: RestoreTier) -> Int64 {
    let delay =
      switch tier {
      case .expedited: expedited
      case .standard: standard
      case .bulk: bulk
      }
    let (seconds, attoseconds) = delay.components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}

/// The policies of all archives.
package struct ArchivePolicies: Hashable, Sendable {
  /// OSS's Archive.
  package var archive = ArchivePolicy()
  package var glacier = ArchivePolicy()
  package var deepArchive = ArchivePolicy()

  package init() {}

  /// The policy of a class; nil where nothing has to be restored.
  func policy(of storageClass: StorageClass) -> ArchivePolicy? {
    let found: ArchivePolicy
    switch storageClass {
    case .archive: found = archive
    case .glacier: found = glacier
    case .deepArchive: found = deepArchive
    case .standard, .standardIA, .glacierIR, .oneZoneIA, .intelligentTiering, .reducedRedundancy: return nil
    }
    return found.needsRestore ? found : nil
  }
}
