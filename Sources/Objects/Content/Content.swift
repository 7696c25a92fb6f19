import Primitives

/// Where an object's bytes are.
enum Content: Hashable, Sendable {
  /// Behind the record, in the same row.
  case inline(ArraySlice<UInt8>)
  /// Written at once, or copied.
  case pieces([Piece])
  /// Completed from parts, few enough to stand in the record.
  case parts([PartEntry])
  /// In manifest rows.
  case manifest(ManifestReference)
}

extension Content {
  /// Of an object that is written at once: bytes alone stand behind its record.
  init(pieces: [Piece]) {
    switch pieces.first {
    case nil: self = .inline([])
    case .bytes(let bytes)? where pieces.count == 1: self = .inline(bytes[...])
    default: self = .pieces(pieces)
    }
  }

  /// The pieces that stand in the record of an object that was written at once; none of another.
  var ownPieces: [Piece] {
    switch self {
    case .inline(let bytes): bytes.isEmpty ? [] : [.bytes(Array(bytes))]
    case .pieces(let pieces): pieces
    case .parts, .manifest: []
    }
  }
}

/// A part of an object: `number` as it was uploaded, 0 for an object written at once.
struct PartEntry: Hashable, Sendable {
  let number: Int
  let size: UInt64
  let etag: ETag
  /// Raw value; nil when none is kept.
  let checksum: [UInt8]?
  let pieces: [Piece]
}

/// Names the rows of a manifest.
struct ManifestID: Hashable, Sendable {
  let high: UInt64
  let low: UInt64

  static func random() -> ManifestID {
    ManifestID(high: SecureRandom.uint64(), low: SecureRandom.uint64())
  }
}

/// A manifest and what each of its rows holds, so that a row is found by offset or part without reading
/// others.
struct ManifestReference: Hashable, Sendable {
  struct Row: Hashable, Sendable {
    /// Part entries in the row.
    let parts: Int
    /// Bytes of the object in the row.
    let bytes: UInt64
  }

  let id: ManifestID
  let rows: [Row]
}
