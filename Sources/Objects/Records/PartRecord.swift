import Primitives

/// A part's row.
struct PartRecord: Hashable, Sendable {
  static let recordVersion: UInt8 = 1
  /// Bytes; far above any part, far below what the sum of all parts could overflow with.
  static let sizeLimit: UInt64 = 1 << 48

  var lastModified: Timestamp
  var size: UInt64
  var etag: ETag
  /// Raw value, by the upload's algorithm or CRC64NVME.
  var checksum: [UInt8]
  /// Inline bytes are one piece of bytes.
  var pieces: [Piece]

  func encode() -> [UInt8] {
    var inline: [UInt8]?
    if pieces.isEmpty { inline = [] }
    if pieces.count == 1, case .bytes(let bytes) = pieces[0] { inline = bytes }
    var writer = ByteWriter(capacity: 96 + (inline?.count ?? 0))
    writer.u8(Self.recordVersion)
    writer.u8(inline == nil ? ObjectRow.ContentKind.pieces.rawValue : ObjectRow.ContentKind.inline.rawValue)
    writer.i64(lastModified.milliseconds)
    writer.u64(size)
    writer.u64(etag.high)
    writer.u64(etag.low)
    writer.bytes(checksum)
    if let inline { writer.raw(inline) } else { PieceCoding.encode(pieces, to: &writer) }
    return writer.bytes
  }

  init(lastModified: Timestamp, size: UInt64, etag: ETag, checksum: [UInt8], pieces: [Piece]) {
    self.lastModified = lastModified
    self.size = size
    self.etag = etag
    self.checksum = checksum
    self.pieces = pieces
  }

  init(decoding value: [UInt8]) throws(RecordError) {
    var reader = ByteReader(value)
    let version = try reader.u8()
    guard version == Self.recordVersion else { throw .unknownVersion(version) }
    let kind = try reader.u8()
    lastModified = Timestamp(milliseconds: try reader.i64())
    size = try reader.u64()
    guard size <= Self.sizeLimit else { throw .badValue("part size") }
    etag = ETag(high: try reader.u64(), low: try reader.u64(), partCount: 0)
    checksum = try reader.bytes()
    switch kind {
    case ObjectRow.ContentKind.inline.rawValue:
      let bytes = reader.rest()
      pieces = bytes.isEmpty ? [] : [.bytes(bytes)]
    case ObjectRow.ContentKind.pieces.rawValue:
      pieces = try PieceCoding.decodePieces(&reader)
      try reader.expectEnd()
    default: throw .badValue("part content")
    }
    guard try PieceCoding.checkedLength(pieces) == size else { throw .badValue("part size") }
  }
}
