package import HTTP
package import Objects
package import Primitives

/// The headers by which a client chooses checksums.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>
package enum ChecksumChoice {
  /// `x-amz-checksum-algorithm`.
  ///
  /// - Throws: InvalidRequest for an algorithm that there is not.
  package static func algorithm(_ request: APIRequest) throws(S3Error) -> ChecksumAlgorithm? {
    guard let text = request.headers.string(request.names.checksumAlgorithm) else { return nil }
    guard let algorithm = ChecksumAlgorithm(name: text) else {
      throw S3Error(ChecksumError.unsupportedAlgorithm)
    }
    return algorithm
  }

  /// `x-amz-checksum-type`.
  ///
  /// - Throws: InvalidRequest for a type that there is not.
  package static func type(_ request: APIRequest) throws(S3Error) -> ChecksumType? {
    guard let text = request.headers.string(request.names.checksumType) else { return nil }
    guard let type = ChecksumType(name: text) else {
      throw .invalidRequest("Value for \(request.names.checksumType) header is invalid.")
    }
    return type
  }

  /// Whether a read asks to see checksums: `x-amz-checksum-mode: ENABLED`.
  package static func isShown(_ request: APIRequest) -> Bool {
    request.headers.first(request.names.checksumMode)?.matchesIgnoringCase("enabled") ?? false
  }

  /// Adds a checksum to a reply's head.
  package static func add(
    _ checksum: ObjectChecksum, to head: inout ResponseHead, _ names: HeaderVocabulary
  ) {
    head.add(names.checksums[checksum.algorithm], checksum.headerText)
    head.add(names.checksumType, checksum.type.name)
  }
}
