import Metadata
import Primitives
import Ring

/// What webhooks did not take.
extension Outbox {
  /// What a webhook did not take, the oldest first.
  package func dead(_ name: String) async throws(OutboxError) -> [Delivery] {
    let hook = try hook(named: name)
    var deliveries: [Delivery] = []
    for id in deadEvents(hook) {
      if let delivery = try await delivery(.dead, hook, id) { deliveries.append(delivery) }
    }
    return deliveries
  }

  /// Queues again what a webhook did not take, all or one; how many.
  package func retryDead(_ name: String, event id: [UInt8]?) async throws(OutboxError) -> Int {
    let hook = try hook(named: name)
    var count = 0
    for event in deadEvents(hook) where id == nil || id == event {
      guard var delivery = try await delivery(.dead, hook, event) else { continue }
      delivery.due = Timestamp.now()
      delivery.attempts = 0
      let row = OutboxRows.encode(delivery)
      let (from, to) = (
        OutboxRows.key(.dead, hook: hook.id, event: event),
        OutboxRows.key(.queue, hook: hook.id, event: event)
      )
      let isMoved = try await metadata.update(.system) { (transaction) throws(OutboxError) in
        guard try Self.get(from, transaction) != nil else { return false }
        transaction.delete(from)
        transaction.put(to, row)
        return true
      }
      guard isMoved else { continue }
      count += 1
      let due = delivery.due
      state.withLock { state in
        state.with(hook) { box in
          box.dead.removeAll { $0 == event }
          box.enqueue(OutboxState.Waiting(due: due, event: event))
        }
      }
    }
    return count
  }

  /// Forgets what a webhook did not take, all or one; how many.
  package func clearDead(_ name: String, event id: [UInt8]?) async throws(OutboxError) -> Int {
    let hook = try hook(named: name)
    let events = deadEvents(hook).filter { id == nil || id == $0 }
    try await delete(events.map { OutboxRows.key(.dead, hook: hook.id, event: $0) })
    state.withLock { state in state.with(hook) { $0.dead.removeAll { events.contains($0) } } }
    return events.count
  }

  private func deadEvents(_ hook: Webhook) -> [[UInt8]] {
    state.withLock { state in
      guard let box = state.boxes[hook.name], box.hook.id == hook.id else { return [] }
      return box.dead
    }
  }
}
