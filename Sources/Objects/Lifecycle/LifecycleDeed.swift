import Metadata
import Primitives

/// On what, and by which rules, a look acts.
struct LifecycleDeed: Sendable {
  let entry: BucketEntry
  let key: ObjectKey
  /// The commit that set the rules; once there are others, nothing is done by these.
  let generation: UInt64
  let now: Timestamp
  /// Waits until so many bytes may be copied, or throws to give up.
  let pace: @Sendable (UInt64) async throws(ObjectError) -> Void

  /// The key's versions inside a commit; nil when the rules are others, or a version is no longer as it was read.
  func versions(
    with expected: [KeyVersion], _ transaction: Transaction
  ) throws(ObjectError) -> KeyVersions? {
    let versions = try KeyVersions(entry, key, transaction)
    guard versions.bucket.settings.lifecycle?.generation == generation else { return nil }
    for version in expected {
      // What has ceased to be current meanwhile has the same value somewhere else.
      guard let found = try versions.find(version.row.label), found.place == version.place,
        found.value == version.value
      else { return nil }
    }
    return versions
  }
}

/// What a round of a look did.
struct LifecycleRound: Sendable {
  var tally = LifecycleTally()
  /// Versions that are locked and stay.
  var held: [KeyVersion] = []
  /// Whether the key or the rules have changed meanwhile.
  var isOutdated = false
}

extension ObjectStore {
  /// Does what a plan says, each deed in a commit that finds what it is done to as it was read.
  func perform(_ plan: LifecyclePlan, _ deed: LifecycleDeed) async throws(ObjectError) -> LifecycleRound {
    var round = LifecycleRound()
    for upload in plan.uploads.map(\.upload) {
      do throws(ObjectError) {
        let isDone = try await abortMultipartUpload(
          bucket: deed.entry.info, key: deed.key, uploadID: upload.text, ifLifecycle: deed.generation)
        guard isDone else {
          round.isOutdated = true
          return round
        }
        round.tally.aborted += 1
      } catch .noSuchUpload {
        // Somebody else has completed or aborted it.
      }
    }
    for batch in plan.removals.map(\.version).batches(of: batchLength(deed)) {
      try await remove(batch, deed, &round)
      if round.isOutdated { return round }
    }
    if try await relocate(plan, deed) {
      // The rows are others now; the plan that is made of them finds the bytes in their places.
      round.isOutdated = true
      return round
    }
    for batch in plan.moves.batches(of: limits.rowsPerCleanup) {
      try await move(batch, deed, &round)
      if round.isOutdated { return round }
    }
    if let expired = plan.expired { try await expire(expired, deed, &round) }
    if let marker = plan.marker { try await removeMarker(marker.version, deed, &round) }
    return round
  }

  /// One lock must not keep others from being removed: where there may be some, versions go one by one.
  private func batchLength(_ deed: LifecycleDeed) -> Int {
    let settings = deed.entry.info.settings
    return settings.objectLock == nil && settings.worm == nil ? limits.rowsPerCleanup : 1
  }

  private func remove(
    _ batch: ArraySlice<KeyVersion>, _ deed: LifecycleDeed, _ round: inout LifecycleRound
  ) async throws(ObjectError) {
    let expected = Array(batch)
    let survey = VersionSurvey(current: nil, next: nil)
    let isDone = try await attempt(expected, deed, &round) { (versions, book) throws(ObjectError) in
      for version in expected {
        _ = try versions.remove(version.row.label, survey, bypassesGovernance: false, &book)
      }
    }
    guard isDone else { return }
    round.tally.removed += UInt64(expected.count)
    round.tally.bytes += expected.reduce(0) { $0 + $1.row.size }
  }

  /// Brings the bytes of what changes its class to where they are to lie, before it does; whether any had to be moved.
  private func relocate(_ plan: LifecyclePlan, _ deed: LifecycleDeed) async throws(ObjectError) -> Bool {
    var isMoved = false
    var moves = plan.moves.map { ($0.version, $0.to.storageClass) }
    if let expired = plan.expired, let move = expired.move {
      moves.append((expired.version, move.storageClass))
    }
    for (version, storageClass) in moves {
      let hasMoved = try await relocate(
        version, of: deed.key, in: deed.entry.info, to: storageClass, pace: deed.pace)
      isMoved = isMoved || hasMoved
    }
    return isMoved
  }

