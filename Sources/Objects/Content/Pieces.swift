import Volumes

/// What can be asked of a list of pieces.
enum Pieces {
  /// Bytes of content in all.
  static func length(_ pieces: [Piece]) -> UInt64 {
    pieces.reduce(0) { $0 &+ $1.length }
  }

  /// The pieces of bytes `range`, which must lie within the list.
  static func slice(_ pieces: some Sequence<Piece>, _ range: Range<UInt64>) -> [Piece] {
    var result: [Piece] = []
    var start: UInt64 = 0
    for piece in pieces where !range.isEmpty {
      let end = start + piece.length
      defer { start = end }
      guard end > range.lowerBound else { continue }
      guard start < range.upperBound else { break }
      let lower = max(start, range.lowerBound) - start
      let upper = min(end, range.upperBound) - start
      guard lower < upper else { continue }
      switch piece {
      case .bytes(let bytes): result.append(.bytes(Array(bytes[Int(lower)..<Int(upper)])))
      case .slice(let slice): result.append(.slice(slice.slice(lower..<upper)))
      }
    }
    return result
  }

  /// The blobs that pieces refer to.
  static func blobs(_ pieces: [Piece]) -> Set<BlobID> {
    var blobs: Set<BlobID> = []
    for case .slice(let slice) in pieces { blobs.insert(slice.blob) }
    return blobs
  }

  /// Whether all that pieces refer to lies on volumes with these numbers.
  static func lie(_ pieces: [Piece], on volumes: [UInt16]) -> Bool {
    pieces.allSatisfy { piece in
      guard case .slice(let slice) = piece else { return true }
      return slice.extents.allSatisfy { volumes.contains($0.volume) }
    }
  }

  /// Whether any piece refers to a blob.
  static func refer(_ pieces: [Piece]) -> Bool {
    pieces.contains { if case .slice = $0 { true } else { false } }
  }
}
