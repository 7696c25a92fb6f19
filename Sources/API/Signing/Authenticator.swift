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
    let request = IncomingRequest(
      head: head, virtualHostBucket: virtualHostBucket, bodySHA256: bodySHA256, now: now)
    let query = head.query.map { AuthorizationQuery($0) }
    let isV4Query = query?.isV4 ?? false
    let isV2Query = query?.isV2 ?? false
    let header = head.headers.first("authorization")
    if (header != nil && (isV4Query || isV2Query)) || (isV4Query && isV2Query) {
      throw .multipleMechanisms(authorization: header?.lossyText ?? "")
    }
    if let header {
      switch try AuthorizationHeader(header) {
      case .v4(let authorization): return try headerV4(request, authorization, credentials)
      case .v2(let accessKeyID, let signature):
        return try headerV2(request, accessKeyID, signature, credentials)
      }
    }
    if let query, isV4Query { return try queryV4(request, query, credentials) }
    if let query, isV2Query { return try queryV2(request, query, credentials) }
    return Authentication(
      kind: .anonymous, identity: nil, accessKeyID: nil, scope: nil, signedHeaderList: [], date: nil,
      expiry: nil, payload: try Self.payloadWithoutSignature(head))
  }

  /// The service that a request's credential names, before anything is verified: what a POST to `/` is for.
  /// Nil without a V4 credential, or with one of a service that is not spoken here.
  package static func claimedService(_ head: RequestHead) -> SignedService? {
    if let header = head.headers.first("authorization") {
      guard case .v4(let authorization)? = try? AuthorizationHeader(header) else { return nil }
      return CredentialScope.service(ofCredential: authorization.credential)
    }
    guard let query = head.query, let credential = AuthorizationQuery(query).credential else { return nil }
    return CredentialScope.service(ofCredential: AuthorizationQuery.decode(credential))
  }

  /// The secret of an access key, its session token checked.
  func credential<Source: CredentialSource>(
    _ accessKeyID: String, token: ArraySlice<UInt8>?, _ credentials: Source
  ) throws(SignatureError) -> SigningCredential<Source.Identity> {
    guard let credential = credentials.credential(accessKeyID: accessKeyID) else {
      throw .unknownAccessKey(accessKeyID)
    }
    if token == nil && credential.sessionToken == nil { return credential }
    guard let token, let expected = credential.sessionToken, constantTimeEquals(token, expected) else {
      throw .invalidToken(token?.lossyText ?? "")
    }
    return credential
  }

  /// Refuses a header-signed time that is more than 15 minutes off.
  func checkSkew(_ date: Timestamp, text: ArraySlice<UInt8>, now: Timestamp) throws(SignatureError) {
    let difference = now.milliseconds.subtractingReportingOverflow(date.milliseconds)
    guard !difference.overflow, difference.partialValue.magnitude <= UInt64(SigningLimits.skewMilliseconds)
    else {
      throw .requestTimeTooSkewed(requestTime: text.lossyText, serverTime: now)
    }
  }

  /// What an anonymous or V2 request may say about its payload. A declared hash is still checked; signed
  /// chunks have no seed to start from.
  static func payloadWithoutSignature(_ head: RequestHead) throws(SignatureError) -> PayloadMode {
    guard let value = head.headers.first("x-amz-content-sha256") else { return .none }
    guard let payload = SigV4Payload(headerValue: value) else {
      throw .invalidContentSHA256(value.lossyText)
    }
    switch payload {
    case .unsigned: return .unsigned
    case .sha256(let hash): return .sha256(hash)
    case .streamingUnsignedTrailer: return .streamingUnsignedTrailer
    case .streamingSigned, .streamingSignedTrailer, .streamingECDSA: throw .streamingNeedsSignature
    }
  }
}

/// What the verifiers look at.
struct IncomingRequest {
  let head: RequestHead
  let virtualHostBucket: String?
  let bodySHA256: [UInt8]?
  let now: Timestamp
}
