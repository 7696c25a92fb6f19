import Primitives
import Testing

@testable import API
@testable import HTTP
@testable import Objects

/// Tags of objects and buckets: the document, the header, the limits.
@Suite struct TaggingOperationTests {
  private static func document(_ tags: [(String, String)]) -> String {
    let elements = tags.map { "<Tag><Key>\($0.0)</Key><Value>\($0.1)</Value></Tag>" }.joined()
    return "<Tagging><TagSet>\(elements)</TagSet></Tagging>"
  }

  private static func put(_ line: String, _ document: String) throws(S3Error) -> APIRequest {
    let md5 = Base64.encode(MD5.hash(bytes(document)))
    return try makeRequest(line, ["Content-MD5: \(md5)"], payload: document)
  }

  private static let tags = TagSet([.init(key: "a b", value: "1"), .init(key: "é", value: "")])

  @Test func readsTheDocument() throws {
    let request = try Self.put("PUT /b/k?tagging&versionId=null", Self.document([("a b", "1"), ("é", "")]))
    let input = try PutObjectTagging.decode(request)
    #expect(input.tags == Self.tags)
    #expect(input.version == .null)
    let reply = SeenReply(try PutObjectTagging.encode(.null, input, request))
    #expect(reply.status == 200)
    #expect(reply.headers == ["x-amz-version-id: null"])
    #expect(try PutObjectTagging.decode(Self.put("PUT /b/k?tagging", Self.document([]))).tags.isEmpty)
  }

