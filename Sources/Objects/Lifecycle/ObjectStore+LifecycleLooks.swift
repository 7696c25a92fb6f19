import Metadata
package import Primitives

/// A row of the index: something of a key may be due.
package struct LifecycleLook: Hashable, Sendable {
  package let time: Timestamp
  /// The bucket's id; it may be gone.
  package let bucket: UInt64
  package let key: [UInt8]

  var rowKey: [UInt8] { ObjectTables.lifecycleLook(time, bucket, key) }
}

extension LifecycleLook {
  /// The place behind which all looks from a moment on lie.
  package init(after time: Timestamp) { self.init(time: time, bucket: 0, key: []) }

  /// Throws `.damaged` for what is no such key.
  init(rowKey: [UInt8]) throws(ObjectError) {
    guard rowKey.count > 17 else { throw .damaged("a lifecycle look's row key") }
    let time = rowKey[1..<9].reduce(0) { $0 << 8 | UInt64($1) }
    self.time = Timestamp(milliseconds: Int64(clamping: time))
    bucket = rowKey[9..<17].reduce(0) { $0 << 8 | UInt64($1) }
    key = Array(rowKey[17...])
  }
}

/// What looks have done.
package struct LifecycleTally: Hashable, Sendable {
  /// Keys that were looked at.
  package var looks: UInt64 = 0
  /// Objects that expired: deleted, or covered by a delete marker.
  package var expired: UInt64 = 0
  /// Versions that were not current and went for good.
  package var removed: UInt64 = 0
  /// Delete markers that went because nothing else was left of their key.
  package var markers: UInt64 = 0
  /// Uploads that were aborted.
  package var aborted: UInt64 = 0
  /// Bytes of what expired or went.
  package var bytes: UInt64 = 0
  /// Versions that were due and are locked.
  package var held: UInt64 = 0
  /// Versions that changed their class.
  package var moved: UInt64 = 0
  /// Sum of their sizes in bytes.
  package var movedBytes: UInt64 = 0

  package init() {}

  package static func += (a: inout LifecycleTally, b: LifecycleTally) {
    a.looks += b.looks
    a.expired += b.expired
    a.removed += b.removed
    a.markers += b.markers
    a.aborted += b.aborted
    a.bytes += b.bytes
    a.held += b.held
    a.moved += b.moved
    a.movedBytes += b.movedBytes
  }
}

extension ObjectStore {
  /// The looks that are due at a moment, in the order of their times, from a place on (nil: the first).
  package func lifecycleLooks(
    dueAt now: Timestamp, after place: LifecycleLook?, limit: Int
  ) async throws(ObjectError) -> [LifecycleLook] {
    try await metadata.read { (reader) throws(ObjectError) in
      let lower = place.map { $0.rowKey + [0] } ?? [ObjectTables.lifecycleLooks]
      let end = Timestamp(milliseconds: now.milliseconds + 1)
      let cursor = reader.cursor(lower: lower, upper: ObjectTables.lifecycleLook(end, 0, []))
      var looks: [LifecycleLook] = []
      try cursor.move(to: lower)
      while cursor.isValid && looks.count < limit {
        // SAFETY: the key is copied before the cursor moves.
        looks.append(try LifecycleLook(rowKey: unsafe [UInt8](cursor.key)))
        try cursor.advance()
      }
      return looks
    }
  }

  /// Does what of a key is due, and deletes the look; what is due later has another one then. Throws `.conflict` where
  /// the key, or the rules, keep changing: the look stays. `pace` waits until so many bytes may be copied to the
  /// volumes of another class, or throws to give up.
  package func perform(
    _ look: LifecycleLook, at now: Timestamp,
    pace: @escaping @Sendable (UInt64) async throws(ObjectError) -> Void = { _ in }
  ) async throws(ObjectError) -> LifecycleTally {
    var visit = LifecycleVisit()
    visit.tally.looks = 1
    for _ in 0..<limits.attempts {
      guard let entry = buckets.entry(id: look.bucket), !entry.isDeleted,
        let rules = entry.info.settings.lifecycle
      else {
        try await drop(look)
        return visit.tally
      }
      let deed = LifecycleDeed(
        entry: entry, key: ObjectKey(stored: look.key), generation: rules.generation, now: now,
        pace: pace)
      visit.judgement = LifecycleJudgement(
        bucket: entry.info,
        decision: LifecycleDecision(rules, key: look.key, calendar: limits.calendar), now: now,
        limit: limits.versionsPerLook, spared: visit.spared)
      if try await perform(deed, &visit), try await settle(look, deed, visit) { return visit.tally }
    }
    throw .conflict
  }

