import HTTP
import Primitives

extension Authenticator {
  /// `Authorization: AWS4-HMAC-SHA256 …` (S3, "Using the Authorization header").
  func headerV4(
    _ head: RequestHead, _ authorization: AuthorizationV4, _ bodySHA256: [UInt8]?, _ now: Timestamp
  ) throws(SignatureError) -> Claim {
    let scope = try CredentialScope(authorization.credential, configuration, .header)
    let (date, dateText) = try Self.headerDate(head.headers)
    try Self.checkDay(scope, dateText, .header)
    let payload = try Self.headerPayload(head.headers, scope.service, bodySHA256)
    try Self.checkSkew(date, text: dateText, now: now)
    return Claim(
      kind: .headerV4, scope: scope, signature: authorization.signature,
      signedHeaders: authorization.signedHeaders, dateText: dateText, date: date, payload: payload,
      token: head.headers.first("x-amz-security-token"))
  }

  /// `?X-Amz-Algorithm=AWS4-HMAC-SHA256&…` (S3, "Using query parameters").
  func queryV4(
    _ head: RequestHead, _ query: AuthorizationQuery, _ bodySHA256: [UInt8]?, _ now: Timestamp
  ) throws(SignatureError) -> Claim {
    guard !query.hasDuplicate, let algorithm = query.algorithm, let credential = query.credential,
      let datePlace = query.date, let expires = query.expires, let signedHeaders = query.signedHeaders,
      let signature = query.signature
    else { throw .missingQueryParameters }
    guard query.isRaw(algorithm, "AWS4-HMAC-SHA256") else { throw .unsupportedQueryAlgorithm }
    let scope = try CredentialScope(query.text(credential), configuration, .query)
    let dateText = query.text(datePlace, usualCount: 16)
    guard let date = SigV4.time(dateText.span) else { throw .malformedQueryDate }
    try Self.checkDay(scope, dateText, .query)
    let seconds = try Self.expiresSeconds(query.text(expires))
    let payload = try Self.queryPayload(head.headers, query, scope.service, bodySHA256)
    let expiry = Timestamp(milliseconds: date.milliseconds + seconds * 1000)
    try Self.checkWindow(from: date, to: expiry, seconds: seconds, now: now)
    return Claim(
      kind: .queryV4, scope: scope, signature: query.text(signature, usualCount: 64),
      signedHeaders: query.text(signedHeaders), dateText: dateText, date: date, expiry: expiry,
      payload: payload,
      token: query.securityToken.map { query.text($0) } ?? head.headers.first("x-amz-security-token"))
  }

  /// Compares the signature; says how the body has to be read.
  func verifyV4(
    _ claim: Claim, _ scope: CredentialScope, _ head: RequestHead, _ accessKeyID: String,
    secret: [UInt8]
  ) throws(SignatureError) -> PayloadMode {
    var text = try CanonicalRequest.build(head, claim)
    let scopeText = scope.text
    SigV4.replaceWithStringToSign(&text, date: claim.dateText.span, scope: scopeText.span)
    let key = keys.key(for: scope, secret: secret)
    guard SigV4.isSignature(claim.signature.span, of: text, key: key) else {
      // Made anew: the string to sign took its memory, and only this path still wants it.
      throw .signatureMismatch(
        accessKeyID: accessKeyID, stringToSign: text, provided: claim.signature.lossyText,
        canonicalRequest: try CanonicalRequest.build(head, claim))
    }
    return claim.payload.mode {
      let signer = SigV4ChunkSigner(
        seed: Array(claim.signature), key: key, date: claim.dateText.span, scope: scopeText.span)
      return ChunkSeed(signer: signer, accessKeyID: accessKeyID)
    }
  }
}
