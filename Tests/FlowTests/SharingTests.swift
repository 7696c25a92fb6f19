import Primitives
import Ring
import Testing

@testable import Flow

/// The allocator and the cells together, under simulated clients.
@Suite struct SharingTests {
  static let mebibyte: UInt64 = 1 << 20

  /// Within `share` of what is expected.
  private func near(_ value: Double, _ expected: Double, _ share: Double) -> Bool {
    abs(value - expected) <= expected * share
  }

  @Test(arguments: [1, 16, 256], [1, 2])
  func aCapIsKept(connections: Int, rings: Int) throws {
    let cap = 20 * Self.mebibyte
    let configuration = try FlowConfiguration.pool(.cap(nil)).after(
      .set(.poolRequester(pool: "pool", user: "u"), NodeRecord(.cap(cap))))
    for (direction, bytes) in [(Direction.download, 1 << 30), (.upload, 1 << 30), (.download, 4096)] {
      let traffic = SimulatedTraffic(configuration, rings: rings)
      let clients = traffic.add(
        bucket: 1, user: "u", direction, connections: connections, objectBytes: bytes)
      traffic.run(milliseconds: 4_999)
      let total = Double(clients.map(\.total).reduce(0, +))
      #expect(near(total, Double(cap) * 4.999, 0.02), "\(total / 4.999 / Double(Self.mebibyte)) MiB/s")
      for second in 0..<5 {
        let moved = Double(clients.map { $0.moved[second] }.reduce(0, +))
        #expect(moved <= Double(cap) * 1.05, "\(moved / Double(Self.mebibyte)) MiB in a second")
      }
    }
  }

  /// A machine that is shared wakes its rings late; a limit must neither be lost by it nor broken.
  @Test(arguments: [[20], [38], [2, 2, 2, 2, 2, 2, 2, 2, 2, 20], [2, 30, 2, 2, 5, 2, 2, 80]], [1, 4])
  func aCapIsKeptByRingsThatWakeLate(naps: [Int], connections: Int) throws {
    let cap = 8 * Self.mebibyte
    let traffic = SimulatedTraffic(try FlowConfiguration.pool(.cap(cap)))
    traffic.naps = naps
    let clients = traffic.add(bucket: 1, user: "u", connections: connections)
    traffic.run(milliseconds: 999)
    for client in clients { client.moved = [0] }
    traffic.run(milliseconds: 5_000)
    for second in 0..<5 {
      let moved = Double(clients.map { $0.moved[second] }.reduce(0, +))
      #expect(moved <= Double(cap) * 1.05, "\(moved / Double(Self.mebibyte)) MiB in a second")
    }
    // What is lost is what a nap is longer than a budget is deep.
    let lost = Double(naps.map { max(0, $0 - 40) }.reduce(0, +)) / Double(naps.reduce(0, +))
    let rate = Double(clients.map(\.total).reduce(0, +)) / 5
    #expect(rate >= Double(cap) * (0.96 - lost), "\(rate / Double(Self.mebibyte)) MiB/s")
  }

  /// OSS's examples with a tenth of a MiB/s in place of a Gbit/s, each subject with a client that wants just so much.
  @Test func workedExamplesOverTime() throws {
    let examples: [(guarantee: UInt64, demands: [Double], shares: [Double])] = [
      (20, [10, 30, 80], [10, 20, 70]), (25, [0, 5, 40, 60], [0, 5, 35, 60]),
      (10, [50, 50, 30, 20], [10, 40, 30, 20]),
    ]
    let unit = Double(Self.mebibyte)
    for example in examples {
      var configuration = try FlowConfiguration.pool(
        .cap(100 * Self.mebibyte), buckets: UInt64(example.demands.count))
      for bucket in 1...UInt64(example.demands.count) {
        configuration = try configuration.after(
          .set(
            .bucket(bucket),
            NodeRecord(.cap(nil, guarantee: example.guarantee * Self.mebibyte, priority: UInt8(bucket)))))
      }
      let traffic = SimulatedTraffic(configuration)
      var clients: [SimulatedTraffic.Client] = []
      for (index, demand) in example.demands.enumerated() {
        clients += traffic.add(
          bucket: UInt64(index + 1), user: "u\(index)", connections: 8, objectBytes: 1 << 20,
          rate: demand * unit)
      }
      traffic.run(milliseconds: 999)
      for client in clients { client.moved = [0] }
      traffic.run(milliseconds: 3_000)
      for (client, share) in zip(clients, example.shares) {
        let rate = Double(client.total) / 3 / unit
        #expect(abs(rate - share) <= max(0.03 * share, 0.2), "\(rate) in place of \(share)")
      }
    }
  }

