extension BodyError {
  /// The S3 reply for this refusal.
  package var s3: S3ErrorFields {
    switch self {
    case .incomplete(let expected, let provided):
      S3ErrorCode.incompleteBody.fields(
        [("NumberBytesExpected", String(expected)), ("NumberBytesProvided", String(provided))])
    case .terminatedUnexpectedly:
      (.incompleteBody, "The request body terminated unexpectedly", [])
    case .timedOut:
      S3ErrorCode.requestTimeout.fields()
    case .missingContentLength:
      S3ErrorCode.missingContentLength.fields()
    case .transferEncodingNotImplemented:
      S3ErrorCode.notImplemented.fields([("Header", "Transfer-Encoding")])
    case .malformedDecodedLength(let text):
      (
        .invalidArgument, "The x-amz-decoded-content-length header must be a number of bytes",
        [("ArgumentName", "x-amz-decoded-content-length"), ("ArgumentValue", text)]
      )
    case .contentSHA256Mismatch(let declared, let computed):
      S3ErrorCode.contentSHA256Mismatch.fields(
        [("ClientComputedContentSHA256", declared), ("S3ComputedContentSHA256", computed)])
    case .invalidChunkSize(let chunk, let badSize):
      S3ErrorCode.invalidChunkSize.fields([("Chunk", String(chunk)), ("BadChunkSize", String(badSize))])
    case .signatureMismatch(let accessKeyID, let stringToSign, let provided):
      SignatureError.mismatch(accessKeyID, stringToSign, provided, nil)
    case .malformedTrailer:
      S3ErrorCode.malformedTrailer.fields()
    case .invalidTrailerChecksum(let header):
      (.invalidRequest, "Value for \(header) trailing header is invalid.", [])
    case .overMemory:
      S3ErrorCode.slowDown.fields()
    case .forbidden:
      (.accessDenied, "Uploads have been forbidden by QoS.", [])
    case .tooLarge(let limit):
      S3ErrorCode.maxMessageLengthExceeded.fields([("MaxMessageLengthBytes", String(limit))])
    }
  }
}
