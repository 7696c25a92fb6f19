import Metadata
package import Primitives

/// What one object was made again.
package struct RevertResult: Hashable, Sendable {
  /// How clients name the version that is current now.
  package let label: VersionLabel
  package let size: UInt64
  package let etag: ETag
  /// Whether that was current before, so that nothing was written.
  package let isUnchanged: Bool
  /// Whether the object that was current before is kept: as a version, by the bucket's window, or by a view. True also
  /// where there was none.
  package let keepsReplaced: Bool
}

extension ObjectStore {
  /// Makes an object what it was in a version, or (`version` nil) as of a moment: by a new version that shares the old
  /// one's bytes, as a restore does with many keys. A version that was removed and is kept will do. Throws
  /// `.noSuchKey`, `.noSuchVersion`, `.deleteMarker`, `.notRestorable`, `.momentInFuture`.
  package func revertObject(
    bucket: BucketInfo, key: ObjectKey, version: VersionLabel?, asOf: Moment? = nil
  ) async throws(ObjectError) -> RevertResult {
    let entry = try buckets.entry(bucket)
    if let asOf { try await expectPast(asOf) }
    for _ in 0..<limits.attempts {
      let progress = VersionSearch.Progress(stepLimit: limits.rowsPerListing)
      let (decision, current) = try await inReads(progress) { (progress, reader) throws(ObjectError) in
        try Self.decideRevert(entry, key, version, asOf, reader, &progress)
      }
      guard let then = decision.then else { throw .noSuchKey(key) }
      let row = then.record.row
      if decision.action == .unchanged, let current {
        return RevertResult(
          label: current, size: row.size, etag: row.etag, isUnchanged: true, keepsReplaced: true)
      }
      try await warm(ReferenceOrigins.rowKeys(then.pieces))
      do throws(ObjectError) {
        let (label, keepsReplaced, aftermath) = try await perform(decision, entry)
        await settle(aftermath)
        return RevertResult(
          label: label, size: row.size, etag: row.etag, isUnchanged: false, keepsReplaced: keepsReplaced)
      } catch .conflict {
        // What it was found out from has changed: once more.
        continue
      }
    }
    throw .conflict
  }

  private func perform(
    _ decision: RestoreDecision, _ entry: BucketEntry
  ) async throws(ObjectError) -> (VersionLabel, keepsReplaced: Bool, Aftermath) {
    try await metadata.update(.key(bucket: entry.id, key: decision.key.bytes)) {
      (transaction) throws(ObjectError) in
      var book = CommitBook(transaction)
      let old = try KeyVersions(entry, decision.key, transaction).object()
      let action = try decision.perform(entry, nil, &book)
      guard let action, action != .skip else { throw .conflict }
      let bucket = try entry.check(in: transaction)
      let isEnabled = bucket.versioning == .enabled
      let made = VersionID(rawValue: transaction.timestamp.rawValue)
      let keepsReplaced =
        old.map { old in
          isEnabled || bucket.isVersioned && !old.row.isNullVersion
            || bucket.settings.keeps(decision.key, old.row.version)
        } ?? true
      return (isEnabled ? .id(made) : .null, keepsReplaced, book.aftermath)
    }
  }

  /// What is to be done, and how clients name the object that is current; nil when there is none. Nil in place of both:
  /// another read has to go on.
  private static func decideRevert(
    _ entry: BucketEntry, _ key: ObjectKey, _ version: VersionLabel?, _ asOf: Moment?,
    _ reader: any MetadataReader, _ progress: inout VersionSearch.Progress
  ) throws(ObjectError) -> (RestoreDecision, VersionLabel?)? {
    let search = VersionSearch(reader, bucket: entry.id, key: key, asOf: nil)
    var kept: LocatedVersion?
    if asOf == nil, case .id(let version) = version { kept = try search.kept(version) }
    if kept?.version.row.isDeleteMarker ?? false { kept = nil }
    var found = kept
    if found == nil { found = try locate(entry.info, key, version, asOf, reader, &progress) }
    guard let located = found else { return nil }
    let then = try RestoreDecision.Source(located, entry.id, reader)
    let current = try search.top()
    let object = current.flatMap { $0.version.row.isDeleteMarker ? nil : $0.version }
    var decision = RestoreDecision(
      key: key, action: object == nil ? .create : .replace, now: current?.version.row.version,
      nowSize: object?.row.size)
    decision.then = then
    if let object, try then.record.isSameObject(as: object.record()) { decision.action = .unchanged }
    return (decision, object?.row.label)
  }
}
