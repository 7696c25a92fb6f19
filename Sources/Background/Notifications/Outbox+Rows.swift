import Metadata
import Primitives

/// How the outbox finds its rows.
extension Outbox {
  /// What the secret of a webhook is sealed with, so that it belongs to no other name.
  static func sealed(_ name: String) -> [UInt8] { Array("webhook:\(name)".utf8) }

  /// Reads all webhooks and where their deliveries are; and the keys of deliveries to webhooks that are no more.
  static func load(
    _ reader: any MetadataReader, _ sealingKey: AESGCMKey
  ) throws(OutboxError) -> (OutboxState, orphans: [[UInt8]]) {
    var state = OutboxState()
    var names: [UInt64: String] = [:]
    try each(OutboxRows.hooksPrefix, in: reader) { (_, value) throws(OutboxError) in
      let hook = try decoded { () throws(RecordError) in
        try OutboxRows.hook(value) { sealingKey.open($0, associatedData: sealed($1)) }
      }
      state.boxes[hook.name] = OutboxState.Box(hook)
      names[hook.id] = hook.name
    }
    var orphans: [[UInt8]] = []
    for list in [OutboxRows.List.queue, .dead] {
      try each(OutboxRows.prefix(list), in: reader) { (key, value) throws(OutboxError) in
        let (parts, due) = try decoded { () throws(RecordError) in
          (try OutboxRows.parts(of: key), try OutboxRows.due(value))
        }
        guard let name = names[parts.hook] else { return orphans.append(key) }
        switch list {
        case .queue:
          state.boxes[name]?.queue.append(OutboxState.Waiting(due: due, event: parts.event))
        case .dead: state.boxes[name]?.dead.append(parts.event)
        }
      }
    }
    for name in names.values { state.boxes[name]?.queue.sort() }
    return (state, orphans)
  }

  private static func each(
    _ prefix: [UInt8], in reader: any MetadataReader,
    _ body: (_ key: [UInt8], _ value: [UInt8]) throws(OutboxError) -> Void
  ) throws(OutboxError) {
    do throws(MetadataError) {
      let cursor = reader.cursor(lower: prefix, upper: prefix.dropLast() + [(prefix.last ?? 0) + 1])
      try cursor.seek(prefix)
      while cursor.isValid {
        // SAFETY: the cursor's bytes live until its next move and are copied here.
        let (key, value) = unsafe (Array(cursor.key), Array(cursor.value))
        do throws(OutboxError) { try body(key, value) } catch {
          throw MetadataError(.corruption, "a row of the events to be delivered: \(error)")
        }
        try cursor.next()
      }
    } catch { throw .metadata(error) }
  }

  static func decoded<R>(_ body: () throws(RecordError) -> R) throws(OutboxError) -> R {
    do throws(RecordError) { return try body() } catch { throw .invalid("\(error)") }
  }

  static func get(_ key: [UInt8], _ transaction: Transaction) throws(OutboxError) -> [UInt8]? {
    do throws(MetadataError) { return try transaction.get(key) } catch { throw .metadata(error) }
  }

  /// A delivery; nil when it is there no more.
  func delivery(
    _ list: OutboxRows.List, _ hook: Webhook, _ event: [UInt8]
  ) async throws(OutboxError) -> Delivery? {
    let value: [UInt8]?
    do throws(MetadataError) {
      value = try await metadata.get(OutboxRows.key(list, hook: hook.id, event: event))
    } catch { throw .metadata(error) }
    guard let value else { return nil }
    return try Self.decoded { () throws(RecordError) in try OutboxRows.delivery(value, event: event)
    }
  }

  /// Deletes rows, some in each update.
  func delete(_ keys: [[UInt8]]) async throws(OutboxError) {
    var rest = keys[...]
    while !rest.isEmpty {
      let some = Array(rest.prefix(Self.batch))
      rest = rest.dropFirst(some.count)
      try await metadata.update(.system, for: .free) { (transaction) throws(OutboxError) in
        for key in some { transaction.delete(key) }
      }
    }
  }
}
