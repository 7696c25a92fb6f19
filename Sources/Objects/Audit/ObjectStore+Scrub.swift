import Volumes

/// What a step of a scrub has looked at.
package struct ScrubStep: Sendable {
  /// Where the next step begins; nil when everything has been looked at.
  package internal(set) var next: [UInt8]?
  /// Extents that were read, and their payload bytes.
  package internal(set) var extents = 0
  package internal(set) var bytes: UInt64 = 0
  /// What is not what was written, with the object it belongs to and its place.
  package internal(set) var damaged: [StorageFailure] = []
  /// Where the extents lie.
  var places: [ExtentLocation] = []
}

/// How much of each extent is looked at.
package enum ScrubDepth: Sendable {
  /// Whether it is there: its header and its trailer.
  case ends
  /// All of it.
  case everything
}

extension ObjectStore {
  /// Objects and uploads whose extents are looked at in one step.
  private static let scrubbedRows = 128
  /// Extents that are read at the same time.
  private static let scrubConcurrency = 4

  /// Looks at everything that the next objects and uploads refer to, from `start` on (nil: from the beginning), and
  /// only at that: what is dead may rot. `pace` waits until so many bytes may be read, or throws to give up.
  /// What a disk cannot read is damage too; throws where it can read nothing of all that.
  package func scrub(
    from start: [UInt8]?, depth: ScrubDepth,
    pace: @escaping @Sendable (UInt64) async throws(ObjectError) -> Void
  ) async throws(ObjectError) -> ScrubStep {
    // Not as a reader, which would hold up the reclaimer for as long as a step takes: what is gone meanwhile is
    // nobody's any more, which `examine` finds out.
    let found = try await referrers(from: start ?? Self.firstReferrer, rows: Self.scrubbedRows)
    var step = ScrubStep()
    step.next = found.next
    step.damaged = found.damaged
    step.places = found.referrers.flatMap(\.extents)
    // In the order of the disk.
    let work = found.referrers.flatMap { referrer in referrer.extents.map { (referrer, $0) } }
      .sorted { ($0.1.segmentID, $0.1.offset) < ($1.1.segmentID, $1.1.offset) }
    var position = 0
    while position < work.count {
      let batch = work[position..<min(position + Self.scrubConcurrency, work.count)]
      position += batch.count
      for (_, extent) in batch { try await pace(depth == .everything ? extent.length : Self.endsBytes) }
      let results = await withTaskGroup(of: Result<StorageFailure?, ObjectError>.self) { group in
        for (referrer, extent) in batch {
          group.addTask { await self.examine(referrer, extent, depth) }
        }
        var results: [Result<StorageFailure?, ObjectError>] = []
        while let result = await group.next() { results.append(result) }
        return results
      }
      for result in results {
        if let failure = try result.get() { step.damaged.append(failure) }
      }
      step.extents += batch.count
      step.bytes += batch.reduce(0) { $0 + $1.1.length }
    }
    if let failure = failureOfADisk(step) { throw .storage(failure) }
    return step
  }

  /// Extents of one step that tell a disk which fails from sectors which do, when none of them can be read.
  private static let extentsOfADisk = 16

  /// Why nothing of a step could be read, in more than one segment.
  private func failureOfADisk(_ step: ScrubStep) -> StorageFailure? {
    guard step.extents >= Self.extentsOfADisk, step.damaged.allSatisfy({ $0.code == .io }),
      step.damaged.count == step.extents, Set(step.places.map(\.segmentID)).count > 1
    else { return nil }
    return step.damaged.last
  }

  /// What reading a header and a trailer takes of the pace.
  private static let endsBytes: UInt64 = 8_192

  /// Damage in an extent that is referred to; nil when it is sound, or nobody's any more.
  private func examine(
    _ referrer: Referrer, _ extent: ExtentLocation, _ depth: ScrubDepth
  ) async -> Result<StorageFailure?, ObjectError> {
    do throws(ObjectError) {
      do throws(VolumeError) {
        switch depth {
        case .ends: try await volumes.inspect(extent)
        case .everything: _ = try await volumes.audit(extent)
        }
        return .success(nil)
      } catch {
        guard case .storage(var failure) = ObjectError(error), [.damaged, .io].contains(failure.code) else {
          throw ObjectError(error)
        }
        guard try await refers(referrer.rowKey, to: extent) else { return .success(nil) }
        failure.subject = referrer.subject
        return .success(failure)
      }
    } catch {
      return .failure(error)
    }
  }
}
