import Primitives
import Ring
import Synchronization
import Testing

@testable import Flow

/// When owners are told that a limit was crossed.
@Suite struct CrossingTests {
  private static let key = FlowLimitKey(node: .bucket(7), quantity: .download, scope: .total)

  /// A watch whose samples are of a second each.
  private struct Clock {
    var watch: CrossingWatch
    var second: Int64 = 0
    private var made: UInt64 = 0

    init(_ rule: CrossingRule = CrossingRule(seconds: 10), open: [FlowCrossing] = []) {
      watch = CrossingWatch(rule, open: open) { time in
        var id = ByteWriter()
        id.i64(time.milliseconds)
        id.u64(1)
        return id.bytes
      }
    }

    mutating func take(_ samples: [FlowSample]) -> [CrossingWatch.Change] {
      second += 1
      let span = CrossingWatch.Span(
        start: Timestamp(seconds: second - 1), end: Timestamp(seconds: second), seconds: 1)
      return watch.take(samples, span, [.bucket(7): NodeRecord(NodeSettings(), bucketName: "data")])
    }

    /// One sample a second, of a limit of 1000.
    mutating func take(_ rates: [UInt64], isHeldBack: Bool = false) -> [CrossingWatch.Change] {
      rates.flatMap { rate in
        take([FlowSample(key: CrossingTests.key, rate: rate, limit: 1000, isHeldBack: isHeldBack)])
      }
    }
  }

  @Test func crossedForLongEnoughIsOneEvent() throws {
    var clock = Clock()
    #expect(clock.take([100, 200]).isEmpty)
    // The first second may have been a part of one.
    #expect(clock.take(Array(repeating: 850, count: 10)).isEmpty)
    let changes = clock.take([900])
    let began = try #require(changes.first?.crossing)
    #expect(changes == [.began(began)])
    #expect(began.name == "BucketEgressBandwidth" && began.level.name == "INFO")
    #expect(began.subject == "bucket data")
    #expect(began.threshold == 800 && began.limit == 1000 && began.peak == 900)
    #expect(began.start == Timestamp(seconds: 2) && began.end == nil)
    #expect(clock.take(Array(repeating: 880, count: 30)).isEmpty)
  }

  @Test func endAndPeakAreRecorded() throws {
    var clock = Clock()
    var changes = clock.take(Array(repeating: 900, count: 11))
    let began = try #require(changes.first?.crossing)
    changes = clock.take([990, 950, 900] + Array(repeating: 300, count: 9))
    #expect(changes.isEmpty)
    changes = clock.take([300])
    let ended = try #require(changes.first?.crossing)
    #expect(changes == [.ended(ended)])
    #expect(ended.id == began.id && ended.peak == 990)
    #expect(ended.start == Timestamp(seconds: 0) && ended.end == Timestamp(seconds: 14))
    // Armed again.
    #expect(clock.take(Array(repeating: 900, count: 11)).count == 1)
  }

  @Test(arguments: [[UInt64](repeating: 999, count: 10), [999], [999, 999, 0, 999, 999]])
  func aShorterSpikeIsNone(_ spike: [UInt64]) {
    var clock = Clock()
    for _ in 0..<5 { #expect(clock.take([10] + spike + [10]).isEmpty) }
  }

  @Test func nearTheLineThereIsNoFlood() {
    var random: UInt64 = 7
    var rates: [UInt64] = []
    for _ in 0..<5000 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      rates.append(740 + (random >> 33) % 120)
    }
    var clock = Clock()
    let noise = clock.take(rates)
    #expect(noise.filter { if case .began = $0 { true } else { false } }.count <= 1)
    // Told once, it stays told while it is near: below 800 now and then, never below 720 for long.
    var told = Clock()
    #expect(told.take(Array(repeating: 850, count: 11)).count == 1)
    #expect(!told.take(rates).contains { if case .began = $0 { true } else { false } })
    #expect(
      !told.take(Array(repeating: 725, count: 100)).contains { if case .ended = $0 { true } else { false } })
    // Short dips do not end it either.
    for _ in 0..<20 { #expect(told.take([0, 0, 0, 0, 0, 850]).isEmpty) }
  }

