import Metadata
import Primitives

/// Works out, inside a commit on a key, when lifecycle has to look at it next (docs/decisions/0071).
struct LifecycleLooks: Sendable {
  private let decision: LifecycleDecision
  private let bucket: UInt64
  private let now: Timestamp
  /// Whether the key may have other versions.
  private let isVersioned: Bool
  /// The earliest time that was asked for.
  private var time: Timestamp?

  /// The only byte of a look's row.
  static let rowVersion: UInt8 = 1

  /// Nil when the bucket has no rule that has to do with the key.
  init?(_ bucket: BucketInfo, key: [UInt8], calendar: LifecycleCalendar, _ now: CommitTimestamp) {
    guard let rules = bucket.settings.lifecycle else { return nil }
    decision = LifecycleDecision(rules, key: key, calendar: calendar)
    if decision.rules.isEmpty { return nil }
    self.bucket = bucket.id
    isVersioned = bucket.isVersioned
    self.now = Timestamp(milliseconds: now.milliseconds)
  }

  /// A version has become current, by its record.
  mutating func expect(_ value: [UInt8]) throws(ObjectError) {
    try expect(try KeyVersion(.object, value))
  }

  /// A version has become current, or has ceased to be so (`since` is a commit timestamp), or its tags are others.
  mutating func expect(_ version: KeyVersion, noncurrentSince since: UInt64? = nil) throws(ObjectError) {
    let judged = try version.judged(for: decision, noncurrentSince: since ?? version.until)
    expect(decision.firstLook(at: judged))
    if judged.noncurrentSince != nil, decision.counts { expectRecount() }
  }

  /// A delete marker has become current now.
  mutating func expectMarker() {
    expect(decision.removal(ofMarker: LifecycleVersion(isDeleteMarker: true, created: now))?.time)
  }

  /// A version is no longer there: others may be the last, or too many.
  mutating func expectRecount() {
    if isVersioned && decision.counts { expect(decision.calendar.midnight(after: now)) }
  }

  /// An upload has begun now.
  mutating func expectUpload() { expect(decision.abortion(of: now)?.time) }

  /// What is due already is looked at with the next midnight's.
  private mutating func expect(_ due: Timestamp?) {
    guard let due else { return }
    let next = max(due, decision.calendar.midnight(atOrAfter: now))
    time = min(time ?? next, next)
  }

  /// Writes the look beside the change, if there is to be one.
  mutating func write(to transaction: Transaction) {
    guard let time else { return }
    transaction.put(ObjectTables.lifecycleLook(time, bucket, decision.key), [Self.rowVersion])
    self.time = nil
  }
}

extension KeyVersion {
  /// What the rules are asked by of this version; `since` is 0 of the current one.
  func judged(
    for decision: LifecycleDecision, noncurrentSince since: UInt64
  ) throws(ObjectError) -> LifecycleVersion {
    LifecycleVersion(
      isDeleteMarker: row.isDeleteMarker, size: row.size,
      tags: decision.asksForTags && !row.isDeleteMarker ? try record().fields.tags : TagSet(),
      created: Moment(rawValue: try lastWritten()).time,
      noncurrentSince: since == 0 ? nil : Moment(rawValue: since).time, storageClass: row.storageClass,
      kind: row.kind, isSealed: row.kind == .appendable ? try record().appending?.sealed != nil : false)
  }
}
