import HTTP
import Primitives
import Testing

@testable import API

/// OSS's signatures against requests that its own SDKs have signed (oss2 2.19.1, alibabacloud-oss-v2 1.4.1), at
/// 2026-11-22T03:50:47Z with the key below.
@Suite struct OSSSignatureTests {
  static let now = Timestamp(seconds: 1_795_319_447)
  static let keys = Keys(secrets: ["LTAIEXAMPLEKEY": "example-secret-key-0123456789"])
  static let authenticator = Authenticator(configuration: SigningConfiguration(region: "cn-hangzhou"))
  private static let key = "dir/a%20b%2Bc%3D%C3%A4%26.txt"
  private static let listing =
    "GET /examplebucket/?list-type=2&prefix=a+b%2Bc%2F&delimiter=%2F&continuation-token=&start-after=&fetch-owner=false&max-keys=7&encoding-type=url"
  private static let secondListing =
    "GET /examplebucket/?encoding-type=url&list-type=2&delimiter=%2F&max-keys=7&prefix=a%20b%2Bc%2F"
  private static let v4Head = ["x-oss-date: 20261122T035047Z", "x-oss-content-sha256: UNSIGNED-PAYLOAD"]
  private static let emptyMD5 = "Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg=="
  private static let date = "Date: Sun, 22 Nov 2026 03:50:47 GMT"
  private static let scope = "Credential=LTAIEXAMPLEKEY/20261122/cn-hangzhou/oss/aliyun_v4_request"

  private static func v1(_ signature: String) -> String { "authorization: OSS LTAIEXAMPLEKEY:\(signature)" }
  private static func v4(_ signature: String, _ blank: String = "") -> String {
    "authorization: OSS4-HMAC-SHA256 \(scope),\(blank)Signature=\(signature)"
  }

  struct Sample: Sendable, CustomTestStringConvertible {
    let line: String
    let headers: [String]
    let kind: AuthenticationKind
    var testDescription: String { "\(kind) \(line.prefix(60))" }
  }

  static let samples: [Sample] = [
    Sample(line: listing, headers: [date, v1("eG9RbmY1GqEX9JP1mx2KXJAnkWE=")], kind: .headerOSSV1),
    Sample(
      line: "GET /examplebucket/?bucketInfo=", headers: [date, v1("z3Rc4uXXzIwgDF3xUKZwm3jFB/g=")],
      kind: .headerOSSV1),
    Sample(
      line: "GET /?prefix=&marker=&max-keys=100", headers: [date, v1("Pjaj6Ni4fB+E/+xgIkpqKpiXn0Y=")],
      kind: .headerOSSV1),
    Sample(
      line:
        "GET /examplebucket/\(key)?response-content-type=a%2Fb&versionId=v1&OSSAccessKeyId=LTAIEXAMPLEKEY&Expires=1795323047&Signature=o%2BEqkrZQZXv8haKyzEcPdYxRUfQ%3D",
      headers: [], kind: .queryOSSV1),
    Sample(
      line: listing,
      headers: v4Head + [v4("e49ea8a1b294c780c8cab11b707a289b9786b897bfe06f9c3dfe55c6f7b8ce35", " ")],
      kind: .headerOSSV4),
    Sample(
      line: "GET /examplebucket/?bucketInfo=",
      headers: v4Head + [v4("1e5a36ebe67454e19f517f96774054c9d52b238ca4f200341f4c6f8c6beaa71b", " ")],
      kind: .headerOSSV4),
    Sample(
      line: "GET /?prefix=&marker=&max-keys=100",
      headers: v4Head + [v4("d92e1530f439ed8ac6331df29680886ccc1b1dcb55e8c9ff00d9156eb1d1fe34", " ")],
      kind: .headerOSSV4),
    Sample(
      line:
        "GET /examplebucket/\(key)?response-content-type=a%2Fb&versionId=v1&x-oss-date=20261122T035047Z&x-oss-expires=3600&x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=LTAIEXAMPLEKEY%2F20261122%2Fcn-hangzhou%2Foss%2Faliyun_v4_request&x-oss-signature=a71a32f556436ed6e40f5cf954efec187f21211cb1b221c2ceae5d148750cd01",
      headers: [], kind: .queryOSSV4),
    Sample(
      line: "PUT /examplebucket/\(key)",
      headers: [
        "x-oss-meta-a: 1", "x-oss-tagging: k=v", "Content-Type: text/plain", date,
        v1("gM8ay8qo8aZIGkhH/aI21qlOB7I="), "Content-Length: 1",
      ], kind: .headerOSSV1),
    Sample(
      line: secondListing,
      headers: [
        "Content-Type: application/octet-stream", emptyMD5, date, v1("cAmKj/2qQ5U45ZicPpWAfVG6/sA="),
      ], kind: .headerOSSV1),
    Sample(
      line: "GET /examplebucket/?stat=", headers: [emptyMD5, date, v1("rKk/yJFGeIzPzQxIeUxoqH2dm7I=")],
      kind: .headerOSSV1),
    Sample(
      line:
        "GET /examplebucket/\(key)?versionId=v1&OSSAccessKeyId=LTAIEXAMPLEKEY&Expires=1795320347&Signature=noohPzpyB6fteWc5yy0oQI0T31w%3D",
      headers: [], kind: .queryOSSV1),
    Sample(
      line: "PUT /examplebucket/\(key)",
      headers: [
        "x-oss-meta-a: 1", "x-oss-tagging: k=v", "Content-Type: text/plain", date,
        v4("21f56d62a005b74c1d349cd61bc7b9aa3b680744549542f0a7da3bc06ae645d0"), "Content-Length: 1",
      ] + v4Head, kind: .headerOSSV4),
    Sample(
      line: secondListing,
      headers: [
        "Content-Type: application/octet-stream", emptyMD5, date,
        v4("b668ba086ec2acc5e92de4ce6572a00b80d54f46829334f9fbd84c22e9f0bd65"),
      ] + v4Head, kind: .headerOSSV4),
    Sample(
      line: "GET /examplebucket/?stat=",
      headers: [
        emptyMD5, date, v4("eccc0a9459114a239c128fb782d25af165f52994837a5f4522f62d45e7faeeed"),
      ] + v4Head, kind: .headerOSSV4),
    Sample(
      line:
        "GET /examplebucket/\(key)?versionId=v1&x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-date=20261122T035047Z&x-oss-expires=900&x-oss-credential=LTAIEXAMPLEKEY%2F20261122%2Fcn-hangzhou%2Foss%2Faliyun_v4_request&x-oss-signature=dcff3aee1edef803f3ef0a70b688de3a32eb52a18b8a3121e873fae62f0c75f6",
      headers: [], kind: .queryOSSV4),
  ]