  /// Does what is due; false when the key or the rules have changed on the way.
  private func perform(
    _ deed: LifecycleDeed, _ visit: inout LifecycleVisit
  ) async throws(ObjectError) -> Bool {
    guard let judgement = visit.judgement else { return false }
    var place: LifecyclePlan.Place? = LifecyclePlan.Place()
    while let start = place {
      let plan = try await metadata.read { (reader) throws(ObjectError) in
        try LifecyclePlan(reader, judgement, from: start)
      }
      guard try await perform(plan, deed, &visit) else { return false }
      place = plan.following
    }
    while true {
      let plan = try await metadata.read { (reader) throws(ObjectError) in
        try LifecyclePlan(currentIn: reader, judgement)
      }
      guard try await perform(plan, deed, &visit) else { return false }
      if plan.uploads.count < judgement.limit { return true }
    }
  }

  /// Does a page of what is due, and notes what is not to be tried again.
  private func perform(
    _ plan: LifecyclePlan, _ deed: LifecycleDeed, _ visit: inout LifecycleVisit
  ) async throws(ObjectError) -> Bool {
    let done = try await perform(plan, deed)
    visit.tally += done.tally
    for version in done.held {
      visit.spared.insert(version.row.version)
      let time = try limits.calendar.nextLook(
        atLocked: version, in: deed.entry.info.settings, now: deed.now)
      visit.lockedUntil = min(visit.lockedUntil ?? time, time)
    }
    return !done.isOutdated
  }

  /// When to look at a key again, and its current version: what is due already has become so by this look, and waits
  /// for the next night.
  private func outlook(
    _ judgement: LifecycleJudgement, _ visit: LifecycleVisit
  ) async throws(ObjectError) -> LifecyclePlan {
    var judgement = judgement
    judgement.spared = visit.spared
    let asked = judgement
    let tomorrow = limits.calendar.midnight(after: judgement.now)
    var outlook = try await metadata.read { (reader) throws(ObjectError) in
      try LifecyclePlan(currentIn: reader, asked)
    }
    if !outlook.isEmpty { outlook.lookAgain(at: tomorrow) }
    var place: LifecyclePlan.Place? = LifecyclePlan.Place()
    while let start = place {
      let plan = try await metadata.read { (reader) throws(ObjectError) in
        try LifecyclePlan(reader, asked, from: start)
      }
      if !plan.isEmpty { outlook.lookAgain(at: tomorrow) }
      if let next = plan.next { outlook.lookAgain(at: next) }
      place = plan.following
    }
    if let time = visit.lockedUntil { outlook.lookAgain(at: time) }
    return outlook
  }

  /// Deletes a look that no rules ask for any more.
  private func drop(_ look: LifecycleLook) async throws(ObjectError) {
    let rowKey = look.rowKey
    try await metadata.update(.key(bucket: look.bucket, key: look.key), for: .free) {
      (transaction) throws(ObjectError) in transaction.delete(rowKey)
    }
  }

  /// Deletes a look and writes the next, unless the key or the rules have changed since: then false.
  private func settle(
    _ look: LifecycleLook, _ deed: LifecycleDeed, _ visit: LifecycleVisit
  ) async throws(ObjectError) -> Bool {
    guard let judgement = visit.judgement else { return false }
    let outlook = try await outlook(judgement, visit)
    let (current, next) = (outlook.current, outlook.next)
    return try await metadata.update(.key(bucket: look.bucket, key: look.key), for: .free) {
      (transaction) throws(ObjectError) in
      let versions = try KeyVersions(deed.entry, deed.key, transaction)
      guard versions.bucket.settings.lifecycle?.generation == deed.generation else { return false }
      var found = try versions.object()
      if found == nil { found = try versions.marker() }
      guard found?.row.version == current else { return false }
      transaction.delete(look.rowKey)
      if let next {
        transaction.put(
          ObjectTables.lifecycleLook(next, look.bucket, look.key), [LifecycleLooks.rowVersion])
      }
      return true
    }
  }
}

/// What has come of a look so far.
private struct LifecycleVisit: Sendable {
  var tally = LifecycleTally()
  /// By which rules; nil before they are known.
  var judgement: LifecycleJudgement?
  /// Versions that were due and are locked, and when to look at them again.
  var spared: Set<VersionID> = []
  var lockedUntil: Timestamp?
}

extension LifecycleCalendar {
  /// When to look again at a version that is due and locked.
  func nextLook(
    atLocked version: KeyVersion, in settings: BucketSettings, now: Timestamp
  ) throws(ObjectError) -> Timestamp {
    let tomorrow = midnight(after: now)
    let fields = try version.record().fields
    guard fields.legalHold != true, settings.worm == nil, let retention = fields.retention else {
      return tomorrow
    }
    return max(tomorrow, midnight(atOrAfter: retention.until))
  }
}
