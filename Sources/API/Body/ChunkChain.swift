import Primitives

/// Checks the chain of chunk signatures while the data passes.
struct ChunkChain {
  private var signer: SigV4ChunkSigner
  private let accessKeyID: String
  private let digest = Digest(.sha256)
  private var provided: [UInt8] = []

  init(_ seed: ChunkSeed) {
    signer = seed.signer
    accessKeyID = seed.accessKeyID
  }

  /// Begins a chunk that claims this signature.
  mutating func openChunk(_ signature: ArraySlice<UInt8>) {
    provided = Array(signature)
  }

  /// Takes data of the open chunk.
  func update(_ bytes: UnsafeRawBufferPointer) {
    // SAFETY: the digest only reads, before this returns.
    unsafe digest.update(bytes)
  }

  /// Checks the signature of the chunk whose data has passed; the next chunk builds on it.
  mutating func closeChunk() throws(BodyError) {
    try check(signer.stringToSign(chunkHash: digest.finish()), provided[...])
  }

  /// Checks the signature of the trailer block.
  mutating func checkTrailer(_ block: [UInt8], _ signature: ArraySlice<UInt8>) throws(BodyError) {
    try check(signer.stringToSign(trailerHash: SHA256.hash(block)), signature)
  }

  private mutating func check(_ toSign: [UInt8], _ provided: ArraySlice<UInt8>) throws(BodyError) {
    guard constantTimeEquals(signer.sign(toSign), provided) else {
      throw .signatureMismatch(
        accessKeyID: accessKeyID, stringToSign: toSign, provided: provided.lossyText)
    }
  }
}