  /// The load generator signs as the SDKs do.
  @Test func ourSignerSignsAlike() {
    let signer = OSSV4Signer(
      accessKeyID: "LTAIEXAMPLEKEY", secretKey: "example-secret-key-0123456789", region: "cn-hangzhou")
    let target = signer.presign(
      method: "GET", path: "/examplebucket/\(Self.key)", query: "response-content-type=a%2Fb&versionId=v1",
      expiresSeconds: 3600, at: Self.now, key: signer.signingKey(at: Self.now))
    #expect(
      target.hasSuffix(
        "&x-oss-signature=a71a32f556436ed6e40f5cf954efec187f21211cb1b221c2ceae5d148750cd01"))
    #expect(throws: Never.self) { try Self.authenticate("GET \(target)", []) }
  }

  private static func authenticate(
    _ line: String, _ headers: [String], now: Timestamp = now
  ) throws(SignatureError) -> Authentication<String> {
    let head = head(line, headers)
    guard let target = try? RequestTarget.parse(head, domains: []) else { throw .missingDate }
    return try authenticator.authenticateOSS(
      head, bucket: target.bucket, key: target.key?.bytes, now: now, credentials: keys)
  }

  private static func refusal(
    _ line: String, _ headers: [String], now: Timestamp = now
  ) -> SignatureError? {
    do throws(SignatureError) {
      _ = try authenticate(line, headers, now: now)
      return nil
    } catch {
      return error
    }
  }

  private static func isMismatch(_ error: SignatureError?) -> Bool {
    if case .signatureMismatch = error { true } else { false }
  }

  @Test(arguments: samples) func whatTheSDKsSignIsAccepted(_ sample: Sample) throws {
    let found = try Self.authenticate(sample.line, sample.headers)
    #expect(found.kind == sample.kind && found.identity == "owner of LTAIEXAMPLEKEY")
    #expect(DialectRecognition.dialect(of: head(sample.line, sample.headers)) === Dialect.oss)
  }

  /// Another method, another key, and another value of what is signed.
  @Test(arguments: samples) func whatWasChangedIsRefused(_ sample: Sample) {
    var method = sample.line
    method.replaceSubrange(method.startIndex..<method.index(method.startIndex, offsetBy: 3), with: "DEL")
    let other = sample.line.replacing("GET ", with: "DELETE ").replacing("PUT ", with: "DELETE ")
    #expect(Self.isMismatch(Self.refusal(other, sample.headers)))
    let bucket = sample.line.replacing("/examplebucket", with: "/otherbucket")
    if bucket != sample.line { #expect(Self.isMismatch(Self.refusal(bucket, sample.headers))) }
    #expect(Self.isMismatch(Self.refusal(sample.line, sample.headers + ["x-oss-more: 1"])))
    #expect(Self.isMismatch(Self.refusal(sample.line, sample.headers + ["Content-MD5: AAAA"])))
    for later in ["quota", "retention", "legalHold"] {
      let changed = sample.line + (sample.line.contains("?") ? "&" : "?") + later
      #expect(Self.isMismatch(Self.refusal(changed, sample.headers)), "\(later)")
    }
    let subresource = sample.line + (sample.line.contains("?") ? "&" : "?") + "uploadId=1"
    #expect(Self.isMismatch(Self.refusal(subresource, sample.headers)))
  }

  @Test(arguments: samples) func timeRunsOut(_ sample: Sample) {
    let late = Timestamp(seconds: Self.now.seconds + 4_000)
    switch (sample.kind, Self.refusal(sample.line, sample.headers, now: late)) {
    case (.headerOSSV1, .requestTimeTooSkewed), (.headerOSSV4, .requestTimeTooSkewed),
      (.queryOSSV1, .expiredV2), (.queryOSSV4, .expired):
      break
    case (_, let error): Issue.record("\(String(describing: error))")
    }
  }

  @Test func additionalHeadersMustBeThereInOrderAndCoverOurs() throws {
    func refused(_ list: String, _ more: [String] = []) -> SignatureError? {
      let authorization =
        "authorization: OSS4-HMAC-SHA256 \(Self.scope),AdditionalHeaders=\(list),Signature=\(String(repeating: "0", count: 64))"
      return Self.refusal("GET /examplebucket/?stat", Self.v4Head + [authorization] + more)
    }
    #expect(Self.isMismatch(refused("host")))
    #expect(Self.isMismatch(refused("host;range", ["Range: bytes=0-1"])))
    for list in ["range;host", "host;host", "Host", "host;", "none"] {
      #expect(
        refused(list, ["Range: bytes=0-1"]) == .malformedComponent("AdditionalHeaders=" + list), "\(list)")
    }
    let ours = ["x-weir-as-of: 2026-11-20T10:00:00Z"]
    #expect(refused("host", ours) == .headersNotSigned(["x-weir-as-of"]))
    #expect(Self.isMismatch(refused("host;x-weir-as-of", ours)))
    let v1 = Self.samples[0]
    #expect(Self.refusal(v1.line, v1.headers + ours) == .headersNotSigned(["x-weir-as-of"]))
  }

  @Test func mixturesAndMalformedRequestsAreRefused() {
    let url = Self.samples[3]
    let header = Self.samples[0].headers
    if case .multipleMechanisms = Self.refusal(url.line, header) {} else { Issue.record("both places") }
    let twice = Self.samples[7].line + "&x-oss-expires=99"
    #expect(Self.refusal(twice, []) == .missingQueryParameters)
    #expect(Self.refusal("GET /b/k?OSSAccessKeyId=a&Expires=1", []) == .missingV2QueryParameters)
    #expect(Self.refusal("GET /b/k", ["authorization: OSS2 a"]) == .mechanismNotSupported)
    #expect(Self.refusal("GET /b/k", ["authorization: OSS a:b"]) == .missingDate)
    let s3 = Self.scope.replacing("/oss/", with: "/s3/")
    let named = Self.refusal(
      "GET /b/k", Self.v4Head + ["authorization: OSS4-HMAC-SHA256 \(s3),Signature=00"])
    #expect(named == .scope(.service("s3", expected: "oss"), .header))
    let far = Self.scope.replacing("cn-hangzhou", with: "cn-beijing")
    let region = Self.refusal(
      "GET /b/k", Self.v4Head + ["authorization: OSS4-HMAC-SHA256 \(far),Signature=00"])
    #expect(region == .scope(.region("cn-beijing", expected: "cn-hangzhou"), .header))
  }

  /// An S3 signature for the service `oss` is none.
  @Test func theTwoDoNotMix() {
    let head = head(
      "GET /b/k",
      [
        "x-amz-date: 20261122T035047Z", "x-amz-content-sha256: UNSIGNED-PAYLOAD",
        "authorization: AWS4-HMAC-SHA256 Credential=LTAIEXAMPLEKEY/20261122/cn-hangzhou/oss/aws4_request, SignedHeaders=host, Signature=00",
      ])
    #expect(DialectRecognition.dialect(of: head) == nil)
    do throws(SignatureError) {
      _ = try Self.authenticator.authenticate(head, now: Self.now, credentials: Self.keys)
      Issue.record("accepted")
    } catch {
      #expect(error == .scope(.service("oss", expected: "s3"), .header))
    }
  }
}
