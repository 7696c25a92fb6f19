import Volumes

/// What to read, in order: pieces, with neighbouring slices joined so that one reader's read-ahead runs over
/// them.
struct ReadPlan {
  enum Step {
    case bytes([UInt8])
    /// A range of what the extents, all on one volume, make together.
    case extents([ExtentLocation], Range<UInt64>)
  }

  private(set) var steps: [Step] = []

  init(_ pieces: [Piece]) {
    var extents: [ExtentLocation] = []
    var total: UInt64 = 0
    var range: Range<UInt64> = 0..<0
    func flush(_ steps: inout [Step]) {
      if !range.isEmpty { steps.append(.extents(extents, range)) }
      extents = []
      total = 0
      range = 0..<0
    }
    for piece in pieces where piece.length > 0 {
      switch piece {
      case .bytes(let bytes):
        flush(&steps)
        steps.append(.bytes(bytes))
      case .slice(let slice):
        // Joined only where the slice goes on exactly where the extents so far end, on the same volume.
        if range.isEmpty || range.upperBound != total || slice.offset != 0
          || slice.extents.first?.volume != extents.first?.volume
        {
          flush(&steps)
          range = slice.offset..<slice.offset
        }
        extents.append(contentsOf: slice.extents)
        range = range.lowerBound..<(total + slice.offset + slice.length)
        total += slice.extents.reduce(0) { $0 + $1.length }
      }
    }
    flush(&steps)
  }
}
