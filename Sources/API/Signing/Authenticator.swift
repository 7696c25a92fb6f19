package import HTTP
package import Primitives

/// Decides who sent a request: finds the kind of authentication, refuses mixtures, verifies.
///
/// Pure but for a cache of derived keys: the clock and the credentials are arguments. One instance serves
/// all rings. The order of the checks is S3's: form, time, key, signature.
package struct Authenticator: Sendable {
  let configuration: SigningConfiguration
  let keys = SigningKeyCache()

  package init(configuration: SigningConfiguration) {
    self.configuration = configuration
  }

  /// Authenticates a request.
  ///
  /// - Parameters:
  ///   - head: the request as received.
  ///   - virtualHostBucket: the bucket if the Host header named it; V2 signs it as part of the resource.
  ///   - bodySHA256: the SHA-256 of the body, needed for `iam` and `sts`, whose signatures cover it.
  ///   - now: the server's time.
  ///   - credentials: asked once for the access key, if there is one.
  /// - Returns: who it is and how the body has to be read; anonymous if the request claims nobody.
  /// - Throws: the refusal, in S3's order of precedence.
  package func authenticate<Source: CredentialSource>(
    _ head: RequestHead, virtualHostBucket: String? = nil, bodySHA256: [UInt8]? = nil, now: Timestamp,
    credentials: Source
  ) throws(SignatureError) -> Authentication<Source.Identity> {
    let claim = try claim(head, bodySHA256: bodySHA256, now: now)
    guard let accessKeyID = claim.accessKeyID?.lossyText else {
      return Authentication(claim, accessKeyID: nil, identity: nil, payload: claim.payload.unsignedMode)
    }
    guard let credential = credentials.credential(accessKeyID: accessKeyID) else {
      throw .unknownAccessKey(accessKeyID)
    }
    try Self.checkToken(claim.token, credential.sessionToken)
    let payload: PayloadMode
    if let scope = claim.scope {
      payload = try verifyV4(claim, scope, head, accessKeyID, secret: credential.secret)
    } else {
      try Self.verifyV2(claim, head, virtualHostBucket, accessKeyID, secret: credential.secret)
      payload = claim.payload.unsignedMode
    }
    return Authentication(
      claim, accessKeyID: accessKeyID, identity: credential.identity, payload: payload)
  }

  /// Who a request says it is from, with all judged that can be before its body is read: form, time, scope and
  /// key. Nothing is proved: `authenticate` has to follow. For `iam` and `sts`, whose signatures cover the body.
  ///
  /// - Returns: the owner of the access key; nil if the request claims nobody.
  package func claimedIdentity<Source: CredentialSource>(
    _ head: RequestHead, now: Timestamp, credentials: Source
  ) throws(SignatureError) -> Source.Identity? {
    let claim = try claim(head, bodySHA256: Self.unreadBody, now: now)
    guard let accessKeyID = claim.accessKeyID?.lossyText else { return nil }
    guard let credential = credentials.credential(accessKeyID: accessKeyID) else {
      throw .unknownAccessKey(accessKeyID)
    }
    try Self.checkToken(claim.token, credential.sessionToken)
    return credential.identity
  }

  /// Stands for the hash of a body that is not read yet; compared with nothing.
  private static let unreadBody = [UInt8](repeating: 0, count: 32)

  /// The service that a request's credential names, before anything is verified: what a POST to `/` is for.
  /// Nil without a V4 credential, or with one of a service that is not spoken here.
  package static func claimedService(_ head: RequestHead) -> SignedService? {
    if let header = head.headers.first("authorization") {
      guard case .v4(let authorization)? = try? AuthorizationHeader(header) else { return nil }
      return CredentialScope.service(ofCredential: authorization.credential)
    }
    guard let text = head.query else { return nil }
    let query = AuthorizationQuery(text)
    return query.credential.flatMap { CredentialScope.service(ofCredential: query.text($0)) }
  }

  /// Finds the one kind of authentication and judges everything that needs no secret.
  private func claim(_ head: RequestHead, bodySHA256: [UInt8]?, now: Timestamp)
    throws(SignatureError) -> Claim
  {
    let header = head.headers.first("authorization")
    if let text = head.query {
      let query = AuthorizationQuery(text)
      if query.isV4 || query.isV2 {
        guard header == nil, !(query.isV4 && query.isV2) else {
          throw .multipleMechanisms(authorization: header?.lossyText ?? "")
        }
        return query.isV4
          ? try queryV4(head, query, bodySHA256, now) : try queryV2(head, query, now)
      }
    }
    guard let header else {
      return Claim(kind: .anonymous, payload: try DeclaredPayload(unsigned: head.headers))
    }
    switch try AuthorizationHeader(header) {
    case .v4(let authorization):
      return try headerV4(head, authorization, bodySHA256, now)
    case .v2(let accessKeyID, let signature):
      return try headerV2(head, accessKeyID, signature, now)
    }
  }

  /// Temporary keys come with a token, others without.
  static func checkToken(_ token: ArraySlice<UInt8>?, _ expected: [UInt8]?)
    throws(SignatureError)
  {
    if token == nil && expected == nil { return }
    guard let token, let expected, constantTimeEquals(token, expected) else {
      throw .invalidToken(token?.lossyText ?? "")
    }
  }

  /// Refuses a header-signed time that is more than 15 minutes off.
  static func checkSkew(_ date: Timestamp, text: ArraySlice<UInt8>, now: Timestamp)
    throws(SignatureError)
  {
    let difference = now.milliseconds.subtractingReportingOverflow(date.milliseconds)
    guard !difference.overflow, difference.partialValue.magnitude <= UInt64(SigningLimits.skewMilliseconds)
    else {
      throw .requestTimeTooSkewed(requestTime: text.lossyText, serverTime: now)
    }
  }
}