  /// A transition is no deletion: what is locked changes its class as all else.
  private func move(
    _ batch: ArraySlice<LifecyclePlan.Move>, _ deed: LifecycleDeed, _ round: inout LifecycleRound
  ) async throws(ObjectError) {
    let moves = Array(batch)
    let isDone = try await attempt(moves.map(\.version), deed, &round) { (versions, _) throws(ObjectError) in
      for move in moves { try versions.reclassify(move.version, to: move.to.storageClass) }
    }
    guard isDone else { return }
    round.tally.moved += UInt64(moves.count)
    round.tally.movedBytes += moves.reduce(0) { $0 + $1.version.row.size }
  }

  private func expire(
    _ expired: LifecyclePlan.Removal, _ deed: LifecycleDeed, _ round: inout LifecycleRound
  ) async throws(ObjectError) {
    let size = expired.version.row.size
    let isDone = try await attempt([expired.version], deed, &round) {
      (versions, book) throws(ObjectError) in
      var found: KeyVersion? = expired.version
      if let move = expired.move {
        try versions.reclassify(expired.version, to: move.storageClass)
        found = try versions.object()
      }
      _ = try versions.delete(found, &book)
    }
    guard isDone else { return }
    round.tally.expired += 1
    round.tally.bytes += size
    guard expired.move != nil else { return }
    round.tally.moved += 1
    round.tally.movedBytes += size
  }

  private func removeMarker(
    _ version: KeyVersion, _ deed: LifecycleDeed, _ round: inout LifecycleRound
  ) async throws(ObjectError) {
    let survey = VersionSurvey(current: version.row.version, next: nil)
    let isDone = try await attempt([version], deed, &round) { (versions, book) throws(ObjectError) in
      _ = try versions.remove(version.row.label, survey, bypassesGovernance: false, &book)
    }
    if isDone { round.tally.markers += 1 }
  }

  /// One commit on versions that are as they were read; whether it was made.
  private func attempt(
    _ expected: [KeyVersion], _ deed: LifecycleDeed, _ round: inout LifecycleRound,
    _ body: @escaping @Sendable (inout KeyVersions, inout CommitBook) throws(ObjectError) -> Void
  ) async throws(ObjectError) -> Bool {
    try await warm(Self.rowKeys(expected, deed))
    do throws(ObjectError) {
      let aftermath = try await metadata.update(
        .key(bucket: deed.entry.id, key: deed.key.bytes), for: .free
      ) { (transaction) throws(ObjectError) -> Aftermath? in
        guard var versions = try deed.versions(with: expected, transaction) else { return nil }
        var book = CommitBook(transaction)
        try body(&versions, &book)
        return book.aftermath
      }
      guard let aftermath else {
        round.isOutdated = true
        return false
      }
      await settle(aftermath)
      return true
    } catch .locked {
      round.held += expected
    } catch .immutable {
      round.held += expected
    }
    round.tally.held += UInt64(expected.count)
    return false
  }

  /// The rows that a removal reads.
  private static func rowKeys(
    _ versions: [KeyVersion], _ deed: LifecycleDeed
  ) throws(ObjectError) -> [[UInt8]] {
    var keys: [[UInt8]] = []
    for version in versions {
      if version.place == .noncurrent {
        keys.append(
          ObjectTables.version(deed.entry.id, deed.key.bytes, version.row.version.rawValue))
      }
      if version.row.contentKind == .inline { continue }
      switch try version.record().content {
      case .inline, .manifest: break
      case .pieces(let pieces): keys += ReferenceOrigins.rowKeys(pieces)
      case .parts(let parts): keys += ReferenceOrigins.rowKeys(parts.flatMap(\.pieces))
      }
    }
    return keys
  }
}

extension Array {
  /// Slices of at most so many elements.
  fileprivate func batches(of length: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: length).map { self[$0..<Swift.min($0 + length, count)] }
  }
}
