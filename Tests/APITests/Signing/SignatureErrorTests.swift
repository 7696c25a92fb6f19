import Primitives
import Testing

@testable import API

/// The table from refusals to S3's replies.
@Suite struct SignatureErrorTests {
  static let time = Timestamp(seconds: 1)
  static let table: [(SignatureError, String, Int, [String])] = [
    (.multipleMechanisms(authorization: "x"), "InvalidArgument", 400, ["ArgumentName", "ArgumentValue"]),
    (
      .authorizationWithoutSpace(authorization: "x"), "InvalidArgument", 400,
      ["ArgumentName", "ArgumentValue"]
    ),
    (
      .unsupportedAuthorizationType(authorization: "x"), "InvalidArgument", 400,
      ["ArgumentName", "ArgumentValue"]
    ),
    (.malformedV2Header(authorization: "x"), "InvalidArgument", 400, ["ArgumentName", "ArgumentValue"]),
    (.invalidContentSHA256("x"), "InvalidArgument", 400, ["ArgumentName", "ArgumentValue"]),
    (.mechanismNotSupported, "InvalidRequest", 400, []),
    (.malformedComponent("x"), "AuthorizationHeaderMalformed", 400, []),
    (.missingComponent(.signature), "AuthorizationHeaderMalformed", 400, []),
    (.missingQueryParameters, "AuthorizationQueryParametersError", 400, []),
    (.missingV2QueryParameters, "AccessDenied", 403, []),
    (.unsupportedQueryAlgorithm, "AuthorizationQueryParametersError", 400, []),
    (.scope(.shape, .header), "AuthorizationHeaderMalformed", 400, []),
    (.scope(.shape, .query), "AuthorizationQueryParametersError", 400, []),
    (.scope(.region("a", expected: "b"), .header), "AuthorizationHeaderMalformed", 400, ["Region"]),
    (.scope(.region("a", expected: "b"), .query), "AuthorizationQueryParametersError", 400, ["Region"]),
    (.malformedQueryDate, "AuthorizationQueryParametersError", 400, []),
    (.expiresNotANumber, "AuthorizationQueryParametersError", 400, []),
    (.expiresNegative, "AuthorizationQueryParametersError", 400, []),
    (.expiresTooLarge, "AuthorizationQueryParametersError", 400, []),
    (.malformedV2Expires("x"), "AccessDenied", 403, []),
    (.missingDate, "AccessDenied", 403, []),
    (
      .requestTimeTooSkewed(requestTime: "x", serverTime: time), "RequestTimeTooSkewed", 403,
      ["RequestTime", "ServerTime", "MaxAllowedSkewMilliseconds"]
    ),
    (
      .expired(expiresSeconds: 1, expiry: time, serverTime: time), "AccessDenied", 403,
      ["X-Amz-Expires", "Expires", "ServerTime"]
    ),
    (.expiredV2(expiry: time, serverTime: time), "AccessDenied", 403, ["Expires", "ServerTime"]),
    (.notYetValid, "AccessDenied", 403, []),
    (.headersNotSigned(["a", "b"]), "AccessDenied", 403, ["HeadersNotSigned"]),
    (.unknownAccessKey("x"), "InvalidAccessKeyId", 403, ["AWSAccessKeyId"]),
    (.invalidToken("x"), "InvalidToken", 400, ["Token-0"]),
    (.missingContentSHA256, "InvalidRequest", 400, []),
    (.streamingNeedsSignature, "InvalidRequest", 400, []),
    (.payloadHashNotAvailable, "InvalidRequest", 400, []),
    (
      .signatureMismatch(accessKeyID: "a", stringToSign: [1], provided: "p", canonicalRequest: nil),
      "SignatureDoesNotMatch", 403,
      ["AWSAccessKeyId", "StringToSign", "SignatureProvided", "StringToSignBytes"]
    ),
  ]

  @Test(arguments: table.indices) func reply(_ index: Int) {
    let (error, code, status, extras) = Self.table[index]
    let reply = error.s3
    #expect("\(reply.code)" == code)
    #expect(reply.code.status == status)
    #expect(reply.extras.map { "\($0.0)" } == extras)
    #expect(!reply.message.isEmpty)
  }

  @Test func texts() {
    #expect(
      SignatureError.scope(.region("a", expected: "b"), .header).s3.message
        == "The authorization header is malformed; the region 'a' is wrong; expecting 'b'")
    #expect(SignatureError.headersNotSigned(["x-amz-a", "x-amz-b"]).s3.extras[0].1 == "x-amz-a, x-amz-b")
    #expect(
      SignatureError.missingDate.s3.message
        == "AWS authentication requires a valid Date or x-amz-date header")
    #expect(
      SignatureError.invalidArgumentNames == ["Authorization", "x-amz-content-sha256"])
  }
}

extension SignatureError {
  static var invalidArgumentNames: [String] {
    [SignatureError.unsupportedAuthorizationType(authorization: "x"), .invalidContentSHA256("x")]
      .map { $0.s3.extras[0].1 }
  }
}
