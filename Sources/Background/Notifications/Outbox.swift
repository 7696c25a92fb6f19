package import Metadata
package import Primitives
import Ring

/// Events that are to be delivered: which webhooks there are, what waits for each of them, and what they did not take.
/// Rows in the metadata, and in memory what is needed to find them.
///
/// An event is there for each webhook that wants it from the commit of `post` on until the webhook has taken it, or it
/// is given up, or the webhook is removed.
package final class Outbox: Sendable {
  package static let hooksMax = 16
  /// Events that wait for one webhook, at most; what comes then is dropped and counted.
  package static let queueMax = 2_000
  /// Events that are kept which a webhook did not take; the oldest make room.
  package static let deadMax = 1_000
  /// Rows that one update deletes.
  static let batch = 500

  let metadata: any MetadataStore
  private let sealingKey: AESGCMKey
  let state: Locked<OutboxState>

  private init(_ metadata: any MetadataStore, _ sealingKey: AESGCMKey, _ state: OutboxState) {
    self.metadata = metadata
    self.sealingKey = sealingKey
    self.state = Locked(state)
  }

  /// Reads what is kept, and deletes what is left of removed webhooks.
  ///
  /// - Throws: `.invalid` for a damaged row, or a secret that `sealingKey` does not open; `.metadata`.
  package static func open(
    _ metadata: any MetadataStore, sealingKey: AESGCMKey
  ) async throws(OutboxError) -> Outbox {
    let (state, orphans) = try await metadata.read { (reader) throws(OutboxError) in
      try load(reader, sealingKey)
    }
    let outbox = Outbox(metadata, sealingKey, state)
    try await outbox.delete(orphans)
    return outbox
  }

  /// All webhooks, by name, with how much waits for each, and how much each did not take.
  package var hooks: [(hook: Webhook, waiting: Int, dead: Int)] {
    state.withLock { state in
      state.boxes.values.map { ($0.hook, $0.queue.count, $0.dead.count) }.sorted {
        $0.0.name < $1.0.name
      }
    }
  }

  package var counts: OutboxCounts { state.withLock { $0.counts } }

  /// The webhook of that name.
  package func hook(named name: String) throws(OutboxError) -> Webhook {
    guard let box = state.withLock({ $0.boxes[name] }) else { throw .noSuchHook(name) }
    return box.hook
  }

  // MARK: Webhooks

  /// Adds a webhook. From then on it gets what is posted.
  package func add(_ draft: WebhookDraft) async throws(OutboxError) {
    let hook = try draft.hook()
    let row = OutboxRows.encode(
      hook, sealedSecret: sealingKey.seal(draft.secret, associatedData: Self.sealed(hook.name)))
    let key = OutboxRows.hookKey(hook.name)
    try await metadata.update(.system) { (transaction) throws(OutboxError) in
      guard try Self.get(key, transaction) == nil else { throw .exists(hook.name) }
      let count: Int
      do throws(MetadataError) {
        count = try transaction.scan(prefix: OutboxRows.hooksPrefix, limit: Self.hooksMax).count
      } catch { throw .metadata(error) }
      guard count < Self.hooksMax else { throw .tooMany(Self.hooksMax) }
      transaction.put(key, row)
    }
    state.withLock { $0.boxes[hook.name] = OutboxState.Box(hook) }
  }

  /// Removes a webhook, and all that waits for it.
  package func remove(_ name: String) async throws(OutboxError) {
    let hook = try hook(named: name)
    let key = OutboxRows.hookKey(name)
    try await metadata.update(.system, for: .free) { (transaction) throws(OutboxError) in
      guard let row = try Self.get(key, transaction), (try? OutboxRows.hookID(row)) == hook.id
      else {
        throw .noSuchHook(name)
      }
      transaction.delete(key)
    }
    let box = state.withLock { state -> OutboxState.Box? in
      guard state.boxes[name]?.hook.id == hook.id else { return nil }
      return state.boxes.removeValue(forKey: name)
    }
    guard let box else { return }
    try await delete(
      box.queue.map { OutboxRows.key(.queue, hook: hook.id, event: $0.event) }
        + box.dead.map { OutboxRows.key(.dead, hook: hook.id, event: $0) })
  }

  // MARK: Events

  /// Queues events for every webhook that wants them, and writes and deletes other rows in the same update: all or
  /// nothing.
  package func post(
    _ events: [Event], writing rows: [(key: [UInt8], value: [UInt8])] = [],
    deleting gone: [[UInt8]] = []
  ) async throws(MetadataError) {
    let now = Timestamp.now()
    let targets = state.withLock { state -> [(hook: Webhook, event: Event)] in
      var targets: [(hook: Webhook, event: Event)] = []
      for box in state.boxes.values {
        let wanted = events.filter { box.hook.wants($0.type) }
        let room = max(0, Self.queueMax - box.queue.count)
        state.counts.dropped += UInt64(max(0, wanted.count - room))
        targets += wanted.prefix(room).map { (box.hook, $0) }
      }
      return targets
    }
    if targets.isEmpty, rows.isEmpty, gone.isEmpty { return }
    let queued = try await metadata.update(.system) { (transaction) throws(MetadataError) in
      for row in rows { transaction.put(row.key, row.value) }
      for key in gone { transaction.delete(key) }
      var queued: [(hook: Webhook, event: Event)] = []
      for (hook, event) in targets {
        // It may have been removed meanwhile.
        guard let row = try transaction.get(OutboxRows.hookKey(hook.name)),
          (try? OutboxRows.hookID(row)) == hook.id
        else { continue }
        transaction.put(
          OutboxRows.key(.queue, hook: hook.id, event: event.id),
          OutboxRows.encode(Delivery(event: event, due: now, attempts: 0, problem: "")))
        queued.append((hook, event))
      }
      return queued
    }
    state.withLock { state in
      for (hook, event) in queued {
        state.with(hook) { $0.enqueue(OutboxState.Waiting(due: now, event: event.id)) }
      }
    }
  }

  /// The webhooks that have something due.
  func ready(_ now: Timestamp) -> [Webhook] {
    state.withLock { state in
      state.boxes.values.compactMap { box in
        box.queue.first.flatMap { $0.due <= now ? box.hook : nil }
      }
    }
  }

  /// What is due next for a webhook; nil when nothing is.
  func next(_ hook: Webhook, _ now: Timestamp) async throws(OutboxError) -> Delivery? {
    while true {
      let waiting = state.withLock { state -> OutboxState.Waiting? in
        guard let box = state.boxes[hook.name], box.hook.id == hook.id else { return nil }
        return box.queue.first.flatMap { $0.due <= now ? $0 : nil }
      }
      guard let waiting else { return nil }
      if let delivery = try await delivery(.queue, hook, waiting.event) { return delivery }
      // Somebody has taken it out meanwhile.
      state.withLock { state in state.with(hook) { $0.dequeue(waiting.event) } }
    }
  }

  /// Notes what has become of an attempt: taken, to be tried again, or given up.
  func note(_ outcome: DeliveryOutcome, of delivery: Delivery, to hook: Webhook)
    async throws(MetadataError)
  {
    let id = delivery.event.id
    let queueKey = OutboxRows.key(.queue, hook: hook.id, event: id)
    let deadKey = OutboxRows.key(.dead, hook: hook.id, event: id)
    let oldest = state.withLock { state in
      state.boxes[hook.name].flatMap { $0.dead.count >= Self.deadMax ? $0.dead.first : nil }
    }
    let isThere = try await metadata.update(.system, for: .free) {
      (transaction) throws(MetadataError) in
      // With its webhook it is gone for good.
      guard try transaction.get(queueKey) != nil else { return false }
      switch outcome {
      case .taken: transaction.delete(queueKey)
      case .later(let changed): transaction.put(queueKey, OutboxRows.encode(changed))
      case .givenUp(let changed):
        transaction.delete(queueKey)
        transaction.put(deadKey, OutboxRows.encode(changed))
        if let oldest { transaction.delete(OutboxRows.key(.dead, hook: hook.id, event: oldest)) }
      }
      return true
    }
    state.withLock { state in
      switch outcome {
      case .taken: state.counts.delivered += 1
      case .later: state.counts.failures += 1
      case .givenUp:
        state.counts.failures += 1
        state.counts.dead += 1
      }
      state.with(hook) { box in
        box.dequeue(id)
        guard isThere else { return }
        switch outcome {
        case .taken: break
        case .later(let changed): box.enqueue(OutboxState.Waiting(due: changed.due, event: id))
        case .givenUp:
          box.dead.removeAll { $0 == oldest }
          box.dead.append(id)
        }
      }
    }
  }
}

/// What has become of an attempt.
enum DeliveryOutcome: Sendable {
  case taken
  case later(Delivery)
  case givenUp(Delivery)
}
