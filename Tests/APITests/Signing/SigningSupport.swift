import HTTP
import Primitives
import Testing

@testable import API

/// What the tests of this directory share: the credentials of AWS's examples and ways to make requests.
enum Example {
  static let accessKeyID = "AKIAIOSFODNN7EXAMPLE"
  static let secretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
  static let now = Timestamp(seconds: 1_369_353_600)  // 2013-05-24T00:00:00Z
  static let host = "examplebucket.s3.amazonaws.com"
  static let signer = SigV4Signer(accessKeyID: accessKeyID, secretKey: secretKey, region: "us-east-1")
  static let authenticator = Authenticator(
    configuration: SigningConfiguration(region: "us-east-1", alsoAccepted: ["eu-west-1"]))

  /// A head as the server parses it.
  static func head(_ text: String) throws -> RequestHead { try head(Array(text.utf8)) }

  static func head(_ bytes: [UInt8]) throws -> RequestHead {
    var parser = RequestHeadParser(limits: HTTPLimits())
    // SAFETY: the parser copies what it keeps.
    let head = try unsafe bytes.withUnsafeBytes { raw in try unsafe parser.consume(raw).head }
    return try #require(head)
  }

  static func head(_ method: String, _ target: String, _ headers: [(name: String, value: String)]) throws
    -> RequestHead
  {
    let lines = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
    return try head("\(method) \(target) HTTP/1.1\r\n\(lines)\r\n")
  }

  /// A header-signed request as a client sends it; `change` may spoil the headers.
  static func signed(
    _ method: String = "GET", _ path: String = "/test.txt", query: String = "",
    headers: [(name: String, value: String)] = [], payload: SigV4Payload = .unsigned,
    at time: Timestamp = now, signer: SigV4Signer = signer,
    change: (inout [(name: String, value: String)]) -> Void = { _ in }
  ) throws -> RequestHead {
    let request = SigV4Signer.Request(
      method: method, path: path, query: query, headers: [("host", host)] + headers)
    var all = signer.sign(request, payload: payload, at: time).headers
    change(&all)
    return try head(method, query.isEmpty ? path : "\(path)?\(query)", all)
  }

  /// A presigned request; `change` may spoil the target.
  static func presigned(
    _ method: String = "GET", _ path: String = "/test.txt", query: String = "", expires: Int64 = 86400,
    at time: Timestamp = now, headers: [(name: String, value: String)] = [],
    change: (String) -> String = { $0 }
  ) throws -> RequestHead {
    let request = SigV4Signer.Request(
      method: method, path: path, query: query, headers: [("host", host)])
    let target = signer.presign(request, expiresSeconds: expires, at: time)
    return try head(method, change(target), [("Host", host)] + headers)
  }

  /// The refusal of a request, which must be refused.
  static func refusal(
    _ head: RequestHead, now: Timestamp = now, authenticator: Authenticator = authenticator,
    credentials: Keys = Keys()
  ) throws -> SignatureError {
    do throws(SignatureError) {
      let authentication = try authenticator.authenticate(head, now: now, credentials: credentials)
      Issue.record("accepted as \(authentication.kind)")
      throw SignatureError.missingDate
    } catch {
      return error
    }
  }

  static func accept(
    _ head: RequestHead, now: Timestamp = now, authenticator: Authenticator = authenticator,
    credentials: Keys = Keys()
  ) throws -> Authentication<String> {
    try authenticator.authenticate(head, now: now, credentials: credentials)
  }
}

/// A credential source with the example key.
struct Keys: CredentialSource {
  var secrets = [Example.accessKeyID: Example.secretKey]
  var token: String?

  func credential(accessKeyID: String) -> SigningCredential<String>? {
    secrets[accessKeyID].map {
      SigningCredential(
        secret: Array($0.utf8), sessionToken: token.map { Array($0.utf8) },
        identity: "owner of \(accessKeyID)")
    }
  }
}

extension [(name: String, value: String)] {
  /// The value of a header, in any case.
  subscript(_ name: String) -> String? {
    get { first { $0.name.lowercased() == name }?.value }
    set {
      removeAll { $0.name.lowercased() == name }
      if let newValue { append((name, newValue)) }
    }
  }
}
