import HTTP
import Primitives

extension Authenticator {
  /// `Authorization: AWS4-HMAC-SHA256 …` (S3, "Using the Authorization header").
  func headerV4<Source: CredentialSource>(
    _ request: IncomingRequest, _ authorization: AuthorizationV4, _ credentials: Source
  ) throws(SignatureError) -> Authentication<Source.Identity> {
    let headers = request.head.headers
    let scope = try CredentialScope(authorization.credential, configuration, .header)
    let (date, dateText) = try Self.headerDate(headers)
    guard dateText.starts(with: scope.day) else {
      throw .scope(
        .dateMismatch(scope: scope.day.lossyText, requestTime: dateText.prefix(8).lossyText), .header)
    }
    let payload = try Self.headerPayload(request, scope.service)
    try checkSkew(date, text: dateText, now: request.now)
    let claim = ClaimV4(
      kind: .headerV4, authorization: authorization, scope: scope, date: date, dateText: dateText,
      expiry: nil, payload: payload, token: headers.first("x-amz-security-token"))
    return try verify(claim, request, credentials)
  }

  /// `?X-Amz-Algorithm=AWS4-HMAC-SHA256&…` (S3, "Using query parameters").
  func queryV4<Source: CredentialSource>(
    _ request: IncomingRequest, _ query: AuthorizationQuery, _ credentials: Source
  ) throws(SignatureError) -> Authentication<Source.Identity> {
    guard !query.hasDuplicate, let algorithm = query.algorithm, let credential = query.credential,
      let rawDate = query.date, let rawExpires = query.expires, let signedHeaders = query.signedHeaders,
      let signature = query.signature
    else { throw .missingQueryParameters }
    guard algorithm.matches("AWS4-HMAC-SHA256") else { throw .unsupportedQueryAlgorithm }
    let scope = try CredentialScope(AuthorizationQuery.decode(credential), configuration, .query)
    let dateText = AuthorizationQuery.decode(rawDate)
    guard let date = Timestamp(basic: dateText) else { throw .malformedQueryDate }
    guard dateText.starts(with: scope.day) else {
      throw .scope(
        .dateMismatch(scope: scope.day.lossyText, requestTime: dateText.prefix(8).lossyText), .query)
    }
    let seconds = try Self.expiresSeconds(AuthorizationQuery.decode(rawExpires))
    let payload = try Self.queryPayload(request, query, scope.service)
    let expiry = Timestamp(milliseconds: date.milliseconds + seconds * 1000)
    try Self.checkWindow(from: date, to: expiry, seconds: seconds, now: request.now)
    let authorization = AuthorizationV4(
      credential: scope.credential, signedHeaders: AuthorizationQuery.decode(signedHeaders),
      signature: AuthorizationQuery.decode(signature))
    let token =
      query.securityToken.map { AuthorizationQuery.decode($0) }
      ?? request.head.headers.first("x-amz-security-token")
    let claim = ClaimV4(
      kind: .queryV4, authorization: authorization, scope: scope, date: date, dateText: dateText,
      expiry: expiry, payload: payload, token: token)
    return try verify(claim, request, credentials)
  }

  /// Looks the key up and compares the signature.
  private func verify<Source: CredentialSource>(
    _ claim: ClaimV4, _ request: IncomingRequest, _ credentials: Source
  ) throws(SignatureError) -> Authentication<Source.Identity> {
    let accessKeyID = claim.scope.accessKeyID.lossyText
    let credential = try credential(accessKeyID, token: claim.token, credentials)
    let canonical = try CanonicalRequest.build(
      request.head, signedHeaders: claim.authorization.signedHeaders, payload: claim.payload.line,
      isPresigned: claim.kind == .queryV4)
    var toSign: [UInt8] = []
    toSign.reserveCapacity(192)
    SigV4.appendStringToSign(
      date: claim.dateText, scope: claim.scope.text, requestHash: SHA256.hash(canonical), to: &toSign)
    let key = keys.key(for: claim.scope, secret: credential.secret)
    let signature = SigV4.signature(toSign, key: key)
    guard constantTimeEquals(signature, claim.authorization.signature) else {
      throw .signatureMismatch(
        accessKeyID: accessKeyID, stringToSign: toSign,
        provided: claim.authorization.signature.lossyText, canonicalRequest: canonical)
    }
    let seed = {
      ChunkSeed(
        signer: SigV4ChunkSigner(
          seed: signature, key: key, date: claim.dateText, scope: claim.scope.text),
        accessKeyID: accessKeyID)
    }
    return Authentication(
      kind: claim.kind, identity: credential.identity, accessKeyID: accessKeyID,
      scope: claim.scope.sigV4, signedHeaderList: claim.authorization.signedHeaders, date: claim.date,
      expiry: claim.expiry, payload: claim.payload.mode(seed: seed))
  }
}

/// A V4 claim whose form has been accepted.
private struct ClaimV4 {
  let kind: AuthenticationKind
  let authorization: AuthorizationV4
  let scope: CredentialScope
  let date: Timestamp
  /// `YYYYMMDDTHHMMSSZ`.
  let dateText: ArraySlice<UInt8>
  let expiry: Timestamp?
  let payload: DeclaredPayload
  let token: ArraySlice<UInt8>?
}
