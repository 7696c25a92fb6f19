import Primitives

extension S3Error {
  /// A refusal of authentication in OSS's codes and words, as far as they differ from S3's.
  ///
  /// <https://www.alibabacloud.com/help/en/oss/developer-reference/error-responses>
  init(oss error: SignatureError) {
    switch error {
    case .unknownAccessKey(let id):
      self.init(
        .invalidAccessKeyID, message: "The OSS Access Key Id you provided does not exist in our records.",
        elements: [("OSSAccessKeyId", id)])
    case .signatureMismatch(let accessKeyID, let stringToSign, let provided, let canonicalRequest):
      var elements: [Element] = [
        ("OSSAccessKeyId", accessKeyID), ("SignatureProvided", provided),
        ("StringToSign", stringToSign[...].lossyText),
      ]
      if let canonicalRequest { elements.append(("CanonicalRequest", canonicalRequest[...].lossyText)) }
      self.init(
        .signatureDoesNotMatch,
        message: """
          The request signature we calculated does not match the signature you provided. Check your key and \
          signing method.
          """, elements: elements)
    case .requestTimeTooSkewed(let requestTime, let serverTime):
      self.init(
        .requestTimeTooSkewed,
        message: "The difference between the request time and the current time is too large.",
        elements: [
          ("MaxAllowedSkewMilliseconds", String(SigningLimits.skewMilliseconds)),
          ("RequestTime", requestTime), ("ServerTime", serverTime.iso8601WholeSeconds),
        ])
    case .scope(.region(let region, let expected), _):
      self = .invalidArgument(
        "region", region,
        "Invalid signing region '\(region)' in Authorization. The region of this server is '\(expected)'.")
    case .mechanismNotSupported:
      self.init(
        .invalidRequest, message: "Signature version 2 is not supported. Please use version 4, or 1.")
    case .missingV2QueryParameters, .missingQueryParameters:
      self.init(.accessDenied, message: "The signed URL lacks a parameter, or has one twice.")
    case .missingDate:
      self.init(.accessDenied, message: "OSS authentication requires a valid Date.")
    case .authorizationWithoutSpace(let text), .unsupportedAuthorizationType(let text),
      .malformedV2Header(let text), .multipleMechanisms(let text):
      self = .invalidArgument("Authorization", text, "Authorization is invalid.")
    case .malformedComponent(let text):
      self = .invalidArgument("Authorization", text, "The authorization component is malformed.")
    default:
      self.init(error.s3)
    }
  }
}
