import Volumes

/// What a relocation is for, and so what it moves and where to.
enum RelocationGoal: Sendable {
  /// Nothing is to be left in these segments. What lies there stays on its volume, unless that is drained.
  case empty(Set<SegmentID>)
  /// What a version refers to is to lie on the volumes with these numbers.
  case place([UInt16])

  /// Whether a slice has to be moved.
  func concerns(_ slice: BlobSlice) -> Bool {
    switch self {
    case .empty(let segments): slice.extents.contains { segments.contains($0.segmentID) }
    case .place(let numbers): slice.extents.contains { !numbers.contains($0.volume) }
    }
  }

  /// Whether all that share a blob are to find the moved one.
  var movesSharers: Bool { if case .empty = self { true } else { false } }
}
