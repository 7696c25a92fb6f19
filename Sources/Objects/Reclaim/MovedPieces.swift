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

  /// References that one commit takes for the reclaimer: a clean-up's number is one byte.
  private static let heldPerCommit = 200

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

  /// Takes the new references and drops the old ones; inside a commit closure that has found the row unchanged. With
  /// `holds` a shared blob gets one reference more, which is the reclaimer's: returns those.
  func commit(
    _ book: inout CommitBook, bucket: UInt64, holds: Bool
  ) throws(ObjectError) -> [HeldBlob] {
    var held: [HeldBlob] = []
    for move in moves {
      let new = Piece.slice(move.new)
      if !move.isFresh {
        try book.ledger.share([new], from: ReferenceOrigins([new]))
      } else {
        book.ledger.adopt([new])
        if holds, move.old.isWhole, held.count < Self.heldPerCommit,
          !held.contains(where: { $0.old == move.old.blob }),
          try book.transaction.row(ObjectTables.reference(move.old.blob)) != nil
        {
          let work = CleanUpRecord.Work.dropReference(move.new.blob, move.new.extents)
          let cleanUp = book.leave(CleanUpRecord(bucket: bucket, work: work))
          held.append(HeldBlob(old: move.old.blob, new: move.new, cleanUp: cleanUp))
          try book.ledger.share([new], from: ReferenceOrigins([new]))
        }
      }
      try book.ledger.drop([.slice(move.old)])
    }
    return held
  }
}

/// A reference that the reclaimer holds to a new blob, so that whoever shared the old one finds it.
struct HeldBlob: Sendable {
  let old: BlobID
  let new: BlobSlice
  /// What drops the reference.
  let cleanUp: CleanUpID
}
