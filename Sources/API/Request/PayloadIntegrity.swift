import Objects
import Primitives

/// The checksums of a body that was read whole.
package enum PayloadIntegrity {
  /// As `check`, where S3 wants something that vouches for the body; with `always`, OSS does too.
  ///
  /// - Throws: InvalidRequest when nothing does, BadDigest.
  package static func demand(_ request: APIRequest, always: Bool = false) throws(S3Error) {
    let isDemanded = always || request.dialect.objects.demandsIntegrity
    guard !isDemanded || request.checksums?.hasIntegrityHeader == true else {
      throw .invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
    }
    try check(request)
  }

  /// Compares the payload with Content-MD5 and with the checksum of header or trailer.
  ///
  /// - Throws: BadDigest.
  package static func check(_ request: APIRequest) throws(S3Error) {
    guard let checksums = request.checksums else { return }
    try checkMD5(request)
    if let algorithm = checksums.algorithm, let expected = checksums.expected {
      try check(request.payload, algorithm, expected)
    }
    if let (algorithm, expected) = request.body?.trailingChecksum() {
      try check(request.payload, algorithm, expected)
    }
  }

  /// Compares the payload with Content-MD5.
  ///
  /// - Throws: BadDigest.
  package static func checkMD5(_ request: APIRequest) throws(S3Error) {
    guard let expected = request.checksums?.contentMD5 else { return }
    let calculated = MD5.hash(request.payload)
    guard calculated == expected else {
      throw S3Error(.contentMD5Mismatch(expected: expected, calculated: calculated), request)
    }
  }

  private static func check(
    _ payload: [UInt8], _ algorithm: ChecksumAlgorithm, _ expected: [UInt8]
  ) throws(S3Error) {
    let digest = Digest(DigestAlgorithm(algorithm))
    digest.update(payload)
    guard digest.finish() == expected else {
      throw S3Error(
        .badDigest, message: "The \(algorithm.name) you specified did not match the calculated checksum.")
    }
  }
}
