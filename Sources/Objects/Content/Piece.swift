import Volumes

/// A run of an object's bytes: bytes themselves, or a slice of a blob. Every slice is one reference to its
/// blob.
enum Piece: Hashable, Sendable {
  case bytes([UInt8])
  case slice(BlobSlice)

  /// Bytes of content.
  var length: UInt64 {
    switch self {
    case .bytes(let bytes): UInt64(bytes.count)
    case .slice(let slice): slice.length
    }
  }
}

extension Piece {
  /// Whether it refers to a blob.
  var isSlice: Bool { if case .slice = self { true } else { false } }
}

/// Bytes `offset ..< offset + length` of what `extents` make together.
struct BlobSlice: Hashable, Sendable {
  let blob: BlobID
  /// All extents of the blob where the slice is the whole of it; otherwise those that it touches.
  let extents: [ExtentLocation]
  let offset: UInt64
  let length: UInt64
  /// Whether the slice is the whole blob.
  let isWhole: Bool

  /// The whole of a blob.
  init(blob: BlobID, extents: [ExtentLocation]) {
    self.blob = blob
    self.extents = extents
    offset = 0
    length = extents.reduce(0) { $0 &+ $1.length }
    isWhole = true
  }

  /// A part of a blob.
  init(blob: BlobID, extents: [ExtentLocation], offset: UInt64, length: UInt64) {
    self.blob = blob
    self.extents = extents
    self.offset = offset
    self.length = length
    isWhole = false
  }

  /// The slice of bytes `range` of this slice, which must lie within it.
  func slice(_ range: Range<UInt64>) -> BlobSlice {
    precondition(range.upperBound <= length, "a slice beyond its source")
    if isWhole && range.lowerBound == 0 && range.upperBound == length { return self }
    let wanted = (offset + range.lowerBound)..<(offset + range.upperBound)
    var touched: [ExtentLocation] = []
    var start: UInt64 = 0
    var first: UInt64 = 0
    for extent in extents {
      let end = start + extent.length
      if start < wanted.upperBound && end > wanted.lowerBound {
        if touched.isEmpty { first = start }
        touched.append(extent)
      }
      start = end
    }
    return BlobSlice(
      blob: blob, extents: touched, offset: wanted.lowerBound - first,
      length: wanted.upperBound - wanted.lowerBound)
  }
}
