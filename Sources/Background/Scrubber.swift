package import Logging
package import Objects
import Primitives
package import Ring

/// How the background scrub works.
package struct ScrubberOptions: Sendable {
  /// Bytes a second that it may read; 0 turns it off.
  package var rate: UInt64 = 16 << 20
  /// From the end of one pass to the beginning of the next.
  package var interval: Duration = .seconds(7 * 24 * 3600)

  package init() {}
}

/// What the background scrub has done since the start.
package struct ScrubberStatistics: Sendable {
  /// Payload bytes that were read.
  package var bytes: UInt64 = 0
  package var extents: UInt64 = 0
  /// What was not what was written.
  package var damaged: UInt64 = 0
  /// Passes over everything that were ended.
  package var passes: UInt64 = 0
  /// Steps that failed for another reason (a failing disk).
  package var failures: UInt64 = 0
  /// When the last pass ended, seconds since 1970 UTC; 0 for never.
  package var finishedSeconds: UInt64 = 0
}

/// Reads everything that objects refer to, again and again, and tells of what is damaged while there may still be a
/// copy of it somewhere.
package final class Scrubber: Sendable {
  private let objects: ObjectStore
  private let options: ScrubberOptions
  private let share: BackgroundShare?
  private let logger: Logger
  private let stopping = Stopping()
  private let state = Locked(ScrubberStatistics())

  /// How often it is kept how far a pass is.
  private static let storeInterval = Duration.seconds(60)
  /// How often it is looked whether a pass is due.
  private static let idleInterval = Duration.seconds(30)

  package init(
    objects: ObjectStore, options: ScrubberOptions, share: BackgroundShare? = nil, logger: Logger
  ) {
    self.share = share
    self.objects = objects
    self.options = options
    self.logger = logger
  }

  package var statistics: ScrubberStatistics { state.withLock { $0 } }

  /// Begins; it works on `ring`.
  package func start(on ring: Ring) {
    guard options.rate > 0 else { return }
    stopping.run(on: ring) { [self] in
      let pace = Pace(rate: options.rate, share: share)
      while !stopping.isRequested {
        do throws(ObjectError) {
          try await passIfDue(pace, now: Timestamp.now())
        } catch {
          if stopping.isRequested { return }
          state.withLock { $0.failures += 1 }
          logger.warning("scrubbing failed, and is tried again", metadata: ["error": "\(error)"])
        }
        await stopping.sleep(for: Self.idleInterval)
      }
    }
  }

  /// Ends it: returns when it has stopped. On a ring.
  package func stop() async { await stopping.stop() }

  /// Begins a pass, or goes on with one, to its end; returns at once when none is due.
  func passIfDue(_ pace: Pace, now: Timestamp) async throws(ObjectError) {
    var record = try await objects.scrubRecord()
    state.withLock { $0.finishedSeconds = UInt64(max(0, record.finished.milliseconds)) / 1000 }
    let due = record.finished.milliseconds + Int64(options.interval.components.seconds) * 1000
    guard record.position != nil || now.milliseconds >= due else { return }
    if record.position == nil {
      record.started = now
      record.damaged = 0
    }
    var kept = Ring.current.now
    let stopping = stopping
    repeat {
      let step = try await objects.scrub(from: record.position, depth: .everything) {
        (bytes) async throws(ObjectError) in
        await pace.wait(for: bytes, unless: { stopping.isRequested })
        if stopping.isRequested { throw .storage(StorageFailure(.closed, "the scrub stops")) }
      }
      note(step)
      record.damaged += UInt64(step.damaged.count)
      record.position = step.next
      if record.position == nil || Ring.current.now.duration(since: kept) > Self.storeInterval {
        if record.position == nil { record.finished = Timestamp.now() }
        try await objects.store(record)
        kept = Ring.current.now
      }
    } while record.position != nil && !stopping.isRequested
    guard record.position == nil else { return }
    state.withLock {
      $0.passes += 1
      $0.finishedSeconds = UInt64(max(0, record.finished.milliseconds)) / 1000
    }
    logger.notice("scrubbed everything", metadata: ["damaged": "\(record.damaged)"])
  }

  private func note(_ step: ScrubStep) {
    state.withLock {
      $0.bytes += step.bytes
      $0.extents += UInt64(step.extents)
      $0.damaged += UInt64(step.damaged.count)
    }
    for failure in step.damaged { logger.log(damage: failure, foundBy: "scrub") }
  }
}
