package import Logging
package import Objects
package import Ring
package import Volumes

/// Gives space back: removes segments in which nothing is live, and empties those of which little is.
package final class Reclaimer: Sendable {
  private let objects: ObjectStore
  private let volumes: VolumeSet
  private let options: ReclaimerOptions
  private let share: BackgroundShare?
  private let logger: Logger
  private let stopping = Stopping()
  private let state = Locked(State())

  private struct State {
    var statistics = ReclaimerStatistics()
    /// Segments that could not be emptied, with what was live in them: left alone until that changes.
    var stuck: [SegmentID: UInt64] = [:]
  }

  package init(
    objects: ObjectStore, volumes: VolumeSet, options: ReclaimerOptions, share: BackgroundShare? = nil,
    logger: Logger
  ) {
    self.share = share
    self.objects = objects
    self.volumes = volumes
    self.options = options
    self.logger = logger
  }

  package var statistics: ReclaimerStatistics {
    state.withLock { state in
      var statistics = state.statistics
      statistics.stuckSegments = state.stuck.count
      return statistics
    }
  }

  /// Begins; it works on `ring`.
  package func start(on ring: Ring) {
    stopping.run(on: ring) { [self] in
      let pace = Pace(rate: options.rate, share: share)
      while !stopping.isRequested {
        await attempt(pace)
        await stopping.sleep(for: options.interval)
      }
    }
  }

  /// Ends it: returns when it has stopped. On a ring.
  package func stop() async { await stopping.stop() }

  private func attempt(_ pace: Pace) async {
    do throws(ObjectError) {
      try await round(pace)
    } catch {
      if stopping.isRequested { return }
      state.withLock { $0.statistics.failures += 1 }
      logger.warning("reclaiming space failed, and is tried again", metadata: ["error": "\(error)"])
    }
  }

  /// One look at all segments: removes the empty ones, empties the sparsest, removes those too.
  func round(_ pace: Pace) async throws(ObjectError) {
    try await removeEmpty()
    for member in volumes.members where member.state == .draining { await member.store.sealActive() }
    while !stopping.isRequested {
      let victims = await choose()
      guard !victims.isEmpty else { return }
      let stopping = stopping
      let report = try await objects.evacuate(Set(victims.map(\.id))) {
        (bytes) async throws(ObjectError) in
        await pace.wait(for: bytes, unless: { stopping.isRequested })
        if stopping.isRequested { throw .storage(StorageFailure(.closed, "the reclaimer stops")) }
      }
      note(victims, report)
      try await removeEmpty()
    }
  }

  private func removeEmpty() async throws(ObjectError) {
    let (segments, bytes) = try await objects.removeEmptySegments()
    guard segments > 0 else { return }
    state.withLock {
      $0.statistics.segmentsRemoved += UInt64(segments)
      $0.statistics.bytesRemoved += bytes
    }
    logger.debug("removed empty segments", metadata: ["segments": "\(segments)", "bytes": "\(bytes)"])
  }

  /// The sparsest segments that are worth emptying, as many as a round takes.
  private func choose() async -> [SegmentUsage] {
    let stuck = state.withLock { $0.stuck }
    var chosen: [SegmentUsage] = []
    for member in volumes.members {
      let usage = member.store.segmentUsage().filter { stuck[$0.id] != $0.liveBytes }
      chosen += Self.choose(usage, threshold: await threshold(member), roundBytes: options.roundBytes)
    }
    return chosen
  }

  /// How much of a segment must be dead, in percent: nothing where the volume is drained, less where space is scarce.
  private func threshold(_ member: VolumeMember) async -> Int {
    if member.state == .draining { return 0 }
    let store = member.store
    let free = await Ring.current.blocking.run { store.statistics().diskFreeBytes }
    return free < options.scarceBytes ? min(30, options.threshold) : options.threshold
  }

  /// Segments that are emptied in one round at most.
  static let segmentsPerRound = 16

  /// Of `usage` the sealed segments with at least `threshold` percent dead, sparsest first, until their live bytes
  /// reach `roundBytes`. Pure.
  static func choose(_ usage: [SegmentUsage], threshold: Int, roundBytes: UInt64) -> [SegmentUsage] {
    let sparse = usage.filter { segment in
      segment.isSealed && segment.liveBytes > 0 && segment.usedBytes > 0
        && Double(segment.deadBytes) * 100 >= Double(segment.usedBytes) * Double(threshold)
    }
    var chosen: [SegmentUsage] = []
    var live: UInt64 = 0
    for segment in sparse.sorted(by: { ($0.liveBytes, $0.id) < ($1.liveBytes, $1.id) }) {
      guard live < roundBytes, chosen.count < segmentsPerRound else { break }
      chosen.append(segment)
      live += segment.liveBytes
    }
    return chosen
  }

  private func note(_ victims: [SegmentUsage], _ report: RelocationReport) {
    let left = objects.segmentUsage().filter { now in
      now.liveBytes > 0 && victims.contains { $0.id == now.id }
    }
    state.withLock { state in
      state.statistics.blobsMoved += UInt64(report.blobs)
      state.statistics.bytesMoved += report.bytes
      state.statistics.rowsTooLong += UInt64(report.tooLong)
      if report.scanned { state.statistics.searches += 1 }
      for victim in victims { state.stuck[victim.id] = nil }
      for segment in left { state.stuck[segment.id] = segment.liveBytes }
    }
    for failure in report.damaged {
      logger.error(
        "a damaged blob was met while its segment was emptied; it stays", metadata: ["damage": "\(failure)"])
    }
    if report.tooLong > 0 {
      logger.warning(
        "rows would become too long by moving what they refer to; their segments stay",
        metadata: ["rows": "\(report.tooLong)"])
    }
    logger.debug(
      "emptied segments",
      metadata: [
        "segments": "\(victims.count)", "left": "\(left.count)", "blobs": "\(report.blobs)",
        "bytes": "\(report.bytes)",
      ])
  }
}