  @Test func theLimitItselfIsCrossedWhereTransfersWait() throws {
    var clock = Clock()
    // All of it is used and nobody waits: near the limit, not beyond it.
    #expect(clock.take(Array(repeating: 1000, count: 20)).map(\.crossing.level) == [.reported])
    #expect(
      clock.take(Array(repeating: 500, count: 20), isHeldBack: true).map(\.crossing.level) == [.reported])
    let changes = clock.take(Array(repeating: 970, count: 11), isHeldBack: true)
    #expect(
      changes.map(\.crossing.name).sorted() == [
        "BucketEgressBandwidth", "BucketEgressBandwidthThresholdExceeded",
      ])
    let exceeded = try #require(changes.map(\.crossing).first { $0.level == .exceeded })
    #expect(exceeded.level.name == "WARN" && exceeded.threshold == 1000)
  }

  @Test func requestsThatAreRefusedAreBeyondTheLimit() {
    var clock = Clock()
    let key = FlowLimitKey(node: .poolRequester(pool: "ai", user: "X"), quantity: .requests, scope: .total)
    var names: [String] = []
    // In bursts: on average less than half of the limit comes through.
    for _ in 0..<20 {
      names += clock.take([FlowSample(key: key, rate: 40, limit: 100, isHeldBack: true)]).map(\.crossing.name)
    }
    #expect(names == ["RequesterQpsThresholdExceeded"])
  }

  @Test func namesAreOSSs() {
    let names: [(FlowNode, FlowQuantity, String)] = [
      (.server, .upload, "UserIngressBandwidth"), (.pool("p"), .download, "ResourcePoolEgressBandwidth"),
      (.group(pool: "p", name: "g"), .requests, "BucketGroupQps"),
      (.bucket(1), .upload, "BucketIngressBandwidth"),
      (.bucketRequester(bucket: 1, user: "u"), .download, "RequesterEgressBandwidth"),
    ]
    for (node, quantity, name) in names {
      var clock = Clock()
      let sample = FlowSample(
        key: FlowLimitKey(node: node, quantity: quantity, scope: .total), rate: 99, limit: 100,
        isHeldBack: false)
      #expect((0..<11).flatMap { _ in clock.take([sample]) }.map(\.crossing.name) == [name])
    }
  }

  @Test func aRestartGoesOn() throws {
    var before = Clock()
    let began = try #require(before.take(Array(repeating: 900, count: 11)).first?.crossing)
    var after = Clock(open: [began])
    #expect(after.take(Array(repeating: 950, count: 30)).isEmpty)
    let ended = try #require(after.take(Array(repeating: 0, count: 10)).first?.crossing)
    #expect(ended.id == began.id && ended.peak == 950 && ended.end == Timestamp(seconds: 30))
  }

  @Test func aLimitThatIsTakenAwayEndsIt() throws {
    var clock = Clock()
    let began = try #require(clock.take(Array(repeating: 900, count: 11)).first?.crossing)
    let changes = clock.take([])
    #expect(changes.map(\.crossing.id) == [began.id])
    #expect(changes.first?.crossing.end == Timestamp(seconds: 11))
    #expect(clock.take([]).isEmpty)
  }

  @Test func aRisingPeakIsToldNowAndThen() {
    var clock = Clock()
    _ = clock.take(Array(repeating: 810, count: 11))
    let changes = clock.take((0..<130).map { 811 + $0 })
    #expect(changes.count == 2)
    #expect(changes.allSatisfy { if case .grew = $0 { true } else { false } })
  }

  @Test func samplesAreOfWhatIsLimited() throws {
    var settings = NodeSettings.cap(1000)
    settings.caps[.upload, .total] = 0
    settings.requests[.total] = 10
    let table = FlowTable(try FlowConfiguration.pool(settings), rings: 1)
    let before = table.count()
    let path = table.path(bucket: 1, named: "b1", user: "u", network: .extranet)
    let cell = path.cell(.download, ring: 0)
    cell.granted.store(FlowCell.unlimited, ordering: .relaxed)
    _ = cell.take(3000)
    cell.delay.add(5, ordering: .relaxed)
    for _ in 0..<40 { _ = path.admit(.init(nanoseconds: 1_000_000_000)) }
    let samples = FlowSample.all(before, table.count(), seconds: 2)
    #expect(samples.allSatisfy { $0.key.node == .pool("pool") } && samples.count == 2)
    let download = try #require(samples.first { $0.key.quantity == .download })
    #expect(download.rate == 1500 && download.limit == 1000 && download.isHeldBack)
    let requests = try #require(samples.first { $0.key.quantity == .requests })
    #expect(requests.rate == 20 && requests.limit == 10 && requests.isHeldBack)
  }

  /// The row of table 91 as docs/format/metadata.md has it.
  @Test func aRowIsWhatTheFormatSays() throws {
    let crossing = FlowCrossing(
      id: Array(1...16), key: FlowLimitKey(node: .bucket(7), quantity: .download, scope: .extranet),
      level: .exceeded, bucketName: "data", userName: "", limit: 300, threshold: 300,
      start: Timestamp(milliseconds: 256), end: nil, peak: 5)
    #expect(crossing.rowKey == [0x91] + Array(1...16))
    let golden: [UInt8] =
      [1, 3, 0, 0, 0, 0, 0, 0, 0, 7, 4] + Array("data".utf8) + [0, 1, 2, 1, 0xAC, 2, 0xAC, 2, 5]
      + [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    #expect(crossing.rowValue == golden)
    #expect(try FlowCrossing(key: crossing.rowKey, value: golden) == crossing)
    for count in golden.indices {
      #expect(throws: RecordError.self) {
        try FlowCrossing(key: crossing.rowKey, value: Array(golden[..<count]))
      }
    }
    #expect(throws: RecordError.self) { try FlowCrossing(key: [0x91, 1], value: golden) }
  }
}
