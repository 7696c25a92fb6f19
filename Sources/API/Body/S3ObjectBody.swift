package import HTTP
package import Primitives

/// The body of an S3 request as the object it carries: framing removed, hashes and signatures verified.
///
/// Everything that can be verified has been when `read` returns 0; until then nothing may be committed.
/// Plain bodies are received straight into the caller's memory, and so is the inside of aws-chunked chunks; only
/// what arrives together with framing is copied, once. Confined to the ring of its connection.
package final class S3ObjectBody {
  /// The length of the object in bytes; nil only for a plain body in chunked transfer coding.
  package let length: UInt64?
  /// Whether the request's signature covers the bytes.
  package let isSigned: Bool

  /// What slows the receiving down; nil for nothing.
  var pacer: TransferPacer?

  private let source: any BodySource
  private let decoder: AWSChunkedDecoder?
  /// The declared SHA-256 of a plain body and the digest that must agree with it.
  private let declaredHash: [UInt8]?
  private let digest: Digest?
  private var received: UInt64 = 0
  private var isFinished = false
  /// Where bytes are received that may have framing among them; allocated when first needed.
  private lazy var framing = FramingBuffer(size: Self.bufferSize)
  /// The part of it that is not decoded yet.
  private var pending = 0..<0

  /// A chunk's line and a little data: the rest of a chunk goes straight to its target.
  private static let bufferSize = 4096
  private static let pieceSize = 16_384

  /// Takes the body of `head`; `trailer` is the checksum that `x-amz-trailer` declared. `requiresLength` refuses
  /// a plain body whose length is not declared, as S3 does for objects and parts; `allowsChunked` takes one in chunked
  /// transfer coding, as OSS does.
  package init(
    _ source: any BodySource, head: RequestHead, payload: PayloadMode, trailer: ChecksumAlgorithm?,
    requiresLength: Bool = true, allowsChunked: Bool = false
  ) throws(BodyError) {
    self.source = source
    isSigned = payload.isSigned
    if let mode = AWSChunkedDecoder.Mode(payload) {
      let decodedLength = try Self.decodedLength(head.headers)
      length = decodedLength
      decoder = AWSChunkedDecoder(mode, decodedLength: decodedLength, trailer: trailer)
    } else {
      if requiresLength { try Self.requireLength(head, allowsChunked: allowsChunked) }
      // A declared trailer on a body that is not in aws-chunked framing has nowhere to stand.
      guard trailer == nil else { throw .malformedTrailer }
      length = source.contentLength
      decoder = nil
    }
    if case .sha256(let hash) = payload {
      declaredHash = hash
      digest = Digest(.sha256)
    } else {
      declaredHash = nil
      digest = nil
    }
  }

  /// Reads up to `target.count` (at least 1) bytes of the object; 0 is the verified end.
  package func readBytes(into target: UnsafeMutableRawBufferPointer) async throws(BodyError) -> Int {
    precondition(target.count > 0, "no room for a byte")
    if isFinished { return 0 }
    if let decoder { return try unsafe await readFramed(decoder, into: target) }
    return try unsafe await readPlain(into: target)
  }

  /// The checksum that came after the data, once `readBytes` has returned 0.
  package func trailingChecksum() -> (ChecksumAlgorithm, [UInt8])? { decoder?.trailingChecksum }

  /// The whole body, verified: for XML documents. A body above `limit` bytes is refused. `claim` is asked for memory
  /// before bytes are kept; without an answer of true the body is refused.
  package func collect(
    limit: Int, claim: (_ bytes: Int) -> Bool = { _ in true }
  ) async throws(BodyError) -> [UInt8] {
    if let length, length > UInt64(limit) { throw .tooLarge(limit: limit) }
    var bytes: [UInt8] = []
    // SAFETY: the piece is freed on every way out, and nothing keeps a pointer into it.
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
    defer { unsafe piece.deallocate() }
    while true {
      let count = try unsafe await readBytes(into: piece)
      guard count > 0 else { return bytes }
      guard bytes.count + count <= limit else { throw .tooLarge(limit: limit) }
      let cost = DocumentCost.bytes(bytes.count + count) - DocumentCost.bytes(bytes.count)
      guard cost == 0 || claim(cost) else { throw .overMemory }
      unsafe bytes.append(contentsOf: piece[..<count])
    }
  }

  private func readPlain(into target: UnsafeMutableRawBufferPointer) async throws(BodyError) -> Int {
    let count = try unsafe await receive(into: target)
    guard count == 0 else {
      received += UInt64(count)
      // SAFETY: the source filled the first `count` bytes.
      unsafe digest?.update(UnsafeRawBufferPointer(rebasing: target[..<count]))
      return count
    }
    if let length, received != length { throw .incomplete(expected: length, provided: received) }
    if let declaredHash, let computed = digest?.finish(), computed != declaredHash {
      throw .contentSHA256Mismatch(declared: Hex.encode(declaredHash), computed: Hex.encode(computed))
    }
    isFinished = true
    return 0
  }

  private func readFramed(_ decoder: AWSChunkedDecoder, into target: UnsafeMutableRawBufferPointer)
    async throws(BodyError) -> Int
  {
    while true {
      if !pending.isEmpty {
        let produced = try unsafe decodePending(decoder, into: target)
        if produced > 0 { return produced }
      }
      let direct = decoder.directCapacity
      if direct >= UInt64(Self.bufferSize) || direct >= UInt64(target.count) {
        let space = Int(min(direct, UInt64(target.count)))
        // SAFETY: `space` is within the target.
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: target[..<space])
        let count = try unsafe await receive(into: room)
        guard count > 0 else { throw .terminatedUnexpectedly(.missingEnd) }
        try unsafe decoder.acceptDirect(UnsafeRawBufferPointer(rebasing: room[..<count]))
        return count
      }
      let count = try unsafe await receive(into: framing.memory)
      guard count > 0 else {
        try decoder.finish()
        isFinished = true
        return 0
      }
      pending = 0..<count
    }
  }

  /// Decodes what has been received with framing among it; returns the data bytes that gave.
  private func decodePending(
    _ decoder: AWSChunkedDecoder, into target: UnsafeMutableRawBufferPointer
  ) throws(BodyError) -> Int {
    // SAFETY: `pending` lies within the framing buffer, which is not written while it is decoded.
    let input = unsafe UnsafeRawBufferPointer(rebasing: framing.memory[pending])
    let progress = try unsafe decoder.decode(input, into: target)
    pending = (pending.lowerBound + progress.consumed)..<pending.upperBound
    return progress.produced
  }

  private func receive(into target: UnsafeMutableRawBufferPointer) async throws(BodyError) -> Int {
    if let pacer { return try await unsafe receive(into: target, pacer) }
    do {
      return try unsafe await source.read(into: target)
    } catch {
      throw BodyError(error)
    }
  }

  /// The same, no faster than the pacer lets it.
  private func receive(
    into target: UnsafeMutableRawBufferPointer, _ pacer: TransferPacer
  ) async throws(BodyError) -> Int {
    let room = min(target.count, await pacer.mayReceive(target.count))
    guard room > 0 else { throw .forbidden }
    do {
      // SAFETY: `room` is within the target, which the caller keeps until this returns.
      let count = try unsafe await source.read(into: UnsafeMutableRawBufferPointer(rebasing: target[..<room]))
      pacer.received(count)
      return count
    } catch {
      throw BodyError(error)
    }
  }
}
