package import HTTP
package import Primitives

extension Authenticator {
  /// Authenticates a request of OSS: V1 or V4, in the header or in the URL. `bucket` and `key` are what the request
  /// addresses, decoded.
  ///
  /// The order of the checks is as for S3: form, time, key, signature.
  package func authenticateOSS<Source: CredentialSource>(
    _ head: RequestHead, bucket: String?, key: [UInt8]?, now: Timestamp, credentials: Source
  ) throws(SignatureError) -> Authentication<Source.Identity> {
    guard let claim = try claim(head, OSSAuthorizationQuery(head.query), now) else {
      let anonymous = Claim(kind: .anonymous, payload: try DeclaredPayload(oss: head.headers))
      return Authentication(
        anonymous, accessKeyID: nil, identity: nil, payload: anonymous.payload.unsignedMode)
    }
    let accessKeyID = claim.accessKeyID.lossyText
    guard let credential = credentials.credential(accessKeyID: accessKeyID) else {
      throw .unknownAccessKey(accessKeyID)
    }
    try Self.checkToken(claim.token, credential.sessionToken)
    let resource = OSSSignatureV1.Resource(bucket: bucket, key: key)
    if let scope = claim.scope {
      try verifyV4(claim, scope, head, resource, secret: credential.secret)
    } else {
      try Self.verifyV1(claim, head, resource, OSSQuery(head.query), secret: credential.secret)
    }
    return Authentication(
      claim.claim, accessKeyID: accessKeyID, identity: credential.identity,
      payload: claim.payload.unsignedMode)
  }

  /// Finds the one kind of authentication and judges everything that needs no secret. Nil: it claims nobody.
  private func claim(
    _ head: RequestHead, _ query: OSSAuthorizationQuery, _ now: Timestamp
  ) throws(SignatureError) -> OSSClaim? {
    let header = head.headers.first("authorization")
    guard query.isV4 || query.isV1 else {
      guard let header else { return nil }
      switch try OSSAuthorization(header) {
      case .v1(let accessKeyID, let signature): return try headerV1(head, accessKeyID, signature, now)
      case .v4(let authorization): return try headerV4(head, authorization, now)
      }
    }
    guard header == nil, !(query.isV4 && query.isV1) else {
      throw .multipleMechanisms(authorization: header?.lossyText ?? "")
    }
    return query.isV4 ? try queryV4(head, query, now) : try queryV1(head, query, now)
  }

  // MARK: - Version 1

  private func headerV1(
    _ head: RequestHead, _ accessKeyID: ArraySlice<UInt8>, _ signature: ArraySlice<UInt8>, _ now: Timestamp
  ) throws(SignatureError) -> OSSClaim {
    try Self.expectNoWeirHeaders(head.headers)
    guard let dateText = head.headers.first("x-oss-date") ?? head.headers.first("date"),
      let date = Timestamp(imfFixdate: dateText)
    else { throw .missingDate }
    try Self.checkSkew(date, text: dateText, now: now)
    return OSSClaim(
      .headerOSSV1, accessKeyID: accessKeyID, signature: signature, dateText: dateText, date: date,
      payload: try DeclaredPayload(oss: head.headers),
      token: head.headers.first("x-oss-security-token") ?? head.headers.first("security-token"))
  }

