import Primitives
import Testing

@testable import API
@testable import HTTP
@testable import Objects

/// GetObject and HeadObject from the request to the head of the answer.
@Suite struct ObjectReplyTests {
  private func answer(
    _ line: String, _ headers: [String] = [], info: ObjectInfo = Fixture.info(), part: ObjectPart? = nil
  ) throws(S3Error) -> (reply: SeenReply, range: Range<UInt64>?) {
    let request = try makeRequest(line, headers)
    let input = try ObjectReply.decode(request)
    let answer = try ObjectReply.answer(info, input, request) { (number) throws(ObjectError) in
      guard let part else { throw .invalidPartNumber(requested: number, actual: 1) }
      return part
    }
    return (SeenReply(answer.head, []), answer.range)
  }

  @Test func wholeObject() throws {
    let info = Fixture.info(
      system: SystemMetadata(contentType: "text/plain", cacheControl: "no-cache", contentEncoding: "gzip"),
      user: UserMetadata([("colour", "blue")]))
    let (reply, range) = try answer("GET /b/k", info: info)
    #expect(reply.status == 200)
    #expect(reply.contentLength == 10)
    #expect(range == 0..<10)
    #expect(
      reply.headers == [
        "Last-Modified: Fri, 02 Jan 2026 03:04:05 GMT", "ETag: \"\(Fixture.tag)\"", "Accept-Ranges: bytes",
        "Content-Type: text/plain", "Cache-Control: no-cache", "Content-Encoding: gzip",
        "x-amz-meta-colour: blue",
      ])
  }

  @Test(arguments: [
    ("\"\(Fixture.tag)\"", 206), ("Fri, 02 Jan 2026 03:04:05 GMT", 206), ("\"other\"", 200),
    ("W/\"\(Fixture.tag)\"", 200), ("Fri, 02 Jan 2026 03:04:06 GMT", 200), ("\(Fixture.tag)", 200), ("", 200),
  ])
  func ifRange(_ validator: String, _ status: Int) throws {
    let (reply, range) = try answer("GET /b/k", ["Range: bytes=2-4", "If-Range: \(validator)"])
    #expect(reply.status == status)
    #expect(range == (status == 206 ? 2..<5 : 0..<10))
  }

  @Test func idsAreOnTheReply() throws {
    let request = try makeRequest("GET /b/k")
    let head = text(request.reply(200).bytes)
    #expect(head.contains("x-amz-request-id: 0123456789ABCDEF\r\n"))
    #expect(head.contains("x-amz-id-2: aG9zdA==\r\n"))
  }

  @Test func contentTypeHasADefault() throws {
    #expect(try answer("GET /b/k").reply.header("Content-Type") == "binary/octet-stream")
  }

  @Test func checksumsAreShownWhenAskedFor() throws {
    let mode = ["x-amz-checksum-mode: ENABLED"]
    #expect(try answer("GET /b/k").reply.header("x-amz-checksum-crc32") == nil)
    let whole = try answer("GET /b/k", mode).reply
    #expect(whole.header("x-amz-checksum-crc32") == "R/nNOQ==")
    #expect(whole.header("x-amz-checksum-type") == "FULL_OBJECT")
    let composite = try answer(
      "GET /b/k", mode, info: Fixture.info(etag: Fixture.multipartETag, checksum: Fixture.composite)
    ).reply
    #expect(composite.header("x-amz-checksum-crc32") == "R/nNOQ==-3")
    #expect(composite.header("x-amz-checksum-type") == "COMPOSITE")
    #expect(try answer("GET /b/k", mode + ["Range: bytes=0-1"]).reply.header("x-amz-checksum-crc32") == nil)
    #expect(
      try answer("GET /b/k", mode + ["Range: bytes=0-"]).reply.header("x-amz-checksum-crc32") == "R/nNOQ==")
  }

  @Test func ranges() throws {
    let (reply, range) = try answer("GET /b/k", ["Range: bytes=2-5"])
    #expect(reply.status == 206)
    #expect(reply.contentLength == 4)
    #expect(reply.header("Content-Range") == "bytes 2-5/10")
    #expect(range == 2..<6)
    #expect(try answer("GET /b/k", ["Range: bytes=5-4"]).reply.status == 200)
    #expect(try answer("GET /b/k", ["Range: bytes=-5"], info: Fixture.info(size: 0)).reply.status == 200)
    let error = refusal { () throws(S3Error) in _ = try answer("GET /b/k", ["Range: bytes=10-"]) }
    #expect(error?.code == .invalidRange)
    #expect(error.map { elements($0) } == ["RangeRequested=bytes=10-", "ActualObjectSize=10"])
    #expect(error?.headers.first?.value == "bytes */10")
  }

  @Test func parts() throws {
    let whole = ObjectPart(number: 1, range: 0..<10, checksum: nil)
    let single = try answer("GET /b/k?partNumber=1", part: whole)
    #expect(single.reply.status == 206)
    #expect(single.reply.header("Content-Range") == "bytes 0-9/10")
    #expect(single.reply.header("x-amz-mp-parts-count") == nil)

    let info = Fixture.info(etag: Fixture.multipartETag, checksum: Fixture.composite)
    let second = try answer(
      "GET /b/k?partNumber=2", ["x-amz-checksum-mode: ENABLED"], info: info,
      part: ObjectPart(number: 2, range: 4..<8, checksum: Fixture.crc))
    #expect(second.reply.status == 206)
    #expect(second.reply.contentLength == 4)
    #expect(second.reply.header("Content-Range") == "bytes 4-7/10")
    #expect(second.reply.header("x-amz-mp-parts-count") == "3")
    #expect(second.reply.header("ETag") == "\"\(Fixture.tag)-3\"")
    #expect(second.reply.header("x-amz-checksum-crc32") == "R/nNOQ==")

    let empty = try answer(
      "GET /b/k?partNumber=1", info: Fixture.info(size: 0),
      part: ObjectPart(number: 1, range: 0..<0, checksum: nil))
    #expect(empty.reply.status == 200)
    #expect(empty.reply.header("Content-Range") == nil)
    #expect(empty.reply.contentLength == 0)

    let missing = refusal { () throws(S3Error) in _ = try answer("GET /b/k?partNumber=2") }
    #expect(missing?.code == .invalidPartNumber)
    let both = refusal { () throws(S3Error) in
      _ = try answer("GET /b/k?partNumber=1", ["Range: bytes=0-1"])
    }
    #expect(both?.message == "Cannot specify both Range header and partNumber query parameter")
  }

  @Test func notModifiedSaysWhatACacheNeeds() throws {
    let info = Fixture.info(
      system: SystemMetadata(contentType: "text/plain", cacheControl: "max-age=9", expires: "later"))
    let (reply, range) = try answer(
      "GET /b/k", ["If-None-Match: \"\(Fixture.tag)\"", "Range: bytes=99-"], info: info)
    #expect(reply.status == 304)
    #expect(range == nil)
    #expect(
      reply.headers == [
        "Last-Modified: Fri, 02 Jan 2026 03:04:05 GMT", "ETag: \"\(Fixture.tag)\"",
        "Cache-Control: max-age=9", "Expires: later",
      ])
  }

  @Test func conditionsComeBeforeRangesAndParts() {
    let range = refusal { () throws(S3Error) in
      _ = try answer("GET /b/k", ["If-Match: \"x\"", "Range: bytes=99-"])
    }
    #expect(range?.code == .preconditionFailed)
    #expect(range.map { elements($0) } == ["Condition=If-Match"])
    let part = refusal { () throws(S3Error) in
      _ = try answer("GET /b/k?partNumber=9", ["If-Match: \"x\""])
    }
    #expect(part?.code == .preconditionFailed)
  }

  @Test func encryptedReadsAreNotBuilt() {
    let error = refusal { () throws(S3Error) in
      _ = try answer("GET /b/k", ["x-amz-server-side-encryption-customer-algorithm: AES256"])
    }
    #expect(error?.code == .notImplemented)
  }
}
