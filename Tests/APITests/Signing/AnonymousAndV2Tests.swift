import Foundation
import Primitives
import Testing

@testable import API

/// Requests without a V4 signature. What V2 accepts is tested against botocore.
@Suite struct AnonymousAndV2Tests {
  @Test func anonymous() throws {
    let head = try Example.head("GET", "/b/k?Expires=1&prefix=x", [("Host", "h")])
    let authentication = try Example.accept(head)
    #expect(authentication.kind == .anonymous)
    #expect(authentication.identity == nil)
    #expect(authentication.kind.signatureVersionName == nil)
    #expect(authentication.kind.authenticationTypeName == nil)
    guard case .none = authentication.payload else {
      Issue.record("payload \(authentication.payload)")
      return
    }
  }

  @Test(arguments: [SigV4Payload.unsigned, .empty, .streamingUnsignedTrailer])
  func anonymousPayloads(_ payload: SigV4Payload) throws {
    let head = try Example.head(
      "PUT", "/b/k", [("Host", "h"), ("x-amz-content-sha256", payload.headerValue)])
    #expect(try Example.accept(head).kind == .anonymous)
  }

  @Test(arguments: [SigV4Payload.streamingSigned, .streamingSignedTrailer, .streamingECDSA])
  func anonymousSignedChunks(_ payload: SigV4Payload) throws {
    let head = try Example.head(
      "PUT", "/b/k", [("Host", "h"), ("x-amz-content-sha256", payload.headerValue)])
    let refusal = try Example.refusal(head)
    #expect(refusal == .streamingNeedsSignature)
    #expect("\(refusal.s3.code)" == "InvalidRequest")
  }

  @Test func anonymousGarbagePayload() throws {
    let head = try Example.head("PUT", "/b/k", [("Host", "h"), ("x-amz-content-sha256", "x")])
    #expect(try Example.refusal(head) == .invalidContentSHA256("x"))
  }

  static let date = Example.now.imfFixdate

  static func v2(
    _ headers: [(name: String, value: String)], authorization: String? = nil, path: String = "/b/k"
  ) throws -> SignatureErrorOrKind {
    let all = [(name: "Host", value: "h")] + headers
    let head = try Example.head("GET", path, all + [("Authorization", authorization ?? "AWS k:sig")])
    do throws(SignatureError) {
      return .kind(try Example.authenticator.authenticate(head, now: Example.now, credentials: Keys()).kind)
    } catch {
      return .error(error)
    }
  }

  enum SignatureErrorOrKind: Equatable {
    case error(SignatureError)
    case kind(AuthenticationKind)
  }

  @Test func refusesForms() throws {
    let date = [(name: "Date", value: Self.date)]
    #expect(try Self.v2(date) == .error(.unknownAccessKey("k")))
    #expect(try Self.v2([]) == .error(.missingDate))
    #expect(try Self.v2([("Date", "soon")]) == .error(.missingDate))
    #expect(try Self.v2([("Date", "soon"), ("x-amz-date", Self.date)]) == .error(.unknownAccessKey("k")))
    #expect(
      try Self.v2(date, authorization: "AWS nocolon")
        == .error(.malformedV2Header(authorization: "AWS nocolon")))
    #expect(
      try Self.v2(date, authorization: "AWS :sig") == .error(.malformedV2Header(authorization: "AWS :sig")))
    #expect(
      try Self.v2(date, authorization: "AWS k: sig")
        == .error(.authorizationWithoutSpace(authorization: "AWS k: sig")))
    let old = Timestamp(seconds: Example.now.seconds - 1000).imfFixdate
    #expect(
      try Self.v2([("Date", old)])
        == .error(.requestTimeTooSkewed(requestTime: old, serverTime: Example.now)))
    guard
      case .error(.signatureMismatch(let key, let toSign, "sig", nil)) =
        try Self.v2(
          date + [("x-amz-b", " 2 "), ("x-amz-a", "1"), ("x-amz-b", "3")],
          authorization: "AWS \(Example.accessKeyID):sig", path: "/b/k?versionId=%2B&x=1&acl")
    else {
      Issue.record("accepted")
      return
    }
    #expect(key == Example.accessKeyID)
    #expect(
      String(decoding: toSign, as: Unicode.UTF8.self)
        == "GET\n\n\n\(Self.date)\nx-amz-a:1\nx-amz-b:2,3\n/b/k?acl&versionId=+")
  }

  @Test func v2SwitchedOff() throws {
    let strict = Authenticator(
      configuration: SigningConfiguration(region: "us-east-1", allowsV2: false))
    let header = try Example.head("GET", "/", [("Host", "h"), ("Authorization", "AWS k:sig")])
    #expect(try Example.refusal(header, authenticator: strict) == .mechanismNotSupported)
    let query = try Example.head("GET", "/?Signature=x&AWSAccessKeyId=k&Expires=1", [("Host", "h")])
    let refusal = try Example.refusal(query, authenticator: strict)
    #expect(refusal.s3.message.hasSuffix("Please use AWS4-HMAC-SHA256."))
  }

  @Test(arguments: [
    ("Signature=x&Expires=1", SignatureError.missingV2QueryParameters),
    ("Signature=x&AWSAccessKeyId=k", .missingV2QueryParameters),
    ("AWSAccessKeyId=k&Expires=1", .missingV2QueryParameters),
    ("AWSAccessKeyId=k&Expires=1&Signature=x&Signature=y", .missingV2QueryParameters),
    ("AWSAccessKeyId=k&Expires=tomorrow&Signature=x", .malformedV2Expires("tomorrow")),
    (
      "AWSAccessKeyId=k&Expires=99999999999999999999&Signature=x", .malformedV2Expires("99999999999999999999")
    ),
    (
      "AWSAccessKeyId=k&Expires=1369353600&Signature=x",
      .expiredV2(expiry: Example.now, serverTime: Example.now)
    ),
    ("AWSAccessKeyId=k&Expires=1369353601&Signature=x", .unknownAccessKey("k")),
  ])
  func refusesURLs(_ query: String, _ expected: SignatureError) throws {
    #expect(try Example.refusal(Example.head("GET", "/b/k?" + query, [("Host", "h")])) == expected)
  }

  @Test func expiredURLSaysWhen() throws {
    let head = try Example.head(
      "GET", "/b/k?AWSAccessKeyId=k&Expires=1369353600&Signature=x", [("Host", "h")])
    let extras = try Example.refusal(head).s3.extras.map { "\($0.0)=\($0.1)" }
    #expect(extras == ["Expires=2013-05-24T00:00:00Z", "ServerTime=2013-05-24T00:00:00Z"])
  }

  /// A plus in a signature that was not escaped is still a plus.
  @Test func bareSignatureInURL() throws {
    let fixtures = try BotocoreTests.load()
    let authenticator = Authenticator(configuration: SigningConfiguration(region: fixtures.region))
    var count = 0
    for request in fixtures.requests where request.kind == "queryV2" && request.head.contains("%2B") {
      guard let start = request.head.range(of: "&Signature="),
        let end = request.head[start.upperBound...].firstIndex(of: "&"),
        request.head[start.upperBound..<end].contains("%2B")
      else { continue }
      let bare = request.head.replacingCharacters(
        in: start.upperBound..<end, with: request.head[start.upperBound..<end].replacing("%2B", with: "+"))
      let authentication = try authenticator.authenticate(
        Example.head(bare), virtualHostBucket: request.bucket, now: Timestamp(seconds: fixtures.now),
        credentials: Keys())
      #expect(authentication.kind == .queryV2)
      count += 1
    }
    #expect(count > 0)
  }
}
