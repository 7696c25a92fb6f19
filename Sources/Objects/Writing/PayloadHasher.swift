import Primitives

/// MD5 and one checksum of the same bytes, in one pass over each buffer while it is in the CPU's cache.
final class PayloadHasher {
  let algorithm: ChecksumAlgorithm
  private let md5 = Digest(.md5)
  private let checksum: Digest

  init(_ algorithm: ChecksumAlgorithm) {
    self.algorithm = algorithm
    checksum = Digest(DigestAlgorithm(algorithm))
  }

  func update(_ bytes: UnsafeRawBufferPointer) {
    // SAFETY: both only read the bytes, now.
    unsafe md5.update(bytes)
    unsafe checksum.update(bytes)
  }

  /// The MD5 (16 bytes) and the checksum's raw value.
  func finish() -> (md5: [UInt8], checksum: [UInt8]) {
    (md5.finish(), checksum.finish())
  }
}
