import Primitives
import Volumes

/// Pieces and part entries as records hold them.
enum PieceCoding {
  private static let bytesKind: UInt8 = 0
  private static let sliceKind: UInt8 = 1
  private static let wholeFlag: UInt8 = 1
  /// Bytes; far above any extent, far below what sums of lengths could overflow with.
  private static let extentLengthLimit: UInt64 = 1 << 40

  static func encode(_ pieces: [Piece], to writer: inout ByteWriter) {
    writer.varint(UInt64(pieces.count))
    for piece in pieces {
      switch piece {
      case .bytes(let bytes):
        writer.u8(bytesKind)
        writer.bytes(bytes)
      case .slice(let slice):
        writer.u8(sliceKind)
        encode(slice, to: &writer)
      }
    }
  }

  private static func encode(_ slice: BlobSlice, to writer: inout ByteWriter) {
    writer.u64(slice.blob.high)
    writer.u64(slice.blob.low)
    writer.u8(slice.isWhole ? wholeFlag : 0)
    if !slice.isWhole {
      writer.varint(slice.offset)
      writer.varint(slice.length)
    }
    encode(slice.extents, to: &writer)
  }

  static func encode(_ extents: [ExtentLocation], to writer: inout ByteWriter) {
    writer.varint(UInt64(extents.count))
    for extent in extents { extent.encode(to: &writer) }
  }

  static func decodePieces(_ reader: inout ByteReader) throws(RecordError) -> [Piece] {
    let count = try reader.count("pieces")
    var pieces: [Piece] = []
    pieces.reserveCapacity(min(count, 1024))
    for _ in 0..<count {
      switch try reader.u8() {
      case bytesKind: pieces.append(.bytes(try reader.bytes()))
      case sliceKind: pieces.append(.slice(try decodeSlice(&reader)))
      default: throw .badValue("piece kind")
      }
    }
    return pieces
  }

  private static func decodeSlice(_ reader: inout ByteReader) throws(RecordError) -> BlobSlice {
    let blob = BlobID(high: try reader.u64(), low: try reader.u64())
    let flags = try reader.u8()
    if flags == wholeFlag {
      let extents = try decodeExtents(&reader)
      _ = try totalLength(extents)
      return BlobSlice(blob: blob, extents: extents)
    }
    guard flags == 0 else { throw .badValue("slice flags") }
    let offset = try reader.varint()
    let length = try reader.varint()
    let extents = try decodeExtents(&reader)
    let (end, overflow) = offset.addingReportingOverflow(length)
    guard !overflow, end <= (try totalLength(extents)) else { throw .badValue("slice range") }
    return BlobSlice(blob: blob, extents: extents, offset: offset, length: length)
  }

  static func decodeExtents(_ reader: inout ByteReader) throws(RecordError) -> [ExtentLocation] {
    let count = try reader.count("extents")
    var extents: [ExtentLocation] = []
    extents.reserveCapacity(min(count, 1024))
    for _ in 0..<count {
      let extent = try ExtentLocation(decoding: &reader)
      guard extent.length <= extentLengthLimit else { throw .badValue("extent length") }
      extents.append(extent)
    }
    return extents
  }

  private static func totalLength(_ extents: [ExtentLocation]) throws(RecordError) -> UInt64 {
    var total: UInt64 = 0
    for extent in extents {
      let (sum, overflow) = total.addingReportingOverflow(extent.length)
      guard !overflow else { throw .badValue("extent lengths") }
      total = sum
    }
    return total
  }

  static func encode(_ part: PartEntry, to writer: inout ByteWriter) {
    writer.varint(UInt64(part.number))
    writer.varint(part.size)
    writer.u64(part.etag.high)
    writer.u64(part.etag.low)
    writer.bytes(part.checksum ?? [])
    encode(part.pieces, to: &writer)
  }

  static func decodePart(_ reader: inout ByteReader) throws(RecordError) -> PartEntry {
    let number = try reader.varint()
    guard number <= UInt64(UInt16.max) else { throw .badValue("part number") }
    let size = try reader.varint()
    let etag = ETag(high: try reader.u64(), low: try reader.u64(), partCount: 0)
    let checksum = try reader.bytes()
    let pieces = try decodePieces(&reader)
    guard try checkedLength(pieces) == size else { throw .badValue("part size") }
    return PartEntry(
      number: Int(number), size: size, etag: etag, checksum: checksum.isEmpty ? nil : checksum,
      pieces: pieces)
  }

  /// The bytes of content of pieces from a record: the sum cannot be trusted not to overflow.
  static func checkedLength(_ pieces: [Piece]) throws(RecordError) -> UInt64 {
    var total: UInt64 = 0
    for piece in pieces {
      let (sum, overflow) = total.addingReportingOverflow(piece.length)
      guard !overflow else { throw .badValue("piece lengths") }
      total = sum
    }
    return total
  }
}

extension ByteReader {
  /// A count of things that take at least one byte each: more of them than bytes is damage, not an
  /// allocation.
  mutating func count(_ what: String) throws(RecordError) -> Int {
    let count = try varint()
    guard count <= UInt64(remaining) else { throw .badValue("count of " + what) }
    return Int(count)
  }
}
