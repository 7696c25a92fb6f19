import Primitives

extension SignatureError {
  /// The refusals that follow from looking the key up and checking the signature.
  var verdict: S3ErrorFields {
    switch self {
    case .requestTimeTooSkewed(let requestTime, let serverTime):
      S3ErrorCode.requestTimeTooSkewed.fields([
        ("RequestTime", requestTime), ("ServerTime", serverTime.iso8601WholeSeconds),
        ("MaxAllowedSkewMilliseconds", String(SigningLimits.skewMilliseconds)),
      ])
    case .unknownAccessKey(let id):
      S3ErrorCode.invalidAccessKeyID.fields([("AWSAccessKeyId", id)])
    case .invalidToken(let token):
      S3ErrorCode.invalidToken.fields([("Token-0", token)])
    case .signatureMismatch(let accessKeyID, let stringToSign, let provided, let canonicalRequest):
      Self.mismatch(accessKeyID, stringToSign, provided, canonicalRequest)
    default:
      S3ErrorCode.accessDenied.fields()
    }
  }

  /// SignatureDoesNotMatch with everything a client author needs to find the difference.
  static func mismatch(
    _ accessKeyID: String, _ stringToSign: [UInt8], _ provided: String, _ canonicalRequest: [UInt8]?
  ) -> S3ErrorFields {
    var extras: [(StaticString, String)] = [
      ("AWSAccessKeyId", accessKeyID),
      ("StringToSign", String(decoding: stringToSign, as: Unicode.UTF8.self)),
      ("SignatureProvided", provided),
      ("StringToSignBytes", hexPairs(stringToSign)),
    ]
    if let canonicalRequest {
      extras.append(("CanonicalRequest", String(decoding: canonicalRequest, as: Unicode.UTF8.self)))
      extras.append(("CanonicalRequestBytes", hexPairs(canonicalRequest)))
    }
    return S3ErrorCode.signatureDoesNotMatch.fields(extras)
  }

  /// `47 45 54`: the form of the `…Bytes` elements.
  private static func hexPairs(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 3)
    for byte in bytes {
      if !text.isEmpty { text.append(UInt8(ascii: " ")) }
      text.append(hexDigit(byte >> 4))
      text.append(hexDigit(byte & 15))
    }
    return String(decoding: text, as: Unicode.UTF8.self)
  }

  private static func hexDigit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
  }
}

extension ScopeProblem {
  /// The same problem in the spelling of header or of query authentication.
  func s3(_ place: AuthenticationPlace) -> S3ErrorFields {
    let code: S3ErrorCode
    let lead: String
    switch place {
    case .header:
      code = .authorizationHeaderMalformed
      lead = "The authorization header is malformed; "
    case .query:
      code = .authorizationQueryParametersError
      lead = "Error parsing the X-Amz-Credential parameter; "
    }
    switch self {
    case .shape:
      return (
        code,
        lead + "the Credential is mal-formed; expecting "
          + "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".", []
      )
    case .dateFormat(let text):
      return (
        code,
        lead + "incorrect date format \"\(text)\". This date in the credential must be in the format "
          + "\"yyyyMMdd\".", []
      )
    case .dateMismatch(let scope, let requestTime):
      return (
        code,
        lead + "Invalid credential date \"\(scope)\". This date is not the same as X-Amz-Date: "
          + "\"\(requestTime)\".", []
      )
    case .region(let region, let expected):
      return (
        code, lead + "the region '\(region)' is wrong; expecting '\(expected)'",
        [("Region", expected)]
      )
    case .service(let service, let expected):
      return (
        code,
        lead + "incorrect service \"\(service)\". This endpoint belongs to \"\(expected)\".", []
      )
    case .terminator(let text):
      return (
        code, lead + "incorrect terminal \"\(text)\". This endpoint uses \"aws4_request\".", []
      )
    }
  }
}
