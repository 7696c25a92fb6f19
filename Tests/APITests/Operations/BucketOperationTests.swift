import Access
import Primitives
import Testing

@testable import API
@testable import HTTP
@testable import Objects

@Suite struct BucketOperationTests {
  private static let xmlns = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""
  private static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

  // MARK: ListBuckets

  @Test func usersListTheirOwnBuckets() throws {
    #expect(try ListBuckets.decode(try makeRequest("GET /")).listing.owner == testOwner)
    let root = Identity(name: "root", canonicalID: "r", arn: "a", id: "i", isRoot: true)
    #expect(try ListBuckets.decode(try makeRequest("GET /", identity: root)).listing.owner == nil)
  }

  @Test func listsBuckets() throws {
    let page = ListBucketsPage(buckets: [bucketInfo("alpha"), bucketInfo("beta")], isTruncated: false)
    let request = try makeRequest("GET /")
    #expect(
      SeenReply(try ListBuckets.encode(page, try ListBuckets.decode(request), request)).body == """
        \(Self.declaration)<ListAllMyBucketsResult \(Self.xmlns)><Owner><ID>\(testOwner.string)</ID>\
        <DisplayName>alice</DisplayName></Owner><Buckets><Bucket><Name>alpha</Name>\
        <CreationDate>2026-01-02T03:04:05.000Z</CreationDate></Bucket><Bucket><Name>beta</Name>\
        <CreationDate>2026-01-02T03:04:05.000Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>
        """)
  }

  @Test func listsBucketsInPages() throws {
    let request = try makeRequest("GET /?max-buckets=1&prefix=al")
    let input = try ListBuckets.decode(request)
    #expect(input.listing.limit == 1)
    #expect(input.listing.prefix == "al")
    let page = ListBucketsPage(buckets: [bucketInfo("alpha")], isTruncated: true)
    let body = SeenReply(try ListBuckets.encode(page, input, request)).body
    let token = ContinuationToken.encode(bytes("alpha"))
    #expect(body.contains("<BucketRegion>us-east-1</BucketRegion>"))
    #expect(body.contains("</Buckets><ContinuationToken>\(token)</ContinuationToken><Prefix>al</Prefix>"))
    let next = try ListBuckets.decode(
      try makeRequest("GET /?continuation-token=\(token)"))
    #expect(next.listing.after == "alpha")
    #expect(next.listing.limit == 10_000)
  }

  @Test(arguments: [
    "max-buckets=0", "max-buckets=-1", "max-buckets=10001", "max-buckets=x", "continuation-token=",
  ])
  func refusesBadPaging(_ query: String) {
    let error = refusal { () throws(S3Error) in _ = try ListBuckets.decode(try makeRequest("GET /?\(query)"))
    }
    #expect(error?.code == .invalidArgument)
  }

  // MARK: CreateBucket

  @Test func createsForTheCaller() throws {
    let request = try makeRequest("PUT /new-bucket")
    let input = try CreateBucket.decode(request)
    #expect(input.name.string == "new-bucket")
    #expect(input.owner == testOwner)
    #expect(input.constraint == nil)
    let reply = SeenReply(try CreateBucket.encode(bucketInfo("new-bucket"), input, request))
    #expect(reply.status == 200)
    #expect(reply.headers == ["Location: /new-bucket"])
    #expect(reply.body.isEmpty)
  }

  static let bodies: [(document: String, constraint: String?)] = [
    (
      "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint></CreateBucketConfiguration>",
      "eu-west-3"
    ),
    (
      "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>"
        + "eu-west-3</LocationConstraint></CreateBucketConfiguration>", "eu-west-3"
    ),
    ("<CreateBucketConfiguration><LocationConstraint/></CreateBucketConfiguration>", nil),
  ]

  @Test(arguments: bodies) func readsTheConstraint(_ document: String, _ constraint: String?) throws {
    #expect(try CreateBucket.decode(try makeRequest("PUT /abc", payload: document)).constraint == constraint)
  }

  static let refusedBuckets: [(line: String, headers: [String], payload: String, code: S3ErrorCode)] = [
    ("PUT /ab", [], "", .invalidBucketName),
    ("PUT /Upper", [], "", .invalidBucketName),
    ("PUT /a..b", [], "", .invalidBucketName),
    ("PUT /192.168.0.1", [], "", .invalidBucketName),
    ("PUT /xn--abc", [], "", .invalidBucketName),
    ("PUT /abc", ["x-amz-acl: public-read"], "", .invalidBucketAclWithObjectOwnership),
    ("PUT /abc", ["x-amz-grant-write: id=x"], "", .invalidBucketAclWithObjectOwnership),
    ("PUT /abc", ["x-amz-bucket-object-lock-enabled: perhaps"], "", .invalidArgument),
    ("PUT /abc", ["x-amz-object-ownership: ObjectWriter"], "", .notImplemented),
    ("PUT /abc", [], "<CreateBucketConfiguration/>", .malformedXML),
    ("PUT /abc", [], "<CreateBucketConfiguration>", .malformedXML),
    ("PUT /abc", [], "<Other><LocationConstraint>x</LocationConstraint></Other>", .malformedXML),
    (
      "PUT /abc", [],
      "<CreateBucketConfiguration><Tags><Tag><Key>a</Key></Tag></Tags></CreateBucketConfiguration>",
      .malformedXML
    ),
    (
      "PUT /abc", [],
      "<CreateBucketConfiguration><Tags><Tag><Key>aws:a</Key><Value/></Tag></Tags></CreateBucketConfiguration>",
      .invalidTag
    ),
  ]

  @Test(arguments: refusedBuckets)
  func refuses(_ line: String, _ headers: [String], _ payload: String, _ code: S3ErrorCode) {
    let error = refusal { () throws(S3Error) in
      _ = try CreateBucket.decode(try makeRequest(line, headers, payload: payload))
    }
    #expect(error?.code == code)
  }

  @Test func ownershipEnforcedIsWhatThereIs() throws {
    _ = try CreateBucket.decode(
      try makeRequest(
        "PUT /abc",
        [
          "x-amz-object-ownership: BucketOwnerEnforced", "x-amz-acl: private",
          "x-amz-bucket-object-lock-enabled: false",
        ]))
  }

  @Test func bucketsBeginWithLockAndTags() throws {
    let plain = try CreateBucket.decode(try makeRequest("PUT /abc"))
    #expect(plain.settings == BucketSettings())
    let input = try CreateBucket.decode(
      try makeRequest(
        "PUT /abc", ["x-amz-bucket-object-lock-enabled: true"],
        payload: """
          <CreateBucketConfiguration><Tags><Tag><Key>a</Key><Value>1</Value></Tag></Tags>\
          </CreateBucketConfiguration>
          """))
    #expect(input.constraint == nil)
    #expect(input.settings.versioning == .enabled)
    #expect(input.settings.objectLock == ObjectLockConfiguration())
    #expect(input.settings.tags == TagSet([.init(key: "a", value: "1")]))
  }

  static let constraints: [(constraint: String?, region: String, code: S3ErrorCode?)] = [
    (nil, "us-east-1", nil),
    ("us-east-1", "us-east-1", .invalidLocationConstraint),
    ("nowhere", "us-east-1", .invalidLocationConstraint),
    ("eu-west-1", "us-east-1", .illegalLocationConstraint),
    ("EU", "us-east-1", .illegalLocationConstraint),
    ("eu-central-1", "eu-central-1", nil),
    ("home", "home", nil),
    (nil, "eu-central-1", .illegalLocationConstraint),
    ("us-west-2", "eu-central-1", .illegalLocationConstraint),
    ("us-east-1", "eu-central-1", .invalidLocationConstraint),
    ("eu-central-", "eu-central-1", .invalidLocationConstraint),
  ]

  @Test(arguments: constraints)
  func judgesConstraints(_ constraint: String?, _ region: String, _ code: S3ErrorCode?) {
    let error = refusal { () throws(S3Error) in
      try CreateBucket.check(constraint, region: region, defaultRegion: "us-east-1")
    }
    #expect(error?.code == code)
  }

  // MARK: the others

  @Test func headTellsTheRegion() throws {
    let request = try makeRequest("HEAD /photos")
    let reply = SeenReply(try HeadBucket.encode(bucketInfo(region: "eu-west-3"), (), request))
    #expect(
      reply.headers == [
        "x-amz-bucket-region: eu-west-3", "x-amz-bucket-arn: arn:aws:s3:::photos",
        "x-amz-access-point-alias: false", "Content-Type: application/xml",
      ])
  }

  @Test func locationOfTheDefaultRegionIsEmpty() throws {
    let request = try makeRequest("GET /photos?location")
    #expect(
      SeenReply(try GetBucketLocation.encode("us-east-1", (), request)).body
        == "\(Self.declaration)<LocationConstraint \(Self.xmlns)></LocationConstraint>")
    #expect(
      SeenReply(try GetBucketLocation.encode("eu-west-3", (), request)).body
        == "\(Self.declaration)<LocationConstraint \(Self.xmlns)>eu-west-3</LocationConstraint>")
  }

  @Test func anAbortWithoutItsKeyDeletesNoBucket() throws {
    try DeleteBucket.decode(try makeRequest("DELETE /photos"))
    let error = refusal { () throws(S3Error) in
      try DeleteBucket.decode(try makeRequest("DELETE /photos?uploadId=u"))
    }
    #expect(error?.message == "A key must be specified")
  }
}
