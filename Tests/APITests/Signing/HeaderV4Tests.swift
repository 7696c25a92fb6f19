import HTTP
import Primitives
import Testing

@testable import API

/// `Authorization: AWS4-HMAC-SHA256`: what is accepted, and every refusal.
@Suite struct HeaderV4Tests {
  @Test func acceptsAndReports() throws {
    let head = try Example.signed(headers: [("Range", "bytes=0-9")], payload: .empty)
    let authentication = try Example.accept(head)
    #expect(authentication.kind == .headerV4)
    #expect(authentication.identity == "owner of AKIAIOSFODNN7EXAMPLE")
    #expect(authentication.accessKeyID == Example.accessKeyID)
    #expect(authentication.scope == SigV4Scope(day: "20130524", region: "us-east-1", service: "s3"))
    #expect(authentication.signedHeaders == ["host", "range", "x-amz-content-sha256", "x-amz-date"])
    #expect(authentication.date == Example.now)
    #expect("\(authentication.kind.signatureVersionName ?? "-")" == "SigV4")
    #expect("\(authentication.kind.authenticationTypeName ?? "-")" == "AuthHeader")
    guard case .sha256(let hash) = authentication.payload else {
      Issue.record("payload \(authentication.payload)")
      return
    }
    #expect(hash == SHA256.hash([UInt8]()))
  }

  @Test func acceptsOtherRegionOfTheConfiguration() throws {
    let signer = SigV4Signer(
      accessKeyID: Example.accessKeyID, secretKey: Example.secretKey, region: "eu-west-1")
    #expect(try Example.accept(Example.signed(signer: signer)).scope?.region == "eu-west-1")
  }

  @Test func acceptsBlanksAndAnyOrderBetweenComponents() throws {
    let head = try Example.signed {
      let parts = ($0["authorization"] ?? "").dropFirst(17).split(separator: ",")
      $0["authorization"] = "AWS4-HMAC-SHA256   " + parts.reversed().joined(separator: " ,  ")
    }
    #expect(try Example.accept(head).kind == .headerV4)
  }

  /// `!` in the path is signed as `%21` by everybody and sent raw by some.
  @Test(arguments: [
    ("/a!b*c'd(e)", "/a%21b%2Ac%27d%28e%29"), ("/a%2fb", "/a/b"), ("/a:b@c", "/a%3Ab%40c"),
    ("/%E4%BD", "/%e4%bd"),
  ])
  func acceptsPathsInEitherSpelling(_ sent: String, _ signedPath: String) throws {
    let signed = Example.signer.sign(
      .init(method: "GET", path: signedPath, headers: [("host", Example.host)]), payload: .unsigned,
      at: Example.now)
    #expect(try Example.accept(Example.head("GET", sent, signed.headers)).kind == .headerV4)
  }

  @Test(arguments: [
    ("prefix=a%20b", "prefix=a+b"), ("acl=", "acl"), ("a=1&b=2", "b=2&a=1"), ("p=%2F", "p=/"),
  ])
  func acceptsQueriesInEitherSpelling(_ signedQuery: String, _ sent: String) throws {
    let signed = Example.signer.sign(
      .init(method: "GET", path: "/", query: signedQuery, headers: [("host", Example.host)]),
      payload: .unsigned, at: Example.now)
    #expect(try Example.accept(Example.head("GET", "/?" + sent, signed.headers)).kind == .headerV4)
  }

  @Test func acceptsDateHeaderInPlaceOfAmzDate() throws {
    // A client that signs with `Date` alone: same string to sign, another header.
    let date = Example.now.imfFixdate
    var canonical = "GET\n/test.txt\n\ndate:\(date)\nhost:\(Example.host)\n"
    canonical += "x-amz-content-sha256:UNSIGNED-PAYLOAD\n\ndate;host;x-amz-content-sha256\nUNSIGNED-PAYLOAD"
    let scope = "20130524/us-east-1/s3/aws4_request"
    let toSign = SigV4.stringToSign(
      date: "20130524T000000Z".utf8.span, scope: scope.utf8.span,
      canonicalRequest: Array(canonical.utf8))
    let signature = SigV4.signature(toSign, key: Example.signer.signingKey(at: Example.now))
    let authorization =
      "AWS4-HMAC-SHA256 Credential=\(Example.accessKeyID)/\(scope),"
      + "SignedHeaders=date;host;x-amz-content-sha256,"
      + "Signature=\(String(decoding: signature, as: Unicode.UTF8.self))"
    let head = try Example.head(
      "GET", "/test.txt",
      [
        ("Host", Example.host), ("Date", date), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
        ("Authorization", authorization),
      ])
    #expect(try Example.accept(head).date == Example.now)
  }

