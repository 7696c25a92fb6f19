import Primitives
import Testing

@testable import Flow

/// What OSS's clients may set.
@Suite struct ThresholdTests {
  private func refusal(
    _ settings: NodeSettings, at node: FlowNode, in configuration: FlowConfiguration, minimum: UInt64 = 0
  ) -> String? {
    do throws(FlowError) {
      try ThresholdRules.check(settings, at: node, in: configuration, minimum: minimum)
      return nil
    } catch {
      guard case .invalid(let message) = error else { return "\(error)" }
      return message
    }
  }

  private static func requests(_ total: UInt64?, intranet: UInt64? = nil) -> NodeSettings {
    var settings = NodeSettings()
    settings.requests[.total] = total
    settings.requests[.intranet] = intranet
    return settings
  }

  @Test func aPartIsNotMoreThanTheWhole() {
    for direction in Direction.allCases {
      for scope in [TrafficScope.intranet, .extranet] {
        var settings = NodeSettings()
        settings.caps[direction, .total] = 5
        settings.caps[direction, scope] = 6
        #expect(refusal(settings, at: .bucket(1), in: FlowConfiguration()) != nil)
        settings.caps[direction, .total] = nil
        #expect(refusal(settings, at: .bucket(1), in: FlowConfiguration()) == nil)
      }
    }
    #expect(refusal(Self.requests(5, intranet: 6), at: .bucket(1), in: FlowConfiguration()) != nil)
  }

  /// Each is bounded by what lies above it; of these the whole bounds a part, too.
  @Test func nobodyHasMoreThanWhatLiesAbove() throws {
    let time = Timestamp(seconds: 1)
    let configuration = try FlowConfiguration().after(
      .set(.server, NodeRecord(.cap(100))), .createPool("pool", .cap(50), at: time),
      .place(bucket: 1, name: "b1", pool: "pool", group: "grp", at: time),
      .set(.bucket(1), NodeRecord(.cap(20))))
    let most: [(FlowNode, UInt64)] = [
      (.pool("pool"), 100), (.group(pool: "pool", name: "grp"), 50), (.bucket(1), 50), (.bucket(2), 100),
      (.poolRequester(pool: "pool", user: "u"), 50), (.bucketRequester(bucket: 1, user: "u"), 20),
      (.bucketRequester(bucket: 2, user: "u"), 100),
    ]
    for (node, limit) in most {
      #expect(refusal(.cap(limit), at: node, in: configuration) == nil, "\(node)")
      #expect(refusal(.cap(limit + 1), at: node, in: configuration) != nil, "\(node)")
      var part = NodeSettings()
      part.caps[.download, .extranet] = limit + 1
      #expect(refusal(part, at: node, in: configuration) != nil, "\(node)")
      #expect(refusal(NodeSettings(), at: node, in: configuration) == nil, "\(node)")
    }
  }

  @Test func bucketsAndGroupsHaveTogetherNoMoreThanTheirPool() throws {
    let time = Timestamp(seconds: 1)
    let group = { (name: String) in FlowNode.group(pool: "pool", name: name) }
    let configuration = try FlowConfiguration().after(
      .createPool("pool", .cap(50), at: time),
      .place(bucket: 1, name: "b1", pool: "pool", group: nil, at: time),
      .place(bucket: 2, name: "b2", pool: "pool", group: nil, at: time),
      .set(.bucket(1), NodeRecord(.cap(30))), .set(group("one"), NodeRecord(.cap(40))))
    #expect(refusal(.cap(20), at: .bucket(2), in: configuration) == nil)
    #expect(refusal(.cap(21), at: .bucket(2), in: configuration) != nil)
    #expect(refusal(.cap(10), at: group("two"), in: configuration) == nil)
    #expect(refusal(.cap(11), at: group("two"), in: configuration) != nil)
    // What it has already is not counted twice; and a bucket of no pool is in no sum.
    #expect(refusal(.cap(50), at: .bucket(1), in: configuration) == nil)
    #expect(refusal(.cap(50), at: .bucket(3), in: configuration) == nil)
  }

  @Test func theLeastLimitIsForGroupsAndUsers() throws {
    let nodes: [(FlowNode, Bool)] = [
      (.group(pool: "pool", name: "grp"), true), (.poolRequester(pool: "pool", user: "u"), true),
      (.bucketRequester(bucket: 1, user: "u"), true), (.bucket(1), false), (.pool("pool"), false),
    ]
    let configuration = try FlowConfiguration.pool(.cap(100))
    for (node, isBounded) in nodes {
      #expect((refusal(.cap(4), at: node, in: configuration, minimum: 5) != nil) == isBounded, "\(node)")
      #expect(refusal(.cap(5), at: node, in: configuration, minimum: 5) == nil)
      #expect(refusal(.cap(0), at: node, in: configuration, minimum: 5) == nil)
      #expect(refusal(Self.requests(1), at: node, in: configuration, minimum: 5) == nil)
    }
  }

  /// Somebody has said that there is no limit: that is remembered, and outlives the rows.
  @Test func anEmptySettingIsHeld() throws {
    let configuration = try FlowConfiguration().after(
      .hold(.bucket(1), NodeRecord(NodeSettings(), bucketName: "b1")))
    #expect(configuration.nodes[.bucket(1)]?.bucketName == "b1")
    var read = FlowConfiguration()
    for row in configuration.rows { try FlowRow.read(key: row.key, value: row.value ?? [], into: &read) }
    #expect(read == configuration)
    #expect(try configuration.after(.set(.bucket(1), NodeRecord(NodeSettings()))).nodes.isEmpty)
  }
}
