import Primitives

@testable import API
@testable import HTTP

/// What is read of a request's head before anything is stored: its dialect (`OSSRequestTarget` has OSS's), target, query, signature in all its forms, and the
/// parameters of the operation that it matches. A refusal makes a readable document; a signature that is right is
/// wrong for another method; no log shows a signature.
enum SignedRequestTarget {
  static func run(_ input: [UInt8]) throws(BrokenProperty) {
    guard let head = MadeRequest.head(input) else { return }
    try checkMasking(head)
    if DialectRecognition.dialect(of: head) === Dialect.oss { return try OSSRequestTarget.run(head, input) }
    try authenticate(head, input)
    _ = Authenticator.claimedService(head)
    _ = try? authenticator.claimedIdentity(head, now: MadeRequest.now, credentials: Keys())
    if let form = try? IAMForm(head.query ?? []) { _ = try? form.string("Action") }
    var request: APIRequest?
    do throws(S3Error) {
      let made = try MadeRequest.make(head)
      request = made
      try OperationDecoders.run(made)
    } catch {
      if let request, case .complete(_, let document) = request.refusal(error, region: "us-east-1") {
        return try MadeRequest.checkWellFormed(Array(document), error.code.name)
      }
      try MadeRequest.checkDocument(error)
    }
  }

  private static let authenticator = Authenticator(
    configuration: SigningConfiguration(region: "us-east-1", alsoAccepted: ["eu-west-1"]))

  /// The one access key of AWS's examples.
  struct Keys: CredentialSource {
    func credential(accessKeyID: String) -> SigningCredential<String>? {
      guard accessKeyID == "AKIAIOSFODNN7EXAMPLE" else { return nil }
      return SigningCredential(
        secret: bytes("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), identity: accessKeyID)
    }
  }

  /// Who the authenticator takes the sender for; nil for nobody.
  private static func identity(_ head: RequestHead) throws(SignatureError) -> String? {
    let result = try authenticator.authenticate(
      head, virtualHostBucket: nil, bodySHA256: SHA256.hash([]), now: MadeRequest.now, credentials: Keys())
    return result.identity
  }

  private static func authenticate(_ head: RequestHead, _ input: [UInt8]) throws(BrokenProperty) {
    let found: String?
    do throws(SignatureError) {
      found = try identity(head)
    } catch {
      return try MadeRequest.checkDocument(S3Error(error))
    }
    guard found != nil, head.method == .get, input.starts(with: bytes("GET ")),
      let other = MadeRequest.head(bytes("HEAD") + input[3...])
    else { return }
    let again = try? identity(other)
    try require(again == nil, "a signature is right for two methods")
  }

  /// The values of these parameters stay out of logs, whoever is asked: a request in the words of one dialect may
  /// show what another was signed with.
  private static func checkMasking(_ head: RequestHead) throws(BrokenProperty) {
    let masked = LoggedURL.masking(head.target)
    guard let mark = masked.firstIndex(of: UInt8(ascii: "?")) else { return }
    let query = AuthorizationQuery(masked[(mark + 1)...])
    for place in [query.signature, query.signatureV2, query.securityToken].compactMap(\.self) {
      try require(query.isRaw(place, "***") || place.isEmpty, "a log would show \(text(query.raw(place)))")
    }
    let oss = OSSAuthorizationQuery(masked[(mark + 1)...])
    let places = [oss.signature, oss.securityToken, oss.signatureV1, oss.securityTokenV1]
    for place in places.compactMap(\.self) {
      let logged = oss.text(place, usualCount: place.count)
      try require(logged.isEmpty || logged.matches("***"), "a log would show OSS's \(text(logged))")
    }
  }
}
