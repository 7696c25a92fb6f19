package import Logging
package import Objects
import Primitives
package import Ring
import Synchronization

/// Does the restores that people have begun, one after another, and goes on with them after a restart.
package final class RestoreRunner: Sendable {
  private let objects: ObjectStore
  private let logger: Logger
  private let stopping = Stopping()
  private let isAwake = Locked(false)
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

  /// Between two looks for a job when nobody has said that there is one.
  private static let interval = Duration.seconds(5)
  /// For which a restore that is over can be looked at.
  private static let keptFor: Int64 = 7 * 86_400_000

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
      while !stopping.isRequested {
        isAwake.withLock { $0 = false }
        await runAll()
        await rest()
      }
    }
  }

  /// There is a job: do not wait.
  package func wake() { isAwake.withLock { $0 = true } }

  /// Ends what runs at the next step; the job goes on at the next start. On a ring.
  package func stop() async { await stopping.stop() }

  private func rest() async {
    let end = Ring.current.now.advanced(by: Self.interval)
    while Ring.current.now < end, !stopping.isRequested, !isAwake.withLock({ $0 }) {
      await Ring.current.sleep(for: .milliseconds(50))
    }
  }

  private func runAll() async {
    do throws(ObjectError) {
      let now = Timestamp.now().milliseconds
      for job in try await objects.restoreJobs().reversed() {
        if stopping.isRequested { return }
        if !job.isOver {
          await run(job)
        } else if let finished = job.finished, finished.milliseconds < now - Self.keptFor {
          try await objects.forgetRestore(id: job.id)
        }
      }
    } catch {
      logger.error("restores cannot be looked at", metadata: ["error": "\(error)"])
    }
  }

  private func run(_ job: RestoreJob) async {
    var job = job
    logger.info("restore runs", metadata: Self.fields(job))
    let start = Ring.current.now
    let before = job.examined
    isBusy.store(true, ordering: .relaxed)
    defer { isBusy.store(false, ordering: .relaxed) }
    do throws(ObjectError) {
      while !job.isOver && !stopping.isRequested {
        let (examined, failed) = (job.examined, job.failed.keys)
        job = try await objects.stepRestore(job)
        keys.add(job.examined &- examined, ordering: .relaxed)
        failedKeys.add(job.failed.keys &- failed, ordering: .relaxed)
        if let rate = job.keysPerSecond, rate > 0 {
          let due = start.advanced(by: .seconds(Double(job.examined - before) / Double(rate)))
          while Ring.current.now < due, !stopping.isRequested {
            await Ring.current.sleep(for: .milliseconds(20))
          }
        }
        // Requests of this ring go first.
        await Task.yield()
      }
    } catch {
      if case .storage(let failure) = error, Self.passes(failure.code) {
        logger.warning("restore waits", metadata: Self.fields(job).merging(["error": "\(error)"]) { $1 })
        return
      }
      failures.add(1, ordering: .relaxed)
      logger.error("restore failed", metadata: Self.fields(job).merging(["error": "\(error)"]) { $1 })
      do throws(ObjectError) {
        job = try await objects.failRestore(id: job.id, message: "\(error)")
      } catch {
        logger.error("a failed restore cannot be noted", metadata: ["error": "\(error)"])
      }
      return
    }
    if job.isOver && job.failed.keys > 0 {
      logger.warning("restore is over; some keys could not be restored", metadata: Self.fields(job))
    } else if job.isOver {
      logger.info("restore is over", metadata: Self.fields(job))
    }
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
