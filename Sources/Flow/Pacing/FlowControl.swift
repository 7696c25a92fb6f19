package import Ring

/// Flow control of a server: what is configured, the flows, and a desk for each ring.
package final class FlowControl: Sendable {
  /// Keeps the rows of a change, all or none, if what is kept is still the configuration of `generation`.
  package typealias Keeper =
    @Sendable (_ rows: [FlowRow], _ generation: UInt64) async throws(FlowError) -> Void
  /// Is told of each change once it is kept: what it is, in words, and who made it.
  package typealias Audit = @Sendable (_ change: FlowChange) -> Void

  /// Bytes each second that the server's own work has at any rate, unless something else is guaranteed to it: without
  /// them, a server whose limit is always used up would never give space back.
  package static let backgroundFloor: UInt64 = 1 << 20

  /// Changes tried again before it is said that others get in the way.
  private static let attempts = 100

  private let table: FlowTable
  private let desks: [FlowDesk]
  private let keeper: Keeper
  private let audit: Audit

  /// Starts with what was kept.
  package init(
    _ configuration: FlowConfiguration, rings: [Ring], audit: @escaping Audit = { _ in },
    keeper: @escaping Keeper
  ) {
    let table = FlowTable(configuration, rings: rings.count)
    self.table = table
    desks = rings.map { FlowDesk(table, ring: $0) }
    self.keeper = keeper
    self.audit = audit
  }

  /// The desk of the current ring.
  package var desk: FlowDesk { desks[Ring.current.index] }

  /// Whether anything is configured: without it no request is looked at.
  package var isConfigured: Bool { table.isConfigured }

  /// Whether it matters which network a client is in.
  package var tellsNetworksApart: Bool { table.tellsNetworksApart }

  /// What is configured now.
  package var configuration: FlowConfiguration { table.configuration }

  /// What the flows have moved that somebody uses.
  package var usage: [(path: FlowPath, usage: FlowUsage)] { table.paths.map { ($0, $0.usage) } }

  /// What a change would come to, if it were made now.
  ///
  /// - Throws: why it would be refused.
  package func preview(
    _ edit: (FlowConfiguration) throws(FlowError) -> FlowEdit
  ) throws(FlowError) -> FlowConfiguration {
    let before = configuration
    return try before.applying(try edit(before)).0
  }

  /// What has gone through all nodes so far.
  package func count() -> FlowCensus { table.count() }

  /// Returns once the server's own work may move `bytes`, after everybody else, or as soon as `isStopping` says so.
  /// On a ring.
  package func moveInBackground(
    _ bytes: UInt64, _ direction: Direction, unless isStopping: () -> Bool
  ) async {
    var left = Int(clamping: bytes)
    while left > 0, isConfigured, !isStopping() {
      let desk = desk
      let path = desk.pathOfBackground()
      let piece = desk.batch(of: left, direction, path)
      left -= piece
      if let ticket = desk.take(piece, direction, path) {
        _ = await desk.wait(for: ticket, direction, path)
      }
    }
  }

  /// Changes the configuration: on disk first, then for new requests, then for those under way. On a ring.
  ///
  /// - Parameters:
  ///   - summary: the change in words, for the audit.
  ///   - author: who makes it.
  ///   - edit: makes the change; called again after another one that came first.
  /// - Throws: why it was refused, or could not be kept.
  package func change(
    _ summary: String, by author: String,
    _ edit: @Sendable (FlowConfiguration) throws(FlowError) -> FlowEdit
  ) async throws(FlowError) {
    for _ in 0..<Self.attempts {
      let before = configuration
      let (next, rows) = try before.applying(try edit(before))
      do throws(FlowError) {
        try await keeper(rows, before.generation)
      } catch .conflict {
        // Another change has been kept and will be in memory in a moment.
        await Ring.current.sleep(for: .milliseconds(2))
        continue
      }
      await hold(next)
      audit(FlowChange(summary: summary, author: author, generation: next.generation))
      return
    }
    throw .conflict
  }

  /// Makes a configuration hold that has been kept already, since something was deleted; one that is older than
  /// what holds changes nothing. On a ring. `summary` is what was deleted, in words.
  package func takeOver(_ next: FlowConfiguration, _ summary: String) async {
    await hold(next)
    audit(FlowChange(summary: summary, author: "deletion", generation: next.generation))
  }

  private func hold(_ next: FlowConfiguration) async {
    guard table.take(over: next) else { return }
    while !table.engine.configure(next, table.paths) { await Ring.current.sleep(for: .milliseconds(1)) }
  }
}

/// A change of the configuration, for whoever wants to know later.
package struct FlowChange: Sendable {
  /// What was changed, in words.
  package let summary: String
  /// The name of who changed it; `deletion` where somebody deleted what it was about.
  package let author: String
  /// The number of the configuration that came of it.
  package let generation: UInt64
}
