/// Signs URLs the way OSS clients do, by version 4: for the load generator and for tests.
package struct OSSV4Signer: Sendable {
  package let accessKeyID: String
  package let region: String
  private let secret: [UInt8]

  package init(accessKeyID: String, secretKey: String, region: String) {
    self.accessKeyID = accessKeyID
    self.region = region
    self.secret = Array(secretKey.utf8)
  }

  /// The key that signs on the day of `time`. Deriving it costs several times what signing does: callers that
  /// sign many requests keep it.
  package func signingKey(at time: Timestamp) -> HMACSHA256Key {
    OSSV4.signingKey(secret: secret, scope: SigV4Scope(day: time.day, region: region, service: "oss"))
  }

  /// The target (`path?query`) of a URL that is valid for `expiresSeconds` from `time`. `path` is `/bucket/key`,
  /// encoded, `query` as it will stand in the request line.
  package func presign(
    method: String, path: String, query: String, expiresSeconds: Int64, at time: Timestamp, key: HMACSHA256Key
  ) -> String {
    let scope = "\(time.day)/\(region)/oss/\(OSSV4.terminator)"
    let credential = PercentEncoding.uriEncode("\(accessKeyID)/\(scope)", keepSlash: false)
    let query =
      query + (query.isEmpty ? "" : "&") + "x-oss-credential=\(credential)&x-oss-date=\(time.basic)"
      + "&x-oss-expires=\(expiresSeconds)&x-oss-signature-version=\(OSSV4.algorithm)"
    var text = Array("\(method)\n".utf8)
    SigV4Canonical.appendPath(path.utf8.span, to: &text)
    text.append(SigV4.newline)
    SigV4Canonical.appendOSSQuery(query.utf8.span, to: &text)
    // No header and no additional one, whose lines are empty; then the payload.
    text.append(contentsOf: "\n\n\nUNSIGNED-PAYLOAD".utf8)
    OSSV4.replaceWithStringToSign(&text, date: time.basic.utf8.span, scope: scope.utf8.span)
    let signature = SigV4.signature(text, key: key)
    return "\(path)?\(query)&x-oss-signature=\(String(decoding: signature, as: Unicode.UTF8.self))"
  }
}
