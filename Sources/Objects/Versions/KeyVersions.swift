import Metadata
import Primitives

/// The versions of one key inside a commit closure, and every way in which they change (docs/ordering.md,
/// "Versions").
///
/// The current version is the row in `objects`, or in `markers` when it is a delete marker; all others lie in
/// `versions`, newest first. What is removed goes through `discard` alone: there Object Lock or the bucket's WORM
/// policy holds it, or the recovery window or a view keeps it.
struct KeyVersions {
  /// As the closure found it.
  let bucket: BucketInfo
  let key: ObjectKey
  let transaction: Transaction
  private var usage = UsageChange()
  private var removed: [VersionID] = []
  /// The restore that does it; nil: somebody else, whom restores leave alone.
  var restore: UInt64?
  /// When lifecycle has to look at the key next; nil: the bucket has no rules.
  var looks: LifecycleLooks?

  /// Throws `.noSuchBucket`.
  init(_ entry: BucketEntry, _ key: ObjectKey, _ transaction: Transaction) throws(ObjectError) {
    bucket = try entry.check(in: transaction)
    self.key = key
    self.transaction = transaction
    looks = LifecycleLooks(
      bucket, key: key.bytes, calendar: entry.calendar, transaction.timestamp)
  }

  private var now: UInt64 { transaction.timestamp.rawValue }
  private var objectKey: [UInt8] { ObjectTables.object(bucket.id, key.bytes) }
  private var markerKey: [UInt8] { ObjectTables.marker(bucket.id, key.bytes) }
  private var nullKey: [UInt8] { ObjectTables.nullVersion(bucket.id, key.bytes) }

  /// The key's current object; nil when there is none, or a delete marker.
  func object() throws(ObjectError) -> KeyVersion? {
    guard let value = try transaction.row(objectKey) else { return nil }
    return try KeyVersion(.object, value)
  }

  /// The key's delete marker when that is the current version.
  func marker() throws(ObjectError) -> KeyVersion? {
    guard bucket.isVersioned, let value = try transaction.row(markerKey) else { return nil }
    return try KeyVersion(.marker, value)
  }

  /// Puts an encoded record in place as the current object. `old` is what `object` gave.
  mutating func put(
    _ value: [UInt8], size: UInt64, lastModified: Timestamp?, over old: KeyVersion?, _ book: inout CommitBook
  ) throws(ObjectError) -> (version: VersionID, label: VersionLabel?) {
    try supersede(old, &book)
    var stamped = value
    ObjectRow.stamp(
      &stamped, version: now, isNullVersion: bucket.versioning != .enabled,
      lastModified: lastModified == nil ? transaction.timestamp.milliseconds : nil)
    transaction.put(objectKey, stamped)
    try looks?.expect(stamped)
    usage.current(1, size, try ObjectRow.storageClass(of: stamped))
    finish(&book)
    return (VersionID(rawValue: now), newLabel)
  }

  /// Puts an encoded record in place of the current object's, which it makes longer by `added` bytes: it stays the same
  /// version. What it was, `state`, is noted where the bucket keeps its past.
  mutating func extend(
    _ old: KeyVersion, _ value: [UInt8], by added: UInt64, from state: AppendState, _ book: inout CommitBook
  ) throws(ObjectError) {
    transaction.put(objectKey, value)
    if bucket.settings.historySince != nil {
      transaction.put(
        ObjectTables.append(bucket.id, key.bytes, old.row.version.rawValue, end: now), state.encode())
    }
    // It has become larger, and younger.
    try looks?.expect(value)
    usage.extended(by: added, old.row.storageClass)
    finish(&book)
  }

  /// Deletes the key: in a bucket that has never had versioning its object, else by a delete marker on top. Returns
  /// nil where there was nothing to delete.
  mutating func delete(_ old: KeyVersion?, _ book: inout CommitBook) throws(ObjectError) -> VersionLabel?? {
    guard bucket.isVersioned else {
      guard let old else { return nil }
      try removeCurrent(old, &book)
      finish(&book)
      return .some(nil)
    }
    try supersede(old, &book)
    let isNull = bucket.versioning != .enabled
    let marker = ObjectRecord.deleteMarker(
      VersionID(rawValue: now), isNullVersion: isNull,
      at: Timestamp(milliseconds: transaction.timestamp.milliseconds))
    transaction.put(markerKey, marker.encode())
    looks?.expectMarker()
    usage.marker(1)
    finish(&book)
    return .some(newLabel)
  }

