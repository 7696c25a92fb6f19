package import Primitives

/// Every refusal of authentication: the closed set behind S3's authentication errors.
///
/// The values a case carries are the ones AWS echoes in the XML body; texts from the client are kept as
/// lossy UTF-8 because they are only ever printed. The mapping to codes is in `SignatureError+S3.swift`.
package enum SignatureError: Error, Sendable, Equatable {
  /// Header and query authentication together, or two kinds of query authentication.
  case multipleMechanisms(authorization: String)
  /// `Authorization` without a blank between scheme and parameters.
  case authorizationWithoutSpace(authorization: String)
  /// `Authorization` of an unknown scheme.
  case unsupportedAuthorizationType(authorization: String)
  /// A known scheme that this server does not verify: SigV4A always, V2 where it is switched off.
  case mechanismNotSupported
  /// V2 `Authorization` that is not `AWS key:signature`.
  case malformedV2Header(authorization: String)
  /// A component of the V4 `Authorization` header that does not parse; its text.
  case malformedComponent(String)
  /// `Credential`, `SignedHeaders` or `Signature` is not in the V4 `Authorization` header.
  case missingComponent(StaticComponent)
  /// One of the parameters of query authentication V4 is missing, or is there twice.
  case missingQueryParameters
  /// One of the three parameters of query authentication V2 is missing.
  case missingV2QueryParameters
  /// `X-Amz-Algorithm` names something else than `AWS4-HMAC-SHA256`.
  case unsupportedQueryAlgorithm
  /// The credential scope is wrong.
  case scope(ScopeProblem, AuthenticationPlace)
  /// `X-Amz-Date` of a presigned URL is not `YYYYMMDDTHHMMSSZ`.
  case malformedQueryDate
  /// `X-Amz-Expires` of a presigned URL is not a number.
  case expiresNotANumber
  /// `X-Amz-Expires` is below zero.
  case expiresNegative
  /// `X-Amz-Expires` is above a week.
  case expiresTooLarge
  /// `Expires` of a V2 URL is not a number of seconds.
  case malformedV2Expires(String)
  /// No usable `x-amz-date` or `Date` header.
  case missingDate
  /// The request time is more than 15 minutes from the server's.
  case requestTimeTooSkewed(requestTime: String, serverTime: Timestamp)
  /// A presigned V4 URL is used after its end. `expiresSeconds` is `X-Amz-Expires`.
  case expired(expiresSeconds: Int64, expiry: Timestamp, serverTime: Timestamp)
  /// A presigned V2 URL is used after its end.
  case expiredV2(expiry: Timestamp, serverTime: Timestamp)
  /// A presigned URL is used more than 15 minutes before its date.
  case notYetValid
  /// Headers that must be signed (`host`, `x-amz-*`) are not in the signed list.
  case headersNotSigned([String])
  /// No such access key.
  case unknownAccessKey(String)
  /// A session token that does not belong to this access key.
  case invalidToken(String)
  /// Header authentication without `x-amz-content-sha256`.
  case missingContentSHA256
  /// `x-amz-content-sha256` is none of the allowed values.
  case invalidContentSHA256(String)
  /// A signed streaming payload on a request that carries no V4 signature.
  case streamingNeedsSignature
  /// The body of a request whose payload hash is part of the signature was not given.
  case payloadHashNotAvailable
  /// The signature does not match. `canonicalRequest` is nil for V2.
  case signatureMismatch(
    accessKeyID: String, stringToSign: [UInt8], provided: String, canonicalRequest: [UInt8]?)
}

/// Where the authentication parameters came from: it selects between two spellings of the same refusal.
package enum AuthenticationPlace: Sendable, Equatable {
  case header
  case query
}

/// The three components of a V4 `Authorization` header.
package enum StaticComponent: String, Sendable, Equatable {
  case credential = "Credential"
  case signedHeaders = "SignedHeaders"
  case signature = "Signature"
}

/// What is wrong with a credential scope `AKID/YYYYMMDD/region/service/aws4_request`.
package enum ScopeProblem: Sendable, Equatable {
  /// Not five parts, or an empty key id.
  case shape
  /// The date is not eight digits.
  case dateFormat(String)
  /// The date is not the day of the request's time.
  case dateMismatch(scope: String, requestTime: String)
  /// Not a region of this server; `expected` is the one to sign for.
  case region(String, expected: String)
  /// Not a service of this server.
  case service(String, expected: String)
  /// Does not end in `aws4_request`.
  case terminator(String)
}
