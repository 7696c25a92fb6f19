import Primitives
import Testing

@testable import API
@testable import HTTP
@testable import Objects

/// Object Lock: documents, headers and what is refused.
@Suite struct ObjectLockOperationTests {
  private static let future = "2026-06-01T00:00:00Z"
  private static let until = Timestamp(milliseconds: 1_780_272_000_000)
  private static let locked = BucketSettings.versioned(lock: ObjectLockConfiguration())
  private static let xmlns = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

  private static func put(
    _ line: String, _ document: String, _ headers: [String] = [], settings: BucketSettings = locked
  ) throws(S3Error) -> APIRequest {
    let md5 = Base64.encode(MD5.hash(bytes(document)))
    return try makeRequest(line, headers + ["Content-MD5: \(md5)"], payload: document, settings: settings)
  }

  // MARK: the bucket

  static let configurations: [(rule: String, retention: ObjectLockConfiguration.DefaultRetention?)] = [
    ("", nil),
    (
      "<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>30</Days></DefaultRetention></Rule>",
      .init(mode: .governance, period: .days(30))
    ),
    (
      "<Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Years>100</Years></DefaultRetention></Rule>",
      .init(mode: .compliance, period: .years(100))
    ),
  ]

  @Test(arguments: configurations)
  func configurationsComeBack(
    _ rule: String, _ retention: ObjectLockConfiguration.DefaultRetention?
  ) throws {
    let elements = "<ObjectLockEnabled>Enabled</ObjectLockEnabled>\(rule)"
    let request = try Self.put(
      "PUT /b?object-lock", "<ObjectLockConfiguration>\(elements)</ObjectLockConfiguration>")
    let configuration = try PutObjectLockConfiguration.decode(request)
    #expect(configuration.defaultRetention == retention)
    #expect(
      SeenReply(try GetObjectLockConfiguration.encode(configuration, (), request)).body.hasSuffix(
        "<ObjectLockConfiguration \(Self.xmlns)>\(elements)</ObjectLockConfiguration>"))
  }

  @Test func bucketsWithoutLockSaySo() throws {
    let request = try makeRequest("GET /b?object-lock")
    let error = refusal { () throws(S3Error) in
      _ = try GetObjectLockConfiguration.encode(nil, (), request)
    }
    #expect(error?.code == .objectLockConfigurationNotFound)
    #expect(error?.status == 404)
  }

  private static func rule(_ elements: String) -> String {
    "<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\(elements)</DefaultRetention></Rule>"
  }

  static let refusedConfigurations: [(elements: String, code: S3ErrorCode)] = [
    ("", .malformedXML),
    ("<ObjectLockEnabled>Disabled</ObjectLockEnabled>", .malformedXML),
    ("<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule/>", .malformedXML),
    ("<ObjectLockEnabled>Enabled</ObjectLockEnabled><Else/>", .malformedXML),
    (rule("<Days>1</Days>"), .malformedXML),
    (rule("<Mode>Governance</Mode><Days>1</Days>"), .malformedXML),
    (rule("<Mode>GOVERNANCE</Mode>"), .malformedXML),
    (rule("<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>"), .malformedXML),
    (rule("<Mode>GOVERNANCE</Mode><Days>one</Days>"), .malformedXML),
    (rule("<Mode>GOVERNANCE</Mode><Days>0</Days>"), .invalidArgument),
    (rule("<Mode>GOVERNANCE</Mode><Years>-1</Years>"), .invalidArgument),
    (rule("<Mode>GOVERNANCE</Mode><Days>36501</Days>"), .invalidArgument),
    (rule("<Mode>GOVERNANCE</Mode><Years>101</Years>"), .invalidArgument),
    (rule("<DefaultEventHold><Days>1</Days></DefaultEventHold>"), .notImplemented),
  ]

  @Test(arguments: refusedConfigurations)
  func refusesConfigurations(_ elements: String, _ code: S3ErrorCode) {
    let error = refusal { () throws(S3Error) in
      _ = try PutObjectLockConfiguration.decode(
        try Self.put("PUT /b?object-lock", "<ObjectLockConfiguration>\(elements)</ObjectLockConfiguration>"))
    }
    #expect(error?.code == code)
  }

  // MARK: one version

  @Test func readsRetention() throws {
    let document =
      "<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>\(Self.future)</RetainUntilDate></Retention>"
    let input = try PutObjectRetention.decode(
      Self.put(
        "PUT /b/k?retention&versionId=null", document, ["x-amz-bypass-governance-retention: True"]))
    #expect(input.retention == Retention(mode: .compliance, until: Self.until))
    #expect(input.version == .null)
    #expect(input.bypassesGovernance)
    let none = try PutObjectRetention.decode(Self.put("PUT /b/k?retention", "<Retention/>"))
    #expect(none.retention == nil)
    #expect(!none.bypassesGovernance)
  }

  static let refusedRetentions: [(elements: String, code: S3ErrorCode)] = [
    ("<Mode>GOVERNANCE</Mode>", .malformedXML),
    ("<RetainUntilDate>\(future)</RetainUntilDate>", .malformedXML),
    ("<Mode>STRICT</Mode><RetainUntilDate>\(future)</RetainUntilDate>", .malformedXML),
    ("<Mode>GOVERNANCE</Mode><RetainUntilDate>soon</RetainUntilDate>", .malformedXML),
    ("<Mode>GOVERNANCE</Mode><RetainUntilDate>2025-01-01T00:00:00Z</RetainUntilDate>", .invalidArgument),
    ("<EventHold>ON</EventHold>", .notImplemented),
  ]

  @Test(arguments: refusedRetentions) func refusesRetention(_ elements: String, _ code: S3ErrorCode) {
    let error = refusal { () throws(S3Error) in
      _ = try PutObjectRetention.decode(
        try Self.put("PUT /b/k?retention", "<Retention>\(elements)</Retention>"))
    }
    #expect(error?.code == code)
  }

  @Test func writesRetentionAndHold() throws {
    let request = try makeRequest("GET /b/k?retention", settings: Self.locked)
    #expect(
      SeenReply(
        try GetObjectRetention.encode(Retention(mode: .governance, until: Self.until), nil, request)
      ).body.hasSuffix(
        """
        <Retention \(Self.xmlns)><Mode>GOVERNANCE</Mode>\
        <RetainUntilDate>2026-06-01T00:00:00.000Z</RetainUntilDate></Retention>
        """))
    for (isHeld, status) in [(true, "ON"), (false, "OFF")] {
      #expect(
        SeenReply(try GetObjectLegalHold.encode(isHeld, nil, request)).body.hasSuffix(
          "<LegalHold \(Self.xmlns)><Status>\(status)</Status></LegalHold>"))
      let document = "<LegalHold><Status>\(status)</Status></LegalHold>"
      #expect(try PutObjectLegalHold.decode(Self.put("PUT /b/k?legal-hold", document)).isHeld == isHeld)
    }
  }

  @Test(arguments: ["<LegalHold/>", "<LegalHold><Status>on</Status></LegalHold>", "<Hold/>"])
  func refusesHolds(_ document: String) {
    let error = refusal { () throws(S3Error) in
      _ = try PutObjectLegalHold.decode(try Self.put("PUT /b/k?legal-hold", document))
    }
    #expect(error?.code == .malformedXML)
  }

  @Test func aBucketWithoutLockRefusesBoth() {
    for (line, document) in [("PUT /b/k?retention", "<Retention/>"), ("PUT /b/k?legal-hold", "<LegalHold/>")]
    {
      let error = refusal { () throws(S3Error) in
        let request = try Self.put(line, document, settings: .versioned())
        if line.hasSuffix("retention") {
          _ = try PutObjectRetention.decode(request)
        } else {
          _ = try PutObjectLegalHold.decode(request)
        }
      }
      #expect(error?.code == .invalidRequest)
      #expect(error?.message == "Bucket is missing Object Lock Configuration")
    }
  }

  // MARK: headers

  private static let checksum = "x-amz-checksum-crc32: AAAAAA=="

  private static func terms(
    _ headers: [String], settings: BucketSettings = locked
  ) throws(S3Error) -> LockTerms {
    try PutObject.decode(try makeRequest("PUT /b/k", headers + [checksum], settings: settings)).lock
  }

  @Test func readsHeaders() throws {
    #expect(try Self.terms([]).isEmpty)
    let mode = "x-amz-object-lock-mode: GOVERNANCE"
    let date = "x-amz-object-lock-retain-until-date: \(Self.future)"
    let kept = try Self.terms([mode, date])
    #expect(kept.retention == Retention(mode: .governance, until: Self.until))
    #expect(kept.legalHold == nil)
    #expect(try Self.terms(["x-amz-object-lock-legal-hold: ON"]).legalHold == true)
    #expect(try Self.terms(["x-amz-object-lock-legal-hold: OFF"]).legalHold == false)
    let copy = try CopyObject.decode(
      try makeRequest("PUT /b/k", ["x-amz-copy-source: b/s", mode, date], settings: Self.locked))
    #expect(copy.lock.retention?.mode == .governance)
    let upload = try CreateMultipartUpload.decode(
      try makeRequest("POST /b/k?uploads", [mode, date], settings: Self.locked))
    #expect(upload.lock.retention?.until == Self.until)
  }

  static let refusedHeaders: [(headers: [String], message: String)] = [
    (
      ["x-amz-object-lock-mode: GOVERNANCE"],
      "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied"
    ),
    (
      ["x-amz-object-lock-retain-until-date: \(future)"],
      "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied"
    ),
    (
      ["x-amz-object-lock-mode: governance", "x-amz-object-lock-retain-until-date: \(future)"],
      "Unknown wormMode directive."
    ),
    (
      ["x-amz-object-lock-mode: GOVERNANCE", "x-amz-object-lock-retain-until-date: tomorrow"],
      "The retain until date must be in the future!"
    ),
    (
      ["x-amz-object-lock-mode: GOVERNANCE", "x-amz-object-lock-retain-until-date: 2026-01-02T03:04:05Z"],
      "The retain until date must be in the future!"
    ),
    (["x-amz-object-lock-legal-hold: on"], "Legal Hold must be either of 'ON' or 'OFF'"),
  ]

  @Test(arguments: refusedHeaders) func refusesHeaders(_ headers: [String], _ message: String) {
    let error = refusal { () throws(S3Error) in _ = try Self.terms(headers) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message == message)
    let missing = refusal { () throws(S3Error) in _ = try Self.terms(headers, settings: .versioned()) }
    #expect(missing?.message == "Bucket is missing Object Lock Configuration")
  }

  /// What is to be locked must not be locked damaged.
  @Test func lockedUploadsAreVouchedFor() throws {
    let byDefault = BucketSettings.versioned(
      lock: ObjectLockConfiguration(defaultRetention: .init(mode: .governance, period: .days(1))))
    let explicit = [
      "x-amz-object-lock-mode: GOVERNANCE", "x-amz-object-lock-retain-until-date: \(Self.future)",
    ]
    for (line, headers, settings) in [
      ("PUT /b/k", explicit, Self.locked), ("PUT /b/k", [], byDefault),
      ("PUT /b/k?partNumber=1&uploadId=u", [], byDefault),
    ] {
      func decode(_ more: [String]) throws(S3Error) {
        let request = try makeRequest(line, headers + more, settings: settings)
        if line.contains("uploadId") {
          _ = try UploadPart.decode(request)
        } else {
          _ = try PutObject.decode(request)
        }
      }
      let error = refusal { () throws(S3Error) in try decode([]) }
      #expect(error?.code == .invalidRequest)
      #expect(error?.message.hasPrefix("Content-MD5 OR x-amz-checksum-") == true)
      try decode([Self.checksum])
      try decode(["x-amz-trailer: x-amz-checksum-crc32"])
    }
    _ = try PutObject.decode(try makeRequest("PUT /b/k", settings: Self.locked))
  }

  @Test func bypassNeedsALock() throws {
    let header = "x-amz-bypass-governance-retention: true"
    #expect(
      try DeleteObject.decode(try makeRequest("DELETE /b/k", [header], settings: Self.locked))
        .bypassesGovernance)
    #expect(
      try !DeleteObject.decode(
        try makeRequest("DELETE /b/k", ["x-amz-bypass-governance-retention: false"])
      ).bypassesGovernance)
    let error = refusal { () throws(S3Error) in
      _ = try DeleteObject.decode(try makeRequest("DELETE /b/k", [header]))
    }
    #expect(error?.code == .invalidArgument)
  }

  @Test func readsTellTheLock() throws {
    let request = try makeRequest("HEAD /b/k", settings: Self.locked)
    let info = Fixture.info(retention: Retention(mode: .compliance, until: Self.until), legalHold: true)
    let answer = try ObjectReply.answer(info, ObjectReply.Input(), request) { (number) throws(ObjectError) in
      throw .invalidPartNumber(requested: number, actual: 1)
    }
    let reply = SeenReply(answer.head, [])
    #expect(reply.header("x-amz-object-lock-mode") == "COMPLIANCE")
    #expect(reply.header("x-amz-object-lock-retain-until-date") == "2026-06-01T00:00:00.000Z")
    #expect(reply.header("x-amz-object-lock-legal-hold") == "ON")
  }
}
