package import Ring

/// Flow control of a server: what is configured, the flows, and a desk for each ring.
package final class FlowControl: Sendable {
  /// Keeps the rows of a change, all or none, if what is kept is still the configuration of `generation`.
  package typealias Keeper =
    @Sendable (_ rows: [FlowRow], _ generation: UInt64) async throws(FlowError) -> Void

  /// Changes tried again before it is said that others get in the way.
  private static let attempts = 100

  private let table: FlowTable
  private let desks: [FlowDesk]
  private let keeper: Keeper

  /// Starts with what was kept.
  package init(_ configuration: FlowConfiguration, rings: [Ring], keeper: @escaping Keeper) {
    let table = FlowTable(configuration, rings: rings.count)
    self.table = table
    desks = rings.map { FlowDesk(table, ring: $0) }
    self.keeper = keeper
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

  /// Changes the configuration: on disk first, then for new requests, then for those under way. On a ring.
  ///
  /// - Parameter edit: makes the change; called again after another one that came first.
  /// - Throws: why it was refused, or could not be kept.
  package func change(
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
      table.take(over: next)
      while !table.engine.configure(next, table.paths) { await Ring.current.sleep(for: .milliseconds(1)) }
      return
    }
    throw .conflict
  }
}
