package import Logging
package import Objects
import Primitives
package import Ring

/// Counts the multipart uploads under way now and then, for the metrics.
package final class UploadWatch: Sendable {
  private let objects: ObjectStore
  private let logger: Logger
  private let stopping = Stopping()
  private let state = Locked(UploadCensus())

  /// Time between two counts.
  private static let interval = Duration.seconds(300)

  package init(objects: ObjectStore, logger: Logger) {
    self.objects = objects
    self.logger = logger
  }

  /// As of the last count.
  package var census: UploadCensus { state.withLock { $0 } }

  /// Begins; it works on `ring`.
  package func start(on ring: Ring) {
    stopping.run(on: ring) { [self] in
      while !stopping.isRequested {
        do throws(ObjectError) {
          let census = try await objects.uploadCensus(now: Timestamp.now())
          state.withLock { $0 = census }
        } catch { logger.warning("uploads could not be counted", metadata: ["error": "\(error)"]) }
        await stopping.sleep(for: Self.interval)
      }
    }
  }

  /// Ends it: returns when it has stopped. On a ring.
  package func stop() async { await stopping.stop() }
}
