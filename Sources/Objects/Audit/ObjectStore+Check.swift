import Metadata
import Primitives
import Volumes

extension ObjectStore {
  /// Holds metadata and volumes against each other, both ways; while requests go on, if they do. `depth` is how much
  /// is read of each extent, `pace` waits until so many bytes may be, or throws to give up. With `repairs`, which
  /// nothing else may write beside, counts are set right and rows that nothing leads to are deleted; data never is.
  package func check(
    depth: ScrubDepth, repairs: Bool = false, progress: CheckProgress,
    pace: @escaping @Sendable (UInt64) async throws(ObjectError) -> Void
  ) async throws(ObjectError) -> CheckReport {
    progress.begin(0, of: metadata.statistics().estimatedKeys)
    let check = try await metadata.read { (reader) throws(ObjectError) -> MetadataCheck.Outcome in
      var check = MetadataCheck(reader, progress)
      try check.run()
      return MetadataCheck.Outcome(
        report: check.report, repairs: check.repairs.map { (key: $0.key, value: $0.value) },
        segmentUse: check.segmentUse)
    }
    var report = check.report
    try await noteMissingSegments(check.segmentUse, &report)
    var named: [UInt16: Set<UInt64>] = [:]
    try await checkExtents(depth, progress, &report, &named, pace)
    try await checkSegments(progress, &report, named)
    if repairs { report.repaired = try await repair(check.repairs) }
    progress.begin(3, of: 0)
    return report
  }

  /// Reads everything that objects refer to, against its checksums.
  package func scrubAll(
    progress: CheckProgress, pace: @escaping @Sendable (UInt64) async throws(ObjectError) -> Void
  ) async throws(ObjectError) -> CheckReport {
    var report = CheckReport()
    progress.begin(1, of: volumes.segmentUsage().reduce(0) { $0 &+ $1.liveBytes })
    var next: [UInt8]? = Self.firstReferrer
    while let start = next {
      let step = try await scrub(from: start, depth: .everything, pace: pace)
      for failure in step.damaged { report.note(CheckProblem(failure)) }
      report.extents += step.extents
      report.bytes &+= step.bytes
      progress.advance(step.bytes)
      next = step.next
    }
    progress.begin(3, of: 0)
    return report
  }

  private func noteMissingSegments(
    _ use: [UInt64: Int64], _ report: inout CheckReport
  ) async throws(ObjectError) {
    let present = Set(volumes.segmentUsage().map { UInt64($0.volume) << 32 | UInt64($0.segment) })
    for place in use.keys.sorted() where use[place, default: 0] > 0 && !present.contains(place) {
      let (volume, segment) = (UInt16(place >> 32), UInt32(truncatingIfNeeded: place))
      // It may have been emptied and removed since the snapshot.
      let now = try await metadata.row(ObjectTables.segmentUse(volume: volume, segment: segment))
      guard let now, CounterValue.decode(now) != 0 else { continue }
      report.note(
        CheckProblem(
          .missingSegment, "a segment with \(use[place, default: 0]) live bytes is missing",
          place: StorageFailure.Place(volume: volume, segment: segment)))
    }
  }

  /// Metadata to volumes: everything that is named is there.
  private func checkExtents(
    _ depth: ScrubDepth, _ progress: CheckProgress, _ report: inout CheckReport,
    _ named: inout [UInt16: Set<UInt64>],
    _ pace: @escaping @Sendable (UInt64) async throws(ObjectError) -> Void
  ) async throws(ObjectError) {
    progress.begin(1, of: report.bytes)
    var next: [UInt8]? = Self.firstReferrer
    while let start = next {
      let step = try await scrub(from: start, depth: depth, pace: pace)
      for failure in step.damaged { report.note(CheckProblem(failure)) }
      for extent in step.places { named[extent.volume, default: []].insert(extent.place) }
      progress.advance(step.bytes)
      next = step.next
    }
  }

  /// Volumes to metadata: what is there is named, or dead.
  private func checkSegments(
    _ progress: CheckProgress, _ report: inout CheckReport, _ named: [UInt16: Set<UInt64>]
  ) async throws(ObjectError) {
    let segments = volumes.segmentUsage().map(\.id)
    progress.begin(2, of: UInt64(segments.count))
    for segment in segments {
      try progress.expectGoingOn()
      do throws(VolumeError) {
        for extent in try await volumes.walk(segment) where extent.isComplete {
          if named[segment.volume]?.contains(extent.location.place) == true { continue }
          report.unreferencedExtents += 1
          report.unreferencedBytes += extent.location.footprint
        }
        report.segments += 1
      } catch {
        guard case .storage(let failure) = ObjectError(error) else { throw ObjectError(error) }
        // The reclaimer may have removed it since.
        if volumes.segmentUsage().contains(where: { $0.id == segment }) {
          report.note(CheckProblem(failure))
        }
      }
      progress.advance(1)
    }
  }

  /// Rows that one commit of a repair writes.
  private static let repairedRows = 1_000

  private func repair(_ rows: [(key: [UInt8], value: [UInt8]?)]) async throws(ObjectError) -> Int {
    for start in stride(from: 0, to: rows.count, by: Self.repairedRows) {
      let some = Array(rows[start..<min(start + Self.repairedRows, rows.count)])
      try await metadata.update(.system) { (transaction) throws(ObjectError) in
        for row in some {
          if let value = row.value { transaction.put(row.key, value) } else { transaction.delete(row.key) }
        }
      }
    }
    if !rows.isEmpty { try await restoreSegmentUse() }
    return rows.count
  }
}

extension MetadataCheck {
  /// What a check of the metadata leaves, once its snapshot is gone.
  struct Outcome: Sendable {
    let report: CheckReport
    let repairs: [(key: [UInt8], value: [UInt8]?)]
    let segmentUse: [UInt64: Int64]
  }
}

extension ExtentLocation {
  /// Segment and offset in one word (a segment has 4 GiB at most): tells the extents of one volume apart.
  var place: UInt64 { UInt64(segment) << 32 | offset }
}
