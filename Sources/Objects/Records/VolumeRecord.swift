import Primitives
import Volumes

/// Which volume metadata belongs with (docs/format/metadata.md, "Volume record").
enum VolumeRecord {
  private static let version: UInt8 = 1

  static func encode(_ id: VolumeID) -> [UInt8] {
    var bytes = [version]
    ObjectTables.append(id.high, to: &bytes)
    ObjectTables.append(id.low, to: &bytes)
    return bytes
  }

  /// Reads what `encode` wrote; nil when it is not that.
  static func decode(_ bytes: [UInt8]) -> VolumeID? {
    guard bytes.count == 17, bytes[0] == version else { return nil }
    return VolumeID(
      high: bytes[1..<9].reduce(0) { $0 << 8 | UInt64($1) },
      low: bytes[9..<17].reduce(0) { $0 << 8 | UInt64($1) })
  }
}
