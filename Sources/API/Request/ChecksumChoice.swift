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

  /// Whether a read asks to see checksums: `x-amz-checksum-mode: ENABLED`. In OSS each one does.
  package static func isShown(_ request: APIRequest) -> Bool {
    request.dialect.objects.decimalChecksum != nil
      || request.headers.first(request.names.checksumMode)?.matchesIgnoringCase("enabled") ?? false
  }

  /// Adds a checksum to a reply's head, as far as the dialect shows it.
  package static func add(
    _ checksum: ObjectChecksum, to head: inout ResponseHead, _ request: APIRequest
  ) {
    addValue(checksum, to: &head, request)
    guard request.dialect.shown(checksum.algorithm) != nil else { return }
    head.add(request.names.checksumType, checksum.type.name)
  }

  /// Adds a checksum without its type.
  package static func addValue(
    _ checksum: ObjectChecksum, to head: inout ResponseHead, _ request: APIRequest
  ) {
    addDecimal(checksum, to: &head, request)
    guard request.dialect.shown(checksum.algorithm) != nil,
      let name = request.names.checksums[checksum.algorithm]
    else { return }
    head.add(name, checksum.headerText)
  }

  /// Adds the checksum that OSS shows, to replies that show no other.
  package static func addDecimal(
    _ checksum: ObjectChecksum?, to head: inout ResponseHead, _ request: APIRequest
  ) {
    guard let name = request.dialect.objects.decimalChecksum, let checksum,
      checksum.algorithm == request.dialect.objects.checksumAlgorithm, checksum.type == .fullObject
    else { return }
    head.add(name, checksum.value.reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
  }
}
