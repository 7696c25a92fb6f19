import Primitives
import Volumes

/// How often a blob is referred to; there is a row only for a blob that is or was shared.
struct ReferenceRecord: Hashable, Sendable {
  static let recordVersion: UInt8 = 1
  private static let partialFlag: UInt8 = 1

  var count: UInt64
  /// Whether some slice is or was partial: then no reference can be trusted to name all extents, and the row
  /// stays until the last one goes.
  var hasPartial: Bool
  /// All extents of the blob.
  var extents: [ExtentLocation]

  func encode() -> [UInt8] {
    var writer = ByteWriter(capacity: 32 + 16 * extents.count)
    writer.u8(Self.recordVersion)
    writer.u8(hasPartial ? Self.partialFlag : 0)
    writer.varint(count)
    PieceCoding.encode(extents, to: &writer)
    return writer.bytes
  }

  init(count: UInt64, hasPartial: Bool, extents: [ExtentLocation]) {
    self.count = count
    self.hasPartial = hasPartial
    self.extents = extents
  }

  init(decoding value: [UInt8]) throws(RecordError) {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard version == Self.recordVersion else { throw .unknownVersion(version) }
    let flags = try reader.u8()
    guard flags <= Self.partialFlag else { throw .badValue("reference flags") }
    hasPartial = flags == Self.partialFlag
    count = try reader.varint()
    guard count > 0, count <= UInt64(Int64.max) else { throw .badValue("reference count") }
    extents = try PieceCoding.decodeExtents(&reader)
    try reader.expectEnd()
  }
}
