import HTTP
import Primitives

extension Authenticator {
  /// `Authorization: AWS key:signature`.
  func headerV2<Source: CredentialSource>(
    _ request: IncomingRequest, _ accessKeyID: ArraySlice<UInt8>, _ signature: ArraySlice<UInt8>,
    _ credentials: Source
  ) throws(SignatureError) -> Authentication<Source.Identity> {
    guard configuration.allowsV2 else { throw .mechanismNotSupported }
    let headers = request.head.headers
    let amzDate = headers.first("x-amz-date")
    guard let dateText = amzDate ?? headers.first("date"),
      let date = Timestamp(imfFixdate: dateText) ?? Timestamp(basic: dateText)
    else { throw .missingDate }
    let payload = try Self.payloadWithoutSignature(request.head)
    try checkSkew(date, text: dateText, now: request.now)
    let claim = ClaimV2(
      kind: .headerV2, accessKeyID: accessKeyID, signature: signature,
      dateLine: amzDate == nil ? dateText : [], date: date, expiry: nil, payload: payload)
    return try verify(claim, request, credentials)
  }

  /// `?AWSAccessKeyId=…&Expires=…&Signature=…`.
  func queryV2<Source: CredentialSource>(
    _ request: IncomingRequest, _ query: AuthorizationQuery, _ credentials: Source
  ) throws(SignatureError) -> Authentication<Source.Identity> {
    guard configuration.allowsV2 else { throw .mechanismNotSupported }
    guard !query.hasDuplicate, let accessKeyID = query.accessKeyV2, let expires = query.expiresV2,
      let signature = query.signatureV2
    else { throw .missingV2QueryParameters }
    let expiresText = AuthorizationQuery.decode(expires)
    guard let seconds = UInt64(decimal: expiresText), seconds <= Self.lastSecond else {
      throw .malformedV2Expires(expiresText.lossyText)
    }
    let expiry = Timestamp(seconds: Int64(seconds))
    let payload = try Self.payloadWithoutSignature(request.head)
    guard request.now < expiry else {
      throw .expiredV2(expiry: expiry, serverTime: request.now)
    }
    let claim = ClaimV2(
      kind: .queryV2, accessKeyID: AuthorizationQuery.decode(accessKeyID),
      signature: Self.decodeSignature(signature), dateLine: expiresText, date: nil, expiry: expiry,
      payload: payload)
    return try verify(claim, request, credentials)
  }

  private func verify<Source: CredentialSource>(
    _ claim: ClaimV2, _ request: IncomingRequest, _ credentials: Source
  ) throws(SignatureError) -> Authentication<Source.Identity> {
    let accessKeyID = claim.accessKeyID.lossyText
    let credential = try credential(
      accessKeyID, token: request.head.headers.first("x-amz-security-token"), credentials)
    let toSign = SignatureV2.stringToSign(
      request.head, dateLine: claim.dateLine, virtualHostBucket: request.virtualHostBucket)
    let expected = SignatureV2.signature(toSign, secret: credential.secret)
    guard
      constantTimeEquals(expected, claim.signature)
        || Self.matchesClosedBucket(claim, request, credential.secret)
    else {
      throw .signatureMismatch(
        accessKeyID: accessKeyID, stringToSign: toSign, provided: claim.signature.lossyText,
        canonicalRequest: nil)
    }
    return Authentication(
      kind: claim.kind, identity: credential.identity, accessKeyID: accessKeyID, scope: nil,
      signedHeaderList: [], date: claim.date, expiry: claim.expiry, payload: claim.payload)
  }

  /// The other way to sign a bucket in path style.
  private static func matchesClosedBucket(
    _ claim: ClaimV2, _ request: IncomingRequest, _ secret: [UInt8]
  ) -> Bool {
    guard request.virtualHostBucket == nil, SignatureV2.isOpenBucket(request.head.path) else {
      return false
    }
    let toSign = SignatureV2.stringToSign(
      request.head, dateLine: claim.dateLine, virtualHostBucket: nil, closingBucket: true)
    return constantTimeEquals(SignatureV2.signature(toSign, secret: secret), claim.signature)
  }

  /// Base64 has `+`, and not every client escapes it: here a plus is a plus.
  private static func decodeSignature(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    PercentEncoding.decode(value, plusIsSpace: false).map { $0[...] } ?? value
  }

  /// 9999-12-31T23:59:59Z; what follows cannot be written as a date.
  private static let lastSecond: UInt64 = 253_402_300_799
}

/// A V2 claim whose form has been accepted.
private struct ClaimV2 {
  let kind: AuthenticationKind
  let accessKeyID: ArraySlice<UInt8>
  let signature: ArraySlice<UInt8>
  let dateLine: ArraySlice<UInt8>
  let date: Timestamp?
  let expiry: Timestamp?
  let payload: PayloadMode
}
