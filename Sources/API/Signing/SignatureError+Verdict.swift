import Primitives

extension SignatureError {
  /// The refusals that follow from looking the key up and checking the signature.
  var verdict: S3ErrorFields {
    switch self {
    case .requestTimeTooSkewed(let requestTime, let serverTime):
      (
        "RequestTimeTooSkewed", 403,
        "The difference between the request time and the current time is too large.",
        [
          ("RequestTime", requestTime), ("ServerTime", serverTime.iso8601WholeSeconds),
          ("MaxAllowedSkewMilliseconds", String(SigningLimits.skewMilliseconds)),
        ]
      )
    case .unknownAccessKey(let id):
      (
        "InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records.",
        [("AWSAccessKeyId", id)]
      )
    case .invalidToken(let token):
      (
        "InvalidToken", 400, "The provided token is malformed or otherwise invalid.", [("Token-0", token)]
      )
    case .signatureMismatch(let accessKeyID, let stringToSign, let provided, let canonicalRequest):
      Self.mismatch(accessKeyID, stringToSign, provided, canonicalRequest)
    default:
      ("AccessDenied", 403, "Access Denied", [])
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
    return (
      "SignatureDoesNotMatch", 403,
      "The request signature we calculated does not match the signature you provided. Check your key "
        + "and signing method.", extras
    )
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
    let code: StaticString
    let lead: String
    switch place {
    case .header:
      code = "AuthorizationHeaderMalformed"
      lead = "The authorization header is malformed; "
    case .query:
      code = "AuthorizationQueryParametersError"
      lead = "Error parsing the X-Amz-Credential parameter; "
    }
    switch self {
    case .shape:
      return (
        code, 400,
        lead + "the Credential is mal-formed; expecting "
          + "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".", []
      )
    case .dateFormat(let text):
      return (
        code, 400,
        lead + "incorrect date format \"\(text)\". This date in the credential must be in the format "
          + "\"yyyyMMdd\".", []
      )
    case .dateMismatch(let scope, let requestTime):
      return (
        code, 400,
        lead + "Invalid credential date \"\(scope)\". This date is not the same as X-Amz-Date: "
          + "\"\(requestTime)\".", []
      )
    case .region(let region, let expected):
      return (
        code, 400, lead + "the region '\(region)' is wrong; expecting '\(expected)'",
        [("Region", expected)]
      )
    case .service(let service, let expected):
      return (
        code, 400,
        lead + "incorrect service \"\(service)\". This endpoint belongs to \"\(expected)\".", []
      )
    case .terminator(let text):
      return (
        code, 400, lead + "incorrect terminal \"\(text)\". This endpoint uses \"aws4_request\".", []
      )
    }
  }
}