  /// Removes one version for good. `survey` was read before: should it no longer hold, nothing is done.
  mutating func remove(
    _ label: VersionLabel, _ survey: VersionSurvey, bypassesGovernance: Bool, _ book: inout CommitBook
  ) throws(ObjectError) -> Removal {
    guard let found = try find(label) else { return .absent }
    if found.place == .noncurrent {
      try removeNoncurrent(found, bypassesGovernance: bypassesGovernance, &book)
    } else {
      // Whoever adds a version, or removes the current one, changes which is current: as long as that is the same,
      // the next one can only have been removed.
      guard survey.current == found.row.version else { return .outdated }
      var next: KeyVersion?
      if let version = survey.next {
        next = try noncurrent(version)
        if next == nil { return .outdated }
      }
      try removeCurrent(found, bypassesGovernance: bypassesGovernance, &book)
      if let next { try promote(next) }
    }
    finish(&book)
    return .removed(isDeleteMarker: found.row.isDeleteMarker)
  }

  /// What `remove` did.
  enum Removal: Sendable {
    case absent
    case removed(isDeleteMarker: Bool)
    case outdated
  }

  /// A version by its label, wherever it is.
  func find(_ label: VersionLabel) throws(ObjectError) -> KeyVersion? {
    if let object = try object(), object.row.label == label { return object }
    guard bucket.isVersioned else { return nil }
    if let marker = try marker(), marker.row.label == label { return marker }
    switch label {
    case .id(let version):
      guard let found = try noncurrent(version), !found.row.isNullVersion else { return nil }
      return found
    case .null:
      guard let version = try nullVersion() else { return nil }
      return try noncurrent(version)
    case .foreign: return nil
    }
  }

  /// Replaces a version's row by one that differs in what may change of a version (`KeyVersion.stored`).
  ///
  /// Throws `.damaged` for a value that is not a version's.
  mutating func rewrite(_ found: KeyVersion, _ value: [UInt8]) throws(ObjectError) {
    try looks?.expect(try KeyVersion(found.place, value))
    looks?.write(to: transaction)
    switch found.place {
    case .object: transaction.put(objectKey, value)
    case .marker: transaction.put(markerKey, value)
    case .noncurrent:
      transaction.put(
        ObjectTables.version(bucket.id, key.bytes, found.row.version.rawValue), value)
    }
  }

  /// Moves a version to another class: it stays the same one, and is not restored there. What it is locked for may be
  /// changed by nobody; this is no change of that.
  mutating func reclassify(_ found: KeyVersion, to storageClass: StorageClass) throws(ObjectError) {
    var record = try found.record()
    let old = record.row.storageClass
    record.row.storageClass = storageClass
    record.restore = nil
    // Never longer than what was stored.
    guard let value = found.stored(record, upTo: ObjectRow.longest) else { throw .damaged("an object row") }
    try rewrite(found, value)
    usage.reclassify(found.row.size, from: old, to: storageClass)
    usage.apply(bucket.id, transaction)
    usage = UsageChange()
  }

  /// What clients are shown of a version that is written now.
  private var newLabel: VersionLabel? {
    switch bucket.versioning {
    case .unversioned: nil
    case .enabled: .id(VersionID(rawValue: now))
    case .suspended: .null
    }
  }
}

// MARK: - How versions leave their place

extension KeyVersions {
  /// Makes room for a new current version: what is current becomes noncurrent, or goes if the new one replaces it.
  private mutating func supersede(_ old: KeyVersion?, _ book: inout CommitBook) throws(ObjectError) {
    guard bucket.isVersioned else {
      if let old { try removeCurrent(old, &book) }
      return
    }
    var current = old
    if current == nil { current = try marker() }
    let replacesNull = bucket.versioning == .suspended
    if let current {
      if replacesNull && current.row.isNullVersion {
        // There is no other.
        return try removeCurrent(current, &book)
      }
      try demote(current)
    }
    if replacesNull, let version = try nullVersion(), let null = try noncurrent(version) {
      try removeNoncurrent(null, bypassesGovernance: false, &book)
    }
  }

  private mutating func demote(_ current: KeyVersion) throws(ObjectError) {
    let now = now
    try looks?.expect(current, noncurrentSince: now)
    let version = current.row.version.rawValue
    transaction.put(
      ObjectTables.version(bucket.id, key.bytes, version), KeyVersion.dated(current.value, until: now))
    if current.row.isNullVersion {
      transaction.put(nullKey, KeyVersion.dated([], until: version))
    }
    takeAway(current)
    usage.noncurrent(1, current.row)
  }

