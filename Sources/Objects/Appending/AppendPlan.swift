import Primitives
import Volumes

/// What an append makes of an object's pieces, worked out before its commit.
struct AppendPlan: Sendable {
  /// The row that it was made from.
  struct Base: Hashable, Sendable {
    let version: VersionID
    let moves: UInt64
  }

  /// Nil: there is no object yet.
  let base: Base?
  /// What the object will be made of.
  let pieces: [Piece]
  /// Blobs that the commit takes the first reference to.
  let fresh: [Piece]
  /// Pieces that were written anew.
  var dropped: [Piece] = []
  /// What was received, when it was written anew as well.
  var wasted: [Piece] = []
  /// Blobs that were written for this plan alone.
  var rewritten: [Piece] = []

  /// Of an object that is not there: what was received is all of it.
  init(creating payload: Payload) {
    base = nil
    pieces = payload.pieces
    fresh = payload.pieces.filter(\.isSlice)
  }

  init(_ base: Base, pieces: [Piece], fresh: [Piece]) {
    self.base = base
    self.pieces = pieces
    self.fresh = fresh
  }
}

extension ObjectStore {
  /// Works an append out, from the object as it is now; writes those pieces at its end anew that have become too many.
  func plan(
    _ request: AppendObjectRequest, _ payload: Payload, behind object: OpenObject?
  ) async throws(ObjectError) -> AppendPlan {
    guard let object else { return AppendPlan(creating: payload) }
    let base = AppendPlan.Base(version: object.info.version, moves: object.map.moves)
    var kept = object.map.content.ownPieces
    var tail: [UInt8] = []
    if case .bytes(let bytes)? = kept.last {
      tail = bytes
      kept.removeLast()
    }
    if let joined = Self.joined(tail, payload.pieces, upTo: limits.inlineThreshold) {
      return AppendPlan(base, pieces: kept + joined, fresh: [])
    }
    let added = UInt64(tail.count) + payload.size
    var verdict = AppendLayout(limits).verdict(kept.map(\.length), adding: added)
    // Bytes are not left between blobs, where they would add up.
    if !payload.pieces.contains(where: \.isSlice) { verdict.joins = true }
    let dropped = Array(kept.suffix(verdict.absorbed))
    kept.removeLast(verdict.absorbed)
    var head = dropped + (tail.isEmpty ? [] : [.bytes(tail)])
    if verdict.joins { head += payload.pieces }
    let rewritten = head.isEmpty ? [] : [try await gather(head, of: object, request)]
    let own = verdict.joins ? [] : payload.pieces
    var plan = AppendPlan(base, pieces: kept + rewritten + own, fresh: rewritten + own)
    plan.dropped = dropped
    plan.rewritten = rewritten
    if verdict.joins { plan.wasted = payload.pieces.filter(\.isSlice) }
    return plan
  }

  /// Short bytes behind short bytes, which stay in the record; nil when they are too many.
  private static func joined(_ tail: [UInt8], _ added: [Piece], upTo limit: Int) -> [Piece]? {
    switch added.first {
    case nil: return tail.isEmpty ? [] : [.bytes(tail)]
    case .bytes(let bytes)? where tail.count + bytes.count <= limit: return [.bytes(tail + bytes)]
    default: return nil
    }
  }

  /// Writes pieces as one blob, which is durable when this returns.
  private func gather(
    _ pieces: [Piece], of object: OpenObject, _ request: AppendObjectRequest
  ) async throws(ObjectError) -> Piece {
    let blob = BlobID(high: SecureRandom.uint64(), low: SecureRandom.uint64())
    let writer = try await makeWriter(
      blob, request.bucket, request.key, length: Pieces.length(pieces),
      on: limits.placements[object.info.storageClass])
    do throws(ObjectError) {
      // SAFETY: the bytes are used inside the closure only.
      try await unsafe forEachBuffer(object, pieces) { (bytes) async throws(ObjectError) in
        try await unsafe Self.write(bytes, to: writer)
      }
      return .slice(BlobSlice(blob: blob, extents: try await Self.finish(writer)))
    } catch {
      await writer.abandon()
      throw error
    }
  }
}
