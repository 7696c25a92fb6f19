extension BodyError {
  /// The S3 reply for this refusal.
  package var s3: S3ErrorFields {
    switch self {
    case .incomplete(let expected, let provided):
      (
        "IncompleteBody", 400,
        "You did not provide the number of bytes specified by the Content-Length HTTP header",
        [("NumberBytesExpected", String(expected)), ("NumberBytesProvided", String(provided))]
      )
    case .terminatedUnexpectedly:
      ("IncompleteBody", 400, "The request body terminated unexpectedly", [])
    case .timedOut:
      (
        "RequestTimeout", 400,
        "Your socket connection to the server was not read from or written to within the timeout period. "
          + "Idle connections will be closed.", []
      )
    case .missingContentLength:
      ("MissingContentLength", 411, "You must provide the Content-Length HTTP header.", [])
    case .transferEncodingNotImplemented:
      (
        "NotImplemented", 501, "A header you provided implies functionality that is not implemented",
        [("Header", "Transfer-Encoding")]
      )
    case .malformedDecodedLength(let text):
      (
        "InvalidArgument", 400, "The x-amz-decoded-content-length header must be a number of bytes",
        [("ArgumentName", "x-amz-decoded-content-length"), ("ArgumentValue", text)]
      )
    case .contentSHA256Mismatch(let declared, let computed):
      (
        "XAmzContentSHA256Mismatch", 400,
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        [("ClientComputedContentSHA256", declared), ("S3ComputedContentSHA256", computed)]
      )
    case .invalidChunkSize(let chunk, let badSize):
      (
        "InvalidChunkSizeError", 403, "Only the last chunk is allowed to have a size less than 8192 bytes",
        [("Chunk", String(chunk)), ("BadChunkSize", String(badSize))]
      )
    case .signatureMismatch(let accessKeyID, let stringToSign, let provided):
      SignatureError.mismatch(accessKeyID, stringToSign, provided, nil)
    case .malformedTrailer:
      (
        "MalformedTrailerError", 400,
        "The request contained trailing data that was not well-formed or did not conform to our published "
          + "schema.", []
      )
    case .invalidTrailerChecksum(let header):
      ("InvalidRequest", 400, "Value for \(header) trailing header is invalid.", [])
    case .tooLarge(let limit):
      (
        "MaxMessageLengthExceeded", 400, "Your request was too big.",
        [("MaxMessageLengthBytes", String(limit))]
      )
    }
  }
}