  @Test(arguments: [-900, -1, 0, 899, 900])
  func acceptsSkewOfFifteenMinutes(_ seconds: Int64) throws {
    let now = Timestamp(seconds: Example.now.seconds + seconds)
    // Before midnight the scope's day stays that of the request's date.
    #expect(try Example.accept(Example.signed(), now: now).kind == .headerV4)
  }

  @Test(arguments: [-901, 901, 100_000_000_000])
  func refusesMoreSkew(_ seconds: Int64) throws {
    let now = Timestamp(seconds: Example.now.seconds + seconds)
    let refusal = try Example.refusal(Example.signed(), now: now)
    #expect(refusal == .requestTimeTooSkewed(requestTime: "20130524T000000Z", serverTime: now))
    #expect(refusal.s3.code.status == 403)
    #expect("\(refusal.s3.code)" == "RequestTimeTooSkewed")
    #expect(
      refusal.s3.extras.map { "\($0.0)" } == ["RequestTime", "ServerTime", "MaxAllowedSkewMilliseconds"])
  }

  @Test func serverTimeHasNoFraction() throws {
    let now = Timestamp(milliseconds: Example.now.milliseconds + 86_400_123)
    let refusal = try Example.refusal(Example.signed(), now: now)
    #expect(refusal.s3.extras[1].1 == "2013-05-25T00:00:00Z")
  }

  struct Spoilt: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var spoil: @Sendable (String) -> String
    var expected: SignatureError
  }

  static let authorizations = [
    Spoilt(
      testDescription: "no space", spoil: { _ in "AWS4-HMAC-SHA256" },
      expected: .authorizationWithoutSpace(authorization: "AWS4-HMAC-SHA256")),
    Spoilt(
      testDescription: "other scheme", spoil: { _ in "Basic dTpw" },
      expected: .unsupportedAuthorizationType(authorization: "Basic dTpw")),
    Spoilt(
      testDescription: "SigV4A", spoil: { _ in "AWS4-ECDSA-P256-SHA256 Credential=a" },
      expected: .mechanismNotSupported),
    Spoilt(
      testDescription: "garbage component", spoil: { _ in "AWS4-HMAC-SHA256 what" },
      expected: .malformedComponent("what")),
    Spoilt(
      testDescription: "component twice", spoil: { $0 + ",Signature=abc" },
      expected: .malformedComponent("Signature=abc")),
    Spoilt(
      testDescription: "trailing comma", spoil: { $0 + "," }, expected: .malformedComponent("")),
    Spoilt(
      testDescription: "no credential", spoil: { _ in "AWS4-HMAC-SHA256 SignedHeaders=host,Signature=a" },
      expected: .missingComponent(.credential)),
    Spoilt(
      testDescription: "no signed headers",
      spoil: { _ in "AWS4-HMAC-SHA256 Credential=a/20130524/us-east-1/s3/aws4_request,Signature=a" },
      expected: .missingComponent(.signedHeaders)),
    Spoilt(
      testDescription: "no signature",
      spoil: { _ in "AWS4-HMAC-SHA256 Credential=a/20130524/us-east-1/s3/aws4_request,SignedHeaders=host" },
      expected: .missingComponent(.signature)),
    Spoilt(
      testDescription: "four parts", spoil: { $0.replacing("AKIAIOSFODNN7EXAMPLE/", with: "") },
      expected: .scope(.shape, .header)),
    Spoilt(
      testDescription: "empty key id", spoil: { $0.replacing("AKIAIOSFODNN7EXAMPLE/", with: "/") },
      expected: .scope(.shape, .header)),
    Spoilt(
      testDescription: "date format", spoil: { $0.replacing("/20130524/", with: "/2013-5-24/") },
      expected: .scope(.dateFormat("2013-5-24"), .header)),
    Spoilt(
      testDescription: "other day", spoil: { $0.replacing("/20130524/", with: "/20130523/") },
      expected: .scope(.dateMismatch(scope: "20130523", requestTime: "20130524"), .header)),
    Spoilt(
      testDescription: "region", spoil: { $0.replacing("/us-east-1/", with: "/mars-1/") },
      expected: .scope(.region("mars-1", expected: "us-east-1"), .header)),
    Spoilt(
      testDescription: "service", spoil: { $0.replacing("/s3/", with: "/ec2/") },
      expected: .scope(.service("ec2", expected: "s3"), .header)),
    Spoilt(
      testDescription: "terminator", spoil: { $0.replacing("/aws4_request", with: "/aws4_reply") },
      expected: .scope(.terminator("aws4_reply"), .header)),
    Spoilt(
      testDescription: "key", spoil: { $0.replacing("AKIAIOSFODNN7EXAMPLE", with: "AKIDNOBODY") },
      expected: .unknownAccessKey("AKIDNOBODY")),
    Spoilt(
      testDescription: "key with slashes", spoil: { $0.replacing("AKIAIOSFODNN7EXAMPLE", with: "a/b/c") },
      expected: .unknownAccessKey("a/b/c")),
    Spoilt(
      testDescription: "host not signed", spoil: { $0.replacing("=host;", with: "=") },
      expected: .headersNotSigned(["host"])),
    Spoilt(
      testDescription: "amz headers not signed",
      spoil: { $0.replacing(";x-amz-content-sha256;x-amz-date", with: "") },
      expected: .headersNotSigned(["x-amz-content-sha256", "x-amz-date"])),
    Spoilt(
      testDescription: "signed header twice", spoil: { $0.replacing("=host;", with: "=host;host;") },
      expected: .malformedComponent("SignedHeaders=host;host;x-amz-content-sha256;x-amz-date")),
    Spoilt(
      testDescription: "empty signed header", spoil: { $0.replacing("=host;", with: "=host;;") },
      expected: .malformedComponent("SignedHeaders=host;;x-amz-content-sha256;x-amz-date")),
  ]

  @Test(arguments: authorizations) func refusesAuthorization(_ spoilt: Spoilt) throws {
    let head = try Example.signed {
      $0["authorization"] = spoilt.spoil($0["authorization"] ?? "")
    }
    #expect(try Example.refusal(head) == spoilt.expected)
  }

  @Test func refusesTooManySignedHeaders() throws {
    let many = (0...SigningLimits.signedHeaders).map { "x\($0)" }.joined(separator: ";")
    let head = try Example.signed {
      $0["authorization"] = ($0["authorization"] ?? "").replacing("=host;", with: "=host;\(many);")
    }
    guard case .malformedComponent = try Example.refusal(head) else {
      Issue.record("accepted")
      return
    }
  }

  @Test func wrongSignatureShowsWhatWasExpected() throws {
    let head = try Example.signed {
      $0["authorization"] = String(($0["authorization"] ?? "").dropLast()) + "Z"
    }
    let refusal = try Example.refusal(head)
    guard case .signatureMismatch(let key, let toSign, let provided, let canonical) = refusal else {
      Issue.record("\(refusal)")
      return
    }
    #expect(key == Example.accessKeyID)
    #expect(provided.hasSuffix("Z"))
    #expect(toSign.starts(with: "AWS4-HMAC-SHA256\n20130524T000000Z\n".utf8))
    #expect(canonical?.starts(with: "GET\n/test.txt\n\nhost:".utf8) == true)
    let reply = refusal.s3
    #expect(reply.code.status == 403)
    #expect(
      reply.extras.map { "\($0.0)" } == [
        "AWSAccessKeyId", "StringToSign", "SignatureProvided", "StringToSignBytes", "CanonicalRequest",
        "CanonicalRequestBytes",
      ])
    #expect(reply.extras[3].1.hasPrefix("41 57 53 34 2d 48"))
  }

  @Test func refusesUpperCaseSignature() throws {
    let head = try Example.signed {
      let text = $0["authorization"] ?? ""
      $0["authorization"] = String(text.dropLast(64)) + text.suffix(64).uppercased()
    }
    guard case .signatureMismatch = try Example.refusal(head) else {
      Issue.record("accepted")
      return
    }
  }

  @Test func wrongSecretIsRefused() throws {
    let refusal = try Example.refusal(
      Example.signed(), credentials: Keys(secrets: [Example.accessKeyID: "other"]))
    guard case .signatureMismatch = refusal else {
      Issue.record("\(refusal)")
      return
    }
  }

  /// The cached key of the old secret is of no use.
  @Test func changedSecretTakesEffectAtOnce() throws {
    let head = try Example.signed()
    #expect(try Example.accept(head).kind == .headerV4)
    let other = Keys(secrets: [Example.accessKeyID: "changed"])
    guard case .signatureMismatch = try Example.refusal(head, credentials: other) else {
      Issue.record("accepted")
      return
    }
    let signer = SigV4Signer(
      accessKeyID: Example.accessKeyID, secretKey: "changed", region: "us-east-1")
    #expect(try Example.accept(Example.signed(signer: signer), credentials: other).kind == .headerV4)
    #expect(try Example.accept(head).kind == .headerV4)
  }

  @Test(arguments: [nil, "", "yesterday", "20130524T000000", "2013-05-24T00:00:00Z"])
  func refusesMissingOrMalformedDate(_ date: String?) throws {
    let head = try Example.signed { $0["x-amz-date"] = date }
    #expect(try Example.refusal(head) == .missingDate)
  }

  @Test func contentSHA256IsRequiredAndChecked() throws {
    let missing = try Example.signed { $0["x-amz-content-sha256"] = nil }
    #expect(try Example.refusal(missing) == .missingContentSHA256)
    let garbage = try Example.signed { $0["x-amz-content-sha256"] = "abc" }
    #expect(try Example.refusal(garbage) == .invalidContentSHA256("abc"))
    let elliptic = try Example.signed(payload: .streamingECDSA)
    #expect(try Example.refusal(elliptic) == .mechanismNotSupported)
  }

  @Test func streamingPayloadsCarryTheSeed() throws {
    let head = try Example.signed("PUT", payload: .streamingSignedTrailer)
    guard case .streamingSignedTrailer(let seed) = try Example.accept(head).payload else {
      Issue.record("not streaming")
      return
    }
    let authorization = try #require(head.headers.string("authorization"))
    #expect(String(decoding: seed.signer.previous, as: Unicode.UTF8.self) == authorization.suffix(64))
    #expect(try Example.accept(Example.signed(payload: .streamingSigned)).payload.isStreaming)
    #expect(try Example.accept(Example.signed(payload: .streamingUnsignedTrailer)).payload.isStreaming)
  }

  @Test func sessionTokens() throws {
    let withToken = try Example.signed(headers: [("x-amz-security-token", "tok")])
    #expect(try Example.refusal(withToken) == .invalidToken("tok"))
    #expect(try Example.accept(withToken, credentials: Keys(token: "tok")).kind == .headerV4)
    #expect(try Example.refusal(withToken, credentials: Keys(token: "other")) == .invalidToken("tok"))
    #expect(try Example.refusal(Example.signed(), credentials: Keys(token: "tok")) == .invalidToken(""))
  }

  @Test func otherServicesSignTheirBody() throws {
    let signer = SigV4Signer(
      accessKeyID: Example.accessKeyID, secretKey: Example.secretKey, region: "us-east-1", service: "iam")
    let body = SHA256.hash(Array("Action=ListUsers".utf8))
    let head = try Example.signed("POST", "/", payload: .sha256(body), signer: signer)
    #expect(Authenticator.claimedService(head) == .iam)
    #expect(try Example.refusal(head) == .payloadHashNotAvailable)
    let accepted = try Example.authenticator.authenticate(
      head, bodySHA256: body, now: Example.now, credentials: Keys())
    #expect(accepted.scope?.service == "iam")
    #expect(throws: SignatureError.self) {
      try Example.authenticator.authenticate(
        head, bodySHA256: SHA256.hash([1]), now: Example.now, credentials: Keys())
    }
  }

  /// IAM is global: its clients sign for us-east-1 wherever the server says it is.
  @Test func globalServicesAcceptTheGlobalRegion() throws {
    let authenticator = Authenticator(configuration: SigningConfiguration(region: "eu-north-1"))
    let signer = SigV4Signer(
      accessKeyID: Example.accessKeyID, secretKey: Example.secretKey, region: "us-east-1", service: "sts")
    let head = try Example.signed("POST", "/", payload: .empty, signer: signer)
    let accepted = try authenticator.authenticate(
      head, bodySHA256: SHA256.hash([UInt8]()), now: Example.now, credentials: Keys())
    #expect(accepted.scope?.service == "sts")
    #expect(
      try Example.refusal(Example.signed(), authenticator: authenticator)
        == .scope(.region("us-east-1", expected: "eu-north-1"), .header))
  }

  /// Time beats key, key beats signature.
  @Test func precedence() throws {
    let nobody = SigV4Signer(accessKeyID: "nobody", secretKey: "x", region: "us-east-1")
    let late = Timestamp(seconds: Example.now.seconds + 4000)
    guard case .requestTimeTooSkewed = try Example.refusal(Example.signed(signer: nobody), now: late) else {
      Issue.record("key came before time")
      return
    }
    #expect(try Example.refusal(Example.signed(signer: nobody)) == .unknownAccessKey("nobody"))
  }
}
