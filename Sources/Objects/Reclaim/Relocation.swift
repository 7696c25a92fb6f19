import Primitives
import Ring
import Volumes

/// What moving blobs came to.
package struct RelocationReport: Sendable {
  /// Blobs written anew, and their bytes.
  package internal(set) var blobs = 0
  package internal(set) var bytes: UInt64 = 0
  /// Rows that were pointed to new blobs.
  package internal(set) var rows = 0
  /// What could not be moved because it is damaged.
  package internal(set) var damaged: [StorageFailure] = []
  /// Rows that were left as they are because they would have become too long.
  package internal(set) var tooLong = 0
  /// Whether all rows had to be looked through.
  package internal(set) var scanned = false
}

/// Moves blobs that something refers to: out of segments that are to be emptied
/// (docs/decisions/0004-reclaim-moves-blobs.md), or to the volumes of another class. Confined to the ring that runs it.
// SAFETY (unchecked Sendable): its tasks all run on one ring.
final class Relocation: @unchecked Sendable {
  let store: ObjectStore
  let goal: RelocationGoal
  /// Waits until so many bytes may be copied.
  let pace: @Sendable (UInt64) async throws(ObjectError) -> Void
  var report = RelocationReport()
  /// Where shared blobs went. A reference of our own, which a clean-up drops, keeps each of them.
  var moved: [BlobID: BlobSlice] = [:]
  var held: [CleanUpID] = []
  /// Owners that something damaged belongs to, or whose rows would become too long: not tried again.
  var leftOwners: Set<RowOwner> = []
  /// Whether a row that refers to a shared blob is being moved: two at a time would each copy it.
  private var movesShared = false

  init(
    _ store: ObjectStore, _ goal: RelocationGoal,
    pace: @escaping @Sendable (UInt64) async throws(ObjectError) -> Void
  ) {
    self.store = store
    self.goal = goal
    self.pace = pace
  }

  /// Whether any of the pieces has to be moved.
  func concerns(_ pieces: [Piece]) -> Bool {
    pieces.contains { if case .slice(let slice) = $0 { goal.concerns(slice) } else { false } }
  }

  /// Runs `body`, alone if the pieces refer to shared blobs that have to be moved.
  func inTurn(
    _ pieces: [Piece], _ body: () async throws(ObjectError) -> Void
  ) async throws(ObjectError) {
    guard goal.movesSharers, try await sharesBlobs(pieces) else { return try await body() }
    while movesShared { await Ring.current.sleep(for: .milliseconds(1)) }
    movesShared = true
    defer { movesShared = false }
    try await body()
  }

  private func sharesBlobs(_ pieces: [Piece]) async throws(ObjectError) -> Bool {
    for case .slice(let slice) in pieces where goal.concerns(slice) {
      if try await store.metadata.row(ObjectTables.reference(slice.blob)) != nil { return true }
    }
    return false
  }

  /// Writes the concerned slices of a row's pieces as blobs of `owner`, which has this class; the others stay. Nothing
  /// refers to them yet.
  func copy(
    _ pieces: [Piece], for owner: RowOwner, _ storageClass: StorageClass
  ) async throws(ObjectError) -> MovedPieces {
    var result = MovedPieces()
    var known = moved
    do throws(ObjectError) {
      for piece in pieces {
        guard case .slice(let slice) = piece, goal.concerns(slice) else {
          result.keep(piece)
          continue
        }
        if slice.isWhole, let target = known[slice.blob] {
          result.redirect(slice, to: target)
        } else {
          let new = try await copy(slice, for: owner, storageClass)
          result.replace(slice, by: new)
          if slice.isWhole { known[slice.blob] = new }
        }
      }
    } catch {
      store.volumes.markDead(result.newExtents)
      throw error
    }
    return result
  }

  private func copy(
    _ slice: BlobSlice, for owner: RowOwner, _ storageClass: StorageClass
  ) async throws(ObjectError) -> BlobSlice {
    let blob = BlobID(high: SecureRandom.uint64(), low: SecureRandom.uint64())
    let reader = ObjectReader(ReadPlan([.slice(slice)]), store.volumes, of: nil)
    let writer: BlobWriter
    do throws(ObjectError) {
      writer = try await store.makeWriter(
        blob, owner.bucket, owner.key, length: slice.length, for: .move,
        on: destination(of: slice, storageClass))
    } catch {
      await reader.close()
      throw error
    }
    do throws(ObjectError) {
      while let bytes = try await unsafe reader.next() {
        try await pace(UInt64(bytes.count))
        // SAFETY: the bytes are valid until the reader's next call.
        try await unsafe ObjectStore.write(bytes, to: writer)
      }
      let extents = try await ObjectStore.finish(writer)
      await reader.close()
      report.blobs += 1
      report.bytes += slice.length
      return BlobSlice(blob: blob, extents: extents)
    } catch {
      await writer.abandon()
      await reader.close()
      throw error
    }
  }

  /// The volumes that a slice may be moved to.
  private func destination(of slice: BlobSlice, _ storageClass: StorageClass) -> [UInt16] {
    switch goal {
    case .place(let numbers): return numbers
    case .empty:
      guard let number = slice.extents.first?.volume, store.volumes.member(number)?.state == .active else {
        return store.limits.placements[storageClass]
      }
      return [number]
    }
  }
}

/// The object or upload whose row is rewritten.
struct RowOwner: Hashable, Sendable {
  let bucket: BucketInfo
  let key: ObjectKey

  static func == (a: RowOwner, b: RowOwner) -> Bool { a.bucket.id == b.bucket.id && a.key == b.key }

  func hash(into hasher: inout Hasher) {
    hasher.combine(bucket.id)
    hasher.combine(key)
  }
}
