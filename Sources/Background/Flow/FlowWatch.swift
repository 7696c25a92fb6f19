package import Flow
package import Logging
import Metadata
import Primitives
package import Ring

/// Looks every few seconds at how much of its limits each node of flow control uses, and keeps an event where one is
/// crossed for long enough.
package final class FlowWatch: Sendable {
  package let log: FlowEventLog
  private let control: FlowControl
  private let rule: CrossingRule
  private let logger: Logger
  private let stopping = Stopping()

  /// Changes that wait for the metadata to take them, at most; beyond it the oldest are lost.
  private static let waitingMax = 1_000

  package init(_ control: FlowControl, log: FlowEventLog, rule: CrossingRule, logger: Logger) {
    self.control = control
    self.log = log
    self.rule = rule
    self.logger = logger
  }

  /// Seconds from one sample to the next: a few in the time that a limit must be crossed for.
  private var interval: Duration { .seconds(min(5, max(1, rule.seconds / 4))) }

  /// Begins; it works on `ring`.
  package func start(on ring: Ring) {
    stopping.run(on: ring) { [self] in
      var watch = CrossingWatch(rule, open: log.events.filter { $0.end == nil }) { Self.makeID($0) }
      var before = (census: control.count(), time: Timestamp.now(), instant: Ring.current.now)
      var waiting: [CrossingWatch.Change] = []
      while !stopping.isRequested {
        await stopping.sleep(for: interval)
        if stopping.isRequested { break }
        let now = (census: control.count(), time: Timestamp.now(), instant: Ring.current.now)
        let seconds = Double(now.instant.nanoseconds &- before.instant.nanoseconds) / 1e9
        let samples = FlowSample.all(before.census, now.census, seconds: seconds)
        let span = CrossingWatch.Span(start: before.time, end: now.time, seconds: seconds)
        let changes = watch.take(samples, span, now.census.configuration.nodes)
        for change in changes { tell(change) }
        waiting = await keep(waiting + changes)
        before = now
      }
    }
  }

  /// Ends it: returns when it has stopped. On a ring.
  package func stop() async { await stopping.stop() }

  /// Keeps changes; those that are to be kept the next time.
  private func keep(_ changes: [CrossingWatch.Change]) async -> [CrossingWatch.Change] {
    do throws(MetadataError) {
      try await log.keep(changes)
      return []
    } catch {
      logger.warning("events of flow control cannot be kept yet", metadata: ["error": "\(error)"])
      return changes.suffix(Self.waitingMax)
    }
  }

  private func tell(_ change: CrossingWatch.Change) {
    let crossing = change.crossing
    var fields: Logger.Metadata = [
      "event": "\(crossing.name)", "subject": "\(crossing.subject)", "scope": "\(crossing.key.scope.name)",
      "limit": "\(crossing.limit)", "peak": "\(crossing.peak)", "id": "\(crossing.idText)",
    ]
    switch change {
    case .began: logger.notice("a limit of flow control is crossed", metadata: fields)
    case .ended:
      fields["start"] = "\(crossing.start)"
      logger.notice("a limit of flow control is no longer crossed", metadata: fields)
    case .grew: break
    }
  }

  private static func makeID(_ time: Timestamp) -> [UInt8] {
    var writer = ByteWriter()
    writer.i64(time.milliseconds)
    writer.u64(SecureRandom.uint64())
    return writer.bytes
  }
}
