package import HTTP
package import Primitives

/// What a request says about its body's checksums: S3's flexible checksums and `Content-MD5`.
package struct ChecksumRequest: Sendable, Equatable {
  /// The algorithm to compute for the client: of the value header, of the declared trailer, or of
  /// `x-amz-sdk-checksum-algorithm`. Nil means that the client asked for none (store CRC64NVME).
  package let algorithm: ChecksumAlgorithm?
  /// The value the body must have, raw bytes, from an `x-amz-checksum-*` header.
  package let expected: [UInt8]?
  /// The `-N` of a composite value; only where `parse` was told to allow it.
  package let expectedPartCount: Int?
  /// The checksum that `x-amz-trailer` promises to send after the body.
  package let trailer: ChecksumAlgorithm?
  /// `Content-MD5`, 16 bytes.
  package let contentMD5: [UInt8]?

  /// Whether the body's integrity is vouched for by anything at all.
  package var hasIntegrityHeader: Bool { expected != nil || trailer != nil || contentMD5 != nil }

  /// Reads and judges the checksum headers (S3 user guide, "Checking object integrity").
  ///
  /// `allowsPartCount` is for CompleteMultipartUpload, whose composite values may end in `-N`.
  package static func parse(_ headers: HeaderFields, allowsPartCount: Bool = false)
    throws(ChecksumError) -> ChecksumRequest
  {
    var scan = ChecksumHeaderScan()
    for index in 0..<headers.count {
      let (name, value) = headers[index]
      try scan.visit(name, value, allowsPartCount: allowsPartCount)
    }
    return try scan.finish()
  }
}

/// The state of one pass over the header fields.
private struct ChecksumHeaderScan {
  var found: (algorithm: ChecksumAlgorithm, value: [UInt8], parts: Int?)?
  var trailer: ChecksumAlgorithm?
  var hasTrailer = false
  var sdkAlgorithm: [UInt8]?
  var contentMD5: [UInt8]?

  mutating func visit(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>, allowsPartCount: Bool)
    throws(ChecksumError)
  {
    // Every name of interest has its length from a small set; most fields are dismissed by one compare.
    if name.matches("content-md5") {
      guard let md5 = Base64.decode(value), md5.count == 16 else {
        throw .invalidContentMD5(String(decoding: value, as: Unicode.UTF8.self))
      }
      contentMD5 = md5
    } else if name.matches("x-amz-sdk-checksum-algorithm") {
      sdkAlgorithm = Array(value)
    } else if name.matches("x-amz-trailer") {
      hasTrailer = true
      trailer = try Self.trailerAlgorithm(value, previous: trailer)
    } else if let suffix = name.suffix(after: "x-amz-checksum-") {
      try visitChecksum(suffix, value, allowsPartCount)
    }
  }

  private mutating func visitChecksum(
    _ suffix: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>, _ allowsPartCount: Bool
  ) throws(ChecksumError) {
    if suffix.matches("algorithm") || suffix.matches("mode") || suffix.matches("type") { return }
    guard let algorithm = ChecksumAlgorithm(fieldSuffix: suffix) else { throw .unsupportedAlgorithm }
    guard found == nil else { throw .multipleValues }
    var encoded = value
    var parts: Int?
    if allowsPartCount, let dash = value.lastIndex(of: UInt8(ascii: "-")) {
      parts = Self.partCount(value[(dash + 1)...])
      guard parts != nil else { throw .invalidValue(header: "x-amz-checksum-" + algorithm.headerSuffix) }
      encoded = value[..<dash]
    }
    guard let bytes = Base64.decode(encoded), bytes.count == algorithm.digestLength else {
      throw .invalidValue(header: "x-amz-checksum-" + algorithm.headerSuffix)
    }
    found = (algorithm, bytes, parts)
  }

  func finish() throws(ChecksumError) -> ChecksumRequest {
    if found != nil && hasTrailer { throw .valueAndTrailer }
    let declared = found?.algorithm ?? trailer
    if let sdkAlgorithm {
      guard let named = ChecksumAlgorithm(name: String(decoding: sdkAlgorithm, as: Unicode.UTF8.self))
      else { throw .algorithmMismatch }
      guard let declared else { throw .algorithmWithoutValue }
      guard declared == named else { throw .algorithmMismatch }
    }
    return ChecksumRequest(
      algorithm: declared, expected: found?.value, expectedPartCount: found?.parts, trailer: trailer,
      contentMD5: contentMD5)
  }

  /// `x-amz-trailer` may name one checksum field, once.
  private static func trailerAlgorithm(_ value: ArraySlice<UInt8>, previous: ChecksumAlgorithm?)
    throws(ChecksumError) -> ChecksumAlgorithm
  {
    guard previous == nil, let suffix = value.suffix(afterAnyCase: "x-amz-checksum-"),
      let algorithm = ChecksumAlgorithm(fieldSuffix: suffix)
    else { throw .unsupportedTrailer }
    return algorithm
  }

  private static func partCount(_ digits: ArraySlice<UInt8>) -> Int? {
    guard let count = UInt64(decimal: digits), (1...10_000).contains(count) else { return nil }
    return Int(count)
  }
}
