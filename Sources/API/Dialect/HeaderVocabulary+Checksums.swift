package import Primitives

extension ChecksumHeaders {
  /// The header of one algorithm; nil for one that has none.
  package subscript(_ algorithm: ChecksumAlgorithm) -> StaticString? {
    switch algorithm {
    case .crc32: crc32
    case .crc32c: crc32c
    case .crc64nvme: crc64nvme
    case .sha1: sha1
    case .sha256: sha256
    case .crc64ecma: nil
    }
  }
}
