/// Every refusal of the checksum headers of a request, judged before its body is read.
///
/// (A checksum that is well-formed but wrong is found where the body is hashed, not here.)
package enum ChecksumError: Error, Sendable, Equatable {
  /// `Content-MD5` is not the base64 form of 16 bytes; the value as sent.
  case invalidContentMD5(String)
  /// A value header that is not base64 or has the wrong length; the header's name.
  case invalidValue(header: String)
  /// Two value headers.
  case multipleValues
  /// A value header together with `x-amz-trailer`.
  case valueAndTrailer
  /// `x-amz-sdk-checksum-algorithm` is unknown, or names another algorithm than the header or trailer.
  case algorithmMismatch
  /// `x-amz-sdk-checksum-algorithm` without a value header or trailer.
  case algorithmWithoutValue
  /// A checksum algorithm that this server does not compute.
  case unsupportedAlgorithm
  /// `x-amz-trailer` names something else than a supported checksum.
  case unsupportedTrailer

  /// The S3 reply for this refusal.
  package var s3: S3ErrorFields {
    switch self {
    case .invalidContentMD5(let value):
      return S3ErrorCode.invalidDigest.fields([("Content-MD5", value)])
    case .invalidValue(let header):
      return (.invalidRequest, "Value for \(header) header is invalid.", [])
    case .multipleValues:
      return (
        .invalidRequest,
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.", []
      )
    case .valueAndTrailer:
      return (.invalidRequest, "Expecting a single x-amz-checksum- header", [])
    case .algorithmMismatch:
      return (
        .invalidRequest, "Value for x-amz-sdk-checksum-algorithm header is invalid.", []
      )
    case .algorithmWithoutValue:
      return (
        .invalidRequest,
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer "
          + "headers were found.", []
      )
    case .unsupportedAlgorithm:
      return (
        .invalidRequest,
        "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
          + "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]", []
      )
    case .unsupportedTrailer:
      return (
        .invalidRequest, "The value specified in the x-amz-trailer header is not supported", []
      )
    }
  }
}
