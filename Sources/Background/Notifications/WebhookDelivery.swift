import HTTP
package import Logging
import Metadata
import Primitives
package import Ring

/// Delivers what the outbox has: to each webhook one event at a time, all webhooks beside one another. What is not
/// taken is tried again, later each time, and given up in the end.
package final class WebhookDelivery: Sendable {
  package let outbox: Outbox
  package let sender: WebhookSender
  private let logger: Logger
  private let stopping = Stopping()
  private let state = RingState()

  /// How often it is looked whether something is due.
  private static let interval = Duration.milliseconds(100)

  /// Of the one ring that deliveries run on.
  // SAFETY (unchecked Sendable): touched by tasks of that ring only.
  private final class RingState: @unchecked Sendable {
    /// The calls under way, by webhook.
    var calls: [UInt64: HTTPPost.Cancellation] = [:]
  }

  package init(_ outbox: Outbox, _ sender: WebhookSender, logger: Logger) {
    self.outbox = outbox
    self.sender = sender
    self.logger = logger
  }

  /// Begins; it works on `ring`.
  package func start(on ring: Ring) {
    stopping.run(on: ring) { [self] in
      while !stopping.isRequested {
        for hook in outbox.ready(Timestamp.now()) where state.calls[hook.id] == nil {
          state.calls[hook.id] = HTTPPost.Cancellation()
          stopping.run(on: ring) { [self] in
            await serve(hook)
            state.calls[hook.id] = nil
          }
        }
        await Ring.current.sleep(for: Self.interval)
      }
      for call in state.calls.values { call.cancel() }
    }
  }

  /// Ends it: what is under way is broken off, and tried again after the next start. On a ring.
  package func stop() async { await stopping.stop() }

  /// Delivers all that is due for a webhook.
  private func serve(_ hook: Webhook) async {
    do throws(OutboxError) {
      while !stopping.isRequested, let delivery = try await outbox.next(hook, Timestamp.now()) {
        let call = HTTPPost.Cancellation()
        state.calls[hook.id] = call
        let result = await sender.send(delivery.event, to: hook, cancellation: call)
        // Broken off by the end of the server: that was no attempt.
        if stopping.isRequested && !result.isTaken { return }
        do throws(MetadataError) {
          try await outbox.note(outcome(result, delivery, hook), of: delivery, to: hook)
        } catch { throw .metadata(error) }
      }
    } catch {
      logger.error(
        "events cannot be delivered", metadata: ["webhook": "\(hook.name)", "error": "\(error)"])
      await stopping.sleep(for: .seconds(5))
    }
  }

  private func outcome(
    _ result: WebhookSender.Result, _ delivery: Delivery, _ hook: Webhook
  ) -> DeliveryOutcome {
    if result.isTaken { return .taken }
    var next = delivery
    next.attempts += 1
    next.problem = result.text
    let options = sender.options
    let now = Timestamp.now()
    let fields: Logger.Metadata = [
      "webhook": "\(hook.name)", "event": "\(delivery.event.idText)",
      "type": "\(delivery.event.type)",
      "attempts": "\(next.attempts)", "problem": "\(result.text)",
    ]
    if result.isHopeless || next.attempts >= options.attempts {
      next.due = now
      logger.warning("an event was not delivered, and is given up", metadata: fields)
      return .givenUp(next)
    }
    logger.info("an event was not delivered, and is tried again", metadata: fields)
    let delay = options.delay(
      after: next.attempts, asked: result.retryAfter, chance: Double.random(in: 0...1))
    next.due = Timestamp(milliseconds: now.milliseconds + delay)
    return .later(next)
  }
}