  @Test func weightsAndEqualParts() throws {
    var configuration = try FlowConfiguration.pool(.cap(70 * Self.mebibyte))
    for (user, weight) in [("a", 1), ("b", 2), ("c", 4)] as [(String, UInt32)] {
      configuration = try configuration.after(
        .set(.poolRequester(pool: "pool", user: user), NodeRecord(.cap(nil, weight: weight))))
    }
    let traffic = SimulatedTraffic(configuration, rings: 2)
    // As unlike as can be: what counts is the weight, not how many ask.
    let clients = ["a": 64, "b": 2, "c": 16].mapValues { $0 }
    var totals: [String: [SimulatedTraffic.Client]] = [:]
    for user in ["a", "b", "c"] {
      totals[user] = traffic.add(bucket: 1, user: user, connections: clients[user] ?? 1)
    }
    // At first nobody knows who wants how much.
    traffic.run(milliseconds: 1_000)
    for client in traffic.clients { client.moved = [0] }
    traffic.run(milliseconds: 4_000)
    for (user, expected) in [("a", 10.0), ("b", 20.0), ("c", 40.0)] {
      let moved = Double((totals[user] ?? []).map(\.total).reduce(0, +)) / 4 / Double(Self.mebibyte)
      #expect(near(moved, expected, 0.03), "\(user): \(moved)")
    }
  }

  @Test func tenEqualsBesideAGuarantee() throws {
    let configuration = try FlowConfiguration.pool(.cap(100 * Self.mebibyte)).after(
      .set(.poolRequester(pool: "pool", user: "vip"), NodeRecord(.cap(nil, guarantee: 40 * Self.mebibyte))))
    let traffic = SimulatedTraffic(configuration)
    let greedy = (0..<10).map { traffic.add(bucket: 1, user: "u\($0)", connections: 64)[0] }
    traffic.run(milliseconds: 1_000)
    let vip = traffic.add(bucket: 1, user: "vip", connections: 4, rate: 40 * Double(Self.mebibyte))[0]
    // What was lent is back within 100 ms.
    traffic.run(milliseconds: 100)
    vip.moved = [0]
    for client in greedy { client.moved = [0] }
    traffic.run(milliseconds: 3_000)
    #expect(Double(vip.total) >= 0.99 * 3 * 40 * Double(Self.mebibyte), "\(vip.total)")
    let rates = greedy.map { Double($0.total) }
    let sum = rates.reduce(0, +)
    let jain = sum * sum / (10 * rates.map { $0 * $0 }.reduce(0, +))
    #expect(jain >= 0.99, "Jain's index \(jain)")
    #expect(near(sum + Double(vip.total), 300 * Double(Self.mebibyte), 0.02), "\(sum)")
  }

  @Test func aChangeActsAtOnce() throws {
    let configuration = try FlowConfiguration.pool(.cap(10 * Self.mebibyte))
    let traffic = SimulatedTraffic(configuration)
    let client = traffic.add(bucket: 1, user: "u", connections: 4)[0]
    traffic.run(milliseconds: 1_000)
    let faster = try configuration.after(.set(.pool("pool"), NodeRecord(.cap(50 * Self.mebibyte))))
    traffic.table.take(over: faster)
    #expect(traffic.table.engine.configure(faster, [client.path]))
    client.moved = [0]
    traffic.run(milliseconds: 1_000)
    #expect(near(Double(client.total), 50 * Double(Self.mebibyte), 0.05), "\(client.total)")
    let none = try faster.after(.set(.pool("pool"), NodeRecord(NodeSettings())))
    traffic.table.take(over: none)
    #expect(traffic.table.engine.configure(none, [client.path]))
    client.moved = [0]
    traffic.run(milliseconds: 100)
    #expect(client.total > 1 << 30)
    #expect(!client.path.isLimited(.download))
    let closed = try none.after(.set(.bucket(1), NodeRecord(.cap(0))))
    #expect(traffic.table.engine.configure(closed, [client.path]))
    #expect(client.path.isForbidden(.download) && client.path.isForbidden(.upload))
  }

  /// Who is below its cap hardly ever waits.
  @Test func belowItsCapNobodyWaits() throws {
    let traffic = SimulatedTraffic(try FlowConfiguration.pool(.cap(100 * Self.mebibyte)))
    let client = traffic.add(
      bucket: 1, user: "u", connections: 4, objectBytes: 64 << 10, rate: 30 * Double(Self.mebibyte))[0]
    traffic.run(milliseconds: 2_000)
    #expect(near(Double(client.total), 60 * Double(Self.mebibyte), 0.02), "\(client.total)")
  }

  /// Two caps on the path: the lower one counts, whoever sets it.
  @Test func theLeastCapCounts() throws {
    let configuration = try FlowConfiguration.pool(.cap(50 * Self.mebibyte), buckets: 2).after(
      .set(.bucket(1), NodeRecord(.cap(10 * Self.mebibyte))),
      .set(.server, NodeRecord(.cap(30 * Self.mebibyte))))
    let traffic = SimulatedTraffic(configuration)
    let first = traffic.add(bucket: 1, user: "a", connections: 8)[0]
    let second = traffic.add(bucket: 2, user: "b", connections: 8)[0]
    traffic.run(milliseconds: 2_000)
    #expect(near(Double(first.total), 20 * Double(Self.mebibyte), 0.03), "\(first.total)")
    #expect(near(Double(second.total), 40 * Double(Self.mebibyte), 0.03), "\(second.total)")
  }
}
