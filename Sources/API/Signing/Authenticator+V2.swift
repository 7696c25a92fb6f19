import HTTP
import Primitives

extension Authenticator {
  /// `Authorization: AWS key:signature`.
  func headerV2(
    _ head: RequestHead, _ accessKeyID: ArraySlice<UInt8>, _ signature: ArraySlice<UInt8>,
    _ now: Timestamp
  ) throws(SignatureError) -> Claim {
    guard configuration.allowsV2 else { throw .mechanismNotSupported }
    let amzDate = head.headers.first("x-amz-date")
    guard let dateText = amzDate ?? head.headers.first("date"),
      let date = Timestamp(imfFixdate: dateText) ?? Timestamp(basic: dateText)
    else { throw .missingDate }
    let payload = try DeclaredPayload(unsigned: head.headers)
    try Self.checkSkew(date, text: dateText, now: now)
    return Claim(
      kind: .headerV2, accessKeyV2: accessKeyID, signature: signature,
      dateText: amzDate == nil ? dateText : [], date: date, payload: payload,
      token: head.headers.first("x-amz-security-token"))
  }

  /// `?AWSAccessKeyId=…&Expires=…&Signature=…`.
  func queryV2(_ head: RequestHead, _ query: AuthorizationQuery, _ now: Timestamp)
    throws(SignatureError) -> Claim
  {
    guard configuration.allowsV2 else { throw .mechanismNotSupported }
    guard !query.hasDuplicate, let accessKeyID = query.accessKeyV2, let expires = query.expiresV2,
      let signature = query.signatureV2
    else { throw .missingV2QueryParameters }
    let expiresText = query.text(expires)
    guard let seconds = UInt64(decimal: expiresText), seconds <= Self.lastSecond else {
      throw .malformedV2Expires(expiresText.lossyText)
    }
    let expiry = Timestamp(seconds: Int64(seconds))
    let payload = try DeclaredPayload(unsigned: head.headers)
    guard now < expiry else { throw .expiredV2(expiry: expiry, serverTime: now) }
    return Claim(
      kind: .queryV2, accessKeyV2: query.text(accessKeyID),
      signature: Self.decodeSignature(query.raw(signature)), dateText: expiresText, expiry: expiry,
      payload: payload, token: head.headers.first("x-amz-security-token"))
  }

  /// Compares the signature.
  static func verifyV2(
    _ claim: Claim, _ head: RequestHead, _ virtualHostBucket: String?, _ accessKeyID: String,
    secret: [UInt8]
  ) throws(SignatureError) {
    let toSign = SignatureV2.stringToSign(
      head, dateLine: claim.dateText, virtualHostBucket: virtualHostBucket)
    if constantTimeEquals(SignatureV2.signature(toSign, secret: secret), claim.signature) { return }
    if virtualHostBucket == nil, SignatureV2.isOpenBucket(head.path) {
      // The other way to sign a bucket in path style.
      let closed = SignatureV2.stringToSign(
        head, dateLine: claim.dateText, virtualHostBucket: nil, closingBucket: true)
      if constantTimeEquals(SignatureV2.signature(closed, secret: secret), claim.signature) { return }
    }
    throw .signatureMismatch(
      accessKeyID: accessKeyID, stringToSign: toSign, provided: claim.signature.lossyText,
      canonicalRequest: nil)
  }

  /// Base64 has `+`, and not every client escapes it: here a plus is a plus.
  private static func decodeSignature(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    PercentEncoding.decode(value, plusIsSpace: false).map { $0[...] } ?? value
  }

  /// 9999-12-31T23:59:59Z; what follows cannot be written as a date.
  private static let lastSecond: UInt64 = 253_402_300_799
}
