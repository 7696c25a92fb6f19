import Primitives

extension Authenticator {
  /// Who has made a form, once its signature is found right. Whether its policy still holds is the policy's to say.
  ///
  /// - Throws: as `authenticate` does, of what a form can be refused for.
  func authenticate<Source: CredentialSource>(
    _ form: PostForm, _ claim: FormClaim, _ service: SignedService, _ forms: FormSpelling,
    credentials: Source
  ) throws(SignatureError) -> Source.Identity {
    guard claim.kind == forms.kind else {
      guard claim.kind != .formV2 || configuration.allowsV2 else { throw .mechanismNotSupported }
      let id = claim.credential[...].lossyText
      let credential = try Self.credential(id, claim, credentials)
      let expected = Base64.encode(HMACSHA1.authenticate(key: credential.secret, claim.policy))
      guard constantTimeEquals(Array(expected.utf8), claim.signature) else { throw Self.mismatch(claim, id) }
      return credential.identity
    }
    guard form.hasKnownAlgorithm(forms) else { throw .unsupportedQueryAlgorithm }
    let scope = try CredentialScope(
      claim.credential[...], configuration, .query, isOSS: service == .oss)
    guard scope.service == service else {
      throw .scope(.service(scope.service.rawValue, expected: service.rawValue), .query)
    }
    guard SigV4.time(claim.date.span) != nil else { throw .malformedQueryDate }
    try Self.checkDay(scope, claim.date[...], .query)
    let id = scope.accessKeyID.lossyText
    let credential = try Self.credential(id, claim, credentials)
    let key = keys.key(for: scope, secret: credential.secret)
    guard SigV4.isSignature(claim.signature.span, of: claim.policy, key: key) else {
      throw Self.mismatch(claim, id)
    }
    return credential.identity
  }

  private static func credential<Source: CredentialSource>(
    _ id: String, _ claim: FormClaim, _ credentials: Source
  ) throws(SignatureError) -> SigningCredential<Source.Identity> {
    guard let credential = credentials.credential(accessKeyID: id) else { throw .unknownAccessKey(id) }
    try checkToken(claim.token.map { $0[...] }, credential.sessionToken)
    return credential
  }

  private static func mismatch(_ claim: FormClaim, _ id: String) -> SignatureError {
    .signatureMismatch(
      accessKeyID: id, stringToSign: claim.policy, provided: claim.signature[...].lossyText,
      canonicalRequest: nil)
  }
}
