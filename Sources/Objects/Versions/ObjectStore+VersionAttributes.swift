import Metadata
package import Primitives

// What may change of a version once it is written: its tags, and its lock.
extension ObjectStore {
  /// Replaces the tags of a version (nil: the current one). Throws `.noSuchKey`, `.noSuchVersion`, `.deleteMarker`.
  ///
  /// - Returns: how clients name the version; nil in a bucket that has never had versioning.
  @discardableResult
  package func setTags(
    _ tags: TagSet, bucket: BucketInfo, key: ObjectKey, version: VersionLabel? = nil
  ) async throws(ObjectError) -> VersionLabel? {
    try await rewrite(bucket, key, version) { (record, _, _) throws(ObjectError) in
      record.fields.tags = tags
    }.label
  }

  /// Sets or, by nil, removes the retention of a version (AWS API reference, PutObjectRetention). Throws `.locked`
  /// where what holds now forbids it, `.objectLockMissing`, and as `setTags`.
  @discardableResult
  package func setRetention(
    _ retention: Retention?, bucket: BucketInfo, key: ObjectKey, version: VersionLabel? = nil,
    bypassesGovernance: Bool = false
  ) async throws(ObjectError) -> VersionLabel? {
    try await rewrite(bucket, key, version) { (record, bucket, now) throws(ObjectError) in
      if bucket.settings.objectLock == nil { throw .objectLockMissing }
      if let held = record.fields.retention, held.isActive(at: now),
        !held.permits(retention, bypassesGovernance: bypassesGovernance)
      {
        throw .locked(key)
      }
      record.fields.retention = retention
    }.label
  }

  /// Sets or lifts the legal hold of a version (AWS API reference, PutObjectLegalHold). Throws `.objectLockMissing`,
  /// and as `setTags`.
  @discardableResult
  package func setLegalHold(
    _ isOn: Bool, bucket: BucketInfo, key: ObjectKey, version: VersionLabel? = nil
  ) async throws(ObjectError) -> VersionLabel? {
    try await rewrite(bucket, key, version) { (record, bucket, _) throws(ObjectError) in
      if bucket.settings.objectLock == nil { throw .objectLockMissing }
      record.fields.legalHold = isOn
    }.label
  }

  /// Changes the record of a version where it lies. `body` gets the time of the commit.
  ///
  /// - Returns: how clients name the version, nil in a bucket that has never had versioning; and what `body` gave.
  @discardableResult
  func rewrite<Value: Sendable>(
    _ bucket: BucketInfo, _ key: ObjectKey, _ label: VersionLabel?,
    _ body: @escaping @Sendable (inout ObjectRecord, BucketInfo, Timestamp) throws(ObjectError) -> Value
  ) async throws(ObjectError) -> (label: VersionLabel?, value: Value) {
    let entry = try buckets.entry(bucket)
    let limit = limits.recordBytes
    return try await metadata.update(.key(bucket: entry.id, key: key.bytes)) {
      (transaction) throws(ObjectError) in
      var versions = try KeyVersions(entry, key, transaction)
      let found = try Self.expect(versions, key, label)
      var record = try found.record()
      let given = try body(
        &record, versions.bucket, Timestamp(milliseconds: transaction.timestamp.milliseconds))
      guard let value = found.stored(record, upTo: limit) else {
        throw .entityTooLarge(proposed: nil, maximum: UInt64(limit))
      }
      try versions.rewrite(found, value)
      return (versions.bucket.isVersioned ? found.row.label : nil, given)
    }
  }

  /// The object's version that is meant.
  private static func expect(
    _ versions: KeyVersions, _ key: ObjectKey, _ label: VersionLabel?
  ) throws(ObjectError) -> KeyVersion {
    var found: KeyVersion?
    if let label {
      found = try versions.find(label)
      if found == nil { throw .noSuchVersion(key, version: label) }
    } else {
      found = try versions.object()
      if found == nil { found = try versions.marker() }
    }
    guard let found else { throw .noSuchKey(key) }
    guard !found.row.isDeleteMarker else {
      throw .deleteMarker(
        DeleteMarkerInfo(
          key: key, label: found.row.label, lastModified: found.row.lastModified, isNamed: label != nil))
    }
    return found
  }
}

extension Retention {
  /// Whether a retention that still holds may be replaced (AWS user guide, "Object Lock", retention modes).
  func permits(_ new: Retention?, bypassesGovernance: Bool) -> Bool {
    switch mode {
    case .compliance: return new.map { $0.mode == .compliance && $0.until >= until } ?? false
    case .governance:
      if bypassesGovernance { return true }
      return new.map { $0.mode == .governance && $0.until >= until } ?? false
    }
  }
}
