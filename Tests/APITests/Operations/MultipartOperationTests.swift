import Primitives
import Testing

@testable import API
@testable import HTTP
@testable import Objects

@Suite struct MultipartOperationTests {
  private static let xmlns = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""
  private static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  private static let id = Fixture.upload().id.text

  @Test func creates() throws {
    let request = try makeRequest(
      "POST /photos/a%26b?uploads",
      [
        "Content-Type: video/mp4", "x-amz-checksum-algorithm: CRC32C", "x-amz-checksum-type: FULL_OBJECT",
        "x-amz-meta-a: 1",
      ])
    let input = try CreateMultipartUpload.decode(request)
    #expect(input.key.string == "a&b")
    #expect(input.system.contentType == "video/mp4")
    #expect(input.user.entries.count == 1)
    #expect(input.checksumAlgorithm == .crc32c)
    #expect(input.checksumType == .fullObject)
    let upload = Fixture.upload("a&b", algorithm: .crc32c, type: .fullObject)
    let reply = SeenReply(try CreateMultipartUpload.encode(upload, input, request))
    #expect(
      reply.headers == [
        "x-amz-checksum-algorithm: CRC32C", "x-amz-checksum-type: FULL_OBJECT",
        "Content-Type: application/xml",
      ])
    #expect(
      reply.body == """
        \(Self.declaration)<InitiateMultipartUploadResult \(Self.xmlns)><Bucket>photos</Bucket>\
        <Key>a&amp;b</Key><UploadId>\(Self.id)</UploadId></InitiateMultipartUploadResult>
        """)
  }

  @Test func refusesUnknownChecksums() {
    for header in ["x-amz-checksum-algorithm: MD4", "x-amz-checksum-type: PARTIAL"] {
      let error = refusal { () throws(S3Error) in
        _ = try CreateMultipartUpload.decode(try makeRequest("POST /photos/k?uploads", [header]))
      }
      #expect(error?.code == .invalidRequest, "\(header)")
    }
  }

  @Test func uploadsAPart() throws {
    let request = try makeRequest(
      "PUT /photos/k?partNumber=7&uploadId=u1", ["x-amz-checksum-crc32: R/nNOQ=="])
    let input = try UploadPart.decode(request)
    #expect(input.number == 7)
    #expect(input.uploadID == "u1")
    #expect(input.checksumAlgorithm == .crc32)
    #expect(input.expectedChecksum == [0x47, 0xF9, 0xCD, 0x39])
    let reply = SeenReply(try UploadPart.encode(Fixture.part(7), input, request))
    #expect(reply.headers == ["ETag: \"\(Fixture.tag)\"", "x-amz-checksum-crc32: R/nNOQ=="])
    let plain = SeenReply(try UploadPart.encode(Fixture.part(7, checksum: nil), input, request))
    #expect(plain.headers == ["ETag: \"\(Fixture.tag)\""])
  }

  @Test(arguments: ["", "partNumber=0&", "partNumber=10001&", "partNumber=x&"])
  func partsHaveNumbers(_ query: String) {
    for headers in [[], ["x-amz-copy-source: b2b/k"]] {
      let error = refusal { () throws(S3Error) in
        let request = try makeRequest("PUT /photos/k?\(query)uploadId=u", headers)
        if headers.isEmpty {
          _ = try UploadPart.decode(request)
        } else {
          _ = try UploadPartCopy.decode(request)
        }
      }
      #expect(error?.message == "Part number must be an integer between 1 and 10000, inclusive")
    }
  }

  @Test func copiesAPart() throws {
    let request = try makeRequest(
      "PUT /photos/k?partNumber=2&uploadId=u1",
      [
        "x-amz-copy-source: /other/s", "x-amz-copy-source-range: bytes=0-99",
        "x-amz-copy-source-if-match: \"e\"",
      ])
    let input = try UploadPartCopy.decode(request)
    let copied = UploadPartCopyResult(part: Fixture.part(2), sourceLabel: nil)
    #expect(input.source.bucket.string == "other")
    #expect(input.range == 0..<100)
    #expect(input.conditions.ifMatch == .oneOf(["e"]))
    #expect(
      SeenReply(try UploadPartCopy.encode(copied, input, request)).body == """
        \(Self.declaration)<CopyPartResult \(Self.xmlns)><ETag>&quot;\(Fixture.tag)&quot;</ETag>\
        <LastModified>2026-01-02T03:04:05.000Z</LastModified><ChecksumCRC32>R/nNOQ==</ChecksumCRC32>\
        </CopyPartResult>
        """)
  }

  // MARK: CompleteMultipartUpload

  @Test func completes() throws {
    let request = try makeRequest(
      "POST /photos/a%20b?uploadId=u1",
      [
        "x-amz-checksum-crc32: R/nNOQ==-3", "x-amz-checksum-type: COMPOSITE", "x-amz-mp-object-size: 12",
        "If-None-Match: *",
      ],
      payload: """
        <CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Part><ETag>"e1"</ETag>\
        <PartNumber>1</PartNumber><ChecksumCRC32>R/nNOQ==</ChecksumCRC32></Part>\
        <Part><PartNumber>3</PartNumber><ETag>e3</ETag></Part></CompleteMultipartUpload>
        """)
    let input = try CompleteMultipartUpload.decode(request)
    #expect(input.uploadID == "u1")
    #expect(input.parts.map(\.number) == [1, 3])
    #expect(input.parts.map(\.etag) == ["e1", "e3"])
    #expect(input.parts[0].checksum?.value == [0x47, 0xF9, 0xCD, 0x39])
    #expect(input.parts[1].checksum == nil)
    #expect(
      input.expectedChecksum
        == ExpectedChecksum(algorithm: .crc32, value: [0x47, 0xF9, 0xCD, 0x39], partCount: 3))
    #expect(input.checksumType == .composite)
    #expect(input.objectSize == 12)
    #expect(input.conditions.ifNoneMatchAny)
    let result = CompleteMultipartUploadResult(
      etag: Fixture.multipartETag, size: 12, checksum: Fixture.composite, lastModified: testTime,
      version: Fixture.version, label: nil)
    #expect(
      SeenReply(try CompleteMultipartUpload.encode(result, input, request)).body == """
        \(Self.declaration)<CompleteMultipartUploadResult \(Self.xmlns)>\
        <Location>http://localhost:9000/photos/a%20b</Location><Bucket>photos</Bucket><Key>a b</Key>\
        <ETag>&quot;\(Fixture.tag)-3&quot;</ETag><ChecksumCRC32>R/nNOQ==-3</ChecksumCRC32>\
        <ChecksumType>COMPOSITE</ChecksumType></CompleteMultipartUploadResult>
        """)
  }

  @Test func locationFollowsTheAddress() throws {
    let request = try makeRequest(
      "POST /k/%C3%A9?uploadId=u", ["Host: photos.s3.example"], domains: ["s3.example"])
    #expect(request.location == "http://photos.s3.example/k/%C3%A9")
  }

  static let refused: [(document: String, code: S3ErrorCode)] = [
    ("", .malformedXML),
    ("<CompleteMultipartUpload/>", .malformedXML),
    (
      "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>",
      .malformedXML
    ),
    ("<CompleteMultipartUpload><Part><ETag>e</ETag></Part></CompleteMultipartUpload>", .malformedXML),
    (
      "<CompleteMultipartUpload><Part><PartNumber>x</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>",
      .malformedXML
    ),
    (
      "<CompleteMultipartUpload><Part><PartNumber>-1</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>",
      .malformedXML
    ),
    (
      "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag></ETag></Part></CompleteMultipartUpload>",
      .malformedXML
    ),
    (
      "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>e</ETag><ChecksumSHA1>??</ChecksumSHA1>"
        + "</Part></CompleteMultipartUpload>", .invalidRequest
    ),
    ("<Delete/>", .malformedXML),
  ]

  @Test(arguments: refused) func refusesDocuments(_ document: String, _ code: S3ErrorCode) {
    let error = refusal { () throws(S3Error) in
      _ = try CompleteMultipartUpload.decode(
        try makeRequest("POST /photos/k?uploadId=u", payload: document))
    }
    #expect(error?.code == code)
  }

  @Test func tenThousandPartsFit() throws {
    let part =
      "<Part><PartNumber>1</PartNumber><ETag>\"e\"</ETag><ChecksumCRC32>R/nNOQ==</ChecksumCRC32></Part>"
    let document =
      "<CompleteMultipartUpload>" + String(repeating: part, count: 10_000) + "</CompleteMultipartUpload>"
    let input = try CompleteMultipartUpload.decode(
      try makeRequest("POST /photos/k?uploadId=u", payload: document))
    #expect(input.parts.count == 10_000)
  }

  // MARK: listings

  @Test func listsParts() throws {
    let request = try makeRequest("GET /photos/k?uploadId=u1&max-parts=2&part-number-marker=3")
    let input = try ListParts.decode(request)
    #expect(input.limit == 2)
    #expect(input.after == 3)
    let page = ListPartsPage(
      upload: Fixture.upload(algorithm: .crc32, type: .composite),
      parts: [Fixture.part(4), Fixture.part(5, size: 3, checksum: nil)], isTruncated: true, next: 5)
    #expect(
      SeenReply(try ListParts.encode(page, input, request)).body == """
        \(Self.declaration)<ListPartsResult \(Self.xmlns)><Bucket>photos</Bucket><Key>k</Key>\
        <UploadId>u1</UploadId><Initiator><ID>\(testOwner.string)</ID></Initiator>\
        <Owner><ID>\(testOwner.string)</ID></Owner><StorageClass>STANDARD</StorageClass>\
        <ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>COMPOSITE</ChecksumType>\
        <PartNumberMarker>3</PartNumberMarker><NextPartNumberMarker>5</NextPartNumberMarker>\
        <MaxParts>2</MaxParts><IsTruncated>true</IsTruncated><Part><PartNumber>4</PartNumber>\
        <LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;\(Fixture.tag)&quot;</ETag>\
        <Size>5242880</Size><ChecksumCRC32>R/nNOQ==</ChecksumCRC32></Part><Part><PartNumber>5</PartNumber>\
        <LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;\(Fixture.tag)&quot;</ETag>\
        <Size>3</Size></Part></ListPartsResult>
        """)
  }

  static let badMarkers: [(query: String, message: String)] = [
    ("part-number-marker=-1", "Argument part-number-marker must be an integer between 0 and 2147483647"),
    ("part-number-marker=x", "Provided part-number-marker not an integer or within integer range"),
    ("max-parts=-1", "Argument max-parts must be an integer between 0 and 2147483647"),
  ]

  @Test(arguments: badMarkers) func refusesMarkers(_ query: String, _ message: String) {
    let error = refusal { () throws(S3Error) in
      _ = try ListParts.decode(try makeRequest("GET /photos/k?uploadId=u&\(query)"))
    }
    #expect(error?.message == message)
  }

  @Test func listsUploads() throws {
    let request = try makeRequest(
      "GET /photos?uploads&prefix=a&delimiter=/&key-marker=a+b&upload-id-marker=m&max-uploads=2"
        + "&encoding-type=url")
    let input = try ListMultipartUploads.decode(request)
    #expect(text(input.listing.prefix) == "a")
    #expect(text(input.listing.delimiter) == "/")
    #expect(text(input.listing.keyMarker) == "a b")
    #expect(input.listing.uploadIDMarker == "m")
    #expect(input.listing.limit == 2)
    let page = ListMultipartUploadsPage(
      entries: [.upload(Fixture.upload("a c")), .prefix(bytes("a d/"))], isTruncated: true,
      nextKeyMarker: bytes("a d/"), nextUploadIDMarker: "")
    #expect(
      SeenReply(try ListMultipartUploads.encode(page, input, request)).body == """
        \(Self.declaration)<ListMultipartUploadsResult \(Self.xmlns)><Bucket>photos</Bucket>\
        <KeyMarker>a+b</KeyMarker><UploadIdMarker>m</UploadIdMarker><NextKeyMarker>a+d/</NextKeyMarker>\
        <NextUploadIdMarker></NextUploadIdMarker><Prefix>a</Prefix><Delimiter>/</Delimiter>\
        <EncodingType>url</EncodingType><MaxUploads>2</MaxUploads><IsTruncated>true</IsTruncated>\
        <Upload><Key>a+c</Key><UploadId>\(Self.id)</UploadId><Initiator><ID>\(testOwner.string)</ID></Initiator>\
        <Owner><ID>\(testOwner.string)</ID></Owner><StorageClass>STANDARD</StorageClass>\
        <Initiated>2026-01-02T03:04:05.000Z</Initiated></Upload>\
        <CommonPrefixes><Prefix>a+d/</Prefix></CommonPrefixes></ListMultipartUploadsResult>
        """)
  }

  @Test func anUploadMarkerWithoutKeyMarkerSaysNothing() throws {
    let request = try makeRequest("GET /photos?uploads&upload-id-marker=m")
    let input = try ListMultipartUploads.decode(request)
    #expect(input.listing.uploadIDMarker.isEmpty)
    let page = ListMultipartUploadsPage(
      entries: [], isTruncated: false, nextKeyMarker: [], nextUploadIDMarker: "")
    #expect(
      SeenReply(try ListMultipartUploads.encode(page, input, request)).body.contains(
        "<KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker><MaxUploads>1000</MaxUploads>"))
  }

  // MARK: GetObjectAttributes

  @Test func attributesOfASingleObject() throws {
    let request = try makeRequest(
      "GET /photos/k?attributes",
      ["x-amz-object-attributes: ETag,Checksum,ObjectParts,StorageClass,ObjectSize"])
    let input = try GetObjectAttributes.decode(request)
    #expect(input.maxParts == 1000)
    let reply = SeenReply(
      try GetObjectAttributes.encode(.init(info: Fixture.info(), parts: nil), input, request))
    #expect(reply.header("Last-Modified") == "Fri, 02 Jan 2026 03:04:05 GMT")
    #expect(
      reply.body == """
        \(Self.declaration)<GetObjectAttributesResponse \(Self.xmlns)><ETag>\(Fixture.tag)</ETag>\
        <Checksum><ChecksumCRC32>R/nNOQ==</ChecksumCRC32><ChecksumType>FULL_OBJECT</ChecksumType></Checksum>\
        <StorageClass>STANDARD</StorageClass><ObjectSize>10</ObjectSize></GetObjectAttributesResponse>
        """)
  }

  @Test func attributesOfParts() throws {
    let request = try makeRequest(
      "GET /photos/k?attributes",
      ["x-amz-object-attributes: ObjectParts, Checksum", "x-amz-max-parts: 1", "x-amz-part-number-marker: 1"])
    let input = try GetObjectAttributes.decode(request)
    #expect(input.maxParts == 1)
    #expect(input.marker == 1)
    let page = ObjectPartsPage(
      total: 3, parts: [ObjectPart(number: 2, range: 5..<9, checksum: Fixture.crc)], isTruncated: true,
      next: 2)
    let info = Fixture.info(etag: Fixture.multipartETag, checksum: Fixture.composite)
    #expect(
      SeenReply(try GetObjectAttributes.encode(.init(info: info, parts: page), input, request)).body == """
        \(Self.declaration)<GetObjectAttributesResponse \(Self.xmlns)><Checksum>\
        <ChecksumCRC32>R/nNOQ==</ChecksumCRC32><ChecksumType>COMPOSITE</ChecksumType></Checksum>\
        <ObjectParts><PartsCount>3</PartsCount><PartNumberMarker>1</PartNumberMarker>\
        <NextPartNumberMarker>2</NextPartNumberMarker><MaxParts>1</MaxParts><IsTruncated>true</IsTruncated>\
        <Part><PartNumber>2</PartNumber><Size>4</Size><ChecksumCRC32>R/nNOQ==</ChecksumCRC32></Part>\
        </ObjectParts></GetObjectAttributesResponse>
        """)
    let whole = Fixture.info(etag: Fixture.multipartETag)
    #expect(
      SeenReply(try GetObjectAttributes.encode(.init(info: whole, parts: page), input, request)).body
        .contains("<ObjectParts><PartsCount>3</PartsCount></ObjectParts>"))
  }

  @Test func badPartLimitsAreIgnored() throws {
    let request = try makeRequest(
      "GET /photos/k?attributes",
      ["x-amz-object-attributes: ETag", "x-amz-max-parts: -5", "x-amz-part-number-marker: x"])
    let input = try GetObjectAttributes.decode(request)
    #expect(input.maxParts == 1000)
    #expect(input.marker == 0)
  }
}
