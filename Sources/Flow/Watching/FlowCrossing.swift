package import Primitives

/// That a limit was nearly used up for a while, or used up: what an owner is told of.
package struct FlowCrossing: Hashable, Sendable {
  /// What was crossed.
  package enum Level: UInt8, Sendable, CaseIterable {
    /// The report threshold, a part of the limit. OSS's INFO.
    case reported = 0
    /// The limit itself: transfers waited, or requests were refused. OSS's WARN.
    case exceeded = 1

    /// OSS's word for it.
    package var name: String { self == .reported ? "INFO" : "WARN" }
  }

  /// 16 bytes: when it was noticed (milliseconds since 1970 UTC, so that ids are in the order of time), and random
  /// ones.
  package let id: [UInt8]
  package let key: FlowLimitKey
  package let level: Level
  /// What the node's bucket and user were called; empty without them.
  package let bucketName: String
  package let userName: String
  /// Bytes or requests each second: the limit, and what of it was crossed, when it was noticed.
  package let limit: UInt64
  package let threshold: UInt64
  package let start: Timestamp
  /// When it was below again; nil while it is not.
  package var end: Timestamp?
  /// The most that was used, each second.
  package var peak: UInt64

  /// OSS's name: `BucketEgressBandwidth`, `ResourcePoolQpsThresholdExceeded`.
  package var name: String {
    let subject =
      switch key.node {
      case .server: "User"
      case .background: "Background"
      case .pool: "ResourcePool"
      case .group: "BucketGroup"
      case .bucket: "Bucket"
      case .poolRequester, .bucketRequester: "Requester"
      }
    let what =
      switch key.quantity {
      case .upload: "IngressBandwidth"
      case .download: "EgressBandwidth"
      case .requests: "Qps"
      }
    return subject + what + (level == .exceeded ? "ThresholdExceeded" : "")
  }

  /// `pool ai`, `requester alice at bucket data`.
  package var subject: String {
    switch key.node {
    case .server: "server"
    case .background: "background"
    case .pool(let name): "pool \(name)"
    case .group(let pool, let name): "group \(pool)/\(name)"
    case .bucket: "bucket \(bucketName)"
    case .poolRequester(let pool, _): "requester \(userName) at pool \(pool)"
    case .bucketRequester: "requester \(userName) at bucket \(bucketName)"
    }
  }

  /// Hexadecimal.
  package var idText: String { Hex.encode(id) }
}

extension FlowCrossing {
  /// The table of these rows (docs/format/metadata.md, "Flow events").
  package static let table: UInt8 = 0x91
  private static let version: UInt8 = 1

  package var rowKey: [UInt8] { [Self.table] + id }

  package var rowValue: [UInt8] {
    var writer = ByteWriter()
    writer.u8(Self.version)
    writer.raw(FlowRow.bytes(of: key.node))
    writer.string(bucketName)
    writer.string(userName)
    writer.u8(key.quantity.rawValue)
    writer.u8(UInt8(key.scope.rawValue))
    writer.u8(level.rawValue)
    writer.varint(limit)
    writer.varint(threshold)
    writer.varint(peak)
    writer.i64(start.milliseconds)
    writer.i64(end?.milliseconds ?? 0)
    return writer.bytes
  }

  /// From a row.
  package init(key rowKey: [UInt8], value: [UInt8]) throws(RecordError) {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard version == Self.version else { throw RecordError.unknownVersion(version) }
    guard rowKey.count == 17, rowKey[0] == Self.table else { throw RecordError.badValue("flow event's id") }
    id = Array(rowKey.dropFirst())
    let node = try FlowRow.node(&reader)
    bucketName = try reader.string()
    userName = try reader.string()
    guard let quantity = FlowQuantity(rawValue: try reader.u8()),
      let scope = TrafficScope(rawValue: Int(try reader.u8())), let level = Level(rawValue: try reader.u8())
    else { throw RecordError.badValue("kind of flow event") }
    key = FlowLimitKey(node: node, quantity: quantity, scope: scope)
    self.level = level
    limit = try reader.varint()
    threshold = try reader.varint()
    peak = try reader.varint()
    start = Timestamp(milliseconds: try reader.i64())
    let end = try reader.i64()
    self.end = end == 0 ? nil : Timestamp(milliseconds: end)
    try reader.expectEnd()
  }
}
