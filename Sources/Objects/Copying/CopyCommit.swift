import Metadata
import Primitives
import Volumes

/// Takes the references of copied bytes inside a commit closure.
struct CopyCommit: Sendable {
  let copied: CopiedBytes
  /// The row that the bytes were read from, and the version it had.
  let sourceKey: [UInt8]
  let sourceVersion: VersionID
  let sourceMoves: UInt64

  init(_ copied: CopiedBytes, _ object: OpenObject) {
    self.copied = copied
    sourceKey = object.rowKey
    sourceVersion = object.map.info.version
    sourceMoves = object.map.moves
  }

  /// False: the source is not what it was, so its blobs may be gone.
  func takeReferences(_ book: inout CommitBook) throws(ObjectError) -> Bool {
    if copied.isRewritten { book.ledger.adopt(copied.pieces) }
    guard let origins = copied.origins else { return true }
    guard let row = try book.transaction.row(sourceKey) else { return false }
    let now = try KeyVersion(KeyVersion.Place(rowKey: sourceKey), row).record()
    guard now.row.version == sourceVersion else { return false }
    if now.moves != sourceMoves {
      // An append leaves most of what was read where it is.
      guard now.row.kind == .appendable,
        Pieces.blobs(copied.pieces).isSubset(of: Pieces.blobs(now.content.ownPieces))
      else { return false }
    }
    try book.ledger.share(copied.pieces, from: origins)
    return true
  }

  /// Keys of the rows that the closure will read.
  var rowKeys: [[UInt8]] {
    copied.origins == nil ? [] : [sourceKey] + ReferenceOrigins.rowKeys(copied.pieces)
  }

  /// Space to give back when no commit takes it.
  var newExtents: [ExtentLocation] {
    guard copied.isRewritten else { return [] }
    var extents: [ExtentLocation] = []
    for case .slice(let slice) in copied.pieces { extents.append(contentsOf: slice.extents) }
    return extents
  }
}
