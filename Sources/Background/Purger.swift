package import Logging
package import Objects
import Primitives
package import Ring
import Synchronization

/// Lets go of what was removed once its recovery window is over and no view shows it, and of views whose time is over.
package final class Purger: Sendable {
  /// What it has done since the start.
  package struct Statistics: Sendable {
    package let versions: UInt64
    package let bytes: UInt64
    package let failures: UInt64
  }

  private let objects: ObjectStore
  private let logger: Logger
  private let interval: Duration
  private let stopping = Stopping()
  private let versions = Atomic<UInt64>(0)
  private let bytes = Atomic<UInt64>(0)
  private let failures = Atomic<UInt64>(0)

  /// Looks for what is over every `interval`.
  package init(objects: ObjectStore, logger: Logger, interval: Duration = .seconds(60)) {
    self.objects = objects
    self.logger = logger
    self.interval = interval
  }

  package var statistics: Statistics {
    Statistics(
      versions: versions.load(ordering: .relaxed), bytes: bytes.load(ordering: .relaxed),
      failures: failures.load(ordering: .relaxed))
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

  /// Looks at everything once.
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
        if !step.hasMore { break }
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
