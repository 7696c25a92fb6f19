package import Objects
package import Primitives

/// Checksums in XML documents.
package enum ChecksumElements {
  /// `ChecksumCRC32` and the like.
  package static func name(_ algorithm: ChecksumAlgorithm) -> StaticString {
    switch algorithm {
    case .crc32: "ChecksumCRC32"
    case .crc32c: "ChecksumCRC32C"
    case .crc64nvme: "ChecksumCRC64NVME"
    case .sha1: "ChecksumSHA1"
    case .sha256: "ChecksumSHA256"
    case .crc64ecma: "ChecksumCRC64ECMA"
    }
  }

  /// The value as headers show it, `-N` included.
  package static func write(_ checksum: ObjectChecksum?, to xml: inout XMLWriter) {
    guard let checksum else { return }
    xml.element(name(checksum.algorithm), checksum.headerText)
  }

  /// `HashCrc64ecma`, where the dialect shows that checksum.
  package static func writeDecimal(
    _ checksum: ObjectChecksum?, _ request: APIRequest, to xml: inout XMLWriter
  ) {
    let isShown = request.dialect.objects.decimalChecksum != nil
    guard isShown, let checksum, checksum.algorithm == .crc64ecma else { return }
    xml.element("HashCrc64ecma", checksum.value.reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
  }

  /// The value a client sends for a part or an object in a request document.
  ///
  /// - Throws: InvalidRequest when it does not decode.
  static func read(_ element: XMLElement) throws(S3Error) -> ExpectedChecksum? {
    for algorithm in ChecksumAlgorithm.s3 {
      guard let text = element.string("\(name(algorithm))") else { continue }
      guard let value = Base64.decode(text), value.count == algorithm.digestLength else {
        throw .invalidRequest("Value for \(name(algorithm)) is invalid.")
      }
      return ExpectedChecksum(algorithm: algorithm, value: value)
    }
    return nil
  }
}
