import Primitives
import Testing

@testable import API

/// Presigned URLs, V4.
@Suite struct QueryV4Tests {
  @Test func acceptsAndReports() throws {
    let authentication = try Example.accept(Example.presigned())
    #expect(authentication.kind == .queryV4)
    #expect(authentication.signedHeaders == ["host"])
    #expect(authentication.expiry == Timestamp(seconds: Example.now.seconds + 86400))
    #expect("\(authentication.kind.authenticationTypeName ?? "-")" == "QueryString")
    guard case .unsigned = authentication.payload else {
      Issue.record("payload \(authentication.payload)")
      return
    }
  }

  /// From 15 minutes before its date to the last moment before its end.
  @Test(arguments: [(-900_000, true), (-900_001, false), (0, true), (59_999, true), (60_000, false)])
  func window(_ milliseconds: Int64, _ isGood: Bool) throws {
    let head = try Example.presigned(expires: 60)
    let now = Timestamp(milliseconds: Example.now.milliseconds + milliseconds)
    guard !isGood else {
      #expect(try Example.accept(head, now: now).kind == .queryV4)
      return
    }
    let refusal = try Example.refusal(head, now: now)
    guard milliseconds > 0 else {
      #expect(refusal == .notYetValid)
      #expect(refusal.s3.message == "Request is not yet valid")
      return
    }
    #expect(refusal.s3.message == "Request has expired")
    #expect(refusal.s3.code.status == 403)
    let extras = refusal.s3.extras.map { "\($0.0)=\($0.1)" }
    #expect(
      extras == [
        "X-Amz-Expires=60", "Expires=2013-05-24T00:01:00Z", "ServerTime=2013-05-24T00:01:00Z",
      ])
  }

  @Test func zeroSecondsAreExpiredAtOnce() throws {
    guard case .expired = try Example.refusal(Example.presigned(expires: 0)) else {
      Issue.record("accepted")
      return
    }
  }

  @Test func aWeekIsTheLongest() throws {
    #expect(try Example.accept(Example.presigned(expires: 604_800)).kind == .queryV4)
    #expect(try Example.refusal(Example.presigned(expires: 604_801)) == .expiresTooLarge)
  }

  struct Spoilt: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var from: String
    var to: String
    var expected: SignatureError
  }

  static let spoilt = [
    Spoilt(
      testDescription: "negative", from: "Expires=86400", to: "Expires=-1", expected: .expiresNegative),
    Spoilt(
      testDescription: "no number", from: "Expires=86400", to: "Expires=1h", expected: .expiresNotANumber),
    Spoilt(
      testDescription: "empty", from: "Expires=86400", to: "Expires=", expected: .expiresNotANumber),
    Spoilt(
      testDescription: "huge", from: "Expires=86400", to: "Expires=99999999999999999999999",
      expected: .expiresTooLarge),
    Spoilt(
      testDescription: "date", from: "Date=20130524T000000Z", to: "Date=20130524",
      expected: .malformedQueryDate),
    Spoilt(
      testDescription: "algorithm", from: "AWS4-HMAC-SHA256", to: "AWS4-HMAC-SHA512",
      expected: .unsupportedQueryAlgorithm),
    Spoilt(
      testDescription: "no algorithm", from: "X-Amz-Algorithm=", to: "Y=", expected: .missingQueryParameters),
    Spoilt(
      testDescription: "no credential", from: "X-Amz-Credential=", to: "Y=",
      expected: .missingQueryParameters),
    Spoilt(testDescription: "no date", from: "X-Amz-Date=", to: "Y=", expected: .missingQueryParameters),
    Spoilt(testDescription: "no end", from: "X-Amz-Expires=", to: "Y=", expected: .missingQueryParameters),
    Spoilt(
      testDescription: "no list", from: "X-Amz-SignedHeaders=", to: "Y=", expected: .missingQueryParameters),
    Spoilt(
      testDescription: "no signature", from: "X-Amz-Signature=", to: "Y=", expected: .missingQueryParameters),
    Spoilt(
      testDescription: "twice", from: "X-Amz-Expires=86400", to: "X-Amz-Expires=86400&X-Amz-Expires=86400",
      expected: .missingQueryParameters),
    Spoilt(
      testDescription: "shape", from: "AKIAIOSFODNN7EXAMPLE%2F", to: "", expected: .scope(.shape, .query)),
    Spoilt(
      testDescription: "region", from: "us-east-1", to: "mars-1",
      expected: .scope(.region("mars-1", expected: "us-east-1"), .query)),
    Spoilt(
      testDescription: "service", from: "%2Fs3%2F", to: "%2Fs4%2F",
      expected: .scope(.service("s4", expected: "s3"), .query)),
    Spoilt(
      testDescription: "terminator", from: "aws4_request", to: "aws4",
      expected: .scope(.terminator("aws4"), .query)),
    Spoilt(
      testDescription: "scope date", from: "%2F20130524%2F", to: "%2F2013%2F",
      expected: .scope(.dateFormat("2013"), .query)),
    Spoilt(
      testDescription: "other day", from: "%2F20130524%2F", to: "%2F20130525%2F",
      expected: .scope(.dateMismatch(scope: "20130525", requestTime: "20130524"), .query)),
    Spoilt(
      testDescription: "key", from: "AKIAIOSFODNN7EXAMPLE", to: "nobody",
      expected: .unknownAccessKey("nobody")),
    Spoilt(
      testDescription: "host not signed", from: "SignedHeaders=host", to: "SignedHeaders=range",
      expected: .headersNotSigned(["host"])),
  ]

  @Test(arguments: spoilt) func refuses(_ spoilt: Spoilt) throws {
    let head = try Example.presigned { $0.replacing(spoilt.from, with: spoilt.to) }
    let refusal = try Example.refusal(head)
    #expect(refusal == spoilt.expected)
    if case .scope = refusal { #expect("\(refusal.s3.code)" == "AuthorizationQueryParametersError") }
  }

  /// Who was given a URL cannot look further back with it.
  @Test func refusesUnsignedMoments() throws {
    let head = try Example.presigned("GET", headers: [("x-weir-as-of", "2013-05-23T00:00:00Z")])
    #expect(try Example.refusal(head) == .headersNotSigned(["x-weir-as-of"]))
  }

  @Test func refusesUnsignedAmzHeader() throws {
    let head = try Example.presigned("PUT", headers: [("x-amz-acl", "public-read")])
    let refusal = try Example.refusal(head)
    #expect(refusal == .headersNotSigned(["x-amz-acl"]))
    #expect("\(refusal.s3.code)" == "AccessDenied")
    #expect(refusal.s3.extras.map { "\($0.0)=\($0.1)" } == ["HeadersNotSigned=x-amz-acl"])
  }

  @Test(arguments: ["&response-content-type=x", "&versionId=1"])
  func refusesAddedParameter(_ added: String) throws {
    guard case .signatureMismatch = try Example.refusal(Example.presigned { $0 + added }) else {
      Issue.record("accepted")
      return
    }
  }

  @Test func acceptsParametersInAnyOrder() throws {
    let head = try Example.presigned(query: "versionId=null&a=%20") { target in
      let parts = target.split(separator: "?", maxSplits: 1)
      return parts[0] + "?" + parts[1].split(separator: "&").reversed().joined(separator: "&")
    }
    #expect(try Example.accept(head).kind == .queryV4)
  }

  @Test func payloadHashInTheQuery() throws {
    let hash = Hex.encode(SHA256.hash(Array("body".utf8)))
    let target =
      "X-Amz-Content-Sha256=\(hash)&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=\(Example.accessKeyID)"
      + "%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=60"
      + "&X-Amz-SignedHeaders=host"
    var canonical = Array("PUT\n/k\n".utf8)
    SigV4Canonical.appendQuery(target.utf8.span, omittingSignature: true, to: &canonical)
    canonical += Array("\nhost:\(Example.host)\n\nhost\n\(hash)".utf8)
    let toSign = SigV4.stringToSign(
      date: "20130524T000000Z".utf8.span, scope: "20130524/us-east-1/s3/aws4_request".utf8.span,
      canonicalRequest: canonical)
    let signature = SigV4.signature(toSign, key: Example.signer.signingKey(at: Example.now))
    let head = try Example.head(
      "PUT", "/k?\(target)&X-Amz-Signature=\(String(decoding: signature, as: Unicode.UTF8.self))",
      [("Host", Example.host)])
    guard case .sha256(let declared) = try Example.accept(head).payload else {
      Issue.record("not hashed")
      return
    }
    #expect(Hex.encode(declared) == hash)
  }

  @Test func refusesMixtures() throws {
    let both = try Example.presigned(headers: [("Authorization", "AWS a:b")])
    #expect(try Example.refusal(both) == .multipleMechanisms(authorization: "AWS a:b"))
    let twoQueries = try Example.presigned { $0 + "&Signature=x&AWSAccessKeyId=y&Expires=1" }
    #expect(try Example.refusal(twoQueries) == .multipleMechanisms(authorization: ""))
    let v2 = try Example.head("GET", "/?Signature=x", [("Host", "h"), ("Authorization", "Basic x")])
    #expect("\(try Example.refusal(v2).s3.code)" == "InvalidArgument")
  }

  @Test func claimedServiceOfAURL() throws {
    #expect(Authenticator.claimedService(try Example.presigned()) == .s3)
    #expect(Authenticator.claimedService(try Example.head("GET", "/?a", [("Host", "h")])) == nil)
    #expect(Authenticator.claimedService(try Example.head("GET", "/", [("Host", "h")])) == nil)
  }
}
