import Primitives

/// What is noted of a change of a key, by its time (docs/format/metadata.md, "Change record").
struct ChangeRecord: Hashable, Sendable {
  static let recordVersion: UInt8 = 1

  /// The versions that the change removed and that are kept.
  let removed: [VersionID]

  /// The commit that a row's key, of more than 17 bytes, tells of.
  static func timestamp(_ rowKey: [UInt8]) -> UInt64 { rowKey[9..<17].reduce(0) { $0 << 8 | UInt64($1) } }

  func encode() -> [UInt8] {
    var writer = ByteWriter(capacity: 1 + 8 * removed.count)
    writer.u8(Self.recordVersion)
    for version in removed { writer.u64(version.rawValue) }
    return writer.bytes
  }

  init(removed: [VersionID]) {
    self.removed = removed
  }

  init(decoding value: [UInt8]) throws(RecordError) {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard version == Self.recordVersion else { throw .unknownVersion(version) }
    var removed: [VersionID] = []
    while !reader.isAtEnd { removed.append(VersionID(rawValue: try reader.u64())) }
    self.removed = removed
  }
}
