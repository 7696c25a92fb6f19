import Primitives
import Ring
import Synchronization
import Testing

@testable import Flow

/// What is counted of each node.
@Suite struct LedgerTests {
  private static func table(shownMax: Int = FlowLedger.shownMax, buckets: UInt64 = 1) throws -> FlowTable {
    var settings = NodeSettings.cap(10_000)
    settings.requests[.total] = 5
    let configuration = try FlowConfiguration.pool(settings, buckets: buckets)
    return FlowTable(configuration, rings: 1, ledger: FlowLedger(shownMax: shownMax))
  }

  private static func path(_ table: FlowTable, bucket: UInt64 = 1, _ network: Network = .extranet) -> FlowPath
  {
    table.path(bucket: bucket, named: "b\(bucket)", user: "u", network: network)
  }

  /// Moves bytes that nobody holds back.
  private static func move(_ bytes: UInt64, _ direction: Direction, _ path: FlowPath) {
    let cell = path.cell(direction, ring: 0)
    cell.granted.store(FlowCell.unlimited, ordering: .relaxed)
    _ = cell.take(Int(bytes))
  }

  @Test func usageCountsAtEveryNodeOfThePath() throws {
    let table = try Self.table()
    let path = Self.path(table, .intranet)
    Self.move(700, .download, path)
    path.cell(.download, ring: 0).delay.add(9, ordering: .relaxed)
    #expect(path.admit(Instant(nanoseconds: 1)) == nil)
    for _ in 0..<2 {
      let census = table.count()
      #expect(Set(census.totals.keys) == [.server, .background, .pool("pool"), .bucket(1)])
      #expect(census.totals[.background] == FlowTotals())
      for node in census.totals.keys where node != .background {
        let totals = try #require(census.totals[node])
        #expect(totals.bytes(.download, .total) == 700 && totals.bytes(.download, .intranet) == 700)
        #expect(totals.bytes(.download, .extranet) == 0 && totals.bytes(.upload, .total) == 0)
        #expect(totals.delay(.download, .total) == 9 && totals.requests(.total) == 1)
      }
      #expect(census.others == FlowTotals() && census.othersCount == 0)
    }
  }

  @Test func refusalsCountWhereTheLimitIs() throws {
    let table = try Self.table()
    let path = Self.path(table)
    let refused = (0..<20).count { _ in path.admit(Instant(nanoseconds: 1_000_000_000)) != nil }
    #expect(refused == 15)
    let census = table.count()
    #expect(census.totals[.pool("pool")]?.refusals(.total) == 15)
    #expect(census.totals[.server]?.refusals(.total) == 0)
    #expect(census.totals[.bucket(1)]?.refusals(.total) == 0)
  }

  @Test func whatFlowsHaveMovedStaysCounted() throws {
    let table = try Self.table()
    for round in 1...3 {
      do {
        let path = Self.path(table)
        Self.move(100, .upload, path)
        // Half of the rounds are looked at while the flow is there.
        if round == 2 { _ = table.count() }
        Self.move(100, .upload, path)
      }
      #expect(table.paths.isEmpty)
      #expect(table.count().totals[.pool("pool")]?.bytes(.upload, .total) == UInt64(round) * 200)
    }
  }

  @Test func nodesBeyondTheBoundAreShownTogether() throws {
    // The server, its own work, the pool and two of five buckets.
    let table = try Self.table(shownMax: 5, buckets: 5)
    let paths = (1...5).map { Self.path(table, bucket: UInt64($0)) }
    for (place, path) in paths.enumerated() { Self.move(UInt64(place + 1) * 10, .download, path) }
    var census = table.count()
    let first: Set<FlowNode> = [.server, .background, .pool("pool"), .bucket(1), .bucket(2)]
    #expect(census.shown == first && census.totals.count == 8)
    #expect(census.othersCount == 3 && census.others.bytes(.download, .total) == 30 + 40 + 50)
    #expect(census.totals[.server]?.bytes(.download, .total) == 150)
    #expect(census.totals[.bucket(5)]?.bytes(.download, .total) == 50)

    // A new group comes before buckets, and takes the place of none that is shown.
    let grouped = try table.configuration.after(
      .place(bucket: 5, name: "b5", pool: "pool", group: "group", at: Timestamp(seconds: 0)))
    table.take(over: grouped)
    Self.move(5, .download, paths[4])
    census = table.count()
    #expect(census.shown == first && census.othersCount == 4)
    #expect(census.others.bytes(.download, .total) == 120 + 5 + 5)

    // Once one is configured no more, its place is another's; what was shown together stays so.
    table.take(over: try grouped.after(.remove(bucket: 1, name: "b1", pool: "pool")))
    Self.move(7, .download, paths[4])
    census = table.count()
    let group = FlowNode.group(pool: "pool", name: "group")
    #expect(census.shown == [.server, .background, .pool("pool"), .bucket(2), group])
    // Not `5 + 7`: the compiler then compares as AnyHashable, and reads behind the number.
    #expect(census.totals[group]?.bytes(.download, .total) == 12)
    #expect(census.others.bytes(.download, .total) == 130 + 7)
  }

  @Test func nothingIsCountedWithoutConfiguration() {
    let table = FlowTable(FlowConfiguration(), rings: 1)
    let census = table.count()
    #expect(census.totals.isEmpty && census.othersCount == 0)
  }
}
