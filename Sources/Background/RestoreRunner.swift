package import Logging
package import Objects
import Primitives
package import Ring
import Synchronization

/// Does the restores that people have begun, and goes on with them after a restart. All of them take turns, a step
/// each, dry runs first: a person waits for those, and a restore at a low rate must not hold up others.
package final class RestoreRunner: Sendable {
  private let objects: ObjectStore
  private let logger: Logger
  private let stopping = Stopping()
  /// Jobs that have been begun and not been taken up.
  private let begun = Locked<[RestoreJob]>([])
  private let keys = Atomic<UInt64>(0)
  private let failedKeys = Atomic<UInt64>(0)
  private let failures = Atomic<UInt64>(0)
  private let isBusy = Atomic<Bool>(false)

  /// What it has done since the start.
  package struct Statistics: Sendable {
    /// Keys looked at, those of dry runs too.
    package let keys: UInt64
    /// Those of them that could not be restored.
    package let failedKeys: UInt64
    package let failures: UInt64
    /// Whether a restore runs now.
    package let isBusy: Bool
  }

  /// Between two looks at all jobs: for those that are to be forgotten, and those that nobody has told of.
  private static let lookInterval = Duration.seconds(600)
  /// Before something that failed for want of room is tried again.
  private static let retryInterval = Duration.seconds(5)

  /// A job that is not over, and when its next step is due.
  private struct Turn {
    var job: RestoreJob
    /// Since when this process has worked on it, and what it had done before.
    let start: Instant
    let before: UInt64
    var due: Instant
    /// Whether somebody has made it forgotten.
    var isGone = false

    init(_ job: RestoreJob, at now: Instant) {
      self.job = job
      start = now
      before = job.examined
      due = now
    }

    /// When so many keys may have been done by its rate.
    var next: Instant {
      guard let rate = job.keysPerSecond, rate > 0 else { return start }
      return start.advanced(by: .seconds(Double(job.examined &- before) / Double(rate)))
    }
  }

  package init(objects: ObjectStore, logger: Logger) {
    self.objects = objects
    self.logger = logger
  }

  package var statistics: Statistics {
    Statistics(
      keys: keys.load(ordering: .relaxed), failedKeys: failedKeys.load(ordering: .relaxed),
      failures: failures.load(ordering: .relaxed),
      isBusy: isBusy.load(ordering: .relaxed))
  }

  /// Begins to work, on `ring`.
  package func start(on ring: Ring) {
    stopping.run(on: ring) { [self] in
      var turns: [Turn] = []
      var look = Ring.current.now
      while !stopping.isRequested {
        if look <= Ring.current.now {
          look = Ring.current.now.advanced(by: await takeUp(&turns) ? Self.lookInterval : Self.retryInterval)
        }
        for job in begun.withLock({ (jobs) in
          defer { jobs = [] }
          return jobs
        }) { add(job, to: &turns) }
        isBusy.store(!turns.isEmpty, ordering: .relaxed)
        if await !stepAll(&turns) { await Ring.current.sleep(for: .milliseconds(turns.isEmpty ? 50 : 20)) }
      }
    }
  }

  /// There is a new job: do not wait for the next look.
  package func wake(_ job: RestoreJob) { begun.withLock { $0.append(job) } }

  /// Ends what runs at the next step; the jobs go on at the next start. On a ring.
  package func stop() async { await stopping.stop() }

  /// Looks at all jobs: adds those that are not over, and forgets those whose time is. False: it failed.
  private func takeUp(_ turns: inout [Turn]) async -> Bool {
    do throws(ObjectError) {
      let now = Timestamp.now()
      for job in try await objects.restoreJobs().reversed() {
        if stopping.isRequested { return true }
        if !job.isOver {
          add(job, to: &turns)
        } else if let forgotten = job.forgotten, forgotten < now {
          try await objects.forgetRestore(id: job.id)
        }
      }
      return true
    } catch {
      logger.error("restores cannot be looked at", metadata: ["error": "\(error)"])
      return false
    }
  }

  private func add(_ job: RestoreJob, to turns: inout [Turn]) {
    if turns.contains(where: { $0.job.id == job.id }) { return }
    logger.info("restore runs", metadata: Self.fields(job))
    turns.append(Turn(job, at: Ring.current.now))
  }

  /// A step of each job that is due. False: none was.
  private func stepAll(_ turns: inout [Turn]) async -> Bool {
    let now = Ring.current.now
    var hasWorked = false
    for isDryRun in [true, false] {
      for index in turns.indices where turns[index].job.isDryRun == isDryRun && turns[index].due <= now {
        if stopping.isRequested { return true }
        turns[index] = await step(turns[index])
        hasWorked = true
        // Requests of this ring go first.
        await Task.yield()
      }
    }
    turns.removeAll { $0.job.isOver || $0.isGone }
    return hasWorked
  }

  private func step(_ turn: Turn) async -> Turn {
    var turn = turn
    let job = turn.job
    do throws(ObjectError) {
      turn.job = try await objects.stepRestore(job)
      keys.add(turn.job.examined &- job.examined, ordering: .relaxed)
      failedKeys.add(turn.job.failed.keys &- job.failed.keys, ordering: .relaxed)
      turn.due = turn.next
    } catch .noSuchRestoreJob {
      // It was ended, and forgotten.
      turn.isGone = true
      return turn
    } catch {
      if case .storage(let failure) = error, Self.passes(failure.code) {
        logger.warning("restore waits", metadata: Self.fields(job).merging(["error": "\(error)"]) { $1 })
        turn.due = Ring.current.now.advanced(by: Self.retryInterval)
        return turn
      }
      failures.add(1, ordering: .relaxed)
      logger.error("restore failed", metadata: Self.fields(job).merging(["error": "\(error)"]) { $1 })
      return await fail(turn, "\(error)")
    }
    if turn.job.isOver && turn.job.failed.keys > 0 {
      logger.warning("restore is over; some keys could not be restored", metadata: Self.fields(turn.job))
    } else if turn.job.isOver {
      logger.info("restore is over", metadata: Self.fields(turn.job))
    }
    return turn
  }

  /// Notes that a job has failed; should that fail too, later.
  private func fail(_ turn: Turn, _ message: String) async -> Turn {
    var turn = turn
    do throws(ObjectError) {
      turn.job = try await objects.failRestore(id: turn.job.id, message: message)
    } catch .noSuchRestoreJob {
      turn.isGone = true
    } catch {
      logger.error("a failed restore cannot be noted", metadata: ["error": "\(error)"])
      turn.due = Ring.current.now.advanced(by: Self.retryInterval)
    }
    return turn
  }

  /// Whether it may go on later: it is tried again.
  private static func passes(_ code: StorageFailure.Code) -> Bool {
    switch code {
    case .full, .overloaded, .closed, .readOnly: true
    default: false
    }
  }

  private static func fields(_ job: RestoreJob) -> Logger.Metadata {
    [
      "job": "\(job.idText)", "bucket": "\(job.bucketName.string)", "dry_run": "\(job.isDryRun)",
      "state": "\(job.state)", "planned": "\(job.planned)", "created": "\(job.created.keys)",
      "replaced": "\(job.replaced.keys)", "deleted": "\(job.deleted.keys)",
      "unchanged": "\(job.unchanged.keys)", "skipped": "\(job.skipped.keys)",
      "failed": "\(job.failed.keys)",
    ]
  }
}