  @Test func writesTheDocument() throws {
    let request = try makeRequest("GET /b/k?tagging", settings: .versioned())
    let reply = SeenReply(try GetObjectTagging.encode(Fixture.info(tags: Self.tags), nil, request))
    #expect(reply.headers == ["x-amz-version-id: null", "Content-Type: application/xml"])
    #expect(
      reply.body == """
        <?xml version="1.0" encoding="UTF-8"?>
        <Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet><Tag><Key>a b</Key><Value>1</Value>\
        </Tag><Tag><Key>é</Key><Value></Value></Tag></TagSet></Tagging>
        """)
    let none = SeenReply(try GetObjectTagging.encode(Fixture.info(), nil, request))
    #expect(none.body.hasSuffix("<TagSet></TagSet></Tagging>"))
  }

  @Test func bucketsWithoutTagsSaySo() throws {
    let request = try makeRequest("GET /photos?tagging")
    #expect(SeenReply(try GetBucketTagging.encode(Self.tags, (), request)).status == 200)
    let error = refusal { () throws(S3Error) in _ = try GetBucketTagging.encode(TagSet(), (), request) }
    #expect(error?.code == .noSuchTagSet)
    #expect(SeenReply(try PutBucketTagging.encode((), Self.tags, request)).status == 204)
    #expect(SeenReply(try DeleteBucketTagging.encode((), [], request)).status == 204)
  }

  static let refused: [(document: String, code: S3ErrorCode, message: String?)] = [
    (document([("a", "1"), ("a", "2")]), .invalidTag, "Cannot provide multiple Tags with the same key"),
    (document([("", "1")]), .invalidTag, "The TagKey you have provided is invalid"),
    (document([(String(repeating: "k", count: 129), "")]), .invalidTag, nil),
    (
      document([("k", String(repeating: "v", count: 257))]), .invalidTag,
      "The TagValue you have provided is invalid"
    ),
    (document([("a*", "")]), .invalidTag, nil),
    (document([("a", "1;2")]), .invalidTag, nil),
    (document([("aws:a", "")]), .invalidTag, "System tags cannot be added/updated by requester"),
    (document((1...11).map { ("k\($0)", "") }), .badRequest, "Object tags cannot be greater than 10"),
    ("<Tagging/>", .malformedXML, nil),
    ("<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>", .malformedXML, nil),
    ("<Tagging><TagSet><Tag><Value>a</Value></Tag></TagSet></Tagging>", .malformedXML, nil),
    ("<Tagging><TagSet><Mark><Key>a</Key><Value/></Mark></TagSet></Tagging>", .malformedXML, nil),
    ("<Tagging><TagSet/><TagSet/></Tagging>", .malformedXML, nil),
    ("<Tags><TagSet/></Tags>", .malformedXML, nil),
    ("<Tagging>", .malformedXML, nil),
  ]

  @Test(arguments: refused) func refuses(_ document: String, _ code: S3ErrorCode, _ message: String?) {
    let error = refusal { () throws(S3Error) in
      _ = try PutObjectTagging.decode(try Self.put("PUT /b/k?tagging", document))
    }
    #expect(error?.code == code)
    if let message { #expect(error?.message == message) }
  }

  /// What lies just within the limits, in any script; keys that differ in case are two.
  @Test func takesWhatIsAllowed() throws {
    let tags = [
      (String(repeating: "ключ", count: 32), String(repeating: "値", count: 256)), ("+-=._:/@ ", ""),
      ("Ä", ""),
      ("a", ""), ("A", ""),
    ]
    let read = try PutObjectTagging.decode(Self.put("PUT /b/k?tagging", Self.document(tags))).tags
    #expect(read.tags.map { Array($0.key.utf8) } == tags.map { Array($0.0.utf8) })
  }

  @Test func bucketsHaveFifty() throws {
    let fifty = (1...50).map { ("k\($0)", "v") }
    #expect(try PutBucketTagging.decode(Self.put("PUT /b?tagging", Self.document(fifty))).tags.count == 50)
    let error = refusal { () throws(S3Error) in
      _ = try PutBucketTagging.decode(try Self.put("PUT /b?tagging", Self.document(fifty + [("more", "")])))
    }
    #expect(error?.code == .badRequest)
  }

  @Test func documentsAreVouchedFor() {
    let none = refusal { () throws(S3Error) in
      _ = try PutObjectTagging.decode(try makeRequest("PUT /b/k?tagging", payload: Self.document([])))
    }
    #expect(none?.message == "Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
    let wrong = refusal { () throws(S3Error) in
      _ = try PutBucketTagging.decode(
        try makeRequest(
          "PUT /b?tagging", ["Content-MD5: AAAAAAAAAAAAAAAAAAAAAA=="], payload: Self.document([])))
    }
    #expect(wrong?.code == .badDigest)
  }

  // MARK: the header

  static let headers: [(value: String, tags: [String])] = [
    ("", []), ("a=1", ["a=1"]), ("a", ["a="]), ("a=1&b=2", ["a=1", "b=2"]), ("a=b=c", ["a=b=c"]),
    ("a+b=c%20d", ["a b=c d"]), ("%C3%A9=%E2%82%AC1", []), ("a=1&&b=", ["a=1", "b="]),
  ]

  @Test(arguments: headers.filter { !$0.value.contains("%E2") })
  func readsTheHeader(_ value: String, _ tags: [String]) throws {
    let input = try PutObject.decode(try makeRequest("PUT /b/k", ["x-amz-tagging: \(value)"]))
    #expect(input.tags.tags.map { "\($0.key)=\($0.value)" } == tags)
  }

  static let refusedHeaders: [(value: String, code: S3ErrorCode)] = [
    ("a=1&a=2", .invalidTag), ("=1", .invalidTag), ("a=%zz", .invalidArgument), ("%ff=1", .invalidArgument),
    ("%C3%A9=%E2%82%AC1", .invalidTag), ((1...11).map { "k\($0)=" }.joined(separator: "&"), .badRequest),
  ]

  @Test(arguments: refusedHeaders) func refusesTheHeader(_ value: String, _ code: S3ErrorCode) {
    let error = refusal { () throws(S3Error) in
      _ = try CreateMultipartUpload.decode(try makeRequest("POST /b/k?uploads", ["x-amz-tagging: \(value)"]))
    }
    #expect(error?.code == code)
  }

  @Test func copiesKeepOrReplace() throws {
    func tags(_ headers: [String]) throws(S3Error) -> TagSet? {
      try CopyObject.decode(try makeRequest("PUT /b/k", ["x-amz-copy-source: b/s"] + headers)).tags
    }
    #expect(try tags([]) == nil)
    #expect(try tags(["x-amz-tagging: a=1"]) == nil)
    #expect(try tags(["x-amz-tagging-directive: COPY", "x-amz-tagging: a=1"]) == nil)
    #expect(try tags(["x-amz-tagging-directive: REPLACE"]) == TagSet())
    #expect(
      try tags(["x-amz-tagging-directive: REPLACE", "x-amz-tagging: a=1"])
        == TagSet([.init(key: "a", value: "1")]))
  }

  @Test func readsCountTags() throws {
    let request = try makeRequest("GET /b/k")
    func head(_ info: ObjectInfo) throws -> SeenReply {
      let answer = try ObjectReply.answer(info, ObjectReply.Input(), request) {
        (number) throws(ObjectError) in
        throw .invalidPartNumber(requested: number, actual: 1)
      }
      return SeenReply(answer.head, [])
    }
    #expect(try head(Fixture.info()).header("x-amz-tagging-count") == nil)
    #expect(try head(Fixture.info(tags: Self.tags)).header("x-amz-tagging-count") == "2")
  }
}
