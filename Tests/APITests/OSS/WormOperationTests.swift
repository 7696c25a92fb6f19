import Primitives
import Testing

@testable import API
@testable import HTTP
@testable import Objects

/// WORM of OSS: documents of policies, and who is told what of an object that stays.
@Suite struct WormOperationTests {
  private static func put(_ line: String, _ document: String) throws(S3Error) -> APIRequest {
    try makeRequest(line, payload: document)
  }

  @Test func policiesAreRead() throws {
    func document(_ root: String, _ days: Int) -> String {
      "<\(root)><RetentionPeriodInDays>\(days)</RetentionPeriodInDays></\(root)>"
    }
    let begun = try InitiateBucketWorm.decode(
      Self.put("POST /b?worm", document("InitiateWormConfiguration", 25_550)))
    #expect(begun == 25_550)
    let extended = try ExtendBucketWorm.decode(
      Self.put("POST /b?wormExtend&wormId=A1", document("ExtendWormConfiguration", 7)))
    #expect(extended.id == "A1" && extended.days == 7)
    #expect(try CompleteBucketWorm.decode(makeRequest("POST /b?wormId=A1")) == "A1")
  }

  @Test(arguments: [
    ("", S3ErrorCode.malformedXML), ("<RetentionPeriodInDays>x</RetentionPeriodInDays>", .malformedXML),
    ("<RetentionPeriodInDays>1</RetentionPeriodInDays><More/>", .malformedXML),
    ("<RetentionPeriodInDays>0</RetentionPeriodInDays>", .invalidArgument),
    ("<RetentionPeriodInDays>25551</RetentionPeriodInDays>", .invalidArgument),
  ])
  func periodsAreChecked(_ elements: String, _ code: S3ErrorCode) {
    let error = refusal { () throws(S3Error) in
      _ = try InitiateBucketWorm.decode(
        try Self.put("POST /b?worm", "<InitiateWormConfiguration>\(elements)</InitiateWormConfiguration>"))
    }
    #expect(error?.code == code)
  }

  @Test func policiesAreShown() throws {
    let request = try makeRequest("GET /b?worm")
    var worm = BucketWorm(id: "A1", state: .inProgress, days: 3, created: testTime)
    #expect(
      SeenReply(try GetBucketWorm.encode(worm, (), request)).body.hasSuffix(
        "<WormConfiguration><WormId>A1</WormId><State>InProgress</State><RetentionPeriodInDays>3"
          + "</RetentionPeriodInDays><CreationDate>2026-01-02T03:04:05.000Z</CreationDate><ExpirationDate>"
          + "2026-01-03T03:04:05.000Z</ExpirationDate></WormConfiguration>"))
    worm = BucketWorm(id: "A1", state: .locked, days: 3, created: testTime)
    let locked = SeenReply(try GetBucketWorm.encode(worm, (), request)).body
    #expect(locked.contains("<State>Locked</State>") && !locked.contains("ExpirationDate"))
    let error = refusal { () throws(S3Error) in _ = try GetBucketWorm.encode(nil, (), request) }
    #expect(error?.code == .noSuchWORMConfiguration && error?.status == 404)
  }

  @Test func objectLockHasTwoNames() throws {
    let elements = "<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>3</Days></DefaultRetention></Rule>"
    let document =
      "<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled>\(elements)</ObjectWormConfiguration>"
    let request = try Self.put("PUT /b?objectWorm", document)
    let configuration = try PutBucketObjectWormConfiguration.decode(request)
    #expect(configuration.defaultRetention == .init(mode: .governance, period: .days(3)))
    #expect(
      SeenReply(try GetBucketObjectWormConfiguration.encode(configuration, (), request)).body.hasSuffix(
        document))
    let error = refusal { () throws(S3Error) in
      _ = try PutBucketObjectWormConfiguration.decode(
        try Self.put("PUT /b?objectWorm", document.replacing("ObjectWormEnabled", with: "ObjectLockEnabled")))
    }
    #expect(error?.code == .malformedXML)
  }

  /// S3's clients are told in words that they know.
  @Test func whatIsKeptIsToldInBothDialects() throws {
    let error = S3Error(.immutable(key("k")), try makeRequest("DELETE /b/k"))
    let context = RefusalContext(identifiers: testIdentifiers)
    let (oss, s3) = (Dialect.oss.refusal(error, context), Dialect.s3.refusal(error, context))
    #expect(oss.code == "FileImmutable" && oss.status == 409)
    #expect(s3.code == "AccessDenied" && s3.status == 403)
    let codes: [(BucketWormConflict, String, Int)] = [
      (.missing, "NoSuchWORMConfiguration", 404), (.present, "WORMConfigurationAlreadyExists", 409),
      (.locked, "WORMConfigurationLocked", 403), (.notLocked, "InvalidWORMConfiguration", 400),
      (.notLonger, "InvalidWORMConfiguration", 400),
    ]
    for (conflict, code, status) in codes {
      let told = Dialect.oss.refusal(S3Error(worm: conflict), context)
      #expect(told.code == code && told.status == status)
    }
  }
}
