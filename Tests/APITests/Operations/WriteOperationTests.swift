import Primitives
import Testing

@testable import API
@testable import HTTP
@testable import Objects

/// PutObject, CopyObject, DeleteObject and DeleteObjects: what they read and what they answer.
@Suite struct WriteOperationTests {
  @Test func putReadsItsHeaders() throws {
    let input = try PutObject.decode(
      try makeRequest(
        "PUT /photos/k",
        [
          "Content-Type: image/png", "x-amz-meta-a: 1", "Content-MD5: AAECAwQFBgcICQoLDA0ODw==",
          "x-amz-checksum-crc32: R/nNOQ==", "If-None-Match: *", "x-amz-acl: private",
        ]))
    #expect(input.bucket.name.string == "photos")
    #expect(input.key.string == "k")
    #expect(input.owner == testOwner)
    #expect(input.system.contentType == "image/png")
    #expect(input.user.entries.map(\.name) == ["a"])
    #expect(input.contentMD5 == (0..<16).map { UInt8($0) })
    #expect(input.checksumAlgorithm == .crc32)
    #expect(input.expectedChecksum == [0x47, 0xF9, 0xCD, 0x39])
    #expect(input.conditions.ifNoneMatchAny)
  }

  @Test func putAnswersWithTagAndChecksum() throws {
    let input = try PutObject.decode(try makeRequest("PUT /photos/k"))
    let result = PutObjectResult(
      etag: Fixture.etag, size: 10, checksum: Fixture.crc, lastModified: testTime, version: Fixture.version,
      label: nil)
    let request = try makeRequest("PUT /photos/k")
    let reply = SeenReply(try PutObject.encode(result, input, request))
    #expect(reply.status == 200)
    #expect(reply.body.isEmpty)
    #expect(
      reply.headers == [
        "ETag: \"\(Fixture.tag)\"", "x-amz-checksum-crc32: R/nNOQ==", "x-amz-checksum-type: FULL_OBJECT",
      ])
    #expect(request.outcome.objectSize == 10)
  }

  static let refused: [(header: String, code: S3ErrorCode)] = [
    ("x-amz-server-side-encryption: AES256", .notImplemented),
    ("x-amz-server-side-encryption-customer-algorithm: AES256", .notImplemented),
    ("x-amz-tagging: a=b&a=c", .invalidTag),
    ("x-amz-object-lock-mode: GOVERNANCE", .invalidRequest),
    ("x-amz-object-lock-event-hold: ON", .notImplemented),
    ("x-amz-write-offset-bytes: 5", .notImplemented),
    ("x-amz-acl: public-read", .accessControlListNotSupported),
    ("x-amz-grant-read: id=x", .accessControlListNotSupported),
    ("x-amz-storage-class: TAPE", .invalidStorageClass),
    ("x-amz-website-redirect-location: nowhere", .invalidArgument),
    ("If-None-Match: \"x\"", .notImplemented),
  ]

  @Test(arguments: refused) func writesRefuseWhatIsNotBuilt(_ header: String, _ code: S3ErrorCode) {
    for line in ["PUT /photos/k", "POST /photos/k?uploads"]
    where !(line.hasPrefix("POST") && header.hasPrefix("If")) {
      let error = refusal { () throws(S3Error) in
        let request = try makeRequest(line, [header])
        if line.hasPrefix("PUT") {
          _ = try PutObject.decode(request)
        } else {
          _ = try CreateMultipartUpload.decode(request)
        }
      }
      #expect(error?.code == code, "\(line)")
    }
  }

  @Test func aPartWithoutUploadIsNoObject() {
    let error = refusal { () throws(S3Error) in
      _ = try PutObject.decode(try makeRequest("PUT /photos/k?partNumber=1"))
    }
    #expect(error?.code == .invalidArgument)
  }

  @Test func copyReadsItsHeaders() throws {
    let plain = try CopyObject.decode(
      try makeRequest(
        "PUT /photos/k", ["x-amz-copy-source: /other/a%20b", "x-amz-meta-ignored: 1", "If-Match: \"x\""]))
    #expect(plain.source.bucket.string == "other")
    #expect(plain.source.key.string == "a b")
    guard case .copy = plain.metadata else {
      Issue.record("metadata comes from the source")
      return
    }
    #expect(plain.writeConditions.ifMatch != nil)
    #expect(plain.storageClass == nil)

    let replacing = try CopyObject.decode(
      try makeRequest(
        "PUT /photos/k",
        [
          "x-amz-copy-source: other/k", "x-amz-metadata-directive: REPLACE", "x-amz-meta-a: 1",
          "Content-Type: text/css", "x-amz-storage-class: STANDARD", "x-amz-checksum-algorithm: sha256",
          "x-amz-website-redirect-location: /x", "x-amz-tagging-directive: COPY",
          "x-amz-copy-source-if-none-match: *",
        ]))
    guard case .replace(let system, let user) = replacing.metadata else {
      Issue.record("metadata comes from the request")
      return
    }
    #expect(system.contentType == "text/css")
    #expect(user.entries.count == 1)
    #expect(replacing.storageClass == .standard)
    #expect(replacing.checksumAlgorithm == .sha256)
    #expect(replacing.redirectLocation == "/x")
    #expect(replacing.conditions.ifNoneMatch == .any)
  }

  static let copyRefusals: [(headers: [String], message: String)] = [
    (["x-amz-copy-source: b/k", "x-amz-metadata-directive: MERGE"], "Unknown metadata directive."),
    (["x-amz-copy-source: b/k", "x-amz-tagging-directive: MERGE"], "Unknown tagging directive."),
    (["x-amz-copy-source: b"], "Invalid copy source object key"),
    (
      ["x-amz-copy-source: b/k", "x-amz-checksum-algorithm: MD4"],
      "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
        + "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"
    ),
  ]

  @Test(arguments: copyRefusals) func copyRefuses(_ headers: [String], _ message: String) {
    let error = refusal { () throws(S3Error) in
      _ = try CopyObject.decode(try makeRequest("PUT /photos/k", headers))
    }
    #expect(error?.message == message)
  }

  @Test func copyAnswers() throws {
    let request = try makeRequest("PUT /photos/k", ["x-amz-copy-source: other/k"])
    let input = try CopyObject.decode(request)
    let result = CopyObjectResult(
      etag: Fixture.etag, size: 10, checksum: Fixture.crc, lastModified: testTime, version: Fixture.version,
      label: nil, sourceLabel: nil)
    #expect(
      SeenReply(try CopyObject.encode(result, input, request)).body == """
        <?xml version="1.0" encoding="UTF-8"?>
        <CopyObjectResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
        <ETag>&quot;\(Fixture.tag)&quot;</ETag><LastModified>2026-01-02T03:04:05.000Z</LastModified>\
        <ChecksumType>FULL_OBJECT</ChecksumType><ChecksumCRC32>R/nNOQ==</ChecksumCRC32></CopyObjectResult>
        """)
  }

  @Test func deleteReadsItsCondition() throws {
    #expect(try DeleteObject.decode(try makeRequest("DELETE /b2b/k")).ifMatch == nil)
    #expect(try DeleteObject.decode(try makeRequest("DELETE /b2b/k", ["If-Match: *"])).ifMatch == .any)
    #expect(try DeleteObject.decode(try makeRequest("DELETE /b2b/k")).version == nil)
    #expect(try DeleteObject.decode(try makeRequest("DELETE /b2b/k?versionId=null")).version == .null)
    let other = try DeleteObject.decode(try makeRequest("DELETE /b2b/k?versionId=other"))
    #expect(other.version == .foreign("other"))
    for header in ["x-amz-if-match-size: 3", "x-amz-if-match-last-modified-time: x"] {
      let error = refusal { () throws(S3Error) in
        _ = try DeleteObject.decode(try makeRequest("DELETE /b2b/k", [header]))
      }
      #expect(error?.code == .notImplemented)
    }
    let request = try makeRequest("DELETE /b2b/k")
    let done = DeleteObjectResult(existed: true, label: nil, isDeleteMarker: false)
    let reply = SeenReply(try DeleteObject.encode(done, try DeleteObject.decode(request), request))
    #expect(reply.status == 204)
    #expect(reply.headers.isEmpty)
  }

  // MARK: DeleteObjects

  private static func code(_ result: Result<DeleteObjectRequest, S3Error>) -> S3ErrorCode? {
    guard case .failure(let error) = result else { return nil }
    return error.code
  }

  private static func md5(_ document: String) -> String {
    "Content-MD5: " + Base64.encode(MD5.hash(bytes(document)))
  }

  @Test func deletesMany() throws {
    let document = """
      <Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a&amp;b</Key></Object>\
      <Object><Key>c</Key><ETag>"x"</ETag></Object><Object><Key>v</Key><VersionId>abc</VersionId></Object>\
      <Object><Key>s</Key><Size>3</Size></Object><Object><Key>e</Key><VersionId></VersionId></Object>\
      <Object><Key>m</Key><VersionId>?</VersionId></Object><Quiet>false</Quiet></Delete>
      """
    let request = try makeRequest("POST /photos?delete", [Self.md5(document)], payload: document)
    let input = try DeleteObjects.decode(request)
    #expect(input.entries.map { text($0.key) } == ["a&b", "c", "v", "s", "e", "m"])
    let deletions = input.entries.map(\.request)
    #expect(try deletions[0].get().version == nil)
    #expect(try deletions[1].get().ifMatch == .oneOf(["x"]))
    #expect(try deletions[2].get().version == .foreign("abc"))
    #expect(deletions.map(Self.code) == [nil, nil, nil, .notImplemented, .noSuchVersion, .noSuchVersion])
    let plain = DeleteObjectResult(existed: true, label: nil, isDeleteMarker: false)
    let outcomes: [Result<DeleteObjectResult, S3Error>] = [
      .success(plain), .failure(.preconditionFailed("If-Match")), .success(plain),
      .failure(S3Error(.notImplemented)), .failure(S3Error(.noSuchVersion)),
      .failure(S3Error(.noSuchVersion)),
    ]
    #expect(
      SeenReply(try DeleteObjects.encode(outcomes, input, request)).body == """
        <?xml version="1.0" encoding="UTF-8"?>
        <DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Deleted><Key>a&amp;b</Key></Deleted>\
        <Deleted><Key>v</Key><VersionId>abc</VersionId></Deleted><Error><Key>c</Key>\
        <Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold\
        </Message></Error><Error><Key>s</Key><Code>NotImplemented</Code><Message>A header you provided implies \
        functionality that is not implemented</Message></Error><Error><Key>e</Key><VersionId></VersionId>\
        <Code>NoSuchVersion</Code><Message>The specified version does not exist.</Message></Error>\
        <Error><Key>m</Key><VersionId>?</VersionId><Code>NoSuchVersion</Code>\
        <Message>The specified version does not exist.</Message></Error></DeleteResult>
        """)
  }

  @Test func quietDeletesTellFailuresOnly() throws {
    let document = "<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>"
    let request = try makeRequest("POST /photos?delete", [Self.md5(document)], payload: document)
    let input = try DeleteObjects.decode(request)
    let deleted = DeleteObjectResult(existed: true, label: .null, isDeleteMarker: true)
    #expect(
      SeenReply(try DeleteObjects.encode([.success(deleted)], input, request)).body.hasSuffix(
        "<DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"></DeleteResult>"))
  }

  static let documents: [(document: String, code: S3ErrorCode)] = [
    ("<Delete></Delete>", .malformedXML),
    ("<Delete><Object></Object></Delete>", .malformedXML),
    ("<Delete><Object><Key></Key></Object></Delete>", .malformedXML),
    ("<Remove><Object><Key>a</Key></Object></Remove>", .malformedXML),
    ("<Delete><Object><Key>a</Key></Object>", .malformedXML),
    ("not xml", .malformedXML),
    ("<!DOCTYPE a [<!ENTITY b 'c'>]><Delete><Object><Key>&b;</Key></Object></Delete>", .malformedXML),
    (
      "<Delete>" + String(repeating: "<Object><Key>a</Key></Object>", count: 1001) + "</Delete>",
      .malformedXML
    ),
  ]

  @Test(arguments: documents) func refusesDocuments(_ document: String, _ code: S3ErrorCode) {
    let error = refusal { () throws(S3Error) in
      _ = try DeleteObjects.decode(
        try makeRequest("POST /photos?delete", [Self.md5(document)], payload: document))
    }
    #expect(error?.code == code)
  }

  @Test func tooLongKeysFailAlone() throws {
    let long = String(repeating: "k", count: 1025)
    let document = "<Delete><Object><Key>\(long)</Key></Object><Object><Key>a</Key></Object></Delete>"
    let input = try DeleteObjects.decode(
      try makeRequest("POST /photos?delete", [Self.md5(document)], payload: document))
    #expect(input.entries.map { Self.code($0.request) } == [.keyTooLong, nil])
  }

  @Test func integrityIsDemandedAndChecked() {
    let document = "<Delete><Object><Key>a</Key></Object></Delete>"
    let none = refusal { () throws(S3Error) in
      _ = try DeleteObjects.decode(try makeRequest("POST /photos?delete", payload: document))
    }
    #expect(none?.message == "Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
    let wrong = refusal { () throws(S3Error) in
      _ = try DeleteObjects.decode(
        try makeRequest("POST /photos?delete", [Self.md5("other")], payload: document))
    }
    #expect(wrong?.code == .badDigest)
    let crc = refusal { () throws(S3Error) in
      _ = try DeleteObjects.decode(
        try makeRequest("POST /photos?delete", ["x-amz-checksum-crc32: AAAAAA=="], payload: document))
    }
    #expect(crc?.message == "The CRC32 you specified did not match the calculated checksum.")
  }
}