  private mutating func promote(_ next: KeyVersion) throws(ObjectError) {
    try looks?.expect(next, noncurrentSince: 0)
    transaction.delete(ObjectTables.version(bucket.id, key.bytes, next.row.version.rawValue))
    if next.row.isNullVersion { transaction.delete(nullKey) }
    usage.noncurrent(-1, next.row)
    if next.row.isDeleteMarker {
      transaction.put(markerKey, next.value)
      usage.marker(1)
    } else {
      transaction.put(objectKey, next.value)
      usage.current(1, next.row.size, next.row.storageClass)
    }
  }

  private mutating func removeCurrent(
    _ current: KeyVersion, bypassesGovernance: Bool = false, _ book: inout CommitBook
  ) throws(ObjectError) {
    looks?.expectRecount()
    takeAway(current)
    try discard(current, until: now, bypassesGovernance: bypassesGovernance, &book)
  }

  private mutating func removeNoncurrent(
    _ found: KeyVersion, bypassesGovernance: Bool, _ book: inout CommitBook
  ) throws(ObjectError) {
    transaction.delete(ObjectTables.version(bucket.id, key.bytes, found.row.version.rawValue))
    if found.row.isNullVersion { transaction.delete(nullKey) }
    looks?.expectRecount()
    usage.noncurrent(-1, found.row)
    try discard(found, until: found.until, bypassesGovernance: bypassesGovernance, &book)
  }

  /// Deletes a current version's row.
  private mutating func takeAway(_ current: KeyVersion) {
    if current.place == .marker {
      transaction.delete(markerKey)
      usage.marker(-1)
    } else {
      transaction.delete(objectKey)
      usage.current(-1, current.row.size, current.row.storageClass)
    }
  }

  /// Lets go of a version that is in no table any more: the one way out. `until` is when it was current last.
  private mutating func discard(
    _ version: KeyVersion, until: UInt64, bypassesGovernance: Bool, _ book: inout CommitBook
  ) throws(ObjectError) {
    try checkLocks(version, bypassesGovernance: bypassesGovernance)
    let settings = bucket.settings
    if settings.keeps(key, version.row.version) {
      transaction.put(
        ObjectTables.removedVersion(bucket.id, key.bytes, version.row.version.rawValue, removed: now),
        KeyVersion.dated(version.value, until: until))
      usage.removed(1, version.row.size)
      removed.append(version.row.version)
      return
    }
    try book.release(version.value, bucket: bucket.id, key: key)
    guard settings.historySince != nil else { return }
    try BucketHistory.raise(bucket.id, to: until, transaction)
  }

  /// Whether a version may be changed or go for good: neither Object Lock nor the bucket's WORM policy holds it.
  ///
  /// - Throws: `.locked`, `.immutable`.
  func checkLocks(_ version: KeyVersion, bypassesGovernance: Bool = false) throws(ObjectError) {
    let settings = bucket.settings
    if settings.worm == nil && settings.objectLock == nil || version.row.isDeleteMarker { return }
    let now = Timestamp(milliseconds: transaction.timestamp.milliseconds)
    // The time of the commit that wrote it, or appended to it last, which no request can choose.
    if let worm = settings.worm,
      worm.keeps(Moment(rawValue: try version.lastWritten()).time, at: now)
    {
      throw .immutable(key)
    }
    guard settings.objectLock != nil else { return }
    let record = try version.record()
    guard record.fields.permitsRemoval(at: now, bypassesGovernance: bypassesGovernance) else {
      throw .locked(key)
    }
  }

  /// Notes the change, what it did to the bucket's counters, and for restores that are not over that it was made.
  private mutating func finish(_ book: inout CommitBook) {
    if bucket.settings.historySince != nil {
      transaction.put(
        ObjectTables.change(bucket.id, now, key.bytes), ChangeRecord(removed: removed).encode())
    }
    for claim in bucket.settings.restores where claim.hears(of: key.bytes, by: restore) {
      transaction.put(ObjectTables.touchedKey(claim.id, key.bytes), [Self.touchedVersion])
    }
    looks?.write(to: transaction)
    usage.apply(bucket.id, transaction)
    usage = UsageChange()
  }

  /// The only byte of a touched key's row.
  private static let touchedVersion: UInt8 = 1

  private func noncurrent(_ version: VersionID) throws(ObjectError) -> KeyVersion? {
    guard
      let value = try transaction.row(ObjectTables.version(bucket.id, key.bytes, version.rawValue))
    else { return nil }
    return try KeyVersion(.noncurrent, value)
  }

  private func nullVersion() throws(ObjectError) -> VersionID? {
    guard let value = try transaction.row(nullKey) else { return nil }
    return try KeyVersion.version(ofPointer: value)
  }
}
