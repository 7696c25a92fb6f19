import Primitives
import Volumes

/// Bytes of a source, ready to be committed somewhere else.
struct CopiedBytes: Sendable {
  let size: UInt64
  let md5: [UInt8]
  /// Raw value by the algorithm that was asked for.
  let checksum: [UInt8]
  let pieces: [Piece]
  /// The blobs that `pieces` share with the source; nil when they share none.
  let origins: ReferenceOrigins?
  /// Whether `pieces` is one new blob, which the commit has to adopt.
  let isRewritten: Bool
}

extension ObjectStore {
  /// Finds out what a copy of bytes `range` of `source` is made of: inline when small, slices of the source's
  /// blobs when not. Digests are taken over from the source where they are known, else the bytes are read,
  /// but not written; only a source of too many pieces is written anew, and one that lies on no volume of the class
  /// that the copy is to have.
  func prepareCopy(
    _ source: OpenObject, _ range: Range<UInt64>, _ algorithm: ChecksumAlgorithm, for bucket: BucketInfo,
    _ key: ObjectKey, _ storageClass: StorageClass
  ) async throws(ObjectError) -> CopiedBytes {
    let pieces = try source.pieces { () throws(ObjectError) in try source.map.pieces(range) }
    let size = range.upperBound - range.lowerBound
    if size <= UInt64(limits.inlineThreshold) {
      return try await copyInline(source, pieces, Int(size), algorithm)
    }
    let numbers = limits.placements[storageClass]
    if pieces.count > limits.piecesPerContent || !Pieces.lie(pieces, on: numbers) {
      return try await rewrite(source, pieces, size, algorithm, bucket, key, numbers)
    }
    let digests: (md5: [UInt8], checksum: [UInt8])
    if let known = known(source, range, algorithm) {
      digests = known
    } else {
      digests = try await hash(source, pieces, algorithm)
    }
    let origins = Pieces.refer(pieces) ? ReferenceOrigins(try source.allPieces(range)) : nil
    return CopiedBytes(
      size: size, md5: digests.md5, checksum: digests.checksum, pieces: pieces, origins: origins,
      isRewritten: false)
  }

  /// The source's own digests, when they are of the same bytes and by the same algorithm.
  private func known(
    _ source: OpenObject, _ range: Range<UInt64>, _ algorithm: ChecksumAlgorithm
  ) -> (md5: [UInt8], checksum: [UInt8])? {
    guard range == 0..<source.info.size, source.info.partCount == nil, source.info.kind == .ordinary,
      let checksum = source.info.checksum, checksum.algorithm == algorithm, checksum.type == .fullObject
    else { return nil }
    return (source.info.etag.md5, checksum.value)
  }

  private func hash(
    _ source: OpenObject, _ pieces: [Piece], _ algorithm: ChecksumAlgorithm
  ) async throws(ObjectError) -> (md5: [UInt8], checksum: [UInt8]) {
    let hasher = PayloadHasher(algorithm)
    // SAFETY: the bytes are used inside the closure only.
    try await unsafe forEachBuffer(source, pieces) { (bytes) async throws(ObjectError) in
      unsafe hasher.update(bytes)
    }
    let digests = hasher.finish()
    return (digests.md5, digests.checksum)
  }

  private func copyInline(
    _ source: OpenObject, _ pieces: [Piece], _ size: Int, _ algorithm: ChecksumAlgorithm
  ) async throws(ObjectError) -> CopiedBytes {
    let hasher = PayloadHasher(algorithm)
    var copied: [UInt8] = []
    copied.reserveCapacity(size)
    // SAFETY: the bytes are used inside the closure only.
    try await unsafe forEachBuffer(source, pieces) { (bytes) async throws(ObjectError) in
      unsafe hasher.update(bytes)
      unsafe copied.append(contentsOf: bytes)
    }
    let digests = hasher.finish()
    return CopiedBytes(
      size: UInt64(size), md5: digests.md5, checksum: digests.checksum,
      pieces: copied.isEmpty ? [] : [.bytes(copied)], origins: nil, isRewritten: false)
  }

  private func rewrite(
    _ source: OpenObject, _ pieces: [Piece], _ size: UInt64, _ algorithm: ChecksumAlgorithm,
    _ bucket: BucketInfo, _ key: ObjectKey, _ numbers: [UInt16]
  ) async throws(ObjectError) -> CopiedBytes {
    let hasher = PayloadHasher(algorithm)
    let blob = BlobID(high: SecureRandom.uint64(), low: SecureRandom.uint64())
    let writer = try await makeWriter(blob, bucket, key, length: size, on: numbers)
    do throws(ObjectError) {
      try await unsafe forEachBuffer(source, pieces) { (bytes) async throws(ObjectError) in
        unsafe hasher.update(bytes)
        try await unsafe Self.write(bytes, to: writer)
      }
      let extents = try await Self.finish(writer)
      let digests = hasher.finish()
      return CopiedBytes(
        size: size, md5: digests.md5, checksum: digests.checksum,
        pieces: [.slice(BlobSlice(blob: blob, extents: extents))], origins: nil, isRewritten: true)
    } catch {
      await writer.abandon()
      throw error
    }
  }

  /// Calls `body` with the bytes of pieces, which are the source's or at least durable.
  func forEachBuffer(
    _ source: OpenObject, _ pieces: [Piece],
    _ body: (UnsafeRawBufferPointer) async throws(ObjectError) -> Void
  ) async throws(ObjectError) {
    let reader = ObjectReader(ReadPlan(pieces), volumes, of: source)
    do throws(ObjectError) {
      while let bytes = try await unsafe reader.next() { try await unsafe body(bytes) }
    } catch {
      await reader.close()
      throw error
    }
    await reader.close()
  }
}
