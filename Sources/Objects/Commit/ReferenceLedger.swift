import Metadata
import Primitives
import Volumes

/// Keeps the references to blobs, and the bytes that segments are used for, inside one commit closure.
///
/// A blob with one reference has no row. The row appears with the second one; it goes with the last, or when
/// one is left that names the whole blob (docs/format/metadata.md, "Reference record").
struct ReferenceLedger {
  let transaction: Transaction
  /// Extents that lost their last reference: dead once the commit is durable.
  private(set) var dead: [ExtentLocation] = []

  init(_ transaction: Transaction) {
    self.transaction = transaction
  }

  /// Takes the first reference to blobs that were just written.
  func adopt(_ pieces: [Piece]) {
    for case .slice(let slice) in pieces { count(slice.extents, sign: 1) }
  }

  /// Takes one more reference for each slice of `pieces`, which were cut from `source`. The commit must have
  /// found the row of `source` unchanged.
  func share(_ pieces: [Piece], from source: ReferenceOrigins) throws(ObjectError) {
    for case .slice(let slice) in pieces {
      let key = ObjectTables.reference(slice.blob)
      var record: ReferenceRecord
      if let row = try transaction.row(key) {
        record = try decoding { () throws(RecordError) in try ReferenceRecord(decoding: row) }
        record.count += 1
      } else {
        guard let extents = source.extents[slice.blob] else {
          throw .damaged("a partial slice of a blob without a reference row")
        }
        record = ReferenceRecord(count: 2, hasPartial: false, extents: extents)
      }
      if !slice.isWhole { record.hasPartial = true }
      transaction.put(key, record.encode())
    }
  }

  /// Gives the references of `pieces` up.
  mutating func drop(_ pieces: [Piece]) throws(ObjectError) {
    for case .slice(let slice) in pieces {
      let key = ObjectTables.reference(slice.blob)
      guard let row = try transaction.row(key) else {
        guard slice.isWhole else { throw .damaged("a partial slice of a blob without a reference row") }
        bury(slice.extents)
        continue
      }
      var record = try decoding { () throws(RecordError) in try ReferenceRecord(decoding: row) }
      record.count -= 1
      if record.count == 0 {
        transaction.delete(key)
        bury(record.extents)
      } else if record.count == 1 && !record.hasPartial {
        transaction.delete(key)
      } else {
        transaction.put(key, record.encode())
      }
    }
  }

  private mutating func bury(_ extents: [ExtentLocation]) {
    count(extents, sign: -1)
    dead.append(contentsOf: extents)
  }

  private func count(_ extents: [ExtentLocation], sign: Int64) {
    for extent in extents {
      transaction.addCounter(
        ObjectTables.segmentUse(volume: extent.volume, segment: extent.segment),
        sign * Int64(clamping: extent.footprint))
    }
  }
}

/// All extents of the blobs that a copy's source refers to as a whole: what their first reference rows will
/// hold.
struct ReferenceOrigins: Sendable {
  fileprivate let extents: [BlobID: [ExtentLocation]]

  init(_ pieces: [Piece]) {
    var extents: [BlobID: [ExtentLocation]] = [:]
    for case .slice(let slice) in pieces where slice.isWhole { extents[slice.blob] = slice.extents }
    self.extents = extents
  }

  /// The keys of the reference rows that sharing `pieces` reads.
  static func rowKeys(_ pieces: [Piece]) -> [[UInt8]] {
    var keys: [[UInt8]] = []
    for case .slice(let slice) in pieces { keys.append(ObjectTables.reference(slice.blob)) }
    return keys
  }
}
