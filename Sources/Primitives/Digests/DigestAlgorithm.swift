/// What a `Digest` computes.
package enum DigestAlgorithm: UInt8, Sendable, CaseIterable {
  case md5, sha1, sha256, crc32, crc32c, crc64nvme, crc64ecma

  /// The digest behind a stored checksum.
  package init(_ checksum: ChecksumAlgorithm) {
    switch checksum {
    case .crc32: self = .crc32
    case .crc32c: self = .crc32c
    case .crc64nvme: self = .crc64nvme
    case .crc64ecma: self = .crc64ecma
    case .sha1: self = .sha1
    case .sha256: self = .sha256
    }
  }

  /// Length of the result in bytes.
  package var length: Int {
    switch self {
    case .md5: 16
    case .sha1: 20
    case .sha256: 32
    case .crc32, .crc32c: 4
    case .crc64nvme, .crc64ecma: 8
    }
  }
}
