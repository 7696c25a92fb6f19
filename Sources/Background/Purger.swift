package import Logging
package import Objects
import Primitives
package import Ring
import Synchronization

/// Lets go of what was removed once its recovery window is over and no view shows it, of views whose time is over, and
/// of changes that no restore can ask for.
package final class Purger: Sendable {
  /// What it has done since the start.
  package struct Statistics: Sendable {
    package let versions: UInt64
    package let bytes: UInt64
    /// Changes that were looked at or deleted.
    package let changes: UInt64
    package let failures: UInt64
  }

  private let objects: ObjectStore
  private let logger: Logger
  private let interval: Duration
  private let pace: Pace
  private let stopping = Stopping()
  private let versions = Atomic<UInt64>(0)
  private let bytes = Atomic<UInt64>(0)
  private let changes = Atomic<UInt64>(0)
  private let failures = Atomic<UInt64>(0)

  /// Changes a second that are looked at or deleted at most, unless told otherwise: far more than a store makes in the
  /// long run, and few enough that requests do not notice when an index of years is walked for the first time.
  package static let changesPerSecond: UInt64 = 20_000

  /// Looks for what is over every `interval`, at `rate` changes a second at most; 0: no limit.
  package init(
    objects: ObjectStore, logger: Logger, interval: Duration = .seconds(60), rate: UInt64 = changesPerSecond
  ) {
    self.objects = objects
    pace = Pace(rate: rate)
    self.logger = logger
    self.interval = interval
  }

  package var statistics: Statistics {
    Statistics(
      versions: versions.load(ordering: .relaxed), bytes: bytes.load(ordering: .relaxed),
      changes: changes.load(ordering: .relaxed), failures: failures.load(ordering: .relaxed))
  }

  /// Begins to work, on `ring`.
  package func start(on ring: Ring) {
    stopping.run(on: ring) { [self] in
      while !stopping.isRequested {
        await pass()
        await stopping.sleep(for: interval)
      }
    }
  }

  /// Ends what runs at the next step. On a ring.
  package func stop() async { await stopping.stop() }

  /// Looks at everything once. On the ring that it was started on, if it was.
  package func pass() async {
    do throws(ObjectError) {
      try await objects.removeExpiredViews()
      for bucket in try await objects.bucketsToPurge() { await purge(bucket) }
    } catch {
      note(error)
    }
  }

  /// Looks at one bucket; what fails there keeps no other from being looked at.
  private func purge(_ bucket: UInt64) async {
    do throws(ObjectError) {
      while !stopping.isRequested {
        let step = try await objects.purge(bucket, now: Timestamp.now())
        versions.add(UInt64(step.versions), ordering: .relaxed)
        bytes.add(step.bytes, ordering: .relaxed)
        changes.add(UInt64(step.changes), ordering: .relaxed)
        if !step.hasMore { break }
        await pace.wait(for: UInt64(step.changes), unless: { stopping.isRequested })
        // Requests of this ring go first.
        await Task.yield()
      }
    } catch {
      note(error)
    }
  }

  private func note(_ error: ObjectError) {
    failures.add(1, ordering: .relaxed)
    logger.error("purging failed", metadata: ["error": "\(error)"])
  }
}
