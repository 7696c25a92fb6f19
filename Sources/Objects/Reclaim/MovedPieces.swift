import Volumes

/// A row's pieces with some of them moved, and what the commit that stores them does to references.
struct MovedPieces: Sendable {
  /// A slice that gives way to another.
  private struct Move: Sendable {
    let old: BlobSlice
    let new: BlobSlice
    /// Whether the new blob was written for this row; else it is shared with rows that were moved before.
    let isFresh: Bool
  }

  /// What the row will hold.
  private(set) var pieces: [Piece] = []
  private var moves: [Move] = []

  var isEmpty: Bool { moves.isEmpty }

  mutating func keep(_ piece: Piece) { pieces.append(piece) }

  /// `new` was just written for this row.
  mutating func replace(_ old: BlobSlice, by new: BlobSlice) {
    pieces.append(.slice(new))
    moves.append(Move(old: old, new: new, isFresh: true))
  }

  /// `new` has been there since another row was moved.
  mutating func redirect(_ old: BlobSlice, to new: BlobSlice) {
    pieces.append(.slice(new))
    moves.append(Move(old: old, new: new, isFresh: false))
  }

  mutating func append(_ other: MovedPieces) {
    pieces += other.pieces
    moves += other.moves
  }

  /// Extents to give back when no commit takes them.
  var newExtents: [ExtentLocation] { moves.filter(\.isFresh).flatMap(\.new.extents) }

  /// Keys of the rows that `commit` reads.
  var rowKeys: [[UInt8]] {
    moves.flatMap { [ObjectTables.reference($0.old.blob), ObjectTables.reference($0.new.blob)] }
  }

  /// Takes the new references and drops the old ones; inside a commit closure that has found the row unchanged. A
  /// shared blob gets one reference more, which is the reclaimer's: the clean-ups that drop those, by the blob that
  /// was moved.
  func commit(_ book: inout CommitBook, bucket: UInt64) throws(ObjectError) -> [BlobID: (
    BlobSlice, CleanUpID
  )] {
    var held: [BlobID: (BlobSlice, CleanUpID)] = [:]
    for move in moves {
      let new = Piece.slice(move.new)
      if !move.isFresh {
        try book.ledger.share([new], from: ReferenceOrigins([new]))
      } else {
        book.ledger.adopt([new])
        if move.old.isWhole, held[move.old.blob] == nil,
          try book.transaction.row(ObjectTables.reference(move.old.blob)) != nil
        {
          let work = CleanUpRecord.Work.dropReference(move.new.blob, move.new.extents)
          held[move.old.blob] = (move.new, book.leave(CleanUpRecord(bucket: bucket, work: work)))
          try book.ledger.share([new], from: ReferenceOrigins([new]))
        }
      }
      try book.ledger.drop([.slice(move.old)])
    }
    return held
  }
}
