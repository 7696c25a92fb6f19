import Primitives

/// MD5 and the checksums of the same bytes, in one pass over each buffer while it is in the CPU's cache.
final class PayloadHasher {
  /// What a payload's digests are.
  struct Digests {
    /// 16 bytes.
    let md5: [UInt8]
    /// Raw value of the algorithm that is kept.
    let checksum: [UInt8]
    /// Raw value of the algorithm that the client's own value is of.
    let verified: [UInt8]
  }

  /// The algorithm that the client's own value is of.
  let verifiedAlgorithm: ChecksumAlgorithm
  private let md5 = Digest(.md5)
  private let checksum: Digest
  private let other: Digest?

  /// Computes `algorithm`, and `verified` too when it is another.
  init(_ algorithm: ChecksumAlgorithm, verified: ChecksumAlgorithm? = nil) {
    verifiedAlgorithm = verified ?? algorithm
    checksum = Digest(DigestAlgorithm(algorithm))
    other = verifiedAlgorithm == algorithm ? nil : Digest(DigestAlgorithm(verifiedAlgorithm))
  }

  func update(_ bytes: UnsafeRawBufferPointer) {
    // SAFETY: they only read the bytes, now.
    unsafe md5.update(bytes)
    unsafe checksum.update(bytes)
    if let other { unsafe other.update(bytes) }
  }

  /// The digests of all that was given.
  func finish() -> Digests {
    let checksum = checksum.finish()
    return Digests(md5: md5.finish(), checksum: checksum, verified: other?.finish() ?? checksum)
  }
}