  private func queryV1(
    _ head: RequestHead, _ query: OSSAuthorizationQuery, _ now: Timestamp
  ) throws(SignatureError) -> OSSClaim {
    try Self.expectNoWeirHeaders(head.headers)
    guard let accessKeyID = query.accessKeyV1.map({ query.text($0) }),
      let expires = query.expiresV1.map({ query.text($0) }), let signature = query.signatureV1
    else { throw .missingV2QueryParameters }
    // In base64 a plus is a plus, and not every client escapes it.
    let plain = query.text(signature).map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "+") : $0 }
    guard let seconds = UInt64(decimal: expires), seconds <= Self.lastSecond else {
      throw .malformedV2Expires(expires.lossyText)
    }
    let expiry = Timestamp(seconds: Int64(seconds))
    guard now < expiry else { throw .expiredV2(expiry: expiry, serverTime: now) }
    return OSSClaim(
      .queryOSSV1, accessKeyID: accessKeyID, signature: plain[...], dateText: expires, expiry: expiry,
      payload: try DeclaredPayload(oss: head.headers), token: query.securityTokenV1.map { query.text($0) })
  }

  /// Compares the signature, first of what all SDKs sign, then of what only some do.
  private static func verifyV1(
    _ claim: OSSClaim, _ head: RequestHead, _ resource: OSSSignatureV1.Resource, _ query: OSSQuery,
    secret: [UInt8]
  ) throws(SignatureError) {
    let strings = [false, true].filter { $0 || !OSSSignatureV1.needsExtended(query) }.map {
      OSSSignatureV1.stringToSign(head, date: claim.dateText, resource, query, extended: $0)
    }
    for text in strings
    where constantTimeEquals(OSSSignatureV1.signature(text, secret: secret), claim.signature) { return }
    throw .signatureMismatch(
      accessKeyID: claim.accessKeyID.lossyText, stringToSign: strings.first ?? [],
      provided: claim.signature.lossyText, canonicalRequest: nil)
  }

  /// Version 1 cannot sign them, and they change what a request means.
  private static func expectNoWeirHeaders(_ headers: HeaderFields) throws(SignatureError) {
    for index in 0..<headers.count where headers[index].name.starts(with: "x-weir-") {
      throw .headersNotSigned([headers[index].name.lossyText])
    }
  }

  /// 9999-12-31T23:59:59Z; what follows cannot be written as a date.
  private static let lastSecond: UInt64 = 253_402_300_799

  // MARK: - Version 4

  private func headerV4(
    _ head: RequestHead, _ authorization: OSSAuthorizationV4, _ now: Timestamp
  ) throws(SignatureError) -> OSSClaim {
    let scope = try CredentialScope(authorization.credential, configuration, .header, isOSS: true)
    guard let dateText = head.headers.first("x-oss-date"), let date = SigV4.time(dateText.span) else {
      throw .missingDate
    }
    try Self.checkDay(scope, dateText, .header)
    try Self.checkSkew(date, text: dateText, now: now)
    return OSSClaim(
      .headerOSSV4, scope: scope, accessKeyID: scope.accessKeyID, signature: authorization.signature,
      additionalHeaders: authorization.additionalHeaders, dateText: dateText, date: date,
      payload: try DeclaredPayload(oss: head.headers), token: head.headers.first("x-oss-security-token"))
  }

  private func queryV4(
    _ head: RequestHead, _ query: OSSAuthorizationQuery, _ now: Timestamp
  ) throws(SignatureError) -> OSSClaim {
    guard !query.hasDuplicate, let version = query.version, let credential = query.credential,
      let datePlace = query.date, let expires = query.expires, let signature = query.signature
    else { throw .missingQueryParameters }
    let dateText = query.text(datePlace, usualCount: 16)
    guard query.text(version, usualCount: 16).matches("OSS4-HMAC-SHA256") else {
      throw .unsupportedQueryAlgorithm
    }
    let scope = try CredentialScope(query.text(credential), configuration, .query, isOSS: true)
    guard let date = SigV4.time(dateText.span) else { throw .malformedQueryDate }
    try Self.checkDay(scope, dateText, .query)
    let seconds = try Self.expiresSeconds(query.text(expires))
    let expiry = Timestamp(milliseconds: date.milliseconds + seconds * 1000)
    try Self.checkWindow(from: date, to: expiry, seconds: seconds, now: now)
    return OSSClaim(
      .queryOSSV4, scope: scope, accessKeyID: scope.accessKeyID,
      signature: query.text(signature, usualCount: 64),
      additionalHeaders: query.additionalHeaders.map { query.text($0) } ?? [], dateText: dateText, date: date,
      expiry: expiry, payload: try DeclaredPayload(oss: head.headers),
      token: query.securityToken.map { query.text($0) } ?? head.headers.first("x-oss-security-token"))
  }

  /// Compares the signature.
  private func verifyV4(
    _ claim: OSSClaim, _ scope: CredentialScope, _ head: RequestHead, _ resource: OSSSignatureV1.Resource,
    secret: [UInt8]
  ) throws(SignatureError) {
    var text = try OSSSignatureV4.canonicalRequest(
      head, resource, additionalHeaders: claim.additionalHeaders)
    OSSV4.replaceWithStringToSign(&text, date: claim.dateText.span, scope: scope.text.span)
    let key = keys.key(for: scope, secret: secret)
    guard SigV4.isSignature(claim.signature.span, of: text, key: key) else {
      throw .signatureMismatch(
        accessKeyID: scope.accessKeyID.lossyText, stringToSign: text, provided: claim.signature.lossyText,
        canonicalRequest: try OSSSignatureV4.canonicalRequest(
          head, resource, additionalHeaders: claim.additionalHeaders))
    }
  }
}
