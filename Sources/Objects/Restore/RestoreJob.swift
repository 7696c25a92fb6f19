package import Primitives

/// What a restore is to do.
package struct RestoreRequest: Sendable {
  package enum Kind: Hashable, Sendable {
    /// Make the bucket what it was as of a moment.
    case restore(asOf: Moment)
    /// Take away the delete markers on top of keys that were made from one moment to another, where an object lies
    /// beneath and all on top of it were made then.
    case undelete(from: Moment, to: Moment)
  }

  package var kind: Kind
  package var bucket: BucketInfo
  /// Only keys that begin with this.
  package var prefix: [UInt8] = []
  /// Another bucket that is given what the first was; nil: the bucket itself.
  package var target: BucketInfo?
  /// Whether it is only found out what would be done.
  package var isDryRun = false
  /// Keys a second at most; nil: no limit.
  package var keysPerSecond: Int?

  package init(_ kind: Kind, bucket: BucketInfo) {
    self.kind = kind
    self.bucket = bucket
  }
}

/// A restore, as far as it is. Its record and the list of its keys lie in metadata: it goes on after a restart.
package struct RestoreJob: Hashable, Sendable {
  package enum State: Hashable, Sendable {
    /// The changed keys are being gathered.
    case planning
    case running
    case done
    case cancelled
    case failed(String)
  }

  /// Keys that came out one way, and the bytes of their objects.
  package struct Count: Hashable, Sendable {
    package internal(set) var keys: UInt64 = 0
    package internal(set) var bytes: UInt64 = 0

    mutating func add(_ size: UInt64) {
      keys &+= 1
      bytes &+= size
    }
  }

  /// Unique, and growing with time; also the moment it was begun: what is written later it leaves alone.
  package let id: UInt64
  package let kind: RestoreRequest.Kind
  package let bucketID: UInt64
  package let bucketName: BucketName
  package let prefix: [UInt8]
  /// Nil: the bucket itself.
  package let targetID: UInt64?
  package let targetName: BucketName?
  package let isDryRun: Bool
  package let keysPerSecond: Int?
  package let started: Timestamp
  package internal(set) var finished: Timestamp?
  package internal(set) var state = State.planning
  /// Keys to look at.
  package internal(set) var planned: UInt64 = 0
  /// Keys that were there then and are not now.
  package internal(set) var created = Count()
  /// Keys whose object is another one; the bytes are those of then.
  package internal(set) var replaced = Count()
  /// Keys that are there now and were not then.
  package internal(set) var deleted = Count()
  package internal(set) var unchanged = Count()
  /// Keys that somebody has written or deleted since the job began.
  package internal(set) var skipped = Count()
  /// Keys that it could not restore, since what is stored of them is damaged or locked.
  package internal(set) var failed = Count()
  /// Behind what the step under way goes on: the key of a change's or a marker's row, or of an object.
  var position: [UInt8] = []

  /// Keys that have been looked at.
  package var examined: UInt64 {
    created.keys + replaced.keys + deleted.keys + unchanged.keys + skipped.keys + failed.keys
  }

  /// Keys that it has changed, or would.
  package var changed: UInt64 { created.keys + replaced.keys + deleted.keys }

  /// The bucket that it writes.
  package var writtenID: UInt64 { targetID ?? bucketID }

  /// For how long a restore that is over is listed, and with it what it has replaced is kept: milliseconds.
  package static let keptFor: Int64 = 7 * 86_400_000
  /// The same of a dry run, which is only looked at.
  package static let dryRunKeptFor: Int64 = 3_600_000

  /// When it is forgotten; nil: it is not over.
  package var forgotten: Timestamp? {
    finished.map {
      Timestamp(milliseconds: $0.milliseconds + (isDryRun ? Self.dryRunKeptFor : Self.keptFor))
    }
  }

  /// Whether nothing is left to do.
  package var isOver: Bool {
    switch state {
    case .planning, .running: false
    case .done, .cancelled, .failed: true
    }
  }

  /// How people name it: 16 hexadecimal digits.
  package var idText: String { VersionID(rawValue: id).text }

  /// Reads a name.
  package static func id(text: String) -> UInt64? { VersionID(text: text)?.rawValue }

  /// What it enters into the record of the bucket that it writes.
  var claim: RestoreClaim {
    if case .restore = kind { return RestoreClaim(id: id, prefix: prefix, keeps: true) }
    return RestoreClaim(id: id, prefix: prefix, keeps: false)
  }

  /// What it shows of the bucket, and so keeps from being removed while it runs.
  var cut: ProtectedCut? {
    if case .restore(let asOf) = kind { return ProtectedCut(asOf: asOf, prefix: prefix) }
    return nil
  }
}

/// What a restore does, or would do, with a key.
package struct RestoreChange: Hashable, Sendable {
  package enum Action: UInt8, Hashable, Sendable {
    /// Not looked at yet.
    case pending = 0
    case create = 1
    case replace = 2
    case delete = 3
    case unchanged = 4
    /// Somebody has written or deleted the key since the job began.
    case skip = 5
    /// It cannot be restored, and is left as it is.
    case fail = 6
  }

  package let key: ObjectKey
  package let action: Action
  /// The version that is brought back; nil where there is none.
  package let from: VersionID?
  /// The version that was current; nil where there was none.
  package let now: VersionID?
  /// Bytes of the object that is brought back, or of the one deleted.
  package let size: UInt64
  /// Why it failed, for people; else empty.
  package var reason = ""
}

/// Some of the keys of a restore, in the order of their bytes.
package struct RestoreChangesPage: Sendable {
  package let changes: [RestoreChange]
  /// What to ask `after` for the next; nil at the end.
  package let next: [UInt8]?
}
