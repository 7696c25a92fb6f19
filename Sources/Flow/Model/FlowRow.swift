package import Primitives

/// A row that keeps a part of the configuration (docs/format/metadata.md, "Flow tables and records").
package struct FlowRow: Hashable, Sendable {
  /// The table of all these rows.
  package static let table: UInt8 = 0x90
  private static let version: UInt8 = 1

  package let key: [UInt8]
  /// Nil to delete it.
  package let value: [UInt8]?
  /// Whom the row is about; none where it is deleted. A plan's buckets are not among them: they are in its pool, and
  /// their deletion is a change of that.
  package let subjects: [Subject]

  /// Somebody who must be there when a row about them is kept.
  package enum Subject: Hashable, Sendable {
    /// A bucket by its id.
    case bucket(UInt64, name: String)
    /// A user by id; without a name where only that is known.
    case user(String, name: String)
  }

  /// The key of the row that counts the changes.
  package static let generationKey: [UInt8] = [table, UInt8(ascii: "g")]

  /// The number in the row that counts the changes; 0 where there is no such row yet.
  package static func generation(_ value: [UInt8]?) throws(RecordError) -> UInt64 {
    guard let value else { return 0 }
    var reader = ByteReader(value)
    try check(version: try reader.u8())
    return try reader.u64()
  }

  init(generation: UInt64) {
    key = Self.generationKey
    var writer = ByteWriter()
    writer.u8(Self.version)
    writer.u64(generation)
    value = writer.bytes
    subjects = []
  }

  init(pool name: String, _ pool: FlowConfiguration.Pool?) {
    key = [Self.table, UInt8(ascii: "p")] + Array(name.utf8)
    value = pool.map { pool in
      var writer = ByteWriter()
      writer.u8(Self.version)
      writer.string(name)
      writer.i64(pool.created.milliseconds)
      return writer.bytes
    }
    subjects = []
  }

  init(bucket: UInt64, _ member: FlowConfiguration.Member?) {
    var key = ByteWriter()
    key.u8(Self.table)
    key.u8(UInt8(ascii: "m"))
    key.u64(bucket)
    self.key = key.bytes
    value = member.map { member in
      var writer = ByteWriter()
      writer.u8(Self.version)
      writer.u64(bucket)
      writer.string(member.bucketName)
      writer.string(member.pool)
      writer.string(member.group ?? "")
      writer.i64(member.joined.milliseconds)
      return writer.bytes
    }
    subjects = member.map { [.bucket(bucket, name: $0.bucketName)] } ?? []
  }

  init(_ place: PriorityPlan.Place, _ plan: PriorityPlan?) {
    key = [Self.table, UInt8(ascii: "q"), place.kind.rawValue] + Array(place.pool.utf8)
    value = plan.map { [Self.version] + PriorityRow.bytes(place, $0) }
    subjects = (plan?.levels ?? []).flatMap(\.subjects).compactMap { subject -> Subject? in
      if case .requester(let id) = subject { .user(id, name: "") } else { nil }
    }
  }

  init(_ node: FlowNode, _ record: NodeRecord?) {
    key = [Self.table, UInt8(ascii: "n")] + Self.bytes(of: node)
    value = record.map { record in
      var writer = ByteWriter()
      writer.u8(Self.version)
      writer.raw(Self.bytes(of: node))
      writer.string(record.bucketName)
      writer.string(record.userName)
      writer.raw(Self.bytes(of: record.settings))
      return writer.bytes
    }
    var subjects: [Subject] = []
    if let record, let bucket = node.bucket { subjects.append(.bucket(bucket, name: record.bucketName)) }
    if let record, let user = node.user { subjects.append(.user(user, name: record.userName)) }
    self.subjects = subjects
  }

  /// Takes a row into a configuration that is being read.
  package static func read(
    key: [UInt8], value: [UInt8], into configuration: inout FlowConfiguration
  ) throws(RecordError) {
    var reader = ByteReader(value)
    try check(version: try reader.u8())
    switch key.dropFirst().first {
    case UInt8(ascii: "g"): configuration.generation = try reader.u64()
    case UInt8(ascii: "p"):
      let name = try reader.string()
      configuration.pools[name] = .init(created: Timestamp(milliseconds: try reader.i64()))
    case UInt8(ascii: "m"):
      let bucket = try reader.u64()
      let (name, pool, group) = (try reader.string(), try reader.string(), try reader.string())
      configuration.members[bucket] = .init(
        bucketName: name, pool: pool, group: group.isEmpty ? nil : group,
        joined: Timestamp(milliseconds: try reader.i64()))
    case UInt8(ascii: "n"):
      let node = try node(&reader)
      let (bucketName, userName) = (try reader.string(), try reader.string())
      configuration.nodes[node] = NodeRecord(
        try settings(&reader), bucketName: bucketName, userName: userName)
    case UInt8(ascii: "q"):
      let (place, plan) = try PriorityRow.read(&reader)
      configuration.plans[place] = plan
    default: throw RecordError.badValue("kind of flow row")
    }
    try reader.expectEnd()
  }

  private static func check(version found: UInt8) throws(RecordError) {
    guard found == version else { throw RecordError.unknownVersion(found) }
  }

  static func bytes(of node: FlowNode) -> [UInt8] {
    var writer = ByteWriter()
    switch node {
    case .server: writer.u8(0)
    case .background: writer.u8(6)
    case .pool(let name):
      writer.u8(1)
      writer.string(name)
    case .group(let pool, let name):
      writer.u8(2)
      writer.string(pool)
      writer.string(name)
    case .bucket(let id):
      writer.u8(3)
      writer.u64(id)
    case .poolRequester(let pool, let user):
      writer.u8(4)
      writer.string(pool)
      writer.string(user)
    case .bucketRequester(let bucket, let user):
      writer.u8(5)
      writer.u64(bucket)
      writer.string(user)
    }
    return writer.bytes
  }

  static func node(_ reader: inout ByteReader) throws(RecordError) -> FlowNode {
    switch try reader.u8() {
    case 0: return .server
    case 1: return .pool(try reader.string())
    case 2: return .group(pool: try reader.string(), name: try reader.string())
    case 3: return .bucket(try reader.u64())
    case 4: return .poolRequester(pool: try reader.string(), user: try reader.string())
    case 5: return .bucketRequester(bucket: try reader.u64(), user: try reader.string())
    case 6: return .background
    default: throw RecordError.badValue("kind of flow node")
    }
  }

  /// Rates are one more than they are, so that 0 is none.
  private static func bytes(of settings: NodeSettings) -> [UInt8] {
    var writer = ByteWriter()
    for limits in [settings.caps, settings.guarantees] {
      for direction in Direction.allCases {
        for scope in TrafficScope.allCases { writer.varint(limits[direction, scope].map { $0 + 1 } ?? 0) }
      }
    }
    for scope in TrafficScope.allCases { writer.varint(settings.requests[scope].map { $0 + 1 } ?? 0) }
    writer.u8(settings.priority ?? 0)
    writer.varint(UInt64(settings.weight ?? 0))
    return writer.bytes
  }

  private static func settings(_ reader: inout ByteReader) throws(RecordError) -> NodeSettings {
    var settings = NodeSettings()
    for direction in Direction.allCases {
      for scope in TrafficScope.allCases { settings.caps[direction, scope] = try rate(&reader) }
    }
    for direction in Direction.allCases {
      for scope in TrafficScope.allCases { settings.guarantees[direction, scope] = try rate(&reader) }
    }
    for scope in TrafficScope.allCases { settings.requests[scope] = try rate(&reader) }
    let priority = try reader.u8()
    guard priority == 0 || NodeSettings.priorities.contains(priority) else {
      throw RecordError.badValue("priority")
    }
    settings.priority = priority == 0 ? nil : priority
    let weight = try reader.varint()
    guard weight <= UInt64(NodeSettings.weights.upperBound) else { throw RecordError.badValue("weight") }
    settings.weight = weight == 0 ? nil : UInt32(weight)
    return settings
  }

  static func rate(_ reader: inout ByteReader) throws(RecordError) -> UInt64? {
    let number = try reader.varint()
    guard number <= NodeSettings.highestRate + 1 else { throw RecordError.badValue("rate") }
    return number == 0 ? nil : number - 1
  }
}

extension FlowConfiguration {
  /// All rows that keep it.
  var rows: [FlowRow] {
    [FlowRow(generation: generation)] + pools.map { FlowRow(pool: $0.key, $0.value) }
      + members.map { FlowRow(bucket: $0.key, $0.value) } + nodes.map { FlowRow($0.key, $0.value) }
      + plans.map { FlowRow($0.key, $0.value) }
  }
}
