/// What may be done with a volume. Raw values stand in metadata (docs/format/metadata.md, "Volume record").
package enum VolumeState: UInt8, CaseIterable, Sendable {
  /// Read and written.
  case active = 0
  /// Read, and emptied: what lies there is moved to others.
  case draining = 1
  /// Nothing lies there any more, and it is not opened; its number is never used again.
  case removed = 2

  /// As people read and write it.
  package var word: String {
    switch self {
    case .active: "active"
    case .draining: "draining"
    case .removed: "removed"
    }
  }
}
