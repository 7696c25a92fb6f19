/// Signs requests the way S3 clients do: for the load generator and for tests.
package struct SigV4Signer: Sendable {
  package let accessKeyID: String
  package let region: String
  package let service: String
  private let secret: [UInt8]

  package init(accessKeyID: String, secretKey: String, region: String, service: String = "s3") {
    self.accessKeyID = accessKeyID
    self.region = region
    self.service = service
    self.secret = Array(secretKey.utf8)
  }

  /// A request to sign. Path and query are as they will stand in the request line.
  package struct Request: Sendable {
    package var method: String
    package var path: String
    package var query: String
    /// The headers to sign, `host` among them; names in any case.
    package var headers: [(name: String, value: String)]

    package init(
      method: String, path: String, query: String = "", headers: [(name: String, value: String)]
    ) {
      self.method = method
      self.path = path
      self.query = query
      self.headers = headers
    }
  }

  /// What `sign` made.
  package struct Signed: Sendable {
    /// All headers to send: those of the request, `x-amz-date`, `x-amz-content-sha256` (for `s3`) and
    /// `authorization`.
    package let headers: [(name: String, value: String)]
    /// 64 digits.
    package let signature: [UInt8]
    /// Continues with the chunks of a streaming payload.
    package let chunks: SigV4ChunkSigner
    /// For comparison with published examples.
    package let canonicalRequest: [UInt8]
    package let stringToSign: [UInt8]
  }

  /// The key that signs on the day of `time`. Deriving it costs several times what signing does: callers that
  /// sign many requests keep it.
  package func signingKey(at time: Timestamp) -> HMACSHA256Key {
    SigV4.signingKey(secret: secret, scope: scope(at: time))
  }

  /// Signs a request in its `Authorization` header.
  package func sign(
    _ request: Request, payload: SigV4Payload, at time: Timestamp, key: HMACSHA256Key? = nil
  ) -> Signed {
    let date = time.basic
    var headers = request.headers
    headers.append(("x-amz-date", date))
    if service == "s3" { headers.append(("x-amz-content-sha256", payload.headerValue)) }
    var prepared = request
    prepared.headers = headers
    let (canonical, names) = Self.canonicalRequest(prepared, payload: payload.headerValue)
    let scope = scope(at: time).text
    let toSign = SigV4.stringToSign(
      date: date.utf8.span, scope: scope.utf8.span, canonicalRequest: canonical)
    let key = key ?? signingKey(at: time)
    let signature = SigV4.signature(toSign, key: key)
    let text = String(decoding: signature, as: Unicode.UTF8.self)
    headers.append(
      (
        "authorization",
        "\(SigV4.algorithm) Credential=\(accessKeyID)/\(scope),SignedHeaders=\(names),Signature=\(text)"
      ))
    return Signed(
      headers: headers, signature: signature,
      chunks: SigV4ChunkSigner(seed: signature, key: key, date: date.utf8.span, scope: scope.utf8.span),
      canonicalRequest: canonical, stringToSign: toSign)
  }

  /// The target (`path?query`) of a URL that is valid for `expiresSeconds` from `time`.
  package func presign(
    _ request: Request, expiresSeconds: Int64, at time: Timestamp, key: HMACSHA256Key? = nil
  ) -> String {
    let date = time.basic
    let scope = scope(at: time).text
    let credential = PercentEncoding.uriEncode("\(accessKeyID)/\(scope)", keepSlash: false)
    let names = request.headers.map { $0.name.lowercased() }.sorted().joined(separator: "%3B")
    var prepared = request
    let separator = request.query.isEmpty ? "" : "&"
    prepared.query +=
      separator + "X-Amz-Algorithm=\(SigV4.algorithm)&X-Amz-Credential=\(credential)&X-Amz-Date=\(date)"
      + "&X-Amz-Expires=\(expiresSeconds)&X-Amz-SignedHeaders=\(names)"
    let (canonical, _) = Self.canonicalRequest(prepared, payload: SigV4Payload.unsigned.headerValue)
    let toSign = SigV4.stringToSign(
      date: date.utf8.span, scope: scope.utf8.span, canonicalRequest: canonical)
    let signature = SigV4.signature(toSign, key: key ?? signingKey(at: time))
    let text = String(decoding: signature, as: Unicode.UTF8.self)
    return "\(request.path)?\(prepared.query)&X-Amz-Signature=\(text)"
  }

  private func scope(at time: Timestamp) -> SigV4Scope {
    SigV4Scope(day: time.day, region: region, service: service)
  }

  /// The canonical request and its list of signed headers.
  private static func canonicalRequest(_ request: Request, payload: String) -> ([UInt8], String) {
    var text = Array(request.method.utf8)
    text.append(SigV4.newline)
    SigV4Canonical.appendPath(request.path.utf8.span, to: &text)
    text.append(SigV4.newline)
    SigV4Canonical.appendQuery(request.query.utf8.span, omittingSignature: true, to: &text)
    text.append(SigV4.newline)
    let headers = request.headers.map { (name: $0.name.lowercased(), value: $0.value) }
    let sorted = headers.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    for (name, value) in sorted {
      text.append(contentsOf: name.utf8)
      text.append(UInt8(ascii: ":"))
      SigV4Canonical.appendHeaderValue(value.utf8.span, to: &text)
      text.append(SigV4.newline)
    }
    text.append(SigV4.newline)
    let names = sorted.map(\.name).joined(separator: ";")
    text.append(contentsOf: names.utf8)
    text.append(SigV4.newline)
    text.append(contentsOf: payload.utf8)
    return (text, names)
  }
}
