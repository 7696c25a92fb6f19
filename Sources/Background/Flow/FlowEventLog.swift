package import Flow
package import Logging
package import Metadata
import Primitives
import Ring

/// The events of flow control that are kept: rows in the metadata, and a copy of them in memory.
package final class FlowEventLog: Sendable {
  /// Events that are kept; the oldest make room.
  package static let keptMax = 2_000

  private struct State: Sendable {
    /// By id, which is the order of time.
    var kept: [FlowCrossing] = []
    /// How many have been noticed since the start, by level.
    var begun: [UInt64] = [0, 0]
  }

  private let outbox: Outbox
  private let state: Locked<State>

  private init(_ outbox: Outbox, _ kept: [FlowCrossing]) {
    self.outbox = outbox
    state = Locked(State(kept: kept))
  }

  /// Reads what was kept. A damaged row is told to `logger` and left out: the history must not keep a server from
  /// starting. What is noticed later is posted to `outbox`.
  package static func open(
    _ metadata: any MetadataStore, outbox: Outbox, logger: Logger
  ) async throws(MetadataError) -> FlowEventLog {
    let rows = try await metadata.rows(of: [FlowCrossing.table])
    var kept: [FlowCrossing] = []
    for row in rows {
      do throws(RecordError) {
        kept.append(try FlowCrossing(key: row.key, value: row.value))
      } catch { logger.error("an event of flow control is damaged", metadata: ["error": "\(error)"]) }
    }
    return FlowEventLog(outbox, kept)
  }

  /// All that are kept, the oldest first.
  package var events: [FlowCrossing] { state.withLock { $0.kept } }

  /// How many have been noticed since the start.
  package func count(_ level: FlowCrossing.Level) -> UInt64 {
    state.withLock { $0.begun[Int(level.rawValue)] }
  }

  /// Keeps what has changed, and posts what has begun, both or neither. By one task at a time.
  func keep(_ changes: [CrossingWatch.Change]) async throws(MetadataError) {
    guard !changes.isEmpty else { return }
    var next = state.withLock { $0 }
    for change in changes {
      let crossing = change.crossing
      if let place = next.kept.lastIndex(where: { $0.id == crossing.id }) {
        next.kept[place] = crossing
      } else {
        next.kept.append(crossing)
        next.begun[Int(crossing.level.rawValue)] += 1
      }
    }
    let gone = next.kept.prefix(max(0, next.kept.count - Self.keptMax)).map(\.rowKey)
    next.kept.removeFirst(gone.count)
    let rows = changes.map { (key: $0.crossing.rowKey, value: $0.crossing.rowValue) }
    let begun = changes.compactMap { change -> Event? in
      if case .began(let crossing) = change { crossing.event } else { nil }
    }
    try await outbox.post(begun, writing: rows, deleting: gone)
    let kept = next
    state.withLock { $0 = kept }
  }
}

extension FlowCrossing {
  /// What is told to others.
  var event: Event {
    Event(
      id: id, type: "weir.flow.\(name)", subject: subject,
      time: Timestamp(milliseconds: id.prefix(8).reduce(0) { $0 << 8 | Int64($1) }), data: json)
  }

  /// As the admin API and webhooks tell it.
  package var json: String {
    var object = JSONObject()
    object.add("id", idText)
    object.add("name", name)
    object.add("level", level.name)
    object.add("subject", subject)
    object.add("of", key.quantity.name)
    object.add("scope", key.scope.name)
    object.add("unit", key.quantity == .requests ? "requests/s" : "bytes/s")
    object.add("limit", limit)
    object.add("threshold", threshold)
    object.add("peak", peak)
    object.add("start", start)
    object.add("end", end)
    return object.json
  }
}

extension MetadataStore {
  /// All rows whose keys begin with `prefix`, of which there are not many. The prefix's last byte is not 255.
  func rows(of prefix: [UInt8]) async throws(MetadataError) -> [MetadataEntry] {
    try await read { (reader) throws(MetadataError) in
      var rows: [MetadataEntry] = []
      let end = prefix.dropLast() + (prefix.last.map { [$0 + 1] } ?? [])
      let cursor = reader.cursor(lower: prefix, upper: Array(end))
      try cursor.seek(prefix)
      while cursor.isValid {
        // SAFETY: the cursor's bytes live until its next move and are copied here.
        unsafe rows.append(MetadataEntry(key: Array(cursor.key), value: Array(cursor.value)))
        try cursor.next()
      }
      return rows
    }
  }
}
