import Metadata
import Primitives
import Volumes

extension ObjectStore {
  /// Bytes of memory that storing a body of that length holds at most, nil where it is not known.
  package func bytesToReceive(_ length: UInt64?) -> Int {
    // A small one is there three times: as received, as a piece, and in its record.
    if let length, length <= UInt64(limits.inlineThreshold) { return 3 * Int(length) }
    return volumes.writerBytes(expecting: length) + limits.inlineThreshold
  }

  /// Reads a body to its end, verifies it against `terms`, and stores it: in memory when it is small, else as
  /// a blob that is durable when this returns. Whatever it throws, nothing is left behind but dead space.
  func receive(_ body: any ObjectBody, _ terms: PayloadTerms) async throws(ObjectError) -> Payload {
    if let length = body.length, length > limits.largestUpload {
      throw .entityTooLarge(proposed: length, maximum: limits.largestUpload)
    }
    let hasher = PayloadHasher(terms.algorithm, verified: terms.verified)
    let known = body.length
    if let known, known > UInt64(limits.inlineThreshold) {
      return try await stream(body, start: nil, hasher, terms)
    }
    // One byte more than can be inline: the read that fills it says that the body is longer.
    let start = SmallBuffer(capacity: min(Int(clamping: known ?? .max), limits.inlineThreshold) + 1)
    while !start.isFull {
      let count = try await unsafe Self.read(body, into: start.space)
      if count == 0 {
        return try keep(start, hasher, terms, body)
      }
      start.advance(count)
    }
    if let known { throw .incompleteBody(expected: known, provided: UInt64(start.count)) }
    return try await stream(body, start: start, hasher, terms)
  }

  /// The whole body is in `start`.
  private func keep(
    _ start: SmallBuffer, _ hasher: PayloadHasher, _ terms: PayloadTerms, _ body: any ObjectBody
  ) throws(ObjectError) -> Payload {
    // SAFETY: `start` lives until the end of this function.
    let bytes = unsafe [UInt8](start.bytes)
    unsafe hasher.update(start.bytes)
    let digests = try Self.verify(hasher, terms, body, size: UInt64(bytes.count))
    return Payload(
      size: UInt64(bytes.count), md5: digests.md5, checksum: digests.checksum,
      pieces: bytes.isEmpty ? [] : [.bytes(bytes)])
  }

  private func stream(
    _ body: any ObjectBody, start: SmallBuffer?, _ hasher: PayloadHasher, _ terms: PayloadTerms
  ) async throws(ObjectError) -> Payload {
    // Its commit would be refused: the body would only fill the disk further.
    if let refusal = metadata.refusal(for: .keep) { throw ObjectError(refusal) }
    let blob = BlobID(high: SecureRandom.uint64(), low: SecureRandom.uint64())
    let writer = try await makeWriter(
      blob, terms.bucket, terms.key, length: body.length, on: limits.placements[terms.storageClass])
    do throws(ObjectError) {
      var size: UInt64 = 0
      if let start { size = try await Self.write(start, to: writer, hasher) }
      size = try await fill(writer, from: body, hasher, size)
      let digests = try Self.verify(hasher, terms, body, size: size)
      let extents = try await Self.finish(writer)
      return Payload(
        size: size, md5: digests.md5, checksum: digests.checksum,
        pieces: [.slice(BlobSlice(blob: blob, extents: extents))])
    } catch {
      await writer.abandon()
      throw error
    }
  }

  /// Takes the body's bytes straight into the writer's buffers until its end. Returns the size in all.
  private func fill(
    _ writer: BlobWriter, from body: any ObjectBody, _ hasher: PayloadHasher, _ start: UInt64
  ) async throws(ObjectError) -> UInt64 {
    var size = start
    while true {
      let space = try await unsafe Self.space(writer)
      let count = try await unsafe Self.read(body, into: space)
      if count == 0 { return size }
      size += UInt64(count)
      if size > limits.largestUpload {
        throw .entityTooLarge(proposed: nil, maximum: limits.largestUpload)
      }
      if let known = body.length, size > known { throw .incompleteBody(expected: known, provided: size) }
      // SAFETY: the body has filled the first `count` bytes of the writer's space.
      unsafe hasher.update(UnsafeRawBufferPointer(rebasing: space[..<count]))
      try await Self.advance(writer, count)
    }
  }

  /// Digests, length and checksums, once the body has ended.
  private static func verify(
    _ hasher: PayloadHasher, _ terms: PayloadTerms, _ body: any ObjectBody, size: UInt64
  ) throws(ObjectError) -> PayloadHasher.Digests {
    if let known = body.length, known != size { throw .incompleteBody(expected: known, provided: size) }
    let digests = hasher.finish()
    if let expected = terms.contentMD5, expected != digests.md5 {
      throw .contentMD5Mismatch(expected: expected, calculated: digests.md5)
    }
    if let expected = terms.expectedChecksum, expected != digests.verified {
      throw .checksumMismatch(hasher.verifiedAlgorithm)
    }
    if let (algorithm, expected) = body.trailingChecksum() {
      guard algorithm == hasher.verifiedAlgorithm, expected == digests.verified else {
        throw .checksumMismatch(algorithm)
      }
    }
    return digests
  }
}
