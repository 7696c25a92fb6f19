import Primitives
import Ring
import Synchronization
import Testing

@testable import Flow

/// What the server does by itself comes after everybody else.
@Suite struct BackgroundTests {
  private static let mebibyte: UInt64 = 1 << 20

  private static func server(_ settings: NodeSettings, background: NodeSettings = NodeSettings()) throws
    -> FlowConfiguration
  {
    try FlowConfiguration().after(
      .set(.server, NodeRecord(settings)), .set(.background, NodeRecord(background)))
  }

  /// MiB/s that a user with 8 connections and the background got over 4 seconds.
  private static func shares(
    _ configuration: FlowConfiguration, rings: Int = 1, demand: Double? = nil
  ) -> (user: Double, background: Double) {
    let traffic = SimulatedTraffic(configuration, rings: rings)
    let user = traffic.add(bucket: 1, user: "u", connections: 8, rate: demand)
    let background = traffic.add(bucket: nil, user: FlowConfiguration.backgroundUser, connections: 1)
    traffic.run(milliseconds: 3_999)
    func rate(_ clients: [SimulatedTraffic.Client]) -> Double {
      Double(clients.map(\.total).reduce(0, +)) / 3.999 / Double(mebibyte)
    }
    return (rate(user), rate(background))
  }

  @Test(arguments: [1, 2]) func everybodyElseComesFirst(rings: Int) throws {
    let shares = Self.shares(try Self.server(.cap(20 * Self.mebibyte)), rings: rings)
    // All but what the background has at any rate.
    #expect(shares.user > 18.5 && shares.background < 1.3 && shares.background > 0.8, "\(shares)")
  }

  @Test func whatIsLeftIsTheBackgrounds() throws {
    let shares = Self.shares(try Self.server(.cap(20 * Self.mebibyte)), demand: 5 * Double(Self.mebibyte))
    #expect(abs(shares.user - 5) < 0.3 && shares.background > 13.5, "\(shares)")
    #expect(shares.user + shares.background < 20.4, "\(shares)")
  }

  @Test func itHasLimitsAndGuaranteesOfItsOwn() throws {
    let capped = Self.shares(
      try Self.server(.cap(20 * Self.mebibyte), background: .cap(2 * Self.mebibyte)),
      demand: Double(Self.mebibyte))
    #expect(abs(capped.background - 2) < 0.1, "\(capped)")
    let promised = Self.shares(
      try Self.server(
        .cap(20 * Self.mebibyte), background: .cap(nil, guarantee: 5 * Self.mebibyte)))
    #expect(abs(promised.background - 5) < 0.5 && abs(promised.user - 15) < 0.7, "\(promised)")
  }

  @Test func tenantsLimitsAreNotItsOwn() throws {
    // A pool of its own limit, and a server that lets nobody in.
    let configuration = try FlowConfiguration.pool(.cap(Self.mebibyte)).after(
      .set(.server, NodeRecord(.cap(0))))
    let table = FlowTable(configuration, rings: 1)
    let path = table.path(
      bucket: nil, named: "", user: FlowConfiguration.backgroundUser, network: .extranet)
    #expect(!path.isLimited(.upload) && !path.isLimited(.download))
    #expect(path.cell(.download, ring: 0).take(100 << 20) == nil)
    // It counts at its own node only.
    let census = table.count()
    #expect(census.totals[.background]?.bytes(.download, .total) == 100 << 20)
    #expect(census.totals[.server]?.bytes(.download, .total) == 0)
    #expect(census.totals[.pool("pool")]?.bytes(.download, .total) == 0)
  }

  @Test func requestsOfTheServerLimitNothing() throws {
    var settings = NodeSettings.cap(1000)
    settings.requests[.total] = 0
    let table = FlowTable(try Self.server(settings), rings: 1)
    let path = table.path(
      bucket: nil, named: "", user: FlowConfiguration.backgroundUser, network: .extranet)
    #expect(path.gates.isEmpty)
  }

  @Test func itCannotBeForbidden() throws {
    var extranet = NodeSettings()
    extranet.caps[.upload, .extranet] = 5
    var requests = NodeSettings()
    requests.requests[.total] = 5
    for settings in [.cap(0), extranet, requests, .cap(5, priority: 3), .cap(5, weight: 3)] as [NodeSettings]
    {
      #expect(throws: FlowError.self) { try Self.server(.cap(9), background: settings) }
    }
  }

  /// So much that a ring that wakes late loses nothing, and not more than a piece can be.
  @Test func itAsksForSeveralPiecesAtATime() {
    let cell = FlowCell()
    #expect(cell.batch(of: 1 << 30) == FlowCell.largestPiece && cell.batch(of: 7) == 7)
    cell.granted.store(0, ordering: .relaxed)
    cell.quantum.store(8_000, ordering: .relaxed)
    #expect(cell.piece(of: 1 << 20) == 8_000 && cell.batch(of: 1 << 20) == 64_000)
    #expect(cell.batch(of: 50_000) == 50_000)
    cell.quantum.store(100_000, ordering: .relaxed)
    #expect(cell.batch(of: 1 << 20) == FlowCell.largestPiece)
  }

  /// What a budget keeps and what flows have at hand of it are never more than its depth.
  @Test func aBudgetKeepsLessBesideWhatIsAtHand() {
    var budget = TokenBudget(rate: 100_000)
    budget.refill(1)
    let depth = 100_000 * TokenBudget.depth
    #expect(abs(budget.tokens - depth) < 1e-6)
    budget.keep(beside: depth / 4)
    #expect(abs(budget.tokens - depth * 3 / 4) < 1e-6)
    budget.keep(beside: depth * 2)
    #expect(budget.tokens == 0)
    // A debt stays.
    budget.spend(10)
    budget.keep(beside: 0)
    #expect(budget.tokens == -10)
  }

  @Test func itsRowSurvives() throws {
    let configuration = try Self.server(.cap(9), background: .cap(5, guarantee: 2))
    var again = FlowConfiguration()
    for row in configuration.rows { try FlowRow.read(key: row.key, value: row.value ?? [], into: &again) }
    #expect(again == configuration && again.nodes[.background]?.settings == .cap(5, guarantee: 2))
    let row = FlowRow(.background, NodeRecord(NodeSettings()))
    #expect(row.key == [0x90, 0x6E, 6])
  }
}
