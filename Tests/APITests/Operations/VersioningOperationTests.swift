import Primitives
import Testing

@testable import API
@testable import HTTP
@testable import Objects

/// Versioning of buckets, and versions in what reads, writes, deletions and listings ask and answer.
@Suite struct VersioningOperationTests {
  private static let xmlns = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""
  private static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  /// `Fixture.version` as clients see it.
  private static let id = "0000000000000001"

  // MARK: the bucket

  @Test(arguments: [
    (VersioningState.unversioned, ""), (.enabled, "<Status>Enabled</Status>"),
    (.suspended, "<Status>Suspended</Status>"),
  ])
  func tellsTheState(_ state: VersioningState, _ status: String) throws {
    let request = try makeRequest("GET /photos?versioning")
    #expect(
      SeenReply(try GetBucketVersioning.encode(state, (), request)).body
        == "\(Self.declaration)<VersioningConfiguration \(Self.xmlns)>\(status)</VersioningConfiguration>")
  }

  static let states: [(elements: String, state: VersioningState)] = [
    ("<Status>Enabled</Status>", .enabled),
    ("<Status>Suspended</Status>", .suspended),
    ("<MfaDelete>Disabled</MfaDelete><Status>Enabled</Status>", .enabled),
  ]

  @Test(arguments: states) func readsTheState(_ elements: String, _ state: VersioningState) throws {
    let document = "<VersioningConfiguration \(Self.xmlns)>\(elements)</VersioningConfiguration>"
    #expect(
      try PutBucketVersioning.decode(try makeRequest("PUT /photos?versioning", payload: document)) == state)
  }

  static let refusedStates: [(document: String, code: S3ErrorCode)] = [
    ("<VersioningConfiguration/>", .illegalVersioningConfiguration),
    (
      "<VersioningConfiguration><Status>enabled</Status></VersioningConfiguration>",
      .illegalVersioningConfiguration
    ),
    (
      "<VersioningConfiguration><Status>Disabled</Status></VersioningConfiguration>",
      .illegalVersioningConfiguration
    ),
    (
      "<VersioningConfiguration><Status>Enabled</Status><MfaDelete>on</MfaDelete></VersioningConfiguration>",
      .illegalVersioningConfiguration
    ),
    (
      "<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>",
      .notImplemented
    ),
    ("<VersioningConfiguration><Status>Enabled</Status>", .malformedXML),
    ("<Versioning><Status>Enabled</Status></Versioning>", .malformedXML),
    ("", .missingRequestBody),
  ]

  @Test(arguments: refusedStates) func refusesStates(_ document: String, _ code: S3ErrorCode) {
    let error = refusal { () throws(S3Error) in
      _ = try PutBucketVersioning.decode(try makeRequest("PUT /photos?versioning", payload: document))
    }
    #expect(error?.code == code)
  }

  // MARK: reading and writing

  private func head(
    _ line: String, _ settings: BucketSettings, _ info: ObjectInfo, _ headers: [String] = []
  ) throws -> SeenReply {
    let request = try makeRequest(line, headers, settings: settings)
    let answer = try ObjectReply.answer(info, try ObjectReply.decode(request), request) {
      (number) throws(ObjectError) in throw .invalidPartNumber(requested: number, actual: 1)
    }
    return SeenReply(answer.head, [])
  }

  @Test func readsTellTheVersion() throws {
    #expect(try head("GET /b/k", BucketSettings(), Fixture.info()).header("x-amz-version-id") == nil)
    #expect(
      try head("GET /b/k?versionId=null", BucketSettings(), Fixture.info()).header("x-amz-version-id") == nil)
    let enabled = BucketSettings.versioned()
    #expect(try head("GET /b/k", enabled, Fixture.info()).header("x-amz-version-id") == "null")
    let named = Fixture.info(isNullVersion: false)
    #expect(try head("GET /b/k", enabled, named).header("x-amz-version-id") == Self.id)
    #expect(
      try head("GET /b/k", .versioned(.suspended), named).header("x-amz-version-id") == Self.id)
    let same = try head("GET /b/k", enabled, named, ["If-None-Match: \"\(Fixture.tag)\""])
    #expect(same.status == 304)
    #expect(same.header("x-amz-version-id") == Self.id)
  }

  @Test func readsNameTheVersion() throws {
    let input = try ObjectReply.decode(try makeRequest("GET /b/k?versionId=\(Self.id)"))
    #expect(input.version == .id(Fixture.version))
    let attributes = try GetObjectAttributes.decode(
      try makeRequest("GET /b/k?attributes&versionId=null", ["x-amz-object-attributes: ETag"]))
    #expect(attributes.version == .null)
  }

  @Test func writesGiveTheVersionAndTakeNone() throws {
    let request = try makeRequest("PUT /photos/k")
    let result = PutObjectResult(
      etag: Fixture.etag, size: 10, checksum: Fixture.crc, lastModified: testTime, version: Fixture.version,
      label: .id(Fixture.version))
    let reply = SeenReply(try PutObject.encode(result, try PutObject.decode(request), request))
    #expect(reply.header("x-amz-version-id") == Self.id)
    for (line, headers) in [
      ("PUT /b/k?versionId=null", []), ("POST /b/k?uploads&versionId=null", []),
      ("PUT /b/k?versionId=null", ["x-amz-copy-source: b/s"]),
    ] {
      let error = refusal { () throws(S3Error) in
        let request = try makeRequest(line, headers)
        if line.hasPrefix("POST") {
          _ = try CreateMultipartUpload.decode(request)
        } else if headers.isEmpty {
          _ = try PutObject.decode(request)
        } else {
          _ = try CopyObject.decode(request)
        }
      }
      #expect(error?.message == "This operation does not accept a version-id.")
      #expect(error.map { elements($0) } == ["ArgumentName=versionId", "ArgumentValue=null"])
    }
  }

  @Test func copiesTellBothVersions() throws {
    let request = try makeRequest("PUT /photos/k", ["x-amz-copy-source: other/k?versionId=\(Self.id)"])
    let input = try CopyObject.decode(request)
    #expect(input.source.version == .id(Fixture.version))
    let result = CopyObjectResult(
      etag: Fixture.etag, size: 10, checksum: Fixture.crc, lastModified: testTime,
      version: VersionID(rawValue: 2), label: .id(VersionID(rawValue: 2)), sourceLabel: .id(Fixture.version))
    let reply = SeenReply(try CopyObject.encode(result, input, request))
    #expect(reply.header("x-amz-version-id") == "0000000000000002")
    #expect(reply.header("x-amz-copy-source-version-id") == Self.id)
  }

  // MARK: deleting

  static let deletions: [(result: DeleteObjectResult, headers: [String])] = [
    (DeleteObjectResult(existed: true, label: nil, isDeleteMarker: false), []),
    (
      DeleteObjectResult(existed: true, label: .id(Fixture.version), isDeleteMarker: true),
      ["x-amz-delete-marker: true", "x-amz-version-id: \(id)"]
    ),
    (
      DeleteObjectResult(existed: true, label: .null, isDeleteMarker: false), ["x-amz-version-id: null"]
    ),
  ]

  @Test(arguments: deletions) func deletesTellWhatTheyDid(
    _ result: DeleteObjectResult, _ headers: [String]
  ) throws {
    let request = try makeRequest("DELETE /b/k")
    let reply = SeenReply(try DeleteObject.encode(result, try DeleteObject.decode(request), request))
    #expect(reply.status == 204)
    #expect(reply.headers == headers)
  }

  @Test func manyDeletesTellWhatTheyDid() throws {
    let document = """
      <Delete><Object><Key>a</Key></Object><Object><Key>b</Key><VersionId>\(Self.id)</VersionId></Object>\
      <Object><Key>c</Key><VersionId>null</VersionId></Object></Delete>
      """
    let md5 = "Content-MD5: " + Base64.encode(MD5.hash(bytes(document)))
    let request = try makeRequest("POST /photos?delete", [md5], payload: document)
    let input = try DeleteObjects.decode(request)
    let marker = DeleteObjectResult(existed: true, label: .id(VersionID(rawValue: 2)), isDeleteMarker: true)
    let removedMarker = DeleteObjectResult(existed: true, label: .id(Fixture.version), isDeleteMarker: true)
    let removed = DeleteObjectResult(existed: true, label: .null, isDeleteMarker: false)
    let reply = try DeleteObjects.encode(
      [.success(marker), .success(removedMarker), .success(removed)], input, request)
    #expect(
      SeenReply(reply).body == """
        \(Self.declaration)<DeleteResult \(Self.xmlns)><Deleted><Key>a</Key><DeleteMarker>true</DeleteMarker>\
        <DeleteMarkerVersionId>0000000000000002</DeleteMarkerVersionId></Deleted><Deleted><Key>b</Key>\
        <VersionId>\(Self.id)</VersionId><DeleteMarker>true</DeleteMarker>\
        <DeleteMarkerVersionId>\(Self.id)</DeleteMarkerVersionId></Deleted><Deleted><Key>c</Key>\
        <VersionId>null</VersionId></Deleted></DeleteResult>
        """)
  }

  // MARK: listing

  private static func entry(_ name: String, _ version: UInt64?, isDeleteMarker: Bool = false)
    -> VersionListEntry
  {
    VersionListEntry(
      key: key(name), version: VersionID(rawValue: version ?? 9),
      label: version.map { .id(VersionID(rawValue: $0)) } ?? .null, isLatest: isDeleteMarker,
      isDeleteMarker: isDeleteMarker, kind: .ordinary, lastModified: testTime, etag: Fixture.etag, size: 10,
      storageClass: .standard, checksumAlgorithm: .crc64nvme, checksumType: .fullObject, owner: testOwner)
  }

  @Test func listsVersions() throws {
    let request = try makeRequest(
      "GET /photos?versions&prefix=a&delimiter=/&key-marker=a1&version-id-marker=null&max-keys=3&encoding-type=url"
    )
    let input = try ListObjectVersions.decode(request)
    #expect(text(input.listing.keyMarker) == "a1")
    #expect(input.listing.versionMarker == .null)
    #expect(input.listing.limit == 3)
    var page = ListObjectVersionsPage()
    page.entries = [
      .version(Self.entry("a b", 2, isDeleteMarker: true)), .prefix(bytes("a/")),
      .version(Self.entry("ac", nil)),
    ]
    page.isTruncated = true
    page.nextKeyMarker = bytes("a c")
    page.nextVersionMarker = .null
    let owner = "<Owner><ID>\(testOwner.string)</ID></Owner>"
    #expect(
      SeenReply(try ListObjectVersions.encode(page, input, request)).body == """
        \(Self.declaration)<ListVersionsResult \(Self.xmlns)><Name>photos</Name><Prefix>a</Prefix>\
        <KeyMarker>a1</KeyMarker><VersionIdMarker>null</VersionIdMarker><NextKeyMarker>a+c</NextKeyMarker>\
        <NextVersionIdMarker>null</NextVersionIdMarker><MaxKeys>3</MaxKeys><Delimiter>/</Delimiter>\
        <EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><DeleteMarker><Key>a+b</Key>\
        <VersionId>0000000000000002</VersionId><IsLatest>true</IsLatest>\
        <LastModified>2026-01-02T03:04:05.000Z</LastModified>\(owner)</DeleteMarker><Version><Key>ac</Key>\
        <VersionId>null</VersionId><IsLatest>false</IsLatest>\
        <LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;\(Fixture.tag)&quot;</ETag>\
        <ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>\
        <Size>10</Size>\(owner)<StorageClass>STANDARD</StorageClass></Version>\
        <CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes></ListVersionsResult>
        """)
  }

  @Test func behindAPrefixThereIsNoVersionMarker() throws {
    let request = try makeRequest("GET /photos?versions")
    var page = ListObjectVersionsPage()
    page.isTruncated = true
    page.nextKeyMarker = bytes("a/")
    let body = SeenReply(
      try ListObjectVersions.encode(page, try ListObjectVersions.decode(request), request)
    ).body
    #expect(body.contains("<KeyMarker></KeyMarker><VersionIdMarker></VersionIdMarker>"))
    #expect(body.contains("<NextKeyMarker>a/</NextKeyMarker><MaxKeys>"))
  }

  static let markers: [(query: String, message: String)] = [
    ("version-id-marker=null", "A version-id marker cannot be specified without a key marker."),
    ("key-marker=&version-id-marker=null", "A version-id marker cannot be specified without a key marker."),
    ("key-marker=a&version-id-marker=", "A version-id marker cannot be empty."),
    ("version-id-marker=", "A version-id marker cannot be empty."),
    ("key-marker=a&version-id-marker=a%20b", "Invalid version id specified"),
    ("max-keys=-1", "Argument maxKeys must be an integer between 0 and 2147483647"),
  ]

  @Test(arguments: markers) func refusesMarkers(_ query: String, _ message: String) {
    let error = refusal { () throws(S3Error) in
      _ = try ListObjectVersions.decode(try makeRequest("GET /photos?versions&\(query)"))
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message == message)
  }
}
