import Primitives
import Testing

@testable import API
@testable import HTTP
@testable import Objects

@Suite struct ListingOperationTests {
  private static let xmlns = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""
  private static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

  private static func contents(_ key: String, owner: Bool) -> String {
    """
    <Contents><Key>\(key)</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified>\
    <ETag>&quot;\(Fixture.tag)&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>\
    <ChecksumType>FULL_OBJECT</ChecksumType><Size>10</Size>\
    \(owner ? "<Owner><ID>\(testOwner.string)</ID></Owner>" : "")\
    <StorageClass>STANDARD</StorageClass></Contents>
    """
  }

  // MARK: version 1

  @Test func version1() throws {
    let request = try makeRequest("GET /photos?prefix=a&marker=b&max-keys=5000&delimiter=/")
    let input = try ListObjects.decode(request)
    #expect(text(input.listing.prefix) == "a")
    #expect(text(input.listing.after) == "b")
    #expect(text(input.listing.delimiter) == "/")
    #expect(input.listing.limit == 1000)
    let page = Fixture.page(["a&b", "a/*", "ac"], isTruncated: true, next: "ac")
    #expect(
      SeenReply(try ListObjects.encode(page, input, request)).body == """
        \(Self.declaration)<ListBucketResult \(Self.xmlns)><Name>photos</Name><Prefix>a</Prefix>\
        <Marker>b</Marker><NextMarker>ac</NextMarker><MaxKeys>1000</MaxKeys><Delimiter>/</Delimiter>\
        <IsTruncated>true</IsTruncated>\(Self.contents("a&amp;b", owner: true))\
        \(Self.contents("ac", owner: true))<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>\
        </ListBucketResult>
        """)
  }

  @Test func withoutDelimiterThereIsNoNextMarker() throws {
    let request = try makeRequest("GET /photos?delimiter=")
    let page = Fixture.page(["a"], isTruncated: true, next: "a")
    #expect(
      SeenReply(try ListObjects.encode(page, try ListObjects.decode(request), request)).body == """
        \(Self.declaration)<ListBucketResult \(Self.xmlns)><Name>photos</Name><Prefix></Prefix>\
        <Marker></Marker><MaxKeys>1000</MaxKeys><IsTruncated>true</IsTruncated>\
        \(Self.contents("a", owner: true))</ListBucketResult>
        """)
  }

  // MARK: version 2

  @Test func version2() throws {
    let request = try makeRequest(
      "GET /photos?list-type=2&prefix=a&start-after=a1&max-keys=2&delimiter=/&fetch-owner=true")
    let input = try ListObjectsV2.decode(request)
    #expect(text(input.listing.after) == "a1")
    #expect(input.showsOwner)
    let page = Fixture.page(["a2", "a3/*"], isTruncated: true, next: "a3/")
    let token = ContinuationToken.encode(bytes("a3/"))
    #expect(
      SeenReply(try ListObjectsV2.encode(page, input, request)).body == """
        \(Self.declaration)<ListBucketResult \(Self.xmlns)><Name>photos</Name><Prefix>a</Prefix>\
        <StartAfter>a1</StartAfter><NextContinuationToken>\(token)</NextContinuationToken>\
        <KeyCount>2</KeyCount><MaxKeys>2</MaxKeys><Delimiter>/</Delimiter><IsTruncated>true</IsTruncated>\
        \(Self.contents("a2", owner: true))<CommonPrefixes><Prefix>a3/</Prefix></CommonPrefixes>\
        </ListBucketResult>
        """)
  }

  @Test func theTokenWins() throws {
    let token = ContinuationToken.encode(bytes("m"))
    let request = try makeRequest("GET /photos?list-type=2&start-after=a&continuation-token=\(token)")
    let input = try ListObjectsV2.decode(request)
    #expect(text(input.listing.after) == "m")
    #expect(
      SeenReply(try ListObjectsV2.encode(Fixture.page(["n"]), input, request)).body == """
        \(Self.declaration)<ListBucketResult \(Self.xmlns)><Name>photos</Name><Prefix></Prefix>\
        <ContinuationToken>\(token)</ContinuationToken><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys>\
        <IsTruncated>false</IsTruncated>\(Self.contents("n", owner: false))</ListBucketResult>
        """)
  }

  @Test func urlEncoding() throws {
    let request = try makeRequest(
      "GET /photos?list-type=2&encoding-type=url&prefix=a%20%2B&start-after=%C3%A9&delimiter=%7E")
    let input = try ListObjectsV2.decode(request)
    let body = SeenReply(
      try ListObjectsV2.encode(Fixture.page(["a +b%(c)/*x*_-.~\u{1}", "p q/*"]), input, request)
    ).body
    #expect(body.contains("<Prefix>a+%2B</Prefix><StartAfter>%C3%A9</StartAfter>"))
    #expect(body.contains("<Delimiter>%7E</Delimiter><EncodingType>url</EncodingType>"))
    #expect(body.contains("<Key>a+%2Bb%25%28c%29/*x*_-.%7E%01</Key>"))
    #expect(body.contains("<CommonPrefixes><Prefix>p+q/</Prefix></CommonPrefixes>"))
  }

  @Test func controlCharactersBecomeReferences() throws {
    let request = try makeRequest("GET /photos?list-type=2")
    let body = SeenReply(
      try ListObjectsV2.encode(Fixture.page(["a\u{1}b\rc"]), try ListObjectsV2.decode(request), request)
    ).body
    #expect(body.contains("<Key>a&#x1;b&#xD;c</Key>"))
  }

  static let refusals = [
    "list-type=2&continuation-token=", "list-type=2&continuation-token=x", "encoding-type=xml",
    "max-keys=-1", "max-keys=a", "prefix=%FF", "delimiter=%C3", "marker=%FE", "list-type=2&start-after=%FF",
  ]

  @Test(arguments: refusals) func refuses(_ query: String) {
    let error = refusal { () throws(S3Error) in
      let request = try makeRequest("GET /photos?\(query)")
      if query.hasPrefix("list-type") {
        _ = try ListObjectsV2.decode(request)
      } else {
        _ = try ListObjects.decode(request)
      }
    }
    #expect(error?.code == .invalidArgument)
  }
}
